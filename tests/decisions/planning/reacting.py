"""A service at its desk: it reads letters, believes what they say and records what follows. In memory, by its table."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from shared.kernel.act import Act
from shared.kernel.beliefs import Belief, Known, folded, told_of
from shared.kernel.events import Event, Fact, Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM, Actor
from shared.kernel.service import Service
from shared.kernel.stamp import Decided, stamp
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from tests.views.letters import AUTHORITY, EDITION

MANAGER = Actor(id="p-manager", role="SW_TEAM_MANAGER", team="CAT", employer="authority", social_worker=True)


def wolverhampton(at: datetime) -> Protocol:
    """The real pack, in force at an instant."""
    return protocol_of(AUTHORITY, at, ())


def without_rows(at: datetime) -> Protocol:
    """The same authority, had it no row on what services record by themselves."""
    protocol = wolverhampton(at)
    return replace(
        protocol,
        local=msgspec.structs.replace(protocol.local, follows=(), waits=()),
        national=msgspec.structs.replace(protocol.national, follows=()),
    )


@dataclass
class Desk:
    """One service, as its intake runs it. recorded: all that it recorded, in order."""

    service: Service
    protocol_for: Any = wolverhampton
    beliefs: dict[tuple[str, str], Belief] = field(default_factory=dict)
    recorded: list[Recorded] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def take(self, *letters: Letter) -> list[Recorded]:
        """Read letters, those of other services only. Gives what was recorded because of them."""
        before = len(self.recorded)
        for letter in letters:
            if letter.service != self.service.name:
                self._take(letter)
        return self.recorded[before:]

    def take_own(self, letter: Letter) -> list[Recorded]:
        """Read a letter of its own, as a service does whose register all believe."""
        before = len(self.recorded)
        self._take(letter)
        return self.recorded[before:]

    def record(self, event: Event, at: datetime, case: str, child: str, by: Actor = MANAGER) -> Recorded:
        """What a person recorded here."""
        return self.record_about(event, at, case, (child,), by)

    def record_about(
        self, event: Event, at: datetime, case: str, children: Iterable[str], by: Actor = MANAGER
    ) -> Recorded:
        """What a person recorded here, about several children."""
        fact = Fact(stream=f"case/{case}", case_id=case, child_ids=tuple(children), event=event)
        self._keep(Act(at, at, by, self._new_id), [fact], EDITION)
        return self.recorded[-1]

    def keep(self, fact: Fact, at: datetime, by: Actor = MANAGER) -> Recorded:
        """What a person recorded here, with all that its envelope says."""
        self._keep(Act(at, at, by, self._new_id), [fact], EDITION)
        return self.recorded[-1]

    def known(self) -> Known:
        """All that it believes."""
        return Known(self.beliefs.values())

    def matter(self, case: str, at: datetime) -> Matter:
        """All that it knows of a case and of those linked to it."""
        cases = set(cases_of(case, self.known()))
        own = [told_of(event) for event in self.recorded if event.case_id in cases]
        return matter_of(case, self.known(), own, self.protocol_for(at))

    def _take(self, letter: Letter) -> None:
        for about in self.service.beliefs.get(letter.name, lambda letter: ())(letter):
            row = (letter.source, about)
            self.beliefs[row] = folded(self.beliefs.get(row, Belief(source=row[0], about=about, sequence=0)), letter)
        for reaction in self.service.reactions:
            if reaction.name == letter.name:
                streams = reaction.streams(letter, self.known())
                states = {stream: self._state(stream) for stream in streams}
                act = Act(letter.occurred_at, letter.recorded_at, SYSTEM, self._new_id, causation_id=letter.event_id)
                protocol = self.protocol_for(letter.occurred_at)
                self._keep(act, reaction.decide(states, self.known(), letter, protocol, act), letter.edition)

    def _state(self, stream: str) -> Any:
        return self.service.fold(stream, [event for event in self.recorded if event.stream == stream])

    def _keep(self, act: Act, facts: Iterable[Fact], edition: str) -> None:
        versions = {event.stream: event.stream_version for event in self.recorded}
        self.recorded += stamp(
            Decided("test", tuple(facts)),
            service=self.service.name,
            authority=AUTHORITY,
            edition=edition,
            act=act,
            versions=versions,
            correlation_id="c",
        )

    def _new_id(self) -> str:
        return f"{self.service.name}-{next(self.numbers)}"


def told(recorded: Iterable[Recorded]) -> list[Any]:
    """What was recorded, without what differs each time: ids and the moment we knew."""
    facts = [
        (
            event.name,
            event.stream,
            event.case_id,
            event.child_ids,
            event.occurred_at,
            event.edition,
            event.rules,
            event.clocks,
            event.causation_id,
            event.data,
        )
        for event in recorded
    ]
    return sorted(facts, key=lambda fact: (fact[4], fact[0], fact[3]))
