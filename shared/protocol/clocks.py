"""A clock as a pack words it, and the deadlines that an event starts under a protocol."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import msgspec

from shared.kernel.calendar import end_of_day
from shared.kernel.events import ClockStart
from shared.kernel.limits import Limit
from shared.protocol.blocks import Block, Strict
from shared.protocol.conditions import Condition
from shared.protocol.patterns import Pattern, by_event, hold, values


class LimitFrom(Strict, frozen=True, kw_only=True):
    """A date that the starting event carries. field: where; unset: how long, where it sets none.

    ceiling: the latest that it may be, where there is one.

    of: the event that carries it, the last before the start, where that may be another one.
    """

    field: str
    unset: Limit
    ceiling: Limit | None = None
    of: Pattern | None = None


class Daily(Strict, frozen=True, kw_only=True):
    """A clock of each team's working days. by: the local time from before which something must wait, as 16:00.

    every: on every working day from the first, whether something waits or not.
    """

    by: str
    every: bool = False


class Clock(Block, frozen=True, kw_only=True, dict=True):
    """A deadline: started by one event, stopped by another.

    about: whose it is. starts: one is enough. stops: groups of which one event each is needed (a pack may write a
    plain list for a single group). cancels: the subject left its scope. limit or limit_from: how long.
    direction: BACKWARDS counts from a meeting. repeats: each stop starts the next. first_start_counts: a further
    start while it runs changes nothing. calendar: a word on the counting, for the reader. computed_by: "qa" where
    no event carries it. force: advisory records a miss and refuses nothing. alerts: posts told of it;
    alerts_in: further ones while the child stands in a state.
    also: IDs of other clocks with the same start and stop that it binds before.
    while: in place of starts and cancels, what must hold of a family together: it starts when all do and is cancelled
    when one no longer does; with `repeats` each stop starts the next. yields_to: a clock while which it does not start.
    daily: it is each team's and each working day's on which its one condition holds of anybody's case.
    """

    about: Literal["child", "case", "plan", "person", "team", "service"]
    while_: tuple[Condition, ...] = msgspec.field(name="while", default=())
    yields_to: str | None = None
    daily: Daily | None = None
    starts: tuple[Pattern, ...] = ()
    stops: tuple[tuple[Pattern, ...], ...]
    cancels: tuple[Pattern, ...] = ()
    limit: Limit | None = None
    limit_from: LimitFrom | None = None
    direction: Literal["FORWARDS", "BACKWARDS"] = "FORWARDS"
    repeats: bool = False
    first_start_counts: bool = False
    calendar: str = ""
    computed_by: str | None = None
    force: Literal["mandatory", "advisory"] = "mandatory"
    alerts: tuple[str, ...] = ()
    alerts_in: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.limit is None) == (self.limit_from is None):
            raise ValueError("a clock has a limit or takes one from its start, and not both")
        if self.while_ and (self.starts or self.cancels or self.computed_by != "qa"):
            raise ValueError("a clock that runs while something holds has no other start or cancel, and qa computes it")

    @property
    def advisory(self) -> bool:
        """Whether a miss is only shown."""
        return self.force == "advisory"

    @cached_property
    def started_by(self) -> Mapping[str, tuple[Pattern, ...]]:
        """What starts it, by the event's name."""
        return by_event(self.starts)

    @cached_property
    def stopped_by(self) -> tuple[Mapping[str, tuple[Pattern, ...]], ...]:
        """Each of its groups of stops, by the event's name."""
        return tuple(by_event(group) for group in self.stops)

    @cached_property
    def cancelled_by(self) -> Mapping[str, tuple[Pattern, ...]]:
        """What takes its subject out of scope, by the event's name."""
        return by_event(self.cancels)

    @cached_property
    def ended_by(self) -> frozenset[str]:
        """The names of the events that may stop or cancel it."""
        return frozenset(name for group in (*self.stopped_by, self.cancelled_by) for name in group)

    @property
    def rules(self) -> tuple[str, ...]:
        """Its ID and those of the clocks it binds before."""
        return (self.rule, *self.also)

    def due(self, start: datetime, data: Any = None) -> datetime:
        """When it is due, started at an instant by an event with this payload. UTC."""
        if self.limit is not None:
            return self.limit.due(start)
        assert self.limit_from is not None
        ceiling = self.limit_from.ceiling
        for found in values(data, self.limit_from.field):
            day = found if isinstance(found, date) else date.fromisoformat(found)
            return min(end_of_day(day), ceiling.due(start)) if ceiling else end_of_day(day)
        return self.limit_from.unset.due(start)

    def start_of(
        self,
        name: str,
        data: Any,
        child_id: str | None = None,
        state: str | None = None,
        ran_before: bool = False,
        around: Any = None,
    ) -> Pattern | None:
        """The start that an event of this name and payload is for this clock, if it is one.

        state: the child's, before the event; ran_before: whether this clock ever ran for the child; around: its
        circumstances before the event, by the packs' words, None where nobody looked.
        """
        for pattern in self.started_by.get(name, ()):
            if (
                pattern.matches(name, data, child_id)
                and (not pattern.states or state in pattern.states)
                and not (pattern.first and ran_before)
                and (around is None or hold(pattern.around, around))
            ):
                return pattern
        return None


class Terms(Block, frozen=True, kw_only=True):
    """Local terms of a national clock, which stays in force. of: its ID; starts_also and cancels_also are added.

    stops: groups that take the place of the national ones; empty leaves them as they are.
    while, limit_from: what must hold together in place of its starts and cancels, and where its date stands then.
    """

    of: str
    while_: tuple[Condition, ...] = msgspec.field(name="while", default=())
    limit_from: LimitFrom | None = None
    starts_also: tuple[Pattern, ...] = ()
    stops: tuple[tuple[Pattern, ...], ...] = ()
    cancels_also: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Started:
    """The deadlines an event starts, and the rules they cite."""

    clocks: tuple[ClockStart, ...] = ()
    rules: tuple[str, ...] = ()


def started(
    clocks: Iterable[Clock],
    name: str,
    data: Any,
    occurred_at: datetime,
    child_id: str | None = None,
    state: str | None = None,
    ran_before: frozenset[str] = frozenset(),
    around: Any = None,
) -> Started:
    """What an event starts that its own service computes: `clocks[]` of its envelope, for one child.

    state: of the child before it; ran_before: IDs of the clocks that ever ran for the child; around: its
    circumstances before the event, by the packs' words.
    """
    starts: list[ClockStart] = []
    rules: list[str] = []
    for clock in clocks:
        pattern = clock.start_of(name, data, child_id, state, clock.rule in ran_before, around)
        if pattern is None or "qa" in (clock.computed_by, pattern.computed_by):
            continue
        due_at = clock.due(pattern.instant(data, occurred_at), data)
        starts.append(ClockStart(rule=clock.rule, due_at=due_at, child_id=child_id))
        rules.extend(clock.rules)
    return Started(tuple(starts), tuple(dict.fromkeys(rules)))
