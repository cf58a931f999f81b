"""How payloads of an older version are read today: (event name, version) -> the payload as the next version's."""

from collections.abc import Mapping

from shared.store.mapper import Upcast

UPCASTS: Mapping[tuple[str, int], Upcast] = {}
