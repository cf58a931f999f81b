"""What is recorded in one write with a command's own event, because a rule says that the one brings the other."""

from typing import Any

import msgspec

from shared.protocol.blocks import Block
from shared.protocol.patterns import Word, Words, hold


class Beside(Block, frozen=True, kw_only=True):
    """One event that a command brings with its own, for a child in these circumstances.

    records: what is recorded, as "<service>.<title>"; words: what its payload says.
    """

    command: str
    when: Words = msgspec.field(default_factory=dict)
    records: str
    words: dict[str, Word] = msgspec.field(default_factory=dict)

    def applies(self, facts: Any) -> bool:
        """Whether the circumstances are those it speaks of."""
        return hold(self.when, facts)
