"""Refusing to start on a log that lost its end: others have seen more of it than it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.bus.kafka import highest_sequences
from shared.bus.relay import BusDown
from shared.store.store import Store

if TYPE_CHECKING:
    from deploy.assemble import Assembly


class LogBehind(Exception):
    """A store holds less of its own log than others have seen: it was restored, and must not simply go on."""

    def __init__(self, source: str, head: int, seen: int):
        super().__init__(
            f"{source} ends at {head}, and others have seen {seen} of it. It was restored from a copy; going on "
            "would give new events the places of lost ones, and readers would pass them over. "
            "Restore it as docs/operations.md says."
        )


async def refuse_if_behind(assembly: Assembly) -> None:
    """Compare each log's head with the highest place that the bus and qa have seen of it. Raises LogBehind."""
    for name, running in assembly.running.items():
        for store in running.stores.values():
            seen = await _seen(assembly, name, store)
            head = await store.head()
            if seen > head:
                raise LogBehind(store.source, head, seen)


async def _seen(assembly: Assembly, name: str, store: Store) -> int:
    seen = 0
    settings = assembly.settings
    if settings.bootstrap:
        try:
            on_bus = highest_sequences(settings.bootstrap, settings.topic_table[name])
        except BusDown:
            on_bus = {}
        seen = on_bus.get((store.source, store.incarnation), 0)
    try:
        witness = await assembly.origin(name).page("qa/main", 0, 0)
    except (BusDown, KeyError):
        return seen
    mine = [
        place.sequence
        for place in witness.applied
        if place.source == store.source and place.incarnation == store.incarnation
    ]
    return max([seen, *mine])
