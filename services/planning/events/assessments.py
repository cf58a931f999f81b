"""Assessments, from their beginning to their approval."""

from services.planning.events.shapes import Part, Recommendation
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class AssessedChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A child whom an assessment is about."""

    child_id: str
    electively_home_educated: bool | None = None


class AssessmentStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An assessment began. type: which; basis: REFERRAL, STEP_IN or REASSESSMENT; team: who carries it out."""

    assessment_id: str
    type: str
    basis: str
    team: str | None = None
    children: tuple[AssessedChild, ...]


class AssessmentResult(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What an assessment came to for one child. determination: the level, where help follows.

    section20_considered: of a homeless child of 16 or 17, that the duty to accommodate was weighed.
    """

    child_id: str
    outcome: str
    determination: str | None = None
    section20_considered: bool | None = None


class AssessmentCompleted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An assessment is done, for these children. fhlp_recommendation: who should lead the help that follows.

    overrun_reason: why it took longer than it may.
    """

    assessment_id: str
    type: str
    team: str | None = None
    team_id: str | None = None
    children: tuple[AssessmentResult, ...]
    fhlp_recommendation: Recommendation | None = None
    overrun_reason: str | None = None
    overrun_reason_note: Sealed[str] | None = None
    text: Sealed[str] | None = None


class AssessmentApproved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A manager has signed an assessment. outcome: where it is the same for all children; own_work: of the approver."""

    assessment_id: str
    outcome: str | None = None
    approver: Person
    own_work: bool
