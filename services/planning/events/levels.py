"""What a child needs: its level, and that this is changing."""

from datetime import datetime
from typing import Literal

import msgspec

from services.planning.events.shapes import FamilyTold, Recommendation
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class ThresholdChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child's level of need is another from an instant on. The first level has no `from` and no direction.

    decided_in: where; decision_ref: the event it rests on; authorised_by: whose decision it was. CLOSE goes with
    UNIVERSAL and ends the child's level.
    """

    from_: str | None = msgspec.field(name="from", default=None)
    to: str
    direction: Literal["STEP_UP", "STEP_DOWN", "CLOSE"] | None = None
    decided_in: str
    decision_ref: str | None = None
    authorised_by: Person
    partner_manager_view: str | None = None
    reason_code: str
    reason_note: Sealed[str] | None = None
    local_level: int | None = None
    target_level: int | None = None
    locality_meeting_id: str | None = None
    harm_context: str | None = None
    team_id: str | None = None
    fhlp_recommendation: Recommendation | None = None
    remedy_of: str | None = None
    risk_profile: tuple[str, ...] = ()
    family_informed: FamilyTold | None = None
    family_involvement: str | None = None
    not_involved_reason: str | None = None
    not_involved_reason_note: Sealed[str] | None = None
    emergency: bool | None = None
    section20_considered: bool | None = None
    effective_at: datetime


class ChangeOfNeedReported(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child's need, risk or what worries people is rising or falling. from_event: what showed it."""

    trend: Literal["UP", "DOWN"]
    source: str
    from_event: str | None = None
