"""Assessments and the level of need, each step as one POST."""

from typing import Any

from services.planning.decisions import complete_assessment as completing
from services.planning.decisions import set_threshold as setting
from services.planning.decisions.approve_assessment import ApproveAssessment, approve_assessment, authors_of
from services.planning.decisions.complete_assessment import CompleteAssessment, complete_assessment
from services.planning.decisions.set_threshold import SetThreshold, managers_in, set_threshold
from services.planning.decisions.start_assessment import StartAssessment, start_assessment
from shared.http.command import Command
from shared.http.on_case import on_case
from shared.protocol.protocol import Protocol


def _cannot_wait(raw: Any, protocol: Protocol) -> bool:
    """A step up in an emergency is an act of immediate safeguarding."""
    return isinstance(raw, dict) and raw.get("emergency") is True


THRESHOLD: tuple[Command, ...] = (
    on_case(
        "StartAssessment",
        "assessments",
        StartAssessment,
        start_assessment,
        "Begin an assessment of children of the family.",
    ),
    on_case(
        "CompleteAssessment",
        "assessment-outcomes",
        CompleteAssessment,
        complete_assessment,
        "Complete an assessment, with what it came to for each child.",
        people=completing.people_of,
    ),
    on_case(
        "ApproveAssessment",
        "assessment-approvals",
        ApproveAssessment,
        approve_assessment,
        "Sign an assessment that somebody else has written.",
        of_the_case=authors_of,
    ),
    on_case(
        "SetThreshold",
        "levels",
        SetThreshold,
        set_threshold,
        "Change the level of need of one child or of several.",
        at_once=_cannot_wait,
        people=setting.people_of,
        of_the_case=managers_in,
    ),
)
