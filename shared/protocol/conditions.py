"""What holds from one event until another: what clocks run by, and what puts work on a desk."""

from typing import Literal

import msgspec

from shared.protocol.blocks import Strict
from shared.protocol.patterns import Pattern


class Condition(Strict, frozen=True, kw_only=True):
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
