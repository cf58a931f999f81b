"""given(past).when(decide, command).then(events), .refused(rules): decisions told as short stories.

A story holds what was recorded and told so far. `kept()` goes on from what was just decided; `told()` adds what
another service's letter said; `at` and `by` say when and by whom the next thing is done.
"""

import inspect
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.allocation import practitioner
from services.referral import child, family, referral, turned_away
from services.referral.decisions.around import NOTHING_AROUND, Around, Match
from shared.kernel.act import Act
from shared.kernel.beliefs import Belief, Known, Told, told_of
from shared.kernel.events import Event, Fact, Recorded
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from shared.kernel.stamp import Decided, stamp
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing, standing

FOLDS = {
    "referral": referral,
    "child": child,
    "family": family,
    "turned-away": turned_away,
    "practitioner": practitioner,
}
_NUMBERS = itertools.count(1)
A_SECOND = timedelta(seconds=1)
"""What happens next happens later: facts of several services at one instant have no order of their own."""


def fresh_id() -> str:
    """An id nobody else has in this run."""
    return f"id{next(_NUMBERS)}"


@dataclass(frozen=True)
class Outcome:
    """What a decision gave: facts, or the refusal."""

    story: "Story"
    facts: tuple[Fact, ...]
    refusal: Refused | None

    def then(self, *expected: type[Event] | Event) -> "Outcome":
        """The events are these, in order: of these classes, or equal to these."""
        assert self.refusal is None, f"refused: {self.refusal}"
        events = [fact.event for fact in self.facts]
        assert len(events) == len(expected), [event.title() for event in events]
        for event, wanted in zip(events, expected, strict=True):
            assert isinstance(event, wanted) if isinstance(wanted, type) else event == wanted
        return self

    def refused(self, *rules: str) -> "Outcome":
        """Refused with exactly these rules, each with a reason and a remedy."""
        assert self.refusal is not None, "was accepted"
        assert set(self.refusal.rules) == set(rules), self.refusal.rules
        assert all(one.because and one.remedy for one in self.refusal.refusals)
        return self

    def lacking(self, *items: tuple[str, str]) -> "Outcome":
        """Taken all the same, with at least these (rule, what) noted as missing."""
        assert self.refusal is None, f"refused: {self.refusal}"
        found = {(item.rule, item.what) for fact in self.facts for item in fact.incomplete}
        assert set(items) <= found, found
        return self

    def complete(self, rule: str) -> "Outcome":
        """Nothing is missing under this rule."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert rule not in {item.rule for fact in self.facts for item in fact.incomplete}
        return self

    def warned(self, *rules: str) -> "Outcome":
        """Accepted, with exactly these warnings."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert {one.rule for fact in self.facts for one in fact.warnings} == set(rules)
        return self

    def due(self, rule: str, when: str | None) -> "Outcome":
        """The clock of this rule was started for each child and is due then (ISO, UTC); None: it was not started."""
        found = {clock.due_at for fact in self.facts for clock in fact.clocks if clock.rule == rule}
        assert found == ({datetime.fromisoformat(when)} if when else set()), found
        return self

    def cites(self, *rules: str) -> "Outcome":
        """The receipt names at least these rules."""
        assert set(rules) <= {rule for fact in self.facts for rule in fact.rules}
        return self

    @property
    def event(self) -> Any:
        """The first event."""
        return self.facts[0].event

    def kept(self) -> "Story":
        """The story with what was decided recorded."""
        assert self.refusal is None, f"refused: {self.refusal}"
        return self.story.recorded(self.facts)


@dataclass(frozen=True)
class Story:
    """What was recorded here and told from elsewhere, and who acts next. roots: of the packs, if not the usual."""

    protocol: Protocol
    moment: datetime
    actor: Actor
    client: bool = False
    past: tuple[Recorded, ...] = ()
    letters: tuple[Told, ...] = ()
    around: Around = NOTHING_AROUND
    roots: tuple[Path, ...] | None = None

    def by(self, actor: Actor, client: bool = False) -> "Story":
        return replace(self, actor=actor, client=client)

    def at(self, moment: str) -> "Story":
        when = datetime.fromisoformat(moment)
        moment_of = protocol_of(self.protocol.authority, when, self.roots)
        return replace(self, moment=when, protocol=moment_of)

    def matching(self, *matches: Match) -> "Story":
        return replace(self, around=replace(self.around, matches=(*self.around.matches, *matches)))

    def told(self, name: str, child_id: str | Iterable[str], case_id: str | None = None, **data: Any) -> "Story":
        """Another service's letter, at the story's moment. case_id: of the child, if not said."""
        children = (child_id,) if isinstance(child_id, str) else tuple(child_id)
        told = Told(
            event_id=fresh_id(),
            name=name,
            child_ids=children,
            case_id=case_id or (self.case_of(children[0]) if children else None),
            occurred_at=self.moment,
            recorded_at=self.moment,
            source=name.partition(".")[0],
            sequence=len(self.letters) + 1,
            actor=Actor(id="elsewhere"),
            data=data,
        )
        return replace(self, letters=(*self.letters, told), moment=self.moment + A_SECOND)

    def recorded(self, facts: Iterable[Fact]) -> "Story":
        versions = {event.stream: event.stream_version for event in self.past}
        events = stamp(
            Decided("test", tuple(facts)),
            service="referral",
            authority=self.protocol.authority,
            edition=self.protocol.edition,
            act=self.act(),
            versions=versions,
            correlation_id="c",
        )
        return replace(self, past=(*self.past, *events), moment=self.moment + A_SECOND)

    def act(self) -> Act:
        return Act(self.moment, self.moment, self.actor, fresh_id, self.client)

    def state(self, stream: str) -> Any:
        kind, _, stream_id = stream.partition("/")
        fold = FOLDS[kind]
        state = fold.unknown(stream_id)
        for event in self.past:
            state = fold.evolve(state, event) if event.stream == stream else state
        return state

    @property
    def referrals(self) -> tuple[str, ...]:
        """The ids of the referrals, in order of arrival."""
        received = (event for event in self.past if event.title == "ReferralReceived")
        return tuple(event.stream.partition("/")[2] for event in received)

    def children(self, which: int = -1) -> tuple[str, ...]:
        """The children of a referral: of the last, if not said."""
        return self.state(f"referral/{self.referrals[which]}").child_ids

    def case(self, which: int = -1) -> str:
        """The case of a referral."""
        return self.state(f"referral/{self.referrals[which]}").case_id

    def case_of(self, child_id: str) -> str | None:
        return next((event.case_id for event in self.past if child_id in event.child_ids), None)

    def standing(self, child_id: str) -> Standing:
        """Where a child stands by everything known."""
        own = [told_of(event) for event in self.past]
        return standing(Known(self._beliefs(own)).of("all"), self.protocol, child_id)

    def when(self, decide: Callable[..., tuple[Fact, ...]], command: Any, stream: str | None = None) -> Outcome:
        """Decide. stream: whose state it is decided on; the last referral's, if not said."""
        last = f"referral/{self.referrals[-1]}" if self.referrals else "referral/"
        stream = stream if stream is not None else "referral/" if "submit" in decide.__name__ else last
        takes_around = "around" in inspect.signature(decide).parameters
        extra = {"around": self._around(stream)} if takes_around else {}
        known = Known(
            Belief(source=told.source, about=str(told.case_id), sequence=1, facts=(told,)) for told in self.letters
        )
        try:
            return Outcome(self, decide(self.state(stream), known, command, self.protocol, self.act(), **extra), None)
        except Refused as refusal:
            return Outcome(self, (), refusal)

    def _around(self, stream: str) -> Around:
        others = tuple(told_of(event) for event in self.past if event.stream != stream)
        cases = {child: str(event.case_id) for event in reversed(self.past) for child in event.child_ids}
        people = {
            event.stream.partition("/")[2]: self.state(event.stream)
            for event in self.past
            if event.stream.startswith("child/")
        }
        return replace(self.around, facts=others, cases={**cases, **self.around.cases}, children=people)

    def _beliefs(self, own: list[Told]) -> list[Belief]:
        return [Belief(source="all", about="all", sequence=1, facts=(*own, *self.letters))]


NOW = "2026-04-02T10:00:00+00:00"
AGENCY = Actor(id="client-school", employer="Moseley Primary")
FRONT_DOOR = Actor(id="p-door", role="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR", social_worker=True)
DOOR_MANAGER = Actor(id="p-boss", role="SW_TEAM_MANAGER", team="FAMILIES_FRONT_DOOR", social_worker=True)
CAT = Actor(id="p-cat", role="SOCIAL_WORKER", team="CAT", social_worker=True)
NEIGHBOUR_TEAM = Actor(id="p-partner", role="PRACTITIONER", team=None, employer="Moseley Primary")


def given(protocol: Protocol | None = None, at: str = NOW, by: Actor = FRONT_DOOR, client: bool = False) -> Story:
    """A story in which nothing has happened yet."""
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return Story(protocol or protocol_of("WLV", moment), moment, by, client)
