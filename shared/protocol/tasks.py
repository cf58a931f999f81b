"""Work that a rule puts on somebody's desk: what raises it, what ends it, whose it is."""

from functools import cached_property
from typing import Literal

import msgspec

from shared.kernel.limits import Limit
from shared.protocol.blocks import Block
from shared.protocol.conditions import Condition


class Task(Block, frozen=True, kw_only=True, dict=True):
    """One piece of work that waits while something holds.

    code: its word on worklists. about: each child, or the family. while: what must hold together; unless: what must
    not, of anybody in the family; states: where the child stands, one of them; one of while and states is said.
    after: it stands there only once so much time has passed. teams, posts: whose desk; a role on the case is the
    desk of whoever has it. holder: the desk of whoever holds the child, and of who stands in there.
    """

    code: str
    about: Literal["child", "family"] = "child"
    while_: tuple[Condition, ...] = msgspec.field(name="while", default=())
    unless: tuple[Condition, ...] = ()
    states: tuple[str, ...] = ()
    after: Limit | None = None
    teams: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    holder: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all events by which its conditions begin and end."""
        return frozenset(name for condition in (*self.while_, *self.unless) for name in condition.names)
