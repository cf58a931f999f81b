"""Clocks that run while something holds of a family: what began each run, what met it, what took its scope away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from services.qa.views.clock_ends import End
from services.qa.views.clock_starts import Start
from services.qa.views.conditions import Holding
from services.qa.views.matching import Matching
from shared.kernel.letters import Letter
from shared.protocol.clocks import Clock as Block
from shared.protocol.patterns import Pattern
from shared.protocol.protocol import Protocol

Ended = tuple[Start, End]


class _Step(NamedTuple):
    """A fact to read, or a stop to apply. A stop counts from its own instant, and before what it changes."""

    when: datetime
    at: int
    letter: Letter
    stop: Pattern | None = None

    @property
    def place(self) -> tuple[datetime, int, bool]:
        return self.when, self.at, self.stop is None


def runs_of(matching: Matching, others: Sequence[Ended]) -> list[Ended]:
    """Every run of the clocks that hold on conditions, with its end. others: the clocks that events start."""
    protocols: dict[str, Protocol] = {}
    for _, letter in matching.facts:
        protocol = matching.protocol_of(letter)
        protocols.setdefault(protocol.edition, protocol)
    found: list[Ended] = []
    for edition, protocol in protocols.items():
        for block in protocol.clocks:
            if block.while_ and block.daily is None and matching.may_begin(block.while_):
                runs = _Runs(matching, block, [one for one in others if one[0].rule == block.yields_to])
                # A running clock keeps the terms it started under: of each edition the runs that began in its time.
                found += [run for run in runs.read() if matching.protocol_of(run[0].letter).edition == edition]
    return found


@dataclass
class _Runs:
    """One clock while the facts are read. others: those it yields to; dated: the payload its date stands in."""

    matching: Matching
    block: Block
    others: Sequence[Ended]
    running: Start | None = None
    dated: dict[str, Any] | None = None
    done: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._holdings = [Holding(condition, self.matching) for condition in self.block.while_]
        dated = None if self.block.limit_from is None else self.block.limit_from.of
        self._names = {name for condition in self.block.while_ for name in condition.names}
        self._names |= set() if dated is None else {dated.event}
        self._freeing = {end.cancel.event_id for _, end in self.others if end.cancel is not None}

    def read(self) -> list[Ended]:
        """The runs, in the order in which they began."""
        before: tuple[object, ...] | None = None
        for step in self._steps():
            if step.stop is not None:
                self._stopped(step, step.stop)
                continue
            for holding in self._holdings:
                holding.read(step.letter, step.at)
            self._note_date(step.letter)
            now = tuple(holding.by for holding in self._holdings) if self._all_hold() else None
            if now != before:
                self._end(End(cancel=step.letter, cancelled_at=step.letter.occurred_at))
            freed = [end.cancelled_at for _, end in self.others if _is(end.cancel, step.letter) and end.cancelled_at]
            if now is not None and self.running is None and (now != before or freed) and not self._yields(step.at):
                self._start(step, max([*(holding.since for holding in self._holdings), *freed]))
            before = now
        self._end(End())
        return self.done

    def _all_hold(self) -> bool:
        return all(holding.holds for holding in self._holdings)

    def _yields(self, at: int) -> bool:
        return any(start.at <= at and not self._over(end, at) for start, end in self.others)

    def _over(self, end: End, at: int) -> bool:
        return end.withdrawn or (end.letter is not None and self.matching.places[end.letter.event_id] <= at)

    def _stopped(self, step: _Step, stop: Pattern) -> None:
        if not self._all_hold() or not self._is_of_these(step, stop):
            return
        for holding in self._holdings:
            holding.spent = holding.condition.once
        if self.running is None:
            return
        self._end(End(stop=step.letter, stopped_at=step.when))
        if self.block.repeats:
            self._note_date(step.letter)
            self._start(step, step.when)

    def _is_of_these(self, step: _Step, stop: Pattern) -> bool:
        told_apart = [holding.by for holding in self._holdings if holding.condition.by is not None]
        return any(self.matching.means(stop, step.letter, step.at, by=by) for by in told_apart or [None])

    def _note_date(self, letter: Letter) -> None:
        dated = None if self.block.limit_from is None else self.block.limit_from.of
        if dated is not None and dated.matches(letter.name, letter.data):
            self.dated = letter.data

    def _start(self, step: _Step, started_at: datetime) -> None:
        dated = self.block.limit_from is not None and self.block.limit_from.of is not None
        self.running = Start(
            letter=step.letter,
            at=step.at,
            rule=self.block.rule,
            child_id=None,
            block=self.block,
            started_at=started_at,
            due_at=self.block.due(started_at, self.dated if dated else step.letter.data),
            computed_by="qa",
            check="not_checked",
        )

    def _end(self, end: End) -> None:
        if self.running is not None:
            self.done.append((self.running, end))
            self.running = None

    def _steps(self) -> list[_Step]:
        stops = [
            _Step(stop.instant(letter.data, letter.occurred_at), at, letter, stop)
            for at, letter in self.matching.of(self.block.ended_by)
            for group in self.block.stopped_by
            for stop in group.get(letter.name, ())
            if stop.matches(letter.name, letter.data)
        ]
        facts = [
            _Step(when, at, letter)
            for (at, letter), when in zip(self.matching.facts, self.matching.reached, strict=True)
            # What a stop has changed shows at the next fact, whichever that is.
            if stops or letter.name in self._names or letter.event_id in self._freeing
        ]
        return sorted([*stops, *facts], key=lambda step: step.place) if stops else facts


def _is(one: Letter | None, other: Letter) -> bool:
    return one is not None and one.event_id == other.event_id
