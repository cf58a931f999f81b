"""case().told(...).when(decide, command): a decision on a case, as a short story.

Letters of other services and the deciding service's own events make the matter; `kept()` records what was decided.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.kernel.act import Act
from shared.kernel.beliefs import Belief, Known, Told, told_of
from shared.kernel.events import Fact, Recorded
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from shared.kernel.stamp import Decided, stamp
from shared.protocol.linked import Matter, matter_of
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings
from tests.given import A_SECOND, CAT, NOW, Outcome, fresh_id

CASE, CHILD, SIBLING = "k1", "c1", "c2"


@dataclass(frozen=True)
class CaseStory:
    """What is known of a case, and who acts next. service: whose decisions these are."""

    protocol: Protocol
    moment: datetime
    actor: Actor
    service: str
    letters: tuple[Told, ...] = ()
    past: tuple[Recorded, ...] = ()

    def by(self, actor: Actor) -> "CaseStory":
        return replace(self, actor=actor)

    def at(self, moment: str) -> "CaseStory":
        when = datetime.fromisoformat(moment).astimezone(UTC)
        return replace(self, moment=when, protocol=protocol_of(self.protocol.authority, when))

    def told(
        self, name: str, children: str | Iterable[str] = CHILD, /, case: str | None = CASE, **data: Any
    ) -> "CaseStory":
        """Something any service said, at the story's moment: `referral.ReferralTriaged`, outcome=..., ..."""
        told = Told(
            event_id=data.pop("event_id", None) or fresh_id(),
            name=name,
            authority=self.protocol.authority,
            child_ids=(children,) if isinstance(children, str) else tuple(children),
            case_id=case,
            occurred_at=self.moment,
            recorded_at=self.moment,
            source=name.partition(".")[0],
            sequence=len(self.letters) + 1,
            actor=data.pop("actor", None) or self.actor,
            corrects=data.pop("corrects", None),
            incomplete=data.pop("incomplete", ()),
            data=data,
        )
        return replace(self, letters=(*self.letters, told), moment=self.moment + A_SECOND)

    def registered(self, person_id: str, **entry: Any) -> "CaseStory":
        """A person in the practitioner register, from long ago."""
        since = "2020-01-01T00:00:00+00:00"
        data = {"practitioner_id": person_id, "from": since, **entry}
        return self.told("allocation.PractitionerRegistered", (), None, **data)

    def appointed(self, person_id: str, post: str, team: str | None = None) -> "CaseStory":
        """A person in the register of staff, from long ago."""
        since = "2020-01-01T00:00:00+00:00"
        data = {"staff_id": person_id, "authority": self.protocol.authority, "post": post, "team": team, "from": since}
        return self.told("qa.StaffAppointed", (), None, **data)

    def known(self) -> Known:
        abouts: dict[tuple[str, str], list[Told]] = {}
        for told in self.letters:
            person = told.data.get("practitioner_id") or told.data.get("staff_id")
            of_case = (told.case_id, *(told.data.get(name) for name in ("kept", "joined", "open_case_id")))
            about = {*of_case, None if told.case_id else person}
            for one in about - {None}:
                abouts.setdefault((told.source, str(one)), []).append(told)
        return Known(
            Belief(source=source, about=about, sequence=len(facts), facts=tuple(facts))
            for (source, about), facts in abouts.items()
        )

    def matter(self, case: str = CASE) -> Matter:
        return matter_of(case, self.known(), [told_of(event) for event in self.past], self.protocol)

    def standing(self, child: str = CHILD) -> Standing:
        matter = self.matter()
        return standings(matter.facts, self.protocol).get(child, UNKNOWN)

    def act(self) -> Act:
        return Act(self.moment, self.moment, self.actor, fresh_id)

    def when(self, decide: Callable[..., tuple[Fact, ...]], command: Any, case: str = CASE) -> Outcome:
        try:
            facts = decide(self.matter(case), self.known(), command, self.act())
        except Refused as refusal:
            return Outcome(self, (), refusal)  # type: ignore[arg-type]
        return Outcome(self, tuple(facts), None)  # type: ignore[arg-type]

    def recorded(self, facts: Iterable[Fact]) -> "CaseStory":
        events = stamp(
            Decided("test", tuple(facts)),
            service=self.service,
            authority=self.protocol.authority,
            edition=self.protocol.edition,
            act=self.act(),
            versions={event.stream: event.stream_version for event in self.past},
            correlation_id="c",
        )
        return replace(self, past=(*self.past, *events), moment=self.moment + A_SECOND)


def case(service: str = "planning", at: str = NOW, by: Actor = CAT, authority: str = "WLV") -> CaseStory:
    """A case of which nothing is known yet."""
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return CaseStory(protocol_of(authority, moment), moment, by, service)
