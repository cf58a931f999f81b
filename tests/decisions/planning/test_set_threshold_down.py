"""Levels go down from a review: authorised by the lead's manager, or agreed by both; and so out of Family Help."""

from typing import Any

import pytest

from services.planning.decisions.set_threshold import managers_in, people_of, set_threshold
from services.planning.events import CaseClosed, PlanEnded, PlanStarted, ThresholdChanged
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.households import (
    BOTH,
    DELIVERY,
    FHLP,
    PARTNER,
    TEAM_MANAGER,
    TOLD,
    conferred,
    led,
    reviewed,
    waiting,
)
from tests.decisions.planning.levelling import to

LOWER = "TARGETED_EARLY_HELP"
DOWN = "CHANGE_IN_NEED_DOWN"


def in_need(recommendation: str | None = LOWER, *, social_worker: bool = True, **lead: Any) -> CaseStory:
    """A child in need in Family Help, whose review has been; its lead's manager acts."""
    story = led(level="CHILD_IN_NEED", social_worker=social_worker, **lead)
    return reviewed(story, recommendation).by(TEAM_MANAGER)


def targeted(recommendation: str | None = "UNIVERSAL", kind: str = "FINAL", **lead: Any) -> CaseStory:
    return reviewed(led(**lead), recommendation, kind=kind).by(TEAM_MANAGER)


@pytest.mark.rule("WLV-THR-12", "WLV-THR-13", "WLV-THR-14", "WLV-THR-18", "WLV-THR-17")
def test_the_review_and_the_leads_line_manager_decide_where_a_social_worker_leads():
    done = in_need().when(set_threshold, to(LOWER)).then(ThresholdChanged).warned()
    event = done.event
    assert (event.from_, event.to, event.direction) == ("CHILD_IN_NEED", LOWER, "STEP_DOWN")
    assert (event.decided_in, event.reason_code, event.decision_ref) == ("REVIEW", "AGREED_AT_REVIEW", "review-1")
    assert (event.authorised_by.id, event.authorised_by.employer_kind) == ("p-tm", "AUTHORITY")
    assert (event.family_informed.child_included, event.family_informed.rationale.clear) == (True, TOLD["rationale"])
    done.cites("WLV-THR-12", "WLV-THR-13", "WLV-THR-14", "WLV-THR-18", "WLV-THR-17", "WLV-ALLOC-44", "WLV-REF-26")
    after = done.kept()
    assert (after.standing().state, after.standing().level) == ("FAMILY_HELP_ACTIVE", LOWER)


@pytest.mark.rule("WLV-THR-12")
@pytest.mark.parametrize(
    ("recommendation", "passes"),
    [(LOWER, True), ("EARLY_SUPPORT", True), ("UNIVERSAL", True), ("CHILD_IN_NEED", False), ("CP_ENQUIRY", False)],
)
def test_the_review_recommends_that_level_or_a_lower_one(recommendation: str, passes: bool):
    done = in_need(recommendation).when(set_threshold, to(LOWER))
    assert done.then(ThresholdChanged) if passes else done.refused("WLV-THR-12")


@pytest.mark.rule("WLV-THR-12", "WLV-PLAN-14")
def test_a_review_without_a_recommendation_carries_nothing():
    in_need(None).when(set_threshold, to(LOWER)).refused("WLV-THR-12", "WLV-PLAN-14")
    targeted(None).when(set_threshold, to("UNIVERSAL")).refused("WLV-THR-12", "WLV-PLAN-14")
    led(level="CHILD_IN_NEED").by(TEAM_MANAGER).when(set_threshold, to(LOWER)).refused("WLV-THR-12")
    sibling = reviewed(led(CHILD, SIBLING, level="CHILD_IN_NEED"), LOWER, SIBLING).by(TEAM_MANAGER)
    sibling.when(set_threshold, to(LOWER)).refused("WLV-THR-12", "WLV-PLAN-14")
    sibling.when(set_threshold, to(LOWER, SIBLING)).then(ThresholdChanged)
    support = led(level="CHILD_IN_NEED").told("planning.PlanReviewed", type="EARLY_SUPPORT_PLAN", review_kind="FINAL")
    support.by(TEAM_MANAGER).when(set_threshold, to(LOWER)).refused("WLV-THR-12")


@pytest.mark.rule("WLV-THR-12")
def test_a_review_from_before_the_last_rise_is_of_another_time():
    up = {"to": "CHILD_IN_NEED", "direction": "STEP_UP", "decided_in": "IMC"}
    raised = in_need().told("planning.ThresholdChanged", **up)
    raised.when(set_threshold, to(LOWER)).refused("WLV-THR-12")
    reviewed(raised, LOWER).when(set_threshold, to(LOWER)).then(ThresholdChanged)
    protected = in_need().told("planning.PlanEnded", plan_id="cp-1", type="CP")
    protected.when(set_threshold, to(LOWER)).refused("WLV-THR-12")
    sibling = in_need().told("planning.ThresholdChanged", SIBLING, **up)
    sibling.when(set_threshold, to(LOWER)).then(ThresholdChanged)


@pytest.mark.rule("WLV-THR-12")
@pytest.mark.parametrize("way", ["STEP_DOWN", "CLOSE"])
@pytest.mark.parametrize("state", ["STRATEGY_MASH", "STRATEGY_CAT", "STRATEGY_OPEN", "S47_MACPT", "CP_PLAN"])
def test_nothing_is_stepped_down_while_a_child_is_being_protected(state: str, way: str):
    story = protected(state)
    assert story.standing().state == state
    story.when(set_threshold, to("TARGETED_EARLY_HELP" if way == "STEP_DOWN" else "UNIVERSAL")).refused("WLV-THR-12")


def protected(state: str) -> CaseStory:
    """A child in need about whom a strategy discussion is asked for, or more."""
    story = in_need("UNIVERSAL").by(DELIVERY)
    asked = {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "open_child_id": CHILD}
    match state:
        case "STRATEGY_MASH":
            again = story.told("referral.ReferralReceived", "c9")
            return again.told("referral.ReferralTriaged", "c9", **asked)
        case "STRATEGY_CAT":
            at_cat = waiting().told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="CAT")
            # It is CAT's, and CAT who tries.
            return at_cat.told("planning.StrategyDiscussionRequested")
        case "STRATEGY_OPEN":
            return story.told("planning.StrategyDiscussionRequested")
        case "S47_MACPT":
            return story.told("planning.Section47EnquiryOpened", enquiry_id="e-1")
        case _:
            opened = story.told("planning.Section47EnquiryOpened", enquiry_id="e-1")
            return opened.told("planning.InitialConferenceHeld", decision="PLAN")


@pytest.mark.rule("WLV-THR-13")
def test_another_manager_does_not_authorise_it():
    in_need().by(DELIVERY).when(set_threshold, to(LOWER)).refused("WLV-THR-13")
    in_need().by(FHLP).when(set_threshold, to(LOWER)).refused("WLV-THR-13")
    done = in_need().by(FHLP).when(set_threshold, to(LOWER, authorised_by="p-tm")).then(ThresholdChanged)
    assert done.event.authorised_by.id == "p-tm"


@pytest.mark.rule("WLV-THR-10")
def test_an_agreeing_conversation_takes_the_line_managers_place():
    story = conferred(in_need(), LOWER, DOWN).by(DELIVERY)
    done = story.when(set_threshold, to(LOWER, imc_id="imc-1")).then(ThresholdChanged).cites("WLV-THR-14")
    assert (done.event.decided_in, done.event.decision_ref, done.event.reason_code) == ("IMC", "imc-1", "AGREED_AT_IMC")
    story.when(set_threshold, to(LOWER)).refused("WLV-THR-13")


@pytest.mark.rule("WLV-THR-10")
def test_a_conversation_that_is_named_has_agreed():
    named = to(LOWER, imc_id="imc-1")
    conferred(in_need(), LOWER, DOWN, agreed=False).when(set_threshold, named).refused("WLV-THR-10")
    conferred(in_need(), LOWER, DOWN, agreed=None).when(set_threshold, named).refused("WLV-THR-10")
    conferred(in_need(), "CHILD_IN_NEED", DOWN).when(set_threshold, named).refused("WLV-THR-10")
    silent = conferred(in_need(), None, DOWN)
    silent.when(set_threshold, named).refused("WLV-THR-10")
    before = led(level=LOWER)
    before = conferred(before, LOWER, DOWN).told(
        "planning.ThresholdChanged", to="CHILD_IN_NEED", direction="STEP_UP", decided_in="IMC"
    )
    reviewed(before, LOWER).by(TEAM_MANAGER).when(set_threshold, named).refused("WLV-THR-10")


@pytest.mark.rule("WLV-THR-10", "WLV-THR-18")
def test_where_nobody_leads_the_managers_decide():
    gone = {"lead": {"id": "p-fhlp"}, "role": "LEAD_PRACTITIONER", "reason_code": "LEFT"}
    story = in_need().told("allocation.LeadEnded", (CHILD,), **gone)
    story.when(set_threshold, to(LOWER)).refused("WLV-THR-10")
    agreed = conferred(story, LOWER, DOWN)
    agreed.when(set_threshold, to(LOWER, imc_id="imc-1")).then(ThresholdChanged).cites("WLV-THR-18")


@pytest.mark.rule("WLV-THR-15", "WLV-THR-18")
def test_where_the_lead_is_no_social_worker_both_managers_agree():
    story = conferred(in_need(social_worker=False), LOWER, DOWN).by(DELIVERY)
    done = story.when(set_threshold, to(LOWER, imc_id="imc-1")).then(ThresholdChanged)
    assert done.cites("WLV-THR-15", "WLV-THR-18").event.decided_in == "IMC"


@pytest.mark.rule("WLV-THR-15")
def test_and_nothing_less_will_do():
    aq = in_need(social_worker=False)
    named = to(LOWER, imc_id="imc-1")
    aq.when(set_threshold, to(LOWER)).refused("WLV-THR-15")
    conferred(aq, LOWER, "CHANGE_IN_NEED_UP").when(set_threshold, named).refused("WLV-THR-15")
    conferred(aq, LOWER, DOWN, attendees=BOTH[:1]).when(set_threshold, named).refused("WLV-THR-15")
    conferred(aq, LOWER, DOWN, attendees=BOTH[1:]).when(set_threshold, named).refused("WLV-THR-15")
    unqualified = [BOTH[0], BOTH[1] | {"social_worker": False}]
    conferred(aq, LOWER, DOWN, attendees=unqualified).when(set_threshold, named).refused("WLV-THR-15")
    conferred(aq, LOWER, DOWN, agreed=False).when(set_threshold, named).refused("WLV-THR-15", "WLV-THR-10")
    early = conferred(led(level="CHILD_IN_NEED", social_worker=False), LOWER, DOWN)
    reviewed(early, LOWER).by(TEAM_MANAGER).when(set_threshold, named).refused("WLV-THR-15")


@pytest.mark.rule("WLV-THR-17")
def test_for_a_partners_lead_the_authoritys_manager_stands_in():
    partner: dict[str, Any] = {
        "lead": {"id": "p-fhlp", "social_worker": True, "employer_kind": "PARTNER"},
        "line_manager": {"id": "p-partner-boss", "employer_kind": "PARTNER"},
        "authorising_manager": {"id": "p-dm", "employer_kind": "AUTHORITY"},
    }
    story = in_need(**partner)
    done = story.by(DELIVERY).when(set_threshold, to(LOWER, partner_manager_view="AGREES")).then(ThresholdChanged)
    assert done.warned().event.partner_manager_view == "AGREES"
    story.by(DELIVERY).when(set_threshold, to(LOWER)).warned("WLV-THR-17")
    story.by(TEAM_MANAGER).when(set_threshold, to(LOWER)).refused("WLV-THR-13")
    story.by(PARTNER).when(set_threshold, to(LOWER)).refused("WLV-THR-17")
    story.by(DELIVERY).when(set_threshold, to(LOWER, authorised_by="p-partner-boss")).refused("WLV-THR-17")
    disagreed = to(LOWER, partner_manager_view="OTHER", reason_note="They would wait.", reason_code="OTHER")
    story.by(DELIVERY).when(set_threshold, disagreed).then(ThresholdChanged)
    story.by(DELIVERY).when(set_threshold, to(LOWER, partner_manager_view="MAYBE")).refused("SYS-REF-03")
    assert managers_in(story.matter()) == ("p-partner-boss", "p-dm")
    assert managers_in(waiting().matter()) == ()


@pytest.mark.rule("WLV-THR-17")
def test_without_a_manager_on_record_a_team_manager_of_the_familys_team_does_it():
    for line in (None, {"id": "p-partner-boss"}, {"id": "p-nobody", "employer_kind": "COMMISSIONED"}):
        story = in_need(line_manager=line)
        view = {"partner_manager_view": "AGREES"}
        story.when(set_threshold, to(LOWER, **view)).then(ThresholdChanged).warned()
        story.by(DELIVERY).when(set_threshold, to(LOWER, **view)).refused("WLV-THR-17")
        elsewhere = Actor(id="p-cat-boss", role="SW_TEAM_MANAGER", team="CAT", social_worker=True)
        story.by(elsewhere).when(set_threshold, to(LOWER, **view)).refused("WLV-THR-17")
    commissioned = in_need(line_manager={"id": "p-nobody", "employer_kind": "COMMISSIONED"})
    commissioned.when(set_threshold, to(LOWER)).warned("WLV-THR-17")
    in_need(team_id="FAMILY_HELP_2", line_manager=None).when(set_threshold, to(LOWER)).then(ThresholdChanged)


@pytest.mark.rule("WLV-ALLOC-44")
@pytest.mark.parametrize(
    "told",
    [
        None,
        {"child_included": True, "rationale": "Said."},
        {"date": "2026-04-01", "rationale": "Said."},
        {"date": "2026-04-01", "child_included": True},
    ],
)
def test_a_step_down_is_talked_over_first(told: dict[str, Any] | None):
    in_need().when(set_threshold, to(LOWER, family_informed=told)).refused("WLV-ALLOC-44")
    targeted().when(set_threshold, to("UNIVERSAL", family_informed=told)).refused("WLV-ALLOC-44")


@pytest.mark.rule("WLV-ALLOC-44")
def test_or_it_is_said_why_not():
    exempt = {"risk_exemption": "RISK_OF_HARM", "reason_not": "TOO_YOUNG", "rationale": "It would put them at risk."}
    in_need().when(set_threshold, to(LOWER, family_informed=exempt)).then(ThresholdChanged)
    absent = {"date": "2026-04-01", "child_included": False, "rationale": "Said."}
    in_need().when(set_threshold, to(LOWER, family_informed=absent)).then(ThresholdChanged)


@pytest.mark.rule("WLV-THR-16", "WLV-THR-12")
def test_targeted_help_ends_with_the_final_review():
    done = targeted().when(set_threshold, to("UNIVERSAL")).then(ThresholdChanged, CaseClosed, PlanEnded).warned()
    changed, closed, ended = (fact.event for fact in done.facts)
    assert (changed.direction, changed.decided_in, changed.decision_ref) == ("CLOSE", "REVIEW", "review-1")
    assert (closed.reason_code, closed.from_state, closed.decided_by.id) == ("RC7", "FAMILY_HELP_ACTIVE", "p-tm")
    assert (ended.plan_id, ended.type, ended.reason_code) == ("fhp-1", "FAMILY_HELP_PLAN", "NEED_MET")
    after = done.cites("WLV-THR-16").kept().standing()
    assert (after.state, after.level) == ("CLOSED", None)


@pytest.mark.rule("WLV-THR-16")
@pytest.mark.parametrize("level", ["UNIVERSAL", "EARLY_SUPPORT"])
def test_the_final_review_and_the_leads_manager_are_asked_for(level: str):
    extra = {} if level == "UNIVERSAL" else {"early_support": ESP}
    targeted(kind="SCHEDULED").when(set_threshold, to(level, **extra)).refused("WLV-THR-16")
    targeted().by(DELIVERY).when(set_threshold, to(level, **extra)).refused("WLV-THR-16")
    stand_in = targeted(authorising_manager={"id": "p-dm"})
    assert stand_in.by(DELIVERY).when(set_threshold, to(level, **extra)).refusal is None
    targeted("TARGETED_EARLY_HELP").when(set_threshold, to(level, **extra)).refused("WLV-THR-12")
    nobody = targeted(line_manager=None)
    nobody.by(DELIVERY).when(set_threshold, to(level, **extra)).refused("WLV-THR-17")
    assert nobody.when(set_threshold, to(level, **extra)).refusal is None
    partner = targeted(line_manager={"id": "p-partner-boss"})
    partner.when(set_threshold, to(level, **extra)).warned("WLV-THR-17")


@pytest.mark.rule("WLV-THR-16")
@pytest.mark.parametrize("level", ["UNIVERSAL", "EARLY_SUPPORT"])
def test_from_child_in_need_it_takes_two_decisions(level: str):
    final = reviewed(led(level="CHILD_IN_NEED"), "UNIVERSAL", kind="FINAL").by(TEAM_MANAGER)
    extra = {} if level == "UNIVERSAL" else {"early_support": ESP}
    final.when(set_threshold, to(level, **extra)).refused("WLV-THR-16")
    first = final.when(set_threshold, to(LOWER)).then(ThresholdChanged).kept()
    assert first.when(set_threshold, to(level, **extra)).refusal is None


ESP: dict[str, Any] = {
    "esp_lead": {"person": "p-esl"},
    "response_mode": "SINGLE_AGENCY",
    "agencies": ["a-school"],
    "next_review_date": "2026-06-01",
}


@pytest.mark.rule("WLV-THR-16", "WLV-REF-24")
def test_early_support_takes_over_with_its_plan_and_its_lead():
    story = targeted("EARLY_SUPPORT")
    command = to("EARLY_SUPPORT", early_support=ESP)
    done = story.when(set_threshold, command).then(ThresholdChanged, PlanStarted, PlanEnded).warned()
    changed, started, ended = (fact.event for fact in done.facts)
    assert (changed.direction, started.type, started.esp_lead.person.id, started.esp_lead.agency) == (
        "STEP_DOWN",
        "EARLY_SUPPORT_PLAN",
        "p-esl",
        "a-school",
    )
    assert (ended.type, ended.reason_code) == ("FAMILY_HELP_PLAN", "STEP_DOWN")
    assert done.kept().standing().state == "EARLY_SUPPORT"
    assert people_of(command) == ("p-esl",)


@pytest.mark.rule("WLV-THR-16", "WLV-REF-22", "WLV-REF-24", "WLV-REF-21")
def test_without_a_plan_nobody_is_let_go():
    story = targeted("EARLY_SUPPORT")
    story.when(set_threshold, to("EARLY_SUPPORT")).refused("WLV-THR-16")
    leaderless = to("EARLY_SUPPORT", early_support={"response_mode": "SINGLE_AGENCY", "agencies": ["a"]})
    story.when(set_threshold, leaderless).refused("WLV-REF-24")
    unknown = to("EARLY_SUPPORT", early_support=ESP | {"esp_lead": {"person": "p-nobody"}})
    story.when(set_threshold, unknown).refused("SYS-REF-07", "WLV-REF-24")
    inside = ESP | {"esp_lead": {"person": "p-fhlp"}, "response_mode": None, "agencies": ["a", "b"]}
    story.when(set_threshold, to("EARLY_SUPPORT", early_support=inside)).warned("WLV-REF-21", "WLV-REF-24")
    open_one = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "esp_lead": {"person": {"id": "p-esl"}}}
    there = story.told("planning.PlanStarted", (SIBLING,), **open_one)
    there.when(set_threshold, to("EARLY_SUPPORT")).then(ThresholdChanged, PlanEnded)
    there.when(set_threshold, to("EARLY_SUPPORT", early_support=ESP)).refused("WLV-REF-22")


@pytest.mark.rule("WLV-THR-16")
def test_the_plan_goes_on_while_a_sibling_is_helped():
    story = reviewed(led(CHILD, SIBLING), "UNIVERSAL", CHILD, SIBLING, kind="FINAL").by(TEAM_MANAGER)
    one = story.when(set_threshold, to("UNIVERSAL")).then(ThresholdChanged, CaseClosed).kept()
    last = one.when(set_threshold, to("UNIVERSAL", SIBLING)).then(ThresholdChanged, CaseClosed, PlanEnded)
    assert last.facts[2].child_ids == (SIBLING,)
    both = story.when(set_threshold, to("UNIVERSAL", CHILD, SIBLING))
    both.then(ThresholdChanged, CaseClosed, ThresholdChanged, CaseClosed, PlanEnded, PlanEnded)
    protected = story.told("planning.Section47EnquiryOpened", SIBLING, enquiry_id="e-1")
    protected.when(set_threshold, to("UNIVERSAL")).then(ThresholdChanged, CaseClosed)
