"""Three services over pure memory: people decide, letters travel in any order, services react. No I/O, no time.

Between services nothing is promised but the order of one case's letters within one source. So each letter waits in
a queue of its source, its reader and its case, and chance decides which queue moves next.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from deploy.services import SERVICES
from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.record_private_fostering import RecordPrivateFostering, record_private_fostering
from services.referral.decisions.around import Around
from shared.kernel.act import Act
from shared.kernel.beliefs import Belief, Known, Told, folded, told_of
from shared.kernel.events import Fact, Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM, Actor
from shared.kernel.refusal import Refused
from shared.kernel.sealed import Sealed
from shared.kernel.service import Service
from shared.kernel.stamp import Decided, stamp
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing, standings
from tests.decisions.allocation.naming_leads import COURSES
from tests.histories.letters import AUTHORITY, appointed, letter_of
from tests.histories.people import EVERYBODY, SINCE, TEAM_MANAGER, Member

ACTING = ("referral", "allocation", "planning")
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Decide = Callable[..., Sequence[Fact]]


@dataclass
class House:
    """One service in memory: what it recorded, and what it believes of the others.

    own: what it recorded, as it reads it; seen: what was read since anything changed.
    """

    service: Service
    recorded: list[Recorded] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    beliefs: dict[tuple[str, str], Belief] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    own: list[Told] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def keep(self, events: Sequence[Recorded]) -> None:
        """Record, as the store does, folding each stream on."""
        self.seen.clear()
        for event in events:
            self.recorded.append(event)
            self.own.append(told_of(event))
            self.versions[event.stream] = event.stream_version
            self.states[event.stream] = self.service.streams[event.stream.split("/")[0]].evolve(
                self.state(event.stream), event
            )

    def state(self, stream: str) -> Any:
        """A stream's state as it was folded, event by event."""
        return self.states[stream] if stream in self.states else self.service.fold(stream, ())

    def known(self) -> Known:
        """All that it believes."""
        return self.seen.setdefault("known", None) or self._known()

    def _known(self) -> Known:
        self.seen["known"] = Known(self.beliefs.values())
        return self.seen["known"]

    def matter(self, case: str, protocol: Protocol) -> Matter:
        """All that it knows of a case and those linked to it."""
        found = self.seen.get(case)
        if found is None or found.protocol is not protocol:
            cases = set(cases_of(case, self.known()))
            own = [fact for fact in self.own if fact.case_id in cases]
            found = self.seen[case] = matter_of(case, self.known(), own, protocol)
        return found

    def believe(self, letter: Letter) -> None:
        """Fold a letter into the rows that it is about."""
        self.seen.clear()
        for about in self.service.beliefs.get(letter.name, lambda letter: ())(letter):
            row = (letter.source, about)
            self.beliefs[row] = folded(self.beliefs.get(row, Belief(source=row[0], about=about, sequence=0)), letter)


@dataclass
class World:
    """What one seed leads to. moment: when the next thing happens; letters: all that were ever sent."""

    chance: random.Random
    moment: datetime = FIRST
    houses: dict[str, House] = field(default_factory=lambda: {name: House(SERVICES[name]) for name in ACTING})
    queues: dict[tuple[str, str, str], deque[Letter]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    everything: dict[tuple[str, str], Belief] = field(default_factory=dict)
    stood: tuple[Any, dict[str, Standing]] | None = None
    ids: int = 0

    def enter(self, members: Iterable[Member]) -> None:
        """Put people in the registers, before anything else happens."""
        for member in members:
            self._register(member)
        while self.deliver():
            pass
        self.letters.clear()
        self.everything.clear()

    def protocol(self, at: datetime | None = None) -> Protocol:
        """What binds now, or at an instant."""
        return protocol_of(AUTHORITY, at or self.moment)

    def new_id(self) -> str:
        """An id nobody else has in this history; the same seed gives the same ones."""
        self.ids += 1
        return f"n{self.ids}"

    def pass_time(self) -> None:
        """A while later: minutes mostly, sometimes weeks."""
        minutes = self.chance.choice((3, 20, 90, 600, 1_500, 4_500, 20_000))
        self.moment += timedelta(minutes=minutes)

    def act(self, by: Actor, client: bool = False) -> Act:
        """Somebody acts now. client: an agency's system."""
        return Act(self.moment, self.moment, by, self.new_id, client)

    def record(self, service: str, command: str, by: Actor, facts: Sequence[Fact]) -> list[Recorded]:
        """Record what was decided and send it to everybody who reads it."""
        house = self.houses[service]
        events = stamp(
            Decided(command, tuple(facts)),
            service=service,
            authority=AUTHORITY,
            edition=self.protocol().edition,
            act=self.act(by),
            versions=house.versions,
            correlation_id="c",
        )
        house.keep(events)
        for event in events:
            self._send(letter_of(event, self._next(service)))
        return events

    def decide(
        self, service: str, decide: Decide, body: Any, by: Member, case: str, *reads: Any
    ) -> Sequence[Fact] | Refused:
        """A command on a case, as the service would decide it by what it knows just now. Records nothing."""
        house = self.houses[service]
        try:
            return decide(house.matter(case, self.protocol()), house.known(), body, self.act(by.actor), *reads)
        except Refused as refused:
            return refused

    def around(self, stream: str) -> Around:
        """What the front door reads around a command on one of its referrals."""
        own = self.houses["referral"].recorded
        pairs = zip(own, self.houses["referral"].own, strict=True)
        others = tuple(told for event, told in pairs if event.stream != stream and event.case_id)
        cases = {child: str(event.case_id) for event in reversed(own) for child in event.child_ids}
        house = self.houses["referral"]
        children = {
            event.stream.partition("/")[2]: house.state(event.stream)
            for event in own
            if event.stream.startswith("child/")
        }
        return Around(facts=others, cases=cases, children=children)

    def deliver(self) -> bool:
        """One letter, of whichever queue chance points at, to its reader. False when none waits."""
        waiting = [key for key, queue in self.queues.items() if queue]
        if not waiting:
            return False
        key = self.chance.choice(waiting)
        letter = self.queues[key].popleft()
        self._take(self.houses[key[1]], letter)
        return True

    def standings(self, case: str) -> dict[str, Standing]:
        """Where each child stands by everything that has happened, read or not."""
        key = (case, len(self.letters), self.protocol().edition)
        if self.stood is None or self.stood[0] != key:
            self.stood = (key, dict(standings(self.facts(case), self.protocol())))
        return self.stood[1]

    def facts(self, case: str) -> list[Told]:
        """All that ever happened in a case, in the order of the house."""
        return list(matter_of(case, Known(self.everything.values()), (), self.protocol()).told)

    def end_private_fostering(self, case: str, children: Sequence[str]) -> None:
        """It ends by a record of its own, and everybody hears of it."""
        self.pass_time()
        day = self.moment.date().isoformat()
        ended = {"child_ids": list(children), "ended_on": day, "reason_code": "OTHER", "reason_note": "They moved."}
        fostering = RecordPrivateFostering.model_validate(ended)
        facts = self.decide("planning", record_private_fostering, fostering, TEAM_MANAGER, case)
        assert not isinstance(facts, Refused), facts
        self.record("planning", "RecordPrivateFostering", TEAM_MANAGER.actor, facts)
        while self.deliver():
            pass

    def close_everybody(self, case: str, children: Sequence[str]) -> None:
        """An event ends the case of every child, and everybody hears of it."""
        self.pass_time()
        body = CloseCase.model_validate({"children": list(children), "closed_by_event": "DIED"})
        facts = self.decide("planning", close_case, body, TEAM_MANAGER, case)
        assert not isinstance(facts, Refused), facts
        self.record("planning", "CloseCase", TEAM_MANAGER.actor, facts)
        while self.deliver():
            pass

    def _take(self, house: House, letter: Letter) -> None:
        if letter.event_id in house.taken:
            return
        house.taken.add(letter.event_id)
        house.believe(letter)
        for reaction in house.service.reactions:
            if reaction.name != letter.name:
                continue
            streams = reaction.streams(letter, house.known())
            states = {stream: house.state(stream) for stream in streams}
            act = Act(letter.occurred_at, self.moment, SYSTEM, self.new_id, causation_id=letter.event_id)
            facts = reaction.decide(states, house.known(), letter, self.protocol(letter.occurred_at), act)
            self._react(house, letter, act, facts)

    def _react(self, house: House, letter: Letter, act: Act, facts: Sequence[Fact]) -> None:
        events = stamp(
            Decided(letter.name, tuple(facts)),
            service=house.service.name,
            authority=AUTHORITY,
            edition=letter.edition,
            act=act,
            versions=house.versions,
            correlation_id="c",
        )
        house.keep(events)
        for event in events:
            self._send(letter_of(event, self._next(house.service.name)))

    def _send(self, letter: Letter) -> None:
        self.letters.append(letter)
        for about in {letter.case_id, letter.data.get("kept"), letter.data.get("joined")} - {None}:
            row = (letter.source, str(about))
            belief = self.everything.get(row, Belief(source=row[0], about=row[1], sequence=0))
            self.everything[row] = folded(belief, letter)
        for reader in ACTING:
            if reader != letter.service and letter.name in self.houses[reader].service.beliefs:
                self.queues.setdefault((letter.source, reader, letter.key), deque()).append(letter)
        own = self.houses.get(letter.service)
        if own is not None and letter.name in own.service.beliefs:
            own.believe(letter)

    def _next(self, source: str) -> int:
        self.sequences[source] = self.sequences.get(source, 0) + 1
        return self.sequences[source]

    def _register(self, member: Member) -> None:
        allocation = self.houses["allocation"]
        kind = allocation.service.event_called("allocation.PractitionerRegistered")
        name = Sealed(f"person/{member.id}", "Somebody")
        entry = msgspec.convert({**member.entry(), "name": name}, kind, dec_hook=lambda kind, value: value)
        facts = [Fact(stream=f"practitioner/{member.id}", event=entry)]
        for code in COURSES:
            course = {"practitioner_id": member.id, "code": code, "status": "COMPLETED"}
            event = msgspec.convert(course, allocation.service.event_called("allocation.TrainingRecorded"))
            facts.append(Fact(stream=f"practitioner/{member.id}", event=event))
        self.moment = SINCE
        self.record("allocation", "RegisterPractitioner", SYSTEM, facts)
        self.moment = FIRST
        if member.post is not None:
            self._send(appointed(member, self._next("qa")))


@cache
def _founded() -> World:
    world = World(random.Random(0))
    world.enter(EVERYBODY)
    return world


def world_of(seed: int) -> World:
    """The world of a seed before its history begins, with everybody in the registers."""
    first = _founded()
    houses = {
        name: House(
            service=house.service,
            recorded=[*house.recorded],
            states={**house.states},
            versions={**house.versions},
            beliefs={**house.beliefs},
            taken={*house.taken},
            own=[*house.own],
        )
        for name, house in first.houses.items()
    }
    return World(random.Random(seed), houses=houses, sequences={**first.sequences}, ids=first.ids)
