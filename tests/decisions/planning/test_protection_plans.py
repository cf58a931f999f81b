"""Child protection plans by hand: one for each child, resting on a conference, begun and ended by who leads them."""

from typing import Any

import pytest
from msgspec.structs import replace

from services.planning.decisions.approve_plan import ApprovePlan, approve_plan
from services.planning.decisions.change_plan_action import ChangePlanAction, change_plan_action
from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.start_plan import StartPlan, start_plan
from services.planning.events import PlanActionChanged, PlanApproved
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.protected import FHLP, LCPP, MANAGER, enquiry, helped, planned, titles
from tests.given import FRONT_DOOR, Actor

BOTH = ("WLV-THR-07", "NAT-THR-07")
EXITS = ("DIED", "TURNED_18", "ADOPTED", "MOVED_TO_OTHER_AUTHORITY", "LEFT_COUNTRY")


def starting(kind: str = "CP", *children: str, **said: Any) -> StartPlan:
    return StartPlan.model_validate({"type": kind, "children": list(children or (CHILD,))} | said)


def ending(**said: Any) -> EndPlan:
    return EndPlan.model_validate({"plan_id": "cp-1"} | said)


def decided(story: CaseStory, *children: str) -> CaseStory:
    for child in children or (CHILD,):
        story = story.told("planning.InitialConferenceHeld", child, decision="PLAN")
    return story


def reviewed(story: CaseStory, decision: str = "END_PLAN", child: str = CHILD) -> CaseStory:
    return story.told("planning.ReviewConferenceHeld", child, decision=decision, event_id="r-1")


@pytest.mark.rule("NAT-THR-06")
def test_a_plan_rests_on_a_conference():
    enquiry(helped()).when(start_plan, starting()).refused("NAT-THR-06")
    no_plan = enquiry(helped()).told("planning.InitialConferenceHeld", CHILD, decision="NO_PLAN")
    no_plan.when(start_plan, starting()).refused("NAT-THR-06")
    done = decided(enquiry(helped())).when(start_plan, starting(next_review_date="2026-06-01")).cites("NAT-THR-06")
    assert titles(done) == ["PlanStarted", "ThresholdChanged"]
    started, level = (fact.event for fact in done.facts)
    assert (started.type, started.next_review_date.isoformat()) == ("CP", "2026-06-01")
    assert (level.to, level.decided_in, level.reason_code) == (
        "CHILD_PROTECTION_PLAN",
        "CONFERENCE",
        "INITIAL_CONFERENCE",
    )
    assert level.decision_ref == done.facts[0].event_id


@pytest.mark.rule("NAT-THR-06")
def test_with_the_level_held_already_only_the_plan_starts():
    story = decided(enquiry(helped())).told("planning.ThresholdChanged", CHILD, to="CHILD_PROTECTION_PLAN")
    assert titles(story.when(start_plan, starting())) == ["PlanStarted"]


@pytest.mark.rule("NAT-THR-06")
def test_a_second_plan_or_one_after_the_last_has_ended_needs_a_conference_of_its_own():
    planned(enquiry(helped())).when(start_plan, starting()).refused("NAT-THR-06")
    over = planned(enquiry(helped())).told("planning.PlanEnded", CHILD, plan_id="cp-1", type="CP")
    over.when(start_plan, starting()).refused("NAT-THR-06")
    assert titles(decided(over).when(start_plan, starting()))[0] == "PlanStarted"


@pytest.mark.rule("NAT-THR-06", "WLV-PLAN-15")
def test_child_in_need_gets_no_plan_of_its_own():
    helped().when(start_plan, starting("CIN")).refused("WLV-PLAN-15")
    planned(enquiry(helped())).when(start_plan, starting("CIN")).refused("NAT-THR-06", "WLV-PLAN-15")


@pytest.mark.rule("NAT-THR-06")
def test_each_child_has_a_plan_of_its_own():
    story = enquiry(enquiry(helped("CHILD_IN_NEED", CHILD, SIBLING)), SIBLING, "q2")
    done = decided(story, CHILD, SIBLING).when(start_plan, starting("CP", CHILD, SIBLING))
    plans = [fact.event for fact in done.facts if fact.event.title() == "PlanStarted"]
    assert len({plan.plan_id for plan in plans}) == 2
    decided(story).when(start_plan, starting("CP", CHILD, SIBLING)).refused("NAT-THR-06")


@pytest.mark.rule("WLV-THR-06")
def test_who_leads_child_protection_or_a_social_work_manager_begins_and_ends_it():
    others = (FRONT_DOOR, Actor(id=FHLP["id"]), Actor(id="p-dm", role="DELIVERY_MANAGER", social_worker=False))
    for who in (MANAGER, Actor(id=LCPP.id, role="SOCIAL_WORKER", social_worker=True)):
        decided(enquiry(helped())).by(who).when(start_plan, starting()).cites("WLV-THR-06")
        ended = reviewed(planned(enquiry(helped()))).by(who).when(end_plan, ending(decision_ref="r-1"))
        ended.cites("WLV-THR-06", "WLV-THR-07")
    for who in others:
        decided(enquiry(helped())).by(who).when(start_plan, starting()).refused("WLV-THR-06")
        ended = reviewed(planned(enquiry(helped()))).by(who).when(end_plan, ending(decision_ref="r-1"))
        ended.refused("WLV-THR-06")


@pytest.mark.rule("WLV-THR-07", "NAT-THR-07")
def test_a_plan_ends_by_the_decision_of_a_review_conference():
    story = planned(enquiry(helped()))
    story.when(end_plan, ending()).refused("WLV-THR-07", "NAT-THR-07")
    reviewed(story, "CONTINUE").when(end_plan, ending(decision_ref="r-1")).refused("WLV-THR-07", "NAT-THR-07")
    reviewed(story).when(end_plan, ending()).refused("WLV-THR-07", "NAT-THR-07")
    other = reviewed(story, "END_PLAN", SIBLING).when(end_plan, ending(decision_ref="r-1"))
    other.refused("WLV-THR-07", "NAT-THR-07")
    elsewhere = story.told("planning.InitialConferenceHeld", CHILD, decision="END_PLAN", event_id="r-1")
    elsewhere.when(end_plan, ending(decision_ref="r-1")).refused("WLV-THR-07", "NAT-THR-07")
    done = reviewed(story).when(end_plan, ending(decision_ref="r-1")).cites("WLV-THR-07", "NAT-THR-07")
    assert titles(done) == ["PlanEnded"]
    assert (done.event.plan_id, done.event.type, done.event.decision_ref) == ("cp-1", "CP", "r-1")


@pytest.mark.rule("WLV-THR-07")
@pytest.mark.parametrize("exit_reason", EXITS)
def test_what_happened_to_the_child_ends_it_only_with_the_case(exit_reason: str):
    said = {"exit_reason": exit_reason, "ended_on": "2026-03-01", "acceptance_ref": "a-1"}
    planned(enquiry(helped())).when(end_plan, ending(**said)).refused("WLV-THR-07")


@pytest.mark.rule("NAT-THR-07")
@pytest.mark.parametrize("exit_reason", EXITS)
def test_an_exit_has_a_day(exit_reason: str):
    story = planned(enquiry(helped()))
    story.when(end_plan, ending(exit_reason=exit_reason)).refused("WLV-THR-07", "NAT-THR-07")


@pytest.mark.rule("NAT-THR-07")
def test_a_move_without_an_acceptance_is_said():
    facts = {"type": "CP", "exit_reason": "MOVED_TO_OTHER_AUTHORITY", "ended_on": "2026-03-01", "conference": "NONE"}
    protocol = helped().protocol
    assert [(one.block.rule, one.tag) for one in protocol.missed("EndPlan", {**facts, "by": "LEAD"})] == [
        ("NAT-THR-07", "warn"),
        ("WLV-THR-07", "reject"),
    ]
    accepted = {**facts, "by": "LEAD", "acceptance_ref": "a-1"}
    assert [one.block.rule for one in protocol.missed("EndPlan", accepted)] == ["WLV-THR-07"]


@pytest.mark.rule("SYS-REF-07", "SYS-REF-03")
def test_what_is_not_here():
    story = reviewed(planned(enquiry(helped())))
    story.when(end_plan, ending(decision_ref="r-1", children=[SIBLING])).refused("SYS-REF-07", *BOTH)
    story.when(end_plan, ending(decision_ref="r-1", reason_code="WHATEVER")).refused("SYS-REF-03")
    decided(enquiry(helped())).when(start_plan, starting("CP", "c-nobody")).refused("SYS-REF-07", "NAT-THR-06")


NOT_QUALIFIED = (
    Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False),
    Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP"),
)
LEADS = Actor(id=LCPP.id, role="SOCIAL_WORKER", team="MACPT", social_worker=True)
OTHERS = (Actor(id=FHLP["id"]), FRONT_DOOR)


def changing(story: CaseStory, who: Actor, change: str) -> Any:
    story = story.told("planning.PlanCompleted", CHILD, plan_id="cp-1", type="CP", actions=[{"action_id": "a-1"}])
    body = {"plan_id": "cp-1", "change": change} | ({} if change == "ADD" else {"action_id": "a-1"})
    return story.by(who).when(change_plan_action, ChangePlanAction.model_validate(body))


def approving(story: CaseStory, who: Actor) -> Any:
    return story.by(who).when(approve_plan, ApprovePlan.model_validate({"plan_id": "cp-1"}))


@pytest.mark.rule("WLV-THR-06")
@pytest.mark.parametrize("change", ["ADD", "REDATE", "CLOSE"])
def test_what_the_plan_asks_for_its_lead_changes_or_a_social_work_manager(change: str):
    story = planned(enquiry(helped()))
    for who in (LEADS, MANAGER):
        done = changing(story, who, change).then(PlanActionChanged)
        assert done.event.by_lead is (who is LEADS)
    for who in (*OTHERS, *NOT_QUALIFIED):
        changing(story, who, change).refused("WLV-THR-06")
    elsewhere = story.registered(MANAGER.id, employer="x", employer_kind="PARTNER", social_worker=True)
    changing(elsewhere, MANAGER, change).refused("WLV-THR-06")
    # Whoever leads it decides on it in whatever post, and whatever the register says of them.
    promoted = replace(NOT_QUALIFIED[0], id=LCPP.id)
    changing(story, promoted, change).then(PlanActionChanged)


@pytest.mark.rule("WLV-THR-06")
def test_others_add_how_it_goes():
    for who in (LEADS, *OTHERS, *NOT_QUALIFIED):
        changing(planned(enquiry(helped())), who, "PROGRESS").then(PlanActionChanged)


@pytest.mark.rule("WLV-THR-06")
def test_it_is_approved_by_its_lead_or_a_social_work_manager():
    story = planned(enquiry(helped()))
    for who in (LEADS, MANAGER):
        approving(story, who).then(PlanApproved)
    for who in (*OTHERS, *NOT_QUALIFIED):
        approving(story, who).refused("WLV-THR-06")
    elsewhere = story.registered(MANAGER.id, employer="x", employer_kind="PARTNER", social_worker=True)
    approving(elsewhere, MANAGER).refused("WLV-THR-06")
    approving(story, replace(NOT_QUALIFIED[0], id=LCPP.id)).then(PlanApproved)


@pytest.mark.rule("WLV-THR-06")
def test_who_leads_for_a_sibling_does_not_lead_this_plan():
    story = enquiry(helped("CHILD_IN_NEED", CHILD, SIBLING), SIBLING, "q2", lead="p-other")
    other = Actor(id="p-other", role="SOCIAL_WORKER", team="MACPT", social_worker=True)
    approving(planned(enquiry(story)), other).refused("WLV-THR-06")
