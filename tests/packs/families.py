"""A family open to Family Help, told by letters: what the tests of deadlines that qa computes start from."""

from datetime import timedelta
from typing import Any

from services.qa.views.clocks import clocks_of
from shared.kernel.events import Incomplete
from shared.kernel.letters import Letter
from shared.protocol.load import protocol_of
from tests.views.letters import Post, london

SOCIAL_WORKER = {
    "id": "p-sw",
    "role": "LEAD_PRACTITIONER",
    "employer": "authority",
    "employer_kind": "AUTHORITY",
    "social_worker": True,
}
ALTERNATIVE = {**SOCIAL_WORKER, "id": "p-aq", "social_worker": False}
OF_A_SCHOOL = {**ALTERNATIVE, "id": "p-school", "employer": "a-school", "employer_kind": "PARTNER"}
OF_A_CLINIC = {**ALTERNATIVE, "id": "p-clinic", "employer": "a-clinic", "employer_kind": "PARTNER"}


class Family:
    """One case of it, and what is done with it, in the order of recording. Children are c1, c2."""

    def __init__(self) -> None:
        self.post = Post()

    def opened(self, at: str, *children: str, level: str = "TARGETED_EARLY_HELP") -> None:
        """Received, sent to Family Help and determined by CAT, on that day from eight in the morning."""
        moment = london(f"{at} 08:00")
        self.post.referral(moment, "k1", *children)
        for child in children:
            self.post.triage(moment + timedelta(minutes=10), "k1", child, "AMBER", "FAMILY_HELP")
            self.level(f"{at} 08:20", child, level, decided_in="CAT")

    def level(self, at: str, child: str, to: str, **data: Any) -> Letter:
        return self._planning("ThresholdChanged", at, child, to=to, **data)

    def lead(self, at: str, lead: dict[str, Any], *children: str, **data: Any) -> Letter:
        return self.post.send(
            "allocation.LeadAllocated",
            london(at),
            case="k1",
            about=children or ("c1",),
            lead=lead,
            **{"purpose": "FAMILY_HELP", **data},
        )

    def lead_ended(self, at: str, lead: dict[str, Any], role: str = "LEAD_PRACTITIONER") -> Letter:
        return self.post.send("allocation.LeadEnded", london(at), case="k1", about=("c1",), lead=lead, role=role)

    def plan(self, at: str, *children: str, type: str = "FAMILY_HELP_PLAN", plan_id: str = "p1") -> Letter:
        named = [{"child_id": child} for child in children or ("c1",)]
        return self._planning("PlanStarted", at, *(children or ("c1",)), plan_id=plan_id, type=type, children=named)

    def plan_ended(self, at: str, child: str = "c1", type: str = "FAMILY_HELP_PLAN", plan_id: str = "p1") -> Letter:
        return self._planning("PlanEnded", at, child, plan_id=plan_id, type=type)

    def reviewed(self, at: str, with_family: bool = True, type: str = "FAMILY_HELP_PLAN", **data: Any) -> Letter:
        return self._planning("PlanReviewed", at, "c1", plan_id="p1", type=type, family_present=with_family, **data)

    def closed(self, at: str, child: str = "c1") -> Letter:
        return self._planning("CaseClosed", at, child, reason_code="RC7")

    def imc(
        self,
        at: str,
        *reasons: str,
        lacks: tuple[str, ...] = (),
        of: tuple[str, ...] = ("authority",),
        recorded: str | None = None,
        corrects: Letter | None = None,
        **data: Any,
    ) -> Letter:
        """A managers' conversation. lacks: rules by which something is missing in its record; of: whose people came."""
        return self.post.send(
            "allocation.IMCHeld",
            london(recorded or at),
            case="k1",
            about=(),
            corrects=corrects,
            incomplete=tuple(
                Incomplete(what="attendees", rule=rule, since=london(at), owner="SW_TEAM_MANAGER") for rule in lacks
            ),
            held_at=london(at).isoformat(),
            reasons=list(reasons),
            attendees=[{"id": f"p-of-{employer}", "employer": employer} for employer in of],
            **{"kind": "MONTHLY", "meeting_id": at, **data},
        )

    def told(self, title: str, at: str, child: str = "c1", **data: Any) -> Letter:
        """Any other event of planning about a child."""
        return self._planning(title, at, child, **data)

    def clocks(self, rule: str, now: str) -> list[dict[str, Any]]:
        """The clocks of a rule, in the order of their beginning."""
        rows = clocks_of("k1", self.post.sent, protocol_of, london(now))
        return sorted((row for row in rows if row["rule"] == rule), key=lambda row: row["started_at"])

    def due(self, rule: str, now: str = "2027-12-31 12:00") -> list[tuple[str, str]]:
        """Day and state of each clock of a rule, in the order of their beginning."""
        return [(row["due_at"][:10], row["status"]) for row in self.clocks(rule, now)]

    def _planning(self, title: str, at: str, *children: str, **data: Any) -> Letter:
        return self.post.send(f"planning.{title}", london(at), case="k1", about=children, **data)
