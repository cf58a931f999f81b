"""What holds at each moment of a case: conditions of a pack, folded over the facts of all services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.qa.views.matching import Matching
from shared.kernel.letters import Letter
from shared.protocol.conditions import Condition
from shared.protocol.patterns import Pattern, values

FAMILY = ""
"""Of whom a condition holds that is not of each child apart."""


@dataclass(frozen=True)
class Begun:
    """What made a condition hold. at: its place; by: what tells it from the next, where the pack says so."""

    letter: Letter
    at: int
    since: datetime
    by: object = None


@dataclass
class Holding:
    """One condition while the facts are read in order: of whom it holds, and since when.

    spent: it was used up by a clock that was met, and has to begin anew.
    """

    condition: Condition
    matching: Matching
    of: dict[str, Begun] = field(default_factory=dict)
    spent: bool = False

    @property
    def holds(self) -> bool:
        """Whether it holds now, of the family or of a child."""
        return bool(self.of) and not self.spent

    @property
    def since(self) -> datetime:
        """Since when it has held of whom it holds longest."""
        return min(begun.since for begun in self.of.values())

    @property
    def by(self) -> object:
        """What it is told apart by now; None where it is not, or does not hold."""
        return next((begun.by for begun in self.of.values()), None)

    def read(self, letter: Letter, at: int) -> None:
        """One more fact."""
        if letter.name not in self.condition.names:
            return
        for whom, child_id in self._whom(letter).items():
            begins = self._first(self.condition.begun_by, letter, at, child_id)
            if begins is not None:
                self._begin(whom, begins, letter, at)
            elif self._first(self.condition.ended_by, letter, at, child_id) is not None:
                self._end(whom)

    def _whom(self, letter: Letter) -> Mapping[str, str | None]:
        if self.condition.each == "family":
            return {FAMILY: None}
        # What names no child is about all of the family.
        return self.matching.children_of(letter) or {FAMILY: None}

    def _begin(self, whom: str, pattern: Pattern, letter: Letter, at: int) -> None:
        by = next(iter(values(letter.data, self.condition.by)), None) if self.condition.by else None
        known = self.of.get(whom)
        self.spent = False
        if known is None or known.by != by:
            self.of[whom] = Begun(letter, at, pattern.instant(letter.data, letter.occurred_at), by)

    def _end(self, whom: str) -> None:
        if whom == FAMILY:
            self.of.clear()
        else:
            self.of.pop(whom, None)

    def _first(
        self, patterns: Mapping[str, Iterable[Pattern]], letter: Letter, at: int, child_id: str | None
    ) -> Pattern | None:
        return self.matching.first(patterns.get(letter.name, ()), letter, at, child_id)
