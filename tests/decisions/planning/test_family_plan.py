"""The family's one plan: who begins and completes it in which state, what it carries on and must have thought of."""

from typing import Any

import pytest

from services.planning.decisions.complete_plan import CompletePlan, complete_plan
from services.planning.decisions.start_plan import StartPlan, start_plan
from services.planning.events import PlanCompleted, PlanStarted
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.families import (
    CAT_WORKER,
    CP_LEAD,
    FH_MANAGER,
    FHLP,
    HELPER,
    STRANGER,
    leading,
    standing_in,
    without_lead,
)
from tests.given import Outcome

BEFORE = ("CAT_ASSESSMENT", "STRATEGY_MASH", "STRATEGY_CAT", "AWAITING_ALLOCATION")
PROTECTED = ("S47_MACPT", "CP_PLAN")
NOBODYS = ("EARLY_SUPPORT", "AWAITING_THRESHOLD", "CLOSED")
EVERY = (*BEFORE, *PROTECTED, *NOBODYS, "RECEIVED", "FAMILY_HELP_ACTIVE", "STRATEGY_OPEN")
ANYONE = (CAT_WORKER, CP_LEAD, FHLP, STRANGER, FH_MANAGER)


def begin(story: CaseStory, *children: str, **said: Any) -> Outcome:
    body = {"type": "FAMILY_HELP_PLAN", "children": list(children or (CHILD,))} | said
    return story.when(start_plan, StartPlan.model_validate(body))


def begun(state: str, by: Actor, story: CaseStory | None = None) -> CaseStory:
    """A plan on file, whoever began it, and the child then in a state."""
    story = standing_in(state, story=story)
    plan = {"plan_id": "plan-1", "type": "FAMILY_HELP_PLAN", "children": [{"child_id": CHILD}]}
    return story.told("planning.PlanStarted", CHILD, **plan).by(by)


def complete(story: CaseStory, **said: Any) -> Outcome:
    return story.when(complete_plan, CompletePlan.model_validate({"plan_id": "plan-1"} | said))


@pytest.mark.rule("WLV-PLAN-01", "WLV-PLAN-07")
@pytest.mark.parametrize("state", BEFORE)
@pytest.mark.parametrize("command", ["start", "complete"])
def test_until_family_help_leads_the_cat_social_worker_writes_it(state: str, command: str):
    def tried(by: Actor) -> Outcome:
        if command == "start":
            return begin(leading(standing_in(state), CAT_WORKER).by(by))
        return complete(leading(begun(state, by), CAT_WORKER))

    tried(CAT_WORKER).then(PlanStarted if command == "start" else PlanCompleted).cites("WLV-PLAN-01")
    for other in (CP_LEAD, FHLP, STRANGER, FH_MANAGER):
        refused = tried(other).refusal
        assert refused is not None
        assert "WLV-PLAN-01" in refused.rules


@pytest.mark.rule("WLV-PLAN-01")
@pytest.mark.parametrize("state", BEFORE)
def test_a_protection_lead_who_still_holds_the_child_writes_it_while_cat_has_named_nobody(state: str):
    held = leading(standing_in(state), CP_LEAD)
    begin(held.by(CP_LEAD)).then(PlanStarted)
    begin(held.by(CAT_WORKER)).refused("WLV-PLAN-01", "WLV-PLAN-07")
    begin(leading(held, CAT_WORKER).by(CP_LEAD)).refused("WLV-PLAN-01")
    complete(leading(begun(state, CP_LEAD), CP_LEAD)).then(PlanCompleted)
    complete(leading(begun(state, CAT_WORKER), CP_LEAD)).refused("WLV-PLAN-01")
    complete(leading(leading(begun(state, CP_LEAD), CP_LEAD), CAT_WORKER)).refused("WLV-PLAN-01")


@pytest.mark.rule("WLV-PLAN-01", "WLV-PLAN-07")
@pytest.mark.parametrize("state", PROTECTED)
def test_in_child_protection_without_a_family_lead_its_own_lead_writes_it(state: str):
    held = leading(leading(standing_in(state), CP_LEAD), CAT_WORKER)
    begin(held.by(CP_LEAD)).then(PlanStarted)
    begin(held.by(CAT_WORKER)).refused("WLV-PLAN-01")
    begin(held.by(FHLP)).refused("WLV-PLAN-01", "WLV-PLAN-07")
    story = leading(leading(begun(state, CP_LEAD), CP_LEAD), CAT_WORKER)
    complete(story).then(PlanCompleted)
    complete(story.by(CAT_WORKER)).refused("WLV-PLAN-01")


@pytest.mark.rule("WLV-PLAN-01", "WLV-PLAN-07", "WLV-REF-03")
@pytest.mark.parametrize("state", NOBODYS)
def test_before_anybody_has_taken_the_child_on_nobody_writes_it(state: str):
    for who in (CAT_WORKER, CP_LEAD):
        begin(leading(standing_in(state), who).by(who)).refused("WLV-PLAN-01")
        complete(leading(begun(state, who), who)).refused("WLV-PLAN-01")
    begin(standing_in(state).by(STRANGER)).refused("WLV-PLAN-01", "WLV-PLAN-07")


@pytest.mark.rule("WLV-REF-03", "WLV-PLAN-01")
def test_nothing_is_planned_for_a_child_who_is_not_triaged():
    begin(leading(standing_in("RECEIVED"), CAT_WORKER).by(CAT_WORKER)).refused("WLV-REF-03")
    begin(leading(standing_in("RECEIVED"), FHLP).by(FHLP)).refused("WLV-REF-03")
    for who in (CAT_WORKER, FHLP):
        complete(leading(begun("RECEIVED", who), who)).refused("WLV-PLAN-01")


@pytest.mark.rule("WLV-PLAN-01", "WLV-PLAN-07")
@pytest.mark.parametrize("state", ["FAMILY_HELP_ACTIVE", "STRATEGY_OPEN"])
def test_a_family_whose_lead_has_gone_waits_for_the_next(state: str):
    story = leading(without_lead(standing_in(state)), CAT_WORKER)
    begin(story.by(CAT_WORKER)).refused("WLV-PLAN-01")
    complete(leading(without_lead(begun(state, CAT_WORKER)), CAT_WORKER)).refused("WLV-PLAN-01")
    begin(story.by(FHLP)).refused("WLV-PLAN-01", "WLV-PLAN-07")


@pytest.mark.rule("WLV-PLAN-01", "WLV-PLAN-07")
@pytest.mark.parametrize("state", [state for state in EVERY if state not in ("EARLY_SUPPORT", "CLOSED", "RECEIVED")])
def test_from_the_allocation_on_the_familys_lead_writes_it(state: str):
    # The lead is the family's: allocated for a brother or sister, they write for this child too.
    here = leading(leading(standing_in(state), CAT_WORKER), CP_LEAD)
    story = leading(standing_in("AWAITING_ALLOCATION", SIBLING, here), FHLP, SIBLING)
    begin(story.by(FHLP)).then(PlanStarted).cites("WLV-PLAN-01")
    assert begin(story.by(FHLP)).event.author_role == "LEAD_PRACTITIONER"
    cat = begin(story.by(CAT_WORKER))
    cat.then(PlanStarted) if state == "CAT_ASSESSMENT" else cat.refused("WLV-PLAN-01")
    for other in (CP_LEAD, STRANGER, FH_MANAGER):
        begin(story.by(other)).refused("WLV-PLAN-01")
    written = leading(leading(leading(begun(state, FHLP), CAT_WORKER), CP_LEAD), FHLP, SIBLING)
    complete(written).then(PlanCompleted)
    cat = complete(written.by(CAT_WORKER))
    cat.then(PlanCompleted) if state == "CAT_ASSESSMENT" else cat.refused("WLV-PLAN-01")
    for other in (CP_LEAD, STRANGER):
        complete(written.by(other)).refused("WLV-PLAN-01")


@pytest.mark.rule("WLV-PLAN-01")
@pytest.mark.parametrize("state", ["EARLY_SUPPORT", "CLOSED"])
def test_a_child_in_early_support_or_closed_is_not_in_it(state: str):
    story = leading(standing_in("FAMILY_HELP_ACTIVE", SIBLING, standing_in(state)), FHLP, SIBLING)
    begin(story.by(FHLP), CHILD, SIBLING).refused("WLV-PLAN-01")
    begin(story.by(FHLP), SIBLING).then(PlanStarted)
    complete(leading(begun(state, FHLP), FHLP, SIBLING)).refused("WLV-PLAN-01")


@pytest.mark.rule("WLV-PLAN-01")
def test_a_family_has_one_and_it_goes_on_under_the_lead():
    story = leading(standing_in("CAT_ASSESSMENT"), CAT_WORKER)
    cat = begin(story.by(CAT_WORKER)).kept()
    begin(cat.by(CAT_WORKER)).refused("WLV-PLAN-01")
    plan_id = cat.past[-1].data.plan_id
    assert cat.past[-1].data.author_role == "CAT_WORKER"
    allocated = leading(standing_in("AWAITING_ALLOCATION", SIBLING, cat), FHLP, SIBLING)
    done = complete(allocated.by(FHLP), plan_id=plan_id, children=[{"child_id": SIBLING}])
    assert [one.child_id for one in done.event.children] == [CHILD, SIBLING]
    second = complete(done.kept(), plan_id=plan_id)
    assert [one.child_id for one in second.event.children] == [CHILD, SIBLING]
    assert (done.event.version_, second.event.version_) == (1, 2)


@pytest.mark.rule("WLV-PLAN-01")
def test_brothers_and_sisters_are_each_asked_for():
    story = leading(standing_in("CAT_ASSESSMENT"), CAT_WORKER)
    story = standing_in("CAT_ASSESSMENT", SIBLING, story)
    begin(story.by(CAT_WORKER), CHILD, SIBLING).refused("WLV-PLAN-01", "WLV-PLAN-07")
    begin(leading(story, CAT_WORKER, CHILD, SIBLING).by(CAT_WORKER), CHILD, SIBLING).then(PlanStarted)


@pytest.mark.rule("WLV-ALLOC-30")
def test_who_helps_beside_completes_nothing():
    story = begun("FAMILY_HELP_ACTIVE", HELPER).told("allocation.CoAllocated", CHILD, person={"id": HELPER.id})
    complete(story).refused("WLV-PLAN-01", "WLV-ALLOC-30")
    both = story.told("allocation.CoAllocated", CHILD, person={"id": FHLP.id})
    complete(both.by(FHLP)).then(PlanCompleted)
    for who, state in ((CAT_WORKER, "CAT_ASSESSMENT"), (CP_LEAD, "S47_MACPT")):
        led = leading(begun(state, who), who).told("allocation.CoAllocated", CHILD, person={"id": who.id})
        complete(led).then(PlanCompleted)


@pytest.mark.rule("WLV-PLAN-02")
def test_early_support_on_file_is_carried_on():
    plan = {"type": "EARLY_SUPPORT_PLAN", "children": [{"child_id": CHILD}], "esp_lead": {"person": {"id": "p-esl"}}}
    story = standing_in("CAT_ASSESSMENT").told("planning.PlanStarted", CHILD, plan_id="esp-1", **plan)
    story = leading(story, CAT_WORKER).by(CAT_WORKER)
    assert begin(story).event.esp_ref == "esp-1"
    ended = story.told("planning.PlanEnded", CHILD, plan_id="esp-1", type="EARLY_SUPPORT_PLAN", reason_code="NEED_MET")
    assert begin(ended).event.esp_ref == "esp-1"
    assert begin(leading(standing_in("CAT_ASSESSMENT"), CAT_WORKER).by(CAT_WORKER)).event.esp_ref is None


@pytest.mark.rule("WLV-PLAN-16", "WLV-REF-08")
def test_completing_it_is_told_for_each_child_and_keeps_its_words_sealed():
    story = leading(begun("CAT_ASSESSMENT", CAT_WORKER), CAT_WORKER)
    action = {"owner_agency": "a-school", "due": "2026-05-01", "text": "A mentor at school."}
    done = complete(story, actions=[action, {"action_id": "a-1"}], text="What we found.")
    fact, event = done.facts[0], done.event
    assert fact.child_ids == (CHILD,)
    assert event.author_role == "CAT_WORKER"
    assert event.text.clear == "What we found."
    assert event.actions[0].text.clear == "A mentor at school."
    assert event.actions[0].action_id != "a-1" == event.actions[1].action_id
    told = done.kept().matter().facts[-1].data
    assert told.get("text") is None
    assert all(one.get("text") is None for one in told["actions"])


@pytest.mark.rule("NAT-REF-04")
def test_a_homeless_young_persons_plan_has_thought_of_section_20():
    story = leading(begun("CAT_ASSESSMENT", CAT_WORKER), CAT_WORKER)
    homeless = story.told("referral.PathwayDecided", CHILD, pathway="HOMELESS_16_17")
    complete(homeless).refused("NAT-REF-04")
    said = [{"child_id": CHILD, "section20_considered": True}]
    first = complete(homeless, children=said).then(PlanCompleted)
    complete(first.kept()).then(PlanCompleted)
    assert first.event.children[0].section20_considered is True
    complete(homeless, children=[{"child_id": CHILD, "section20_considered": False}]).refused("NAT-REF-04")
    no = complete(story, children=[{"child_id": CHILD, "section20_considered": False}]).then(PlanCompleted)
    assert no.event.children[0].section20_considered is False
    fostered = homeless.told("referral.PathwayDecided", CHILD, pathway="PRIVATE_FOSTERING")
    complete(fostered).refused("NAT-REF-04")
    complete(homeless.told("referral.PathwayDecided", CHILD, pathway="HOMELESS_16_17", ended=True)).then(PlanCompleted)
    complete(story.told("referral.PathwayDecided", CHILD, pathway="PRIVATE_FOSTERING")).then(PlanCompleted)
    assessed = {"children": [{"child_id": CHILD, "section20_considered": True, "outcome": "FAMILY_HELP"}]}
    complete(homeless.told("planning.AssessmentCompleted", CHILD, **assessed)).then(PlanCompleted)
    level = {"to": "CHILD_IN_NEED", "decided_in": "CAT", "section20_considered": True}
    complete(homeless.told("planning.ThresholdChanged", CHILD, **level)).then(PlanCompleted)
    triaged = {"outcome": "CAT_ASSESSMENT", "triage_rag": "AMBER", "pathway": "HOMELESS_16_17"}
    complete(story.told("referral.ReferralTriaged", CHILD, **triaged)).refused("NAT-REF-04")


@pytest.mark.rule("NAT-PLAN-01", "WLV-PLAN-16")
def test_an_assessment_that_took_too_long_says_why():
    # Received on Thursday 2 April 2026: the 45 working days end on Wednesday 10 June.
    story = leading(begun("CAT_ASSESSMENT", CAT_WORKER), CAT_WORKER)
    complete(story.at("2026-06-10T20:00:00+01:00")).then(PlanCompleted)
    late = story.at("2026-06-11T09:00:00+01:00")
    complete(late).refused("NAT-PLAN-01")
    for why in ("WAITING_FOR_INFORMATION", "FAMILY_NOT_REACHED", "ENQUIRY_RUNNING", "STAFFING"):
        assert complete(late, overrun_reason=why).then(PlanCompleted).event.overrun_reason == why
    done = complete(late, overrun_reason="OTHER", overrun_reason_note="Snow.").then(PlanCompleted)
    complete(done.kept()).then(PlanCompleted)
    complete(late, overrun_reason="OTHER").refused("SYS-REF-03")
    complete(late, overrun_reason="BORED").refused("SYS-REF-03")


def test_a_plan_that_is_not_there_is_not_known_here():
    story = leading(standing_in("CAT_ASSESSMENT"), CAT_WORKER).by(CAT_WORKER)
    complete(story).refused("SYS-REF-07")
    begin(story, "c-nobody").refused("SYS-REF-07", "WLV-PLAN-07")
    complete(leading(begun("CAT_ASSESSMENT", CAT_WORKER), CAT_WORKER), children=[{"child_id": "c-x"}]).refused(
        "SYS-REF-07"
    )
