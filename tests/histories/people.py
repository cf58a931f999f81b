"""Everybody who acts in a history: the teams of the authority and two partners, as both registers know them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.kernel.people import Actor
from tests.decisions.allocation.naming_leads import SKILLS

SINCE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Member:
    """One person. post, team: what they may do; social_worker, employer, kind, sector: what they are."""

    id: str
    post: str | None
    team: str | None = None
    social_worker: bool = True
    employer: str = "WLV"
    kind: str = "AUTHORITY"
    sector: str | None = None
    manager: str | None = None

    @property
    def actor(self) -> Actor:
        """As the envelope of an event keeps them."""
        return Actor(
            id=self.id, role=self.post, team=self.team, employer=self.employer, social_worker=self.social_worker
        )

    def entry(self) -> dict[str, Any]:
        """Their entry in the practitioner register, with every essential course behind them."""
        return {
            "practitioner_id": self.id,
            "profession": "SOCIAL_WORKER" if self.social_worker else "FAMILY_WORKER",
            "employer": self.employer,
            "employer_kind": self.kind,
            "sector": self.sector,
            "social_worker": self.social_worker,
            "lead_capable": True,
            "supervisor": "tm",
            "line_manager": self.manager,
            "attestations": list(SKILLS),
            "from": SINCE.isoformat(),
        }

    def appointment(self) -> dict[str, Any]:
        """Their post in the register of staff."""
        return {
            "staff_id": self.id,
            "authority": "WLV",
            "post": self.post,
            "team": self.team,
            "from": SINCE.isoformat(),
        }


DOOR = Member("door", "FRONT_DOOR_WORKER", "FAMILIES_FRONT_DOOR")
DOOR_MANAGER = Member("door-m", "SW_TEAM_MANAGER", "FAMILIES_FRONT_DOOR")
CAT = Member("cat", "SOCIAL_WORKER", "CAT", manager="cat-m")
CAT_MANAGER = Member("cat-m", "SW_TEAM_MANAGER", "CAT")
MASH = Member("mash", "SW_TEAM_MANAGER", "MASH")
LCPP = Member("lcpp", "LCPP", "MACPT")
TEAM_MANAGER = Member("tm", "SW_TEAM_MANAGER", "FAMILY_HELP")
DELIVERY_MANAGER = Member("dm", "DELIVERY_MANAGER", "FAMILY_HELP", social_worker=False)
SOCIAL_WORKER = Member("fh-sw", "SOCIAL_WORKER", "FAMILY_HELP", manager="tm")
ANOTHER_WORKER = Member("fh-sw2", "SOCIAL_WORKER", "FAMILY_HELP", manager="tm")
ADVANCED = Member("ap", "ADVANCED_PRACTITIONER", "FAMILY_HELP", manager="tm")
CHAIR = Member("chair", "CP_CHAIR", "MACPT")
FAMILY_WORKER = Member("fh-aq", "PRACTITIONER", "FAMILY_HELP", social_worker=False, manager="tm")
NURSE = Member("nurse", None, None, False, "county-health", "PARTNER", "HEALTH_VISITING", manager="nurse-m")
NURSE_MANAGER = Member("nurse-m", None, None, False, "county-health", "PARTNER", "HEALTH_VISITING")
TEACHER = Member("teacher", None, None, False, "larch-lane", "PARTNER", "SCHOOL")

EVERYBODY = (
    DOOR,
    DOOR_MANAGER,
    CAT,
    CAT_MANAGER,
    MASH,
    LCPP,
    TEAM_MANAGER,
    DELIVERY_MANAGER,
    SOCIAL_WORKER,
    ANOTHER_WORKER,
    ADVANCED,
    CHAIR,
    FAMILY_WORKER,
    NURSE,
    NURSE_MANAGER,
    TEACHER,
)
BY_ID = {member.id: member for member in EVERYBODY}
LEADS = (SOCIAL_WORKER, SOCIAL_WORKER, ANOTHER_WORKER, FAMILY_WORKER, NURSE)
"""Who may be asked to lead a family's help."""
