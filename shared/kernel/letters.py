"""A letter is a recorded event on its way to the other services: everything structural, nothing sealed."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from shared.kernel.events import ClockStart, Incomplete, Receipt, Warned
from shared.kernel.people import Actor


@lru_cache(maxsize=1024)
def title_of(name: str) -> str:
    """An event's name without its service. Asked of every fact time and again, and there are few names."""
    return name.split(".", 1)[1]


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event as another service sees it.

    source: the store that recorded it; sequence: its place in that store's log, only ever rising, with holes;
    previous: the sequence before it on the same partition, 0 for the first.
    log_index, leaf_hash: where it stands in the source's transparency log. data: the payload without sealed fields.
    """

    event_id: str
    name: str
    version: int
    authority: str
    stream: str
    stream_version: int
    case_id: str | None = None
    child_ids: tuple[str, ...] = ()
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    edition: str
    rules: tuple[str, ...] = ()
    clocks: tuple[ClockStart, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    warnings: tuple[Warned, ...] = ()
    correlation_id: str
    causation_id: str | None = None
    corrects: str | None = None
    receipt: Receipt | None = None
    data: dict[str, Any]
    source: str
    incarnation: str
    partition: int
    sequence: int
    previous: int
    log_index: int
    leaf_hash: str

    @property
    def title(self) -> str:
        """The event's name without its service."""
        return title_of(self.name)

    @property
    def service(self) -> str:
        """The service that recorded it."""
        return self.name.split(".", 1)[0]

    @property
    def key(self) -> str:
        """What it is about and ordered by: its case, else its stream."""
        return self.case_id or self.stream
