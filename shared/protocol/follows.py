"""What a service records by itself because of another's event, and what then waits on a worklist."""

from collections.abc import Iterable
from typing import Any

import msgspec

from shared.protocol.blocks import Block
from shared.protocol.patterns import Pattern, Word, Words, hold


class Follows(Block, frozen=True, kw_only=True):
    """One event that another leads to, for each child concerned.

    records: what is recorded, as "<service>.<title>"; words: what its payload says. after: the events it follows,
    one is enough; their `states` are the child's before the event. when: circumstances at the event, as the service
    that records it words them. lands: only where the event leaves the child in one of these states.
    """

    records: str
    after: tuple[Pattern, ...]
    when: Words = msgspec.field(default_factory=dict)
    words: dict[str, Word] = msgspec.field(default_factory=dict)
    lands: tuple[str, ...] = ()

    def follows(self, name: str, data: Any, child_id: str) -> Pattern | None:
        """The event it follows, if this is one, for a child. States and circumstances are the caller's to judge."""
        return next((pattern for pattern in self.after if pattern.matches(name, data, child_id)), None)


class Waits(Block, frozen=True, kw_only=True):
    """What stands on a worklist until something ends it.

    event, with: what waits; until: the events of which one ends it for its child. teams, posts: whose worklist.
    expects: events of which one should be there meanwhile; that none is, is marked and holds nothing up.
    clock: the rule of the deadline that runs meanwhile, counted from the same instant.
    """

    event: str
    with_: Words = msgspec.field(name="with", default_factory=dict)
    until: tuple[Pattern, ...]
    teams: tuple[str, ...]
    posts: tuple[str, ...] = ()
    expects: tuple[Pattern, ...] = ()
    clock: str | None = None

    def is_of(self, name: str, data: Any) -> bool:
        """Whether an event of this name and payload waits by this block."""
        return name == self.event and hold(self.with_, data)

    def ended_by(self, name: str, data: Any, child_id: str, lacking: Iterable[str] = ()) -> bool:
        """Whether an event ends the waiting of a child whom it concerns. lacking: rules by which it lacks something."""
        lacks = frozenset(lacking)
        return any(pattern.matches(name, data, child_id) and not lacks & {*pattern.filled} for pattern in self.until)

    def answered_by(self, name: str, data: Any, child_id: str) -> bool:
        """Whether an event is one that should be there for a child whom it concerns."""
        return any(pattern.matches(name, data, child_id) for pattern in self.expects)
