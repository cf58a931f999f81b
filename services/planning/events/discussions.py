"""Discussions that were held about children, and what they came to."""

from datetime import datetime

from services.planning.events.shapes import Invited, Part, Participant, Recommendation
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class DiscussedChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What a strategy discussion came to for one child.

    outcome: None where nobody said one; enquiry_id: the open enquiry that it was put to; landing_state: where the
    child stands after it.
    """

    child_id: str
    outcome: str | None = None
    enquiry_id: str | None = None
    landing_state: str | None = None
    fhlp_recommendation: Recommendation | None = None


class StrategyDiscussionHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A strategy discussion was held. held_by: the team; convened_by, chair: by the registers.

    risk_profile: HIGH, DYNAMIC, COMPLEX; record: what was said.
    """

    held_at: datetime
    held_by: str | None = None
    convened_by: Person | None = None
    chair: Person | None = None
    participants: tuple[Participant, ...] = ()
    invited: tuple[Invited, ...] = ()
    children: tuple[DiscussedChild, ...]
    team_id: str | None = None
    risk_profile: tuple[str, ...] = ()
    record: Sealed[str] | None = None


class RequestWithdrawn(Part, frozen=True, kw_only=True, omit_defaults=True):
    """That a discussion which was asked for is not held. by: whose decision that was."""

    by: Person
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class LCPPConversationHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation with a lead child protection practitioner settled whether that process starts.

    request_withdrawn: with it a request for a discussion ended; macpt_involved: whether that team comes in.
    """

    lcpp: Person | None = None
    cp_triggered: bool | None = None
    request_withdrawn: RequestWithdrawn | None = None
    macpt_involved: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class LineManagerDiscussionHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The lead practitioner talked to their line manager about a worry."""

    line_manager: Person | None = None
    held_at: datetime
    note: Sealed[str] | None = None
