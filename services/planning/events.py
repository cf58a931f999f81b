"""Every event that planning records, but for those that each service records of its own."""

from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.own_events import OWN_EVENTS
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed

Day = date
"""The type of a field that is itself called `date`."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a payload with several fields."""


class Recommendation(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who should lead, as the assessment team put it. lead_id: a person of the register."""

    qualification: str
    employer: str | None = None
    lead_id: str | None = None


class FamilyTold(Part, frozen=True, kw_only=True, omit_defaults=True):
    """When the family was told and whether the child was there, or why not. risk_exemption, reason_not: codes."""

    date: Day | None = None
    risk_exemption: str | None = None
    child_included: bool | None = None
    reason_not: str | None = None
    rationale: Sealed[str] | None = None


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


class ConcernRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is worried about one child. cp: about protecting it; concern: in their words."""

    significant: bool
    cp: bool | None = None
    source: str | None = None
    concern: Sealed[str] | None = None


class Invited(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who is asked to come. person: of that agency, by the registers."""

    agency: str
    person: Person | None = None


class StrategyDiscussionRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A strategy discussion about one child is asked for. from_state: where it stood, None if not known here.

    against_lcpp_view: a conversation had found no need for it.
    """

    from_state: str | None = None
    invited: tuple[Invited, ...] = ()
    against_lcpp_view: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class Section47EnquiryOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An enquiry about one child is open.

    strategy_ref: the discussion that it rests on; lead: a social worker who holds it from now on.
    """

    enquiry_id: str
    strategy_ref: str | None = None
    lead: Person | None = None


class CaseNoteAdded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something about one child was noted. kind: what, as a word."""

    kind: str
    note: Sealed[str] | None = None


class PlanChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A child whom a plan covers."""

    child_id: str


class EarlySupportLead(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who leads early support, and for which agency."""

    person: Person
    agency: str | None = None


class PlanStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan for some of a family's children began. author_role: of who wrote it; begun_on: of one filed later.

    esp_lead, agencies, response_mode: of early support, SINGLE_AGENCY or PARTNERSHIP.
    """

    plan_id: str
    type: str
    children: tuple[PlanChild, ...]
    author_role: str | None = None
    next_review_date: date | None = None
    esp_lead: EarlySupportLead | None = None
    agencies: tuple[str, ...] = ()
    response_mode: str | None = None
    begun_on: date | None = None


class PlanEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan has ended for one child. exit_reason: the event that ended the child's case, if one did."""

    plan_id: str
    type: str
    reason_code: str
    reason_note: Sealed[str] | None = None
    exit_reason: str | None = None


class CaseClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child is open to nobody any more. reason_code: of the census; from_state: where it stood.

    closed_by_event: what ended it, where no decision did; handed_over_to: the authority that goes on; acceptance_ref:
    where it says that it does; higher_need_view: of a family that withdraws, whether more help was needed.
    """

    reason_code: str
    reason_note: Sealed[str] | None = None
    closed_by_event: str | None = None
    closed_on: date
    decided_by: Person
    handed_over_to: str | None = None
    acceptance_ref: str | None = None
    higher_need_view: str | None = None
    from_state: str | None = None


class PrivateFosteringNotified(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The authority knows that a child is privately fostered. Both are days on a London calendar."""

    aware_from: date
    notified_on: date


EVENTS: tuple[type[Event], ...] = (
    ThresholdChanged,
    ChangeOfNeedReported,
    ConcernRaised,
    StrategyDiscussionRequested,
    Section47EnquiryOpened,
    CaseNoteAdded,
    PlanStarted,
    PlanEnded,
    CaseClosed,
    PrivateFosteringNotified,
    *OWN_EVENTS,
)
"""The service's table of events."""
