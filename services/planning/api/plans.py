"""Plans and the end of a case, each step as one POST."""

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.end_plan import EndPlan, end_plan, leads_of
from services.planning.decisions.start_plan import StartPlan, people_of, start_plan
from shared.http.command import Command
from shared.http.on_case import on_case

PLANS: tuple[Command, ...] = (
    on_case("StartPlan", "plans", StartPlan, start_plan, "Start a plan for children of the family.", people=people_of),
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
