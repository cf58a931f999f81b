"""Who waits for a lead."""

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class Recommendation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who should lead, as the assessment team put it. lead_id: a person of the register."""

    qualification: str
    employer: str | None = None
    lead_id: str | None = None


class AllocationRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child waits for a lead of a team. from_event: what made it so; level: the local one, 1 to 4."""

    team: str
    team_id: str | None = None
    purpose: str
    level: int | None = None
    reason_code: str
    reason_note: Sealed[str] | None = None
    cat_determination: str | None = None
    fhlp_recommendation: Recommendation | None = None
    receiving_team_manager: Person | None = None
    unit_id: str | None = None
    from_event: str
