"""Families with leads, told as letters of the other services and as what allocation recorded itself."""

from datetime import datetime, timedelta
from typing import Any

from services.allocation.events import LeadAllocated
from services.allocation.service import SERVICE
from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from shared.protocol.leads import active, leads_in
from tests.decisions.planning.reacting import Desk
from tests.views.letters import Post, london

START = london("2026-03-02 09:00")
LCPP = {"id": "p-lcpp", "role": "LCPP", "team": "MACPT", "social_worker": True}


class Family:
    """One case at allocation's desk. Each step happens an hour after the one before."""

    def __init__(self, *children: str, outcome: str = "CAT_ASSESSMENT", protocol_for: Any = None):
        self.desk = Desk(SERVICE, protocol_for) if protocol_for else Desk(SERVICE)
        self.post = Post()
        self.hour = 0
        self.take(self.post.referral(self.at(), "k1", *children))
        for child in children:
            self.take(self.post.triage(self.at(), "k1", child, "AMBER", outcome))

    def at(self) -> datetime:
        self.hour += 1
        return START + timedelta(hours=self.hour)

    def take(self, *letters: Letter) -> list[Recorded]:
        return self.desk.take(*letters)

    def letter(self, name: str, *children: str, **data: Any) -> Letter:
        return self.post.send(name, data.pop("when", None) or self.at(), case="k1", about=children, **data)

    def told(self, name: str, *children: str, **data: Any) -> list[Recorded]:
        """What allocation records because of an event of planning or referral."""
        return self.take(self.letter(name, *children, **data))

    def level(self, child: str, to: str, before: str | None = None, **data: Any) -> list[Recorded]:
        came = {"from": before} if before else {}
        return self.told("planning.ThresholdChanged", child, to=to, **came, **{"decided_in": "CAT", **data})

    def to_family_help(self, *children: str) -> None:
        """CAT sends them; nobody leads yet."""
        for child in children:
            said = [{"child_id": child, "outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}]
            self.told("planning.AssessmentCompleted", child, team="CAT", children=said)
            self.level(child, "CHILD_IN_NEED")

    def led(self, purpose: str, who: str, *children: str, **more: Any) -> None:
        """A person allocates somebody."""
        person = Person(id=who, role="LEAD_PRACTITIONER", **more.pop("person", {"social_worker": True}))
        at = more.pop("when", None) or self.at()
        for child in children:
            self.desk.record(LeadAllocated(lead=person, purpose=purpose, **more), at, "k1", child)

    def enquiry(self, *children: str, lead: dict[str, Any] | None = None, number: str = "e1") -> list[Recorded]:
        found: list[Recorded] = []
        for child in children:
            named = {"lead": lead} if lead else {}
            found += self.told("planning.Section47EnquiryOpened", child, enquiry_id=f"{number}-{child}", **named)
        return found

    def concluded(self, child: str, outcome: str = "SUPPORT_CHILD_IN_NEED", number: str = "e1") -> list[Recorded]:
        name = "planning.Section47EnquiryConcluded"
        return self.told(name, child, enquiry_id=f"{number}-{child}", outcome=outcome)

    def closed(self, child: str, **data: Any) -> list[Recorded]:
        return self.told("planning.CaseClosed", child, reason_code="RC8", **data)

    def holder(self, role: str, child: str | None = None) -> str | None:
        lead = active(leads_in(self.desk.matter("k1", START).facts), role, {child} if child else None)
        return lead.person.id if lead else None


def ended(recorded: list[Recorded]) -> list[tuple[str, str, tuple[str, ...], str]]:
    """(role, who, children, why) of each LeadEnded."""
    return [
        (one.data.role, one.data.lead.id, one.child_ids, one.data.reason_code)
        for one in recorded
        if one.title == "LeadEnded"
    ]
