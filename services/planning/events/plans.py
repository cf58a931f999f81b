"""Plans, from their beginning to their end."""

from datetime import date, datetime

import msgspec

from services.planning.events.shapes import Attendance, EarlySupportLead, Part, Participant, PlanChild
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class PlanStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan for some of a family's children began. author_role: of who wrote it; begun_on: of one filed later.

    esp_lead, agencies, response_mode: of early support, SINGLE_AGENCY or PARTNERSHIP. esp_ref: of a family's plan,
    the plan of early support that was on file, whose information it carries on.
    """

    plan_id: str
    type: str
    children: tuple[PlanChild, ...]
    author_role: str | None = None
    next_review_date: date | None = None
    esp_ref: str | None = None
    esp_lead: EarlySupportLead | None = None
    agencies: tuple[str, ...] = ()
    response_mode: str | None = None
    begun_on: date | None = None


class PlanAction(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Something that an agency does for the family by a day. text: what, in words."""

    action_id: str
    owner_agency: str | None = None
    due: date | None = None
    text: Sealed[str] | None = None


class CompletedChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A child whom the plan covers. section20_considered: whether accommodation as a child was thought of."""

    child_id: str
    section20_considered: bool | None = None


class PlanCompleted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a plan is written, and with it the assessment that it holds, for each of its children.

    version_: of the plan, from 1; author_role: on the case, of who wrote it; text: the assessment, in words;
    overrun_reason: why that took longer than it may.
    """

    plan_id: str
    type: str
    version_: int = msgspec.field(name="version")
    children: tuple[CompletedChild, ...]
    author_role: str | None = None
    actions: tuple[PlanAction, ...] = ()
    overrun_reason: str | None = None
    overrun_reason_note: Sealed[str] | None = None
    text: Sealed[str] | None = None


class PlanApproved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A manager has authorised a version of a plan.

    own_work: the approver wrote it; needs_without_action: how many needs have neither an action nor a reason for
    none, unanswered_needs: which; family_network_given: relatives and friends are in it, or it says why none is.
    esp_ref: a plan of early support that came on file after the plan began, and that this version carries on.
    """

    plan_id: str
    type: str
    version_: int = msgspec.field(name="version")
    approver: Person
    own_work: bool
    esp_ref: str | None = None
    next_review_date: date | None = None
    needs_without_action: int = 0
    unanswered_needs: Sealed[list[str]] | None = None
    family_contribution: Sealed[str] | None = None
    family_network_given: bool = False
    family_network: Sealed[str] | None = None
    agencies: tuple[str, ...] = ()


class PlanActionChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An action of a plan is new, has another day, is done with, or has moved on. change: ADD, REDATE, CLOSE, PROGRESS.

    by_lead: the one who co-ordinates the plan did it; else it is put before them.
    """

    plan_id: str
    action_id: str
    change: str
    due: date | None = None
    owner_agency: str | None = None
    by_lead: bool
    text: Sealed[str] | None = None


class ReviewedChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What a review found about one child. recommendation: the level it should have next; view: what the child says."""

    child_id: str
    needs_trend: str | None = None
    recommendation: str | None = None
    progress_sufficient: bool | None = None
    view: Sealed[str] | None = None


class PlanReviewed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan was looked at together. held_at: when, UTC; next_review_date: by when again, a day in London.

    review_kind: SCHEDULED, FINAL, CONFERENCE or SUPERVISION; outcome: CONTINUE or END. response_mode: of early
    support, as it was said in the review.
    """

    plan_id: str
    type: str
    review_kind: str | None = None
    held_at: datetime
    outcome: str | None = None
    participants: tuple[Participant, ...] = ()
    invited: tuple[Participant, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    family_present: bool | None = None
    children: tuple[ReviewedChild, ...] = ()
    family_view: Sealed[str] | None = None
    next_review_date: date | None = None
    step_down_planned: bool | None = None
    response_mode: str | None = None


class TeamMember(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who belongs to the team round a family: a person of the registers, or an agency, and what for."""

    person: Person | None = None
    agency: str | None = None
    role: str | None = None


class TeamAroundFamilyFormed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The people who help a family know of one another and work as one."""

    members: tuple[TeamMember, ...] = ()


class PlanEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan has ended for one child. exit_reason: the event that ended the child's case, if one did.

    decision_ref: the conference that ended it; acceptance_ref: where another authority says that it goes on.
    """

    plan_id: str
    type: str
    reason_code: str
    reason_note: Sealed[str] | None = None
    exit_reason: str | None = None
    decision_ref: str | None = None
    acceptance_ref: str | None = None
