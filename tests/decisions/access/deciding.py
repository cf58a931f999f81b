"""given(events).when(decide, command).then(events) for the registers, over a small protocol of the tests."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import msgspec
import pytest

from shared.kernel.act import Act
from shared.kernel.beliefs import NOTHING_KNOWN, Belief, Known, Told
from shared.kernel.events import Event, Fact
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from shared.kernel.sealed import Sealed
from shared.kernel.stamp import Decided, stamp
from shared.protocol.blocks import Pathway, SystemRule
from shared.protocol.protocol import Protocol
from shared.protocol.schema import Edition, FrontDoor, LocalPack, NationalPack, Place

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
EARLIER = datetime(2026, 10, 1, tzinfo=UTC)
LATER = datetime(2027, 1, 4, tzinfo=UTC)
RULES = tuple(f"SYS-ACC-{number:02}" for number in range(1, 16))


def protocol(authority: str = "TST") -> Protocol:
    """A protocol with two teams, one of them of two kinds, and one sole post."""
    edition = Edition(
        id=f"{authority.lower()}/2026-01-01", authority=authority, title="t", source="s", in_force=date(2026, 1, 1)
    )
    sole = Pathway(
        rule="NAT-COMP-05",
        says="One complaints manager per authority co-ordinates.",
        source="national",
        remedy="End the appointment of the other first, or appoint a deputy.",
        command="AppointStaff",
        when={"post": ("COMPLAINTS_MANAGER",), "deputy": (False,)},
        refuses={"held_by_another": (True,)},
    )
    return Protocol(
        local=LocalPack(
            edition=edition,
            place=Place(
                name="Testshire",
                local_authority_code="999",
                posts=("FRONT_DOOR_WORKER", "SOCIAL_WORKER", "COMPLAINTS_MANAGER", "REGISTER_OFFICER"),
                managers=(),
                teams={"DOOR": ("DOOR",), "LOCALITY": ("NORTH", "SOUTH")},
                social_care=("DOOR",),
            ),
            front_door=FrontDoor(
                team="DOOR",
                posts=("FRONT_DOOR_WORKER",),
                manager_posts=(),
                telephone="01632 960001",
                telephone_confirmed=False,
            ),
            outcomes={},
            triage_words=(),
            codes={},
        ),
        national=NationalPack(edition=edition, ages=(), pathway=(sole,)),
        system={rule: SystemRule(id=rule, says=f"{rule} says", remedy=f"{rule} remedy") for rule in RULES},
        clocks=(),
    )


def act(at: datetime = NOW) -> Act:
    numbers = count(1)
    return Act(
        occurred_at=at,
        recorded_at=at,
        by=Actor(id="officer", role="REGISTER_OFFICER"),
        new_id=lambda: f"e{next(numbers)}",
    )


class given:
    """A stream's events, folded. authority: whose officer decides; known: what was told of others."""

    def __init__(
        self,
        unknown: Callable[[str], Any],
        evolve: Callable[[Any, Any], Any],
        *events: Event,
        known: Known = NOTHING_KNOWN,
        authority: str = "TST",
        recorded_in: str = "TST",
    ):
        self._known, self._protocol = known, protocol(authority)
        facts = [Fact(stream="of/one", event=event) for event in events]
        recorded = stamp(
            Decided("Given", facts),
            service="test",
            authority=recorded_in,
            edition="e",
            act=act(),
            versions={},
            correlation_id="c",
        )
        self.state = unknown("one")
        for one in recorded:
            self.state = evolve(self.state, one)

    def when(self, decide: Callable[..., tuple[Fact, ...]], command: Any, at: datetime = NOW) -> "given":
        self._run = lambda: decide(self.state, self._known, command, self._protocol, act(at))
        return self

    def then(self, *events: Event) -> tuple[Fact, ...]:
        facts = self._run()
        assert tuple(fact.event for fact in facts) == events
        return facts

    def refused(self, *rules: str) -> Refused:
        with pytest.raises(Refused) as no:
            self._run()
        assert no.value.rules == rules
        assert all(refusal.because and refusal.remedy for refusal in no.value.refusals)
        return no.value


def told(*events: tuple[str, Event] | Event, source: str = "qa-1") -> tuple[Told, ...]:
    """Events as letters tell them, in order: "qa" unless a service is named."""
    facts = []
    for sequence, one in enumerate(events, start=1):
        service, event = one if isinstance(one, tuple) else ("qa", one)
        facts.append(
            Told(
                event_id=f"{source}-{sequence}",
                name=f"{service}.{event.title()}",
                occurred_at=NOW,
                recorded_at=NOW,
                source=source,
                sequence=sequence,
                actor=Actor(id="officer"),
                data=travels(event),
            )
        )
    return tuple(facts)


def travels(event: Event) -> dict[str, Any]:
    """The payload of an event as it travels: as JSON gives it, nothing sealed."""

    def closed(value: object) -> Any:
        assert isinstance(value, Sealed)
        return {"hidden": True}

    data: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(event, enc_hook=closed))
    return {name: value for name, value in data.items() if value != {"hidden": True}}


def known(about: str, facts: tuple[Told, ...]) -> Known:
    return Known([Belief(source="qa-1", about=about, sequence=len(facts), facts=facts)])
