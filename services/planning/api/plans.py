"""Plans and the end of a case, each step as one POST."""

from services.planning.decisions.approve_plan import ApprovePlan, approve_plan
from services.planning.decisions.change_plan_action import ChangePlanAction, change_plan_action
from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.complete_plan import CompletePlan, complete_plan
from services.planning.decisions.end_plan import EndPlan, end_plan, leads_of
from services.planning.decisions.form_team_around_family import FormTeamAroundFamily, form_team_around_family
from services.planning.decisions.form_team_around_family import people_of as members_of
from services.planning.decisions.record_plan_review import RecordPlanReview, record_plan_review
from services.planning.decisions.record_plan_review import people_of as reviewers_of
from services.planning.decisions.start_plan import StartPlan, people_of, start_plan
from shared.http.command import Command
from shared.http.on_case import on_case

PLANS: tuple[Command, ...] = (
    on_case("StartPlan", "plans", StartPlan, start_plan, "Start a plan for children of the family.", people=people_of),
    on_case(
        "CompletePlan",
        "plan-versions",
        CompletePlan,
        complete_plan,
        "Complete a version of a plan, and the assessment that it holds.",
    ),
    on_case("ApprovePlan", "plan-approvals", ApprovePlan, approve_plan, "Authorise what a plan says."),
    on_case(
        "ChangePlanAction",
        "plan-actions",
        ChangePlanAction,
        change_plan_action,
        "Add an action to a plan, re-date it, close it, or say how it goes.",
    ),
    on_case(
        "RecordPlanReview",
        "plan-reviews",
        RecordPlanReview,
        record_plan_review,
        "Record a review of a plan.",
        people=reviewers_of,
        record=True,
    ),
    on_case(
        "FormTeamAroundFamily",
        "teams-around-family",
        FormTeamAroundFamily,
        form_team_around_family,
        "Form the team round a family.",
        people=members_of,
        record=True,
    ),
    on_case(
        "EndPlan",
        "plan-endings",
        EndPlan,
        end_plan,
        "End a plan, for all of its children or for some.",
        of_the_case=leads_of,
    ),
    on_case("CloseCase", "closure", CloseCase, close_case, "Close the case of one child or of several."),
)
