"""Approving a family's plan: a manager of the authority who has not written it; and what the plan must hold."""

from typing import Any

import pytest

from services.planning.decisions.approve_plan import ApprovePlan, approve_plan
from services.planning.events import PlanApproved, PlanEnded
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.families import (
    ADVISER,
    CAT_MANAGER,
    CAT_WORKER,
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
EARLY = {"type": "EARLY_SUPPORT_PLAN", "esp_lead": {"person": {"id": "p-esl"}}}


def written(by: Actor = FHLP, role: str = "LEAD_PRACTITIONER", version: bool = True) -> CaseStory:
    """A plan written by somebody, and waiting for who authorises it."""
    story = leading(standing_in("AWAITING_ALLOCATION"), by)
    of = {"children": [{"child_id": CHILD}], "author_role": role, "actor": by}
    story = story.told("planning.PlanStarted", CHILD, **PLAN, **of)
    return story.told("planning.PlanCompleted", CHILD, **PLAN, **of, version=1) if version else story


def approve(story: CaseStory, **said: Any) -> Outcome:
    whole = {"plan_id": "plan-1", "family_contribution": "What they told us.", "family_network": ["An aunt."]} | said
    body = {key: value for key, value in whole.items() if value is not None}
    return story.when(approve_plan, ApprovePlan.model_validate(body))


@pytest.mark.rule("WLV-PLAN-13", "WLV-PLAN-03", "WLV-PLAN-04", "WLV-PLAN-05")
@pytest.mark.parametrize("manager", [FH_MANAGER, DELIVERY_MANAGER, CAT_MANAGER])
def test_a_manager_of_the_authority_authorises_it(manager: Actor):
    done = approve(written().by(manager)).then(PlanApproved).warned().cites("WLV-PLAN-13", "WLV-PLAN-04")
    event = done.event
    assert (event.plan_id, event.version_, event.own_work, event.approver.id) == ("plan-1", 1, False, manager.id)
    assert (event.family_contribution.clear, event.family_network_given) == ("What they told us.", True)
    assert done.facts[0].child_ids == (CHILD,)


@pytest.mark.rule("WLV-PLAN-13", "WLV-TRAIN-06")
def test_nobody_else_does():
    for other in (FHLP, STRANGER):
        approve(written().by(other)).refused("WLV-PLAN-13")
    approve(written().by(ADVISER)).refused("WLV-PLAN-13", "WLV-TRAIN-06")


@pytest.mark.rule("WLV-PLAN-13")
def test_a_partners_own_manager_never_does():
    for kind, allowed in (("PARTNER", False), ("COMMISSIONED", False), ("AUTHORITY", True)):
        story = written().registered(FH_MANAGER.id, employer="x", employer_kind=kind, social_worker=True)
        done = approve(story.by(FH_MANAGER))
        done.then(PlanApproved) if allowed else done.refused("WLV-PLAN-13")


@pytest.mark.rule("WLV-PLAN-13")
def test_who_wrote_it_does_not():
    own = written(FH_MANAGER)
    approve(own.by(FH_MANAGER)).refused("WLV-PLAN-13")
    approve(own.by(DELIVERY_MANAGER)).then(PlanApproved)
    # Whoever began it may approve what another has written since.
    begun = written(FH_MANAGER, version=False)
    approve(begun.by(FH_MANAGER)).refused("WLV-PLAN-13")
    again = begun.told("planning.PlanCompleted", CHILD, **PLAN, actor=FHLP, author_role="LEAD_PRACTITIONER")
    approve(again.by(FH_MANAGER)).then(PlanApproved)


@pytest.mark.rule("WLV-PLAN-13")
def test_what_cat_wrote_is_authorised_in_cat():
    story = written(CAT_WORKER, "CAT_WORKER")
    approve(story.by(CAT_MANAGER)).then(PlanApproved)
    approve(story.by(FH_MANAGER)).refused("WLV-PLAN-13")


@pytest.mark.rule("WLV-PLAN-13")
@pytest.mark.parametrize("kind", ["AUTHORITY", "COMMISSIONED", "PARTNER", None])
def test_whoever_employs_the_author(kind: str | None):
    story = written(STRANGER)
    lead = {"id": STRANGER.id, "employer_kind": kind}
    story = story.told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead=lead)
    approve(story.by(STRANGER)).refused("WLV-PLAN-13")
    approve(story.by(Actor(id=STRANGER.id, role="SW_TEAM_MANAGER"))).refused("WLV-PLAN-13")
    approve(story.by(HELPER)).refused("WLV-PLAN-13")
    approve(story.by(FH_MANAGER)).then(PlanApproved)
    cat = story.told("planning.PlanCompleted", CHILD, **PLAN, author_role="CAT_WORKER", actor=STRANGER)
    approve(cat.by(FH_MANAGER)).refused("WLV-PLAN-13")


@pytest.mark.rule("WLV-PLAN-03")
def test_each_need_has_an_action_or_a_reason_for_none():
    needs = [{"need": "Sleep", "action_ids": ["a-1"]}, {"need": "School", "no_action_reason": "In hand."}]
    done = approve(written().by(FH_MANAGER), needs=needs).then(PlanApproved).warned()
    assert (done.event.needs_without_action, done.event.unanswered_needs) == (0, None)
    done = approve(written().by(FH_MANAGER), needs=[*needs, {"need": "Money"}]).warned("WLV-PLAN-03")
    assert (done.event.needs_without_action, done.event.unanswered_needs.clear) == (1, ["Money"])


@pytest.mark.rule("WLV-PLAN-04")
def test_it_is_made_with_the_family():
    approve(written().by(FH_MANAGER), family_contribution=None).refused("WLV-PLAN-04")


@pytest.mark.rule("WLV-PLAN-05")
def test_it_takes_in_the_wider_family_or_says_why_not():
    done = approve(written().by(FH_MANAGER), family_network=None).then(PlanApproved).warned("WLV-PLAN-05")
    assert done.event.family_network_given is False
    said = approve(written().by(FH_MANAGER), family_network=None, no_family_network_reason="None near.").warned()
    assert said.event.family_network_given is True


@pytest.mark.rule("WLV-PLAN-02")
def test_early_support_that_came_on_file_later_is_carried_in_before_it_is_approved():
    story = written().told("planning.PlanStarted", CHILD, **EARLY, plan_id="esp-1", children=[{"child_id": CHILD}])
    story = story.by(FH_MANAGER)
    approve(story).refused("WLV-PLAN-02")
    approve(story, esp_ref="esp-2").refused("WLV-PLAN-02")
    done = approve(story, esp_ref="esp-1").then(PlanApproved, PlanEnded).cites("WLV-PLAN-02")
    assert done.event.esp_ref == "esp-1"
    assert (done.facts[1].event.reason_code, done.facts[1].event.plan_id) == ("CONTINUED_AS_FHP", "esp-1")
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"
    # It has been carried in: nobody is asked for it again.
    approve(done.kept()).then(PlanApproved)
    carried = written().told("planning.PlanCompleted", CHILD, **PLAN, version=2, actor=FHLP)
    approve(carried.by(FH_MANAGER), esp_ref="esp-9").then(PlanApproved)


@pytest.mark.rule("WLV-PLAN-02")
@pytest.mark.parametrize("state", ["FAMILY_HELP_ACTIVE", "STRATEGY_OPEN", "S47_MACPT", "CP_PLAN"])
def test_early_support_ends_then_for_whom_family_help_has_taken_on_and_for_nobody_else(state: str):
    story = leading(standing_in(state), FHLP)
    story = standing_in("EARLY_SUPPORT", SIBLING, story)
    both = [{"child_id": CHILD}, {"child_id": SIBLING}]
    story = story.told("planning.PlanStarted", CHILD, **PLAN, children=both[:1], actor=FHLP)
    story = story.told("planning.PlanStarted", (CHILD, SIBLING), **EARLY, plan_id="esp-1", children=both)
    done = approve(story.by(FH_MANAGER), esp_ref="esp-1").then(PlanApproved, PlanEnded)
    assert done.facts[1].child_ids == (CHILD,)
    assert done.kept().standing(SIBLING).state == "EARLY_SUPPORT"


def test_early_support_goes_on_for_a_child_whom_nobody_leads_yet():
    story = written(CAT_WORKER, "CAT_WORKER")
    story = story.told("planning.PlanStarted", CHILD, **EARLY, plan_id="esp-1", children=[{"child_id": CHILD}])
    approve(story.by(CAT_MANAGER), esp_ref="esp-1").then(PlanApproved)


def test_a_plan_that_is_not_open_is_not_known_here():
    approve(written().by(FH_MANAGER), plan_id="plan-9").refused("SYS-REF-07")
