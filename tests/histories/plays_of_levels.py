"""What people do to find out and to decide what a child needs: assessments and the level of need, closure."""

from typing import Any

from services.planning.decisions.approve_assessment import ApproveAssessment, approve_assessment
from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.complete_assessment import CompleteAssessment, complete_assessment
from services.planning.decisions.set_threshold import SetThreshold, set_threshold
from services.planning.decisions.start_assessment import StartAssessment, start_assessment
from tests.histories import people as who
from tests.histories.scenes import BEFORE_HELP, Play, Scene, these

RECOMMENDED = {"qualification": "AQ_ACCEPTABLE"}


def _assessed(at: Scene) -> dict[str, Any]:
    outcome = at.one_of("FAMILY_HELP", "FAMILY_HELP", "FAMILY_HELP", "NFA", "SIGNPOSTED", "STRATEGY_DISCUSSION")
    determination = {"determination": at.one_of("CHILD_IN_NEED", "TARGETED_EARLY_HELP")}
    return {
        "children": [
            {"child_id": child, "outcome": outcome, **(determination if outcome == "FAMILY_HELP" else {})}
            for child in at.some
        ],
        "fhlp_recommendation": RECOMMENDED,
        "overrun_reason": "STAFFING",
        "text": "What was found.",
    }


def _determined(at: Scene) -> dict[str, Any]:
    return {
        "children": at.ids(),
        "to": at.one_of("CHILD_IN_NEED", "TARGETED_EARLY_HELP"),
        "reason_code": "CAT_DETERMINATION",
        "fhlp_recommendation": RECOMMENDED,
        "section20_considered": True,
    }


def _stepped(at: Scene) -> dict[str, Any]:
    """A step that managers or a review have led to."""
    told = {"date": at.today, "child_included": True, "rationale": "What was found."}
    now = {at.stood[child].level for child in at.some if child in at.stood}
    to = at.one_of("UNIVERSAL", "EARLY_SUPPORT") if now == {"TARGETED_EARLY_HELP"} else "TARGETED_EARLY_HELP"
    early = {
        "early_support": {
            "esp_lead": {"person": "teacher"},
            "response_mode": "SINGLE_AGENCY",
            "agencies": ["larch-lane"],
        }
    }
    return {
        "children": at.ids(),
        "to": at.one_of(to, to, to, "CHILD_IN_NEED"),
        **({"imc_id": at.last("IMCHeld")} if at.last("IMCHeld") != "nothing" and at.one_of(True, False) else {}),
        "authorised_by": at.one_of("tm", "dm"),
        "reason_code": "AGREED_AT_REVIEW",
        "partner_manager_view": "AGREES",
        "family_informed": told,
        "section20_considered": True,
        **(early if to == "EARLY_SUPPORT" else {}),
    }


def _ended(at: Scene) -> dict[str, Any]:
    return {
        "children": at.ids(),
        **at.one_of(
            {"closed_by_event": "DIED"},
            {"closed_by_event": "MOVED_TO_OTHER_AUTHORITY", "handed_over_to": "999"},
            {"reason_code": "RC7", "reason_note": "They withdraw.", "higher_need_view": "NOT_NEEDED"},
        ),
    }


LEVELS: tuple[Play, ...] = (
    Play(
        "StartAssessment",
        "planning",
        StartAssessment,
        start_assessment,
        lambda at: {"type": "FAMILY_HELP_PLAN", "children": [{"child_id": child} for child in at.some]},
        these(who.CAT, who.CAT_MANAGER),
        ("AWAITING_THRESHOLD", "CAT_ASSESSMENT"),
        often=3,
    ),
    Play(
        "CompleteAssessment",
        "planning",
        CompleteAssessment,
        complete_assessment,
        _assessed,
        these(who.CAT, who.CAT_MANAGER),
        ("CAT_ASSESSMENT",),
        often=8,
    ),
    Play(
        "ApproveAssessment",
        "planning",
        ApproveAssessment,
        approve_assessment,
        lambda at: {"assessment_id": at.last("AssessmentCompleted", "assessment_id")},
        these(who.CAT_MANAGER),
        ("AWAITING_ALLOCATION", "FAMILY_HELP_ACTIVE"),
        after="AssessmentCompleted",
        often=1,
    ),
    Play(
        "SetThreshold",
        "planning",
        SetThreshold,
        set_threshold,
        _determined,
        these(who.CAT_MANAGER, who.CAT),
        ("AWAITING_THRESHOLD",),
        often=8,
    ),
    Play(
        "SetThreshold",
        "planning",
        SetThreshold,
        set_threshold,
        _stepped,
        these(who.TEAM_MANAGER, who.DELIVERY_MANAGER),
        ("FAMILY_HELP_ACTIVE",),
        after="PlanReviewed",
        often=6,
    ),
    Play(
        "SetThreshold in an emergency",
        "planning",
        SetThreshold,
        set_threshold,
        lambda at: {
            "children": at.ids(),
            "to": "CHILD_IN_NEED",
            "emergency": True,
            "reason_code": "EMERGENCY",
        },
        these(who.TEAM_MANAGER),
        (*BEFORE_HELP, "RECEIVED", "EARLY_SUPPORT", "CLOSED", "FAMILY_HELP_ACTIVE"),
        often=1,
    ),
    Play(
        "CloseCase",
        "planning",
        CloseCase,
        close_case,
        _ended,
        these(who.TEAM_MANAGER, who.DOOR_MANAGER),
        (*BEFORE_HELP, "EARLY_SUPPORT"),
        often=1,
    ),
)
