"""What people do with plans: starting, completing, approving, changing, reviewing and ending them."""

from datetime import timedelta
from typing import Any

from services.planning.decisions.approve_plan import ApprovePlan, approve_plan
from services.planning.decisions.change_plan_action import ChangePlanAction, change_plan_action
from services.planning.decisions.complete_plan import CompletePlan, complete_plan
from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.form_team_around_family import FormTeamAroundFamily, form_team_around_family
from services.planning.decisions.record_plan_review import RecordPlanReview, record_plan_review
from services.planning.decisions.start_plan import StartPlan, start_plan
from tests.histories import people as who
from tests.histories.scenes import PROTECTED, Play, Scene, these, whoever_leads

EARLY, HELP, PROTECTION = "EARLY_SUPPORT_PLAN", "FAMILY_HELP_PLAN", "CP"
AUTHORS = whoever_leads("LEAD_PRACTITIONER", who.CAT)


def _reviewed(at: Scene) -> dict[str, Any]:
    lower = {"CHILD_IN_NEED": "TARGETED_EARLY_HELP", "TARGETED_EARLY_HELP": "UNIVERSAL"}
    held = {child: at.stood[child].level or "CHILD_IN_NEED" for child in at.children if child in at.stood}
    return {
        "plan_id": at.plan(HELP, EARLY),
        "review_kind": at.one_of("SCHEDULED", "FINAL"),
        "participants": [{"person_id": at.lead("LEAD_PRACTITIONER")}],
        "family_present": True,
        "children": [
            {
                "child_id": child,
                "needs_trend": at.one_of("DOWN", "SAME"),
                "recommendation": lower.get(level, "CHILD_IN_NEED"),
                "progress_sufficient": True,
            }
            for child, level in held.items()
        ],
        "next_review_date": (at.world.moment + timedelta(weeks=6)).date().isoformat(),
        "response_mode": "SINGLE_AGENCY",
    }


def _protection_ended(at: Scene) -> dict[str, Any]:
    return {
        "plan_id": at.plan(PROTECTION),
        **at.one_of(
            {"decision_ref": at.last("ReviewConferenceHeld")},
            {"exit_reason": "LEFT_COUNTRY", "ended_on": at.today},
        ),
    }


PLANS: tuple[Play, ...] = (
    Play(
        "StartPlan of early support",
        "planning",
        StartPlan,
        start_plan,
        lambda at: {
            "type": EARLY,
            "children": at.ids(),
            "esp_lead": {"person": "teacher"},
            "response_mode": "SINGLE_AGENCY",
            "agencies": ["larch-lane"],
        },
        these(who.DOOR),
        ("EARLY_SUPPORT",),
    ),
    Play(
        "StartPlan of Family Help",
        "planning",
        StartPlan,
        start_plan,
        lambda at: {"type": HELP, "children": list(at.children)},
        AUTHORS,
        ("CAT_ASSESSMENT", "FAMILY_HELP_ACTIVE"),
        after="LeadAllocated",
        often=6,
    ),
    Play(
        "StartPlan of protection",
        "planning",
        StartPlan,
        start_plan,
        lambda at: {"type": PROTECTION, "children": at.ids()},
        whoever_leads("CP_LEAD", who.LCPP),
        ("S47_MACPT", "CP_PLAN"),
        often=1,
    ),
    Play(
        "CompletePlan",
        "planning",
        CompletePlan,
        complete_plan,
        lambda at: {
            "plan_id": at.plan(HELP),
            "children": [{"child_id": child, "section20_considered": True} for child in at.some],
            "actions": [{"owner_agency": "larch-lane", "due": at.today, "text": "Breakfast club."}],
            "text": "What we understand together.",
        },
        AUTHORS,
        ("FAMILY_HELP_ACTIVE",),
        after="PlanStarted",
        often=5,
    ),
    Play(
        "ApprovePlan",
        "planning",
        ApprovePlan,
        approve_plan,
        lambda at: {
            "plan_id": at.plan(HELP),
            "needs": [{"need": "Mornings", "no_action_reason": "It is in hand."}],
            "family_contribution": "What they said helps.",
            "family_network": ["The grandmother takes her."],
            "esp_ref": at.plan(EARLY),
        },
        these(who.TEAM_MANAGER, who.CAT_MANAGER),
        ("FAMILY_HELP_ACTIVE",),
        after="PlanCompleted",
        often=5,
    ),
    Play(
        "ChangePlanAction",
        "planning",
        ChangePlanAction,
        change_plan_action,
        lambda at: {
            "plan_id": at.plan(),
            "change": "ADD",
            "due": at.today,
            "owner_agency": "larch-lane",
            "text": "A new step.",
        },
        whoever_leads("LEAD_PRACTITIONER", who.TEAM_MANAGER, who.LCPP),
        ("FAMILY_HELP_ACTIVE", *PROTECTED),
        after="PlanStarted",
        often=2,
    ),
    Play(
        "RecordPlanReview",
        "planning",
        RecordPlanReview,
        record_plan_review,
        _reviewed,
        whoever_leads("LEAD_PRACTITIONER", who.TEACHER),
        ("FAMILY_HELP_ACTIVE", "EARLY_SUPPORT"),
        after="PlanStarted",
        often=7,
        record=True,
    ),
    Play(
        "FormTeamAroundFamily",
        "planning",
        FormTeamAroundFamily,
        form_team_around_family,
        lambda at: {"members": [{"person_id": "teacher"}, {"agency": "health-visiting"}]},
        whoever_leads(),
        ("FAMILY_HELP_ACTIVE",),
        often=2,
        record=True,
    ),
    Play(
        "EndPlan of early support",
        "planning",
        EndPlan,
        end_plan,
        lambda at: {"plan_id": at.plan(EARLY), "reason_code": "NEED_MET"},
        these(who.TEACHER),
        ("EARLY_SUPPORT",),
        after="PlanStarted",
        often=1,
    ),
    Play(
        "EndPlan of Family Help",
        "planning",
        EndPlan,
        end_plan,
        lambda at: {"plan_id": at.plan(HELP), "reason_code": "NEED_MET"},
        whoever_leads("LEAD_PRACTITIONER", who.TEAM_MANAGER),
        ("EARLY_SUPPORT", "CAT_ASSESSMENT", "AWAITING_ALLOCATION"),
        after="PlanStarted",
        often=2,
    ),
    Play(
        "EndPlan of protection",
        "planning",
        EndPlan,
        end_plan,
        _protection_ended,
        whoever_leads("CP_LEAD", who.LCPP, who.TEAM_MANAGER),
        ("CP_PLAN",),
        after="PlanStarted",
        often=3,
    ),
)
