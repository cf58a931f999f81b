"""The actions of a family's plan: its lead or a manager changes them; what others change is put before the lead."""

from typing import Any

import pytest

from services.planning.decisions.change_plan_action import ChangePlanAction, change_plan_action
from services.planning.events import PlanActionChanged
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, CaseStory
from tests.decisions.planning.families import (
    CAT_WORKER,
    CP_LEAD,
    DELIVERY_MANAGER,
    FH_MANAGER,
    FHLP,
    HELPER,
    STRANGER,
    leading,
    standing_in,
)
from tests.given import Outcome

PLAN = {"plan_id": "plan-1", "type": "FAMILY_HELP_PLAN"}


def planned(lead: Actor | None = FHLP, state: str = "AWAITING_ALLOCATION") -> CaseStory:
    story = standing_in(state) if lead is None else leading(standing_in(state), lead)
    story = story.told("planning.PlanStarted", CHILD, **PLAN, children=[{"child_id": CHILD}])
    actions = [{"action_id": "a-1", "owner_agency": "a-school"}]
    return story.told("planning.PlanCompleted", CHILD, **PLAN, version=1, actions=actions)


def change(story: CaseStory, what: str, **said: Any) -> Outcome:
    body = {"plan_id": "plan-1", "change": what} | ({} if what == "ADD" else {"action_id": "a-1"}) | said
    return story.when(change_plan_action, ChangePlanAction.model_validate(body))


@pytest.mark.rule("WLV-PLAN-06")
@pytest.mark.parametrize("what", ["ADD", "REDATE", "CLOSE"])
def test_its_lead_or_a_manager_changes_what_is_to_be_done(what: str):
    done = change(planned().by(FHLP), what, due="2026-05-01", text="Sooner.").then(PlanActionChanged).warned()
    done.cites("WLV-PLAN-06")
    assert (done.event.by_lead, done.event.text.clear, str(done.event.due)) == (True, "Sooner.", "2026-05-01")
    for manager in (FH_MANAGER, DELIVERY_MANAGER):
        done = change(planned().by(manager), what).then(PlanActionChanged).warned()
        assert done.event.by_lead is False


@pytest.mark.rule("WLV-PLAN-06")
@pytest.mark.parametrize("what", ["ADD", "REDATE", "CLOSE"])
def test_what_others_change_is_put_before_the_lead(what: str):
    for other in (HELPER, STRANGER, CAT_WORKER):
        done = change(planned().by(other), what).then(PlanActionChanged).warned("WLV-PLAN-06")
        assert done.event.by_lead is False
    elsewhere = planned().registered(FH_MANAGER.id, employer="x", employer_kind="PARTNER")
    change(elsewhere.by(FH_MANAGER), what).warned("WLV-PLAN-06")


@pytest.mark.rule("WLV-PLAN-06")
def test_how_an_action_goes_is_said_freely():
    change(planned().by(HELPER), "PROGRESS", text="Done twice.").then(PlanActionChanged).warned()
    change(planned(CAT_WORKER, "CAT_ASSESSMENT").by(HELPER), "PROGRESS").then(PlanActionChanged).warned()


@pytest.mark.rule("WLV-PLAN-06")
@pytest.mark.parametrize("what", ["ADD", "REDATE", "CLOSE"])
@pytest.mark.parametrize(("lead", "state"), [(CAT_WORKER, "CAT_ASSESSMENT"), (CP_LEAD, "S47_MACPT")])
def test_before_the_lead_is_there_who_writes_the_plan_co_ordinates(what: str, lead: Actor, state: str):
    story = planned(lead, state)
    change(story.by(lead), what).then(PlanActionChanged).warned()
    change(story.by(FH_MANAGER), what).then(PlanActionChanged).warned()
    change(story.by(HELPER), what).then(PlanActionChanged).warned("WLV-PLAN-06")
    elsewhere = story.registered(FH_MANAGER.id, employer="x", employer_kind="PARTNER")
    change(elsewhere.by(FH_MANAGER), what).warned("WLV-PLAN-06")


def test_only_an_action_that_is_there_is_changed():
    story = planned().by(FHLP)
    change(story, "CLOSE", action_id="a-9").refused("SYS-REF-07")
    change(story, "REDATE", action_id=None).refused("SYS-REF-07")
    change(story, "ADD", action_id="a-1").refused("SYS-REF-07")
    closed = change(story, "CLOSE").kept()
    change(closed, "PROGRESS").refused("SYS-REF-07")
    added = change(story, "ADD", action_id="a-2").kept()
    change(added, "CLOSE", action_id="a-2").then(PlanActionChanged)
    change(story, "CLOSE", plan_id="plan-9").refused("SYS-REF-07")
