"""Which deadlines of a child run after some facts: what a service asks that has to know whether one is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.kernel.beliefs import Told
from shared.protocol.clocks import Clock
from shared.protocol.facts import concerned
from shared.protocol.patterns import Pattern
from shared.protocol.protocol import Protocol


@dataclass
class _Run:
    clock: Clock
    start: Told
    met: set[int] = field(default_factory=lambda: set[int]())


def running(facts: Iterable[Told], protocol: Protocol, ids: frozenset[str]) -> frozenset[str]:
    """The rules of the clocks that run for a child of these ids, due or overdue.

    facts: those that count, in the one order. Starts that ask for the child's state are not read here.
    """
    runs: list[_Run] = []
    ends: dict[str, Told] = {}
    for fact in facts:
        about = concerned(fact) & ids
        if not about:
            continue
        begun = [_Run(clock, fact) for clock in _started(protocol, fact, about, ends)]
        over = [run for run in runs if _ended(run, fact, about)]
        ends |= {run.clock.rule: fact for run in over}
        runs = [run for run in runs if run not in over]
        runs += [run for run in begun if run.clock.repeats or not _ended(run, fact, about)]
    return frozenset(run.clock.rule for run in runs)


def _started(protocol: Protocol, fact: Told, about: frozenset[str], ends: Mapping[str, Told]) -> Iterable[Clock]:
    """The clocks that a fact starts. ends: rule -> what the last one of a clock ended with."""
    for clock in protocol.clocks:
        found = (clock.start_of(fact.name, fact.data, child) for child in about)
        if clock.about == "child" and any(one and _again(one, ends.get(clock.rule)) for one in found):
            yield clock


def _again(start: Pattern, end: Told | None) -> bool:
    """Whether a start that asks by what the last clock was cancelled finds it so."""
    asked = start.cancelled_by
    return asked is None or (end is not None and any(asked.matches(end.name, end.data, one) for one in end.child_ids))


def _ended(run: _Run, fact: Told, about: frozenset[str]) -> bool:
    # What is decided on a referral ends nothing of another referral of the same child.
    if fact.name.startswith("referral.") and fact.case_id != run.start.case_id:
        return False
    for place, group in enumerate(run.clock.stops):
        if any(pattern.matches(fact.name, fact.data, child) for pattern in group for child in about):
            run.met.add(place)
    cancelled = any(
        pattern.started_by in (None, run.start.name) and pattern.matches(fact.name, fact.data, child)
        for pattern in run.clock.cancels
        for child in about
    )
    return cancelled or len(run.met) == len(run.clock.stops)
