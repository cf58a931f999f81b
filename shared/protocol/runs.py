"""The runs of a clock for one child, read from the facts by the protocol's own words: its starts and its ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.kernel.beliefs import Told
from shared.protocol.clocks import Clock
from shared.protocol.facts import concerned
from shared.protocol.linked import Matter
from shared.protocol.patterns import Pattern


@dataclass(frozen=True)
class Run:
    """One time that a clock ran. by: the event that started it; ended_at: None while it runs; met: groups of stops."""

    rule: str
    by: str
    due_at: datetime
    ended_at: datetime | None = None
    met: frozenset[int] = frozenset()

    def is_missed(self, at: datetime) -> bool:
        """Whether it was past due when it ended, or is so at an instant while it runs."""
        return self.due_at < (self.ended_at or at)


def runs_of(matter: Matter, clock: Clock, child_id: str) -> tuple[Run, ...]:
    """Every run of a clock for a child under any of its ids, those too whose start another service counts."""
    child = matter.linked.child(child_id)
    ids = matter.linked.ids_of(child_id)
    runs: list[Run] = []
    for fact in matter.facts:
        named = concerned(fact) & ids
        # Another referral of the child starts and ends a clock of its own.
        if not named or (fact.name.startswith("referral.") and child not in named):
            continue
        running = bool(runs) and runs[-1].ended_at is None
        if running:
            runs[-1] = _after(runs[-1], clock, fact, named)
            running = runs[-1].ended_at is None
        start = _start(matter, clock, fact, child_id, named, bool(runs))
        if start is not None and not (running and clock.first_start_counts):
            due_at = clock.due(start.instant(fact.data, fact.occurred_at), fact.data)
            runs.append(Run(clock.rule, fact.name, due_at))
    return tuple(runs)


def ran_before(matter: Matter, child_id: str) -> frozenset[str]:
    """The clocks that ever ran for a child, of those that are started once only."""
    once = (clock for clock in matter.protocol.clocks if any(start.first for start in clock.starts))
    return frozenset(clock.rule for clock in once if runs_of(matter, clock, child_id))


def overdue(matter: Matter, child_id: str, stopped_by: str, at: datetime) -> tuple[str, ...]:
    """The clocks of a child that such an event can stop and that were missed the last time they ran.

    stopped_by: the event's full name; at: the instant asked about.
    """
    found: list[str] = []
    for clock in matter.protocol.clocks:
        stops = {pattern.event for group in clock.stops for pattern in group}
        if clock.about == "child" and stopped_by in stops:
            runs = runs_of(matter, clock, child_id)
            found += [clock.rule] if runs and runs[-1].is_missed(at) else []
    return tuple(found)


def _after(run: Run, clock: Clock, fact: Told, named: Iterable[str]) -> Run:
    """A run after one more fact: cancelled, met in part, or met by the last of the groups."""
    cancel = _first(clock.cancels, fact, named)
    if cancel is not None and cancel.started_by in (None, run.by):
        return replace(run, ended_at=cancel.instant(fact.data, fact.occurred_at))
    stops = {place: _first(group, fact, named) for place, group in enumerate(clock.stops)}
    met = run.met | {place for place, stop in stops.items() if stop is not None}
    if met == run.met:
        return run
    instants = [stop.instant(fact.data, fact.occurred_at) for stop in stops.values() if stop is not None]
    return replace(run, met=met, ended_at=max(instants) if len(met) == len(clock.stops) else None)


def _start(matter: Matter, clock: Clock, fact: Told, child_id: str, named: Iterable[str], ran: bool) -> Pattern | None:
    for pattern in clock.starts:
        if pattern.event != fact.name or (pattern.first and ran) or _first((pattern,), fact, named) is None:
            continue
        stood = [one.state for one in matter.standings_before(fact, child_id)] if pattern.states else []
        if not pattern.states or any(state in pattern.states for state in stood):
            return pattern
    return None


def _first(patterns: Iterable[Pattern], fact: Told, named: Iterable[str]) -> Pattern | None:
    named = tuple(named)
    return next((one for one in patterns if any(one.matches(fact.name, fact.data, child) for child in named)), None)
