"""Assessments, from their beginning to their approval."""

from services.planning.events.shapes import Part
from shared.kernel.events import Event


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
