"""What holds from one event until another: what clocks run by, and what puts work on a desk."""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from shared.protocol.blocks import Strict
from shared.protocol.patterns import Pattern, by_event


class Condition(Strict, frozen=True, kw_only=True, dict=True):
    """Something that an event begins and another ends. from, until: one is enough; what is both begins it.

    each: "child" where it begins and ends for every child apart; it then holds for the family while it does for one.
    by: a field of what begins it, of which another value ends it and begins it anew.
    once: after a clock that runs by it was met, it has to begin anew before that runs again.
    """

    from_: tuple[Pattern, ...] = msgspec.field(name="from")
    until: tuple[Pattern, ...] = ()
    each: Literal["family", "child"] = "family"
    by: str | None = None
    once: bool = False

    @cached_property
    def begun_by(self) -> Mapping[str, tuple[Pattern, ...]]:
        """What begins it, by the event's name."""
        return by_event(self.from_)

    @cached_property
    def ended_by(self) -> Mapping[str, tuple[Pattern, ...]]:
        """What ends it, by the event's name."""
        return by_event(self.until)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all events that it speaks of."""
        return frozenset((*self.begun_by, *self.ended_by))
