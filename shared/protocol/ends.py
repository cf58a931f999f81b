"""When a role on a case ends by itself: its work is done, or another has taken it over."""

from typing import Any

from shared.protocol.blocks import Block
from shared.protocol.patterns import Pattern


class Ends(Block, frozen=True, kw_only=True):
    """The end of one role, for each child of whoever holds it.

    after: the events that may end it, one is enough: about the child; with `while_in` about any child of the family.
    while_in: it goes on while any child of the family is in one of these states, on top or underneath.
    stays_in: it goes on for a child in one of these states, until somebody leads that child in a role of relieved_by.
    """

    role: str
    reason_code: str
    after: tuple[Pattern, ...]
    while_in: tuple[str, ...] = ()
    stays_in: tuple[str, ...] = ()
    relieved_by: tuple[str, ...] = ()

    def comes_with(self, name: str, data: Any, child_id: str) -> bool:
        """Whether an event about a child is one that may end it."""
        return any(pattern.matches(name, data, child_id) for pattern in self.after)
