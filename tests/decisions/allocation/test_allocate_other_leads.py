"""Leads for other work: CAT's worker, the lead of protection, a new lead of early support."""

import pytest

from services.allocation.events import LeadAllocated, LeadEnded
from shared.kernel.people import Actor
from shared.protocol.leads import leads_in
from tests.decisions.allocation.naming_leads import (
    CAT_MANAGER,
    DELIVERY_MANAGER,
    MACPT,
    TEAM_MANAGER,
    decide,
    plain,
    referred,
    sent,
)
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import CAT

AGREED = "2026-04-02T09:00:00Z"


def assessed(by: Actor = CAT) -> CaseStory:
    """A child whom triage sent to CAT."""
    return referred(by=by).told("referral.ReferralTriaged", CHILD, outcome="CAT_ASSESSMENT", triage_rag="AMBER")


def enquired(*children: str, by: Actor = MACPT) -> CaseStory:
    """Children about whom an enquiry is open."""
    story = referred(*children, by=by)
    for child in children or (CHILD,):
        story = story.told("planning.Section47EnquiryOpened", child, enquiry_id=f"e-{child}")
    return story


@pytest.mark.rule("WLV-REF-07")
def test_cat_names_its_social_worker_without_a_conversation():
    done = decide(assessed(), plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated).warned().cites("WLV-REF-07")
    assert (done.event.lead.role, done.event.team, done.event.imc_id) == ("CAT_WORKER", "CAT", None)
    assert done.kept().standing().state == "CAT_ASSESSMENT"
    decide(assessed(), plain("CAT_ASSESSMENT", "p-aq")).refused("WLV-REF-07")
    decide(assessed(by=TEAM_MANAGER), plain("CAT_ASSESSMENT", "p-cat")).refused("WLV-REF-07")


@pytest.mark.rule("WLV-REF-07")
def test_under_a_strategy_discussion_cat_names_its_worker_all_the_same():
    story = assessed().told("planning.StrategyDiscussionRequested", CHILD)
    assert decide(story, plain("CAT_ASSESSMENT", "p-cat")).kept().standing().state == "STRATEGY_CAT"
    open_case = sent(by=CAT).told("planning.StrategyDiscussionRequested", CHILD)
    decide(open_case, plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated)
    red = referred(by=CAT).told("referral.ReferralTriaged", CHILD, outcome="STRATEGY_DISCUSSION", triage_rag="RED")
    assert red.standing().state == "STRATEGY_MASH"
    decide(red, plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated)


@pytest.mark.rule("WLV-REF-26")
def test_cat_names_no_worker_for_a_child_it_does_not_assess():
    decide(sent(by=CAT), plain("CAT_ASSESSMENT", "p-cat")).refused("WLV-REF-26")


@pytest.mark.rule("NAT-ALLOC-01", "NAT-ALLOC-02")
def test_a_child_in_need_back_with_cat_has_a_managers_word_and_the_workers():
    story = assessed().told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="ASSESSMENT")
    command = plain("CAT_ASSESSMENT", "p-cat")
    decide(story, command).refused("NAT-ALLOC-01", "NAT-ALLOC-02")
    agreed = plain("CAT_ASSESSMENT", "p-cat", lead_agreed_at=AGREED)
    decide(story.by(CAT_MANAGER), agreed).then(LeadAllocated)
    story = story.appointed("p-cat", "PRACTICE_SUPERVISOR", "CAT")
    supervised = plain(
        "CAT_ASSESSMENT",
        "p-cat",
        lead_agreed_at=AGREED,
        approvals=[{"id": "p-cat", "role": "PRACTICE_SUPERVISOR"}],
    )
    decide(story, supervised).then(LeadAllocated)


@pytest.mark.rule("WLV-REF-07", "WLV-ALLOC-47")
def test_another_worker_of_cat_takes_the_place_of_the_first():
    story = assessed().told("allocation.LeadAllocated", CHILD, purpose="CAT_ASSESSMENT", lead={"id": "p-sw"})
    done = decide(story, plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated)
    assert done.event.previous_lead.id == "p-sw"
    assert decide(done.kept(), plain("CAT_ASSESSMENT", "p-cat")).then().facts == ()


@pytest.mark.rule("WLV-ALLOC-21", "WLV-ALLOC-24", "NAT-ALLOC-03")
@pytest.mark.parametrize("purpose", ["CP_ENQUIRY", "CP_PLAN"])
def test_protection_is_led_by_a_social_worker_who_is_an_lcpp(purpose):
    story = enquired()
    done = decide(story, plain(purpose, "p-lcpp", lead_agreed_at=AGREED)).then(LeadAllocated).warned()
    done.cites("WLV-ALLOC-21", "NAT-ALLOC-03", "WLV-ALLOC-24", "SYS-REF-02")
    assert (done.event.lead.role, done.event.purpose) == ("CP_LEAD", purpose)
    assert done.kept().standing().state == "S47_MACPT"
    decide(story, plain(purpose, "p-sw", lead_agreed_at=AGREED)).then(LeadAllocated).warned("WLV-ALLOC-24")
    decide(story, plain(purpose, "p-aq", lead_agreed_at=AGREED)).refused("WLV-ALLOC-21", "NAT-ALLOC-03")


@pytest.mark.rule("WLV-ALLOC-21", "NAT-ALLOC-03")
def test_a_registration_that_has_run_out_makes_no_social_worker():
    over = {"employer": "WLV", "employer_kind": "AUTHORITY", "social_worker": True, "swe_valid_to": "2026-04-01"}
    story = enquired().registered("p-lcpp", **over)
    decide(story, plain("CP_PLAN", "p-lcpp")).refused("WLV-ALLOC-21", "NAT-ALLOC-03")
    last = enquired().registered("p-lcpp", **{**over, "swe_valid_to": "2026-04-02"})
    decide(last, plain("CP_PLAN", "p-lcpp")).then(LeadAllocated)


@pytest.mark.rule("NAT-ALLOC-01", "NAT-ALLOC-02")
def test_an_enquiry_has_its_lead_at_once_and_what_is_missing_is_noted():
    done = decide(enquired(), plain("CP_ENQUIRY", "p-lcpp")).then(LeadAllocated)
    done.lacking(("NAT-ALLOC-01", "qualified_approvers"), ("NAT-ALLOC-02", "lead_agreed_at"))
    assert {item.owner for item in done.facts[0].incomplete} == {"SW_TEAM_MANAGER"}
    signed = plain("CP_ENQUIRY", "p-lcpp", lead_agreed_at=AGREED)
    decide(enquired(by=CAT_MANAGER), signed).complete("NAT-ALLOC-01").complete("NAT-ALLOC-02")
    decide(enquired(), plain("CP_PLAN", "p-lcpp")).complete("NAT-ALLOC-01").complete("NAT-ALLOC-02")


@pytest.mark.rule("NAT-ALLOC-01", "NAT-ALLOC-02", "NAT-ALLOC-04")
@pytest.mark.parametrize("purpose", ["S17", "FAMILY_SAFEGUARDING"])
def test_section_17_work_of_any_name_has_a_managers_word_the_leads_and_oversight(purpose):
    story = assessed().told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="ASSESSMENT")
    bare = plain(purpose, "p-aq", supervisor="p-dm")
    decide(story, bare).refused("NAT-ALLOC-01", "NAT-ALLOC-02", "NAT-ALLOC-04", "WLV-REF-26")
    whole = plain(purpose, "p-aq", lead_agreed_at=AGREED, supervisor="p-tm")
    decide(story.by(TEAM_MANAGER), whole).refused("WLV-REF-26")
    qualified = plain(purpose, "p-sw", lead_agreed_at=AGREED, supervisor=None)
    decide(story.by(TEAM_MANAGER), qualified).refused("WLV-REF-26")


@pytest.mark.rule("WLV-REF-26", "WLV-ALLOC-24")
@pytest.mark.parametrize("purpose", ["CP_ENQUIRY", "CP_PLAN"])
def test_under_a_plan_of_protection_its_lead_is_named(purpose):
    story = enquired().told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    done = decide(story, plain(purpose, "p-lcpp", lead_agreed_at=AGREED)).then(LeadAllocated)
    assert done.kept().standing().state == "CP_PLAN"


@pytest.mark.rule("NAT-ALLOC-01")
def test_a_practice_supervisor_decides_on_the_lead_of_an_enquiry_too():
    story = enquired().appointed("p-lcpp", "PRACTICE_SUPERVISOR", "MACPT")
    signed = [{"id": "p-lcpp", "role": "PRACTICE_SUPERVISOR"}]
    decide(story, plain("CP_ENQUIRY", "p-lcpp", approvals=signed)).complete("NAT-ALLOC-01")


@pytest.mark.rule("NAT-ALLOC-04", "WLV-REF-07")
def test_of_cats_worker_for_a_child_in_need_the_same_is_asked():
    story = assessed(by=CAT_MANAGER).told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="CAT")
    asked = {"lead_agreed_at": AGREED, "supervisor": "p-dm"}
    decide(story, plain("CAT_ASSESSMENT", "p-aq", **asked)).refused("NAT-ALLOC-04", "WLV-REF-07")


@pytest.mark.rule("WLV-ALLOC-21")
def test_who_may_name_the_lead_of_protection():
    agreed = plain("CP_PLAN", "p-lcpp")
    for somebody in (MACPT, CAT_MANAGER, DELIVERY_MANAGER):
        decide(enquired(by=somebody), agreed).then(LeadAllocated)
    decide(enquired(by=CAT), agreed).refused("SYS-REF-02")
    decide(enquired(by=CAT), plain("CP_ENQUIRY", "p-lcpp")).refused("SYS-REF-02")


@pytest.mark.rule("NAT-ALLOC-03")
def test_another_lead_of_protection_takes_over_with_no_reason_asked():
    story = enquired().told("allocation.LeadAllocated", CHILD, purpose="CP_ENQUIRY", lead={"id": "p-sw"})
    done = decide(story, plain("CP_ENQUIRY", "p-lcpp", previous_lead="p-sw")).then(LeadAllocated)
    assert done.event.previous_lead.id == "p-sw"
    plan = decide(done.kept(), plain("CP_PLAN", "p-lcpp")).then(LeadAllocated)
    assert plan.event.previous_lead is None


@pytest.mark.rule("NAT-ALLOC-03")
def test_whoever_leads_a_sibling_as_well_keeps_the_sibling():
    story = enquired(CHILD, SIBLING).told(
        "allocation.LeadAllocated", (CHILD, SIBLING), purpose="CP_ENQUIRY", lead={"id": "p-sw"}
    )
    done = decide(story, plain("CP_ENQUIRY", "p-lcpp")).then(LeadAllocated)
    assert done.event.previous_lead is None
    both = plain("CP_ENQUIRY", "p-lcpp", children=[CHILD, SIBLING])
    assert decide(story, both).then(LeadAllocated).event.previous_lead.id == "p-sw"
    two = enquired(CHILD, SIBLING).told("allocation.LeadAllocated", CHILD, purpose="CP_ENQUIRY", lead={"id": "p-sw"})
    two = two.told("allocation.LeadAllocated", SIBLING, purpose="CP_ENQUIRY", lead={"id": "p-cat"})
    after = leads_in(decide(two, both).then(LeadAllocated).kept().matter().facts)
    assert [one.person.id for one in after if one.until is None] == ["p-lcpp"]


@pytest.mark.rule("WLV-ALLOC-47")
def test_the_lead_of_protection_stays_until_cat_names_a_worker():
    story = enquired(CHILD, SIBLING, by=CAT_MANAGER).told(
        "allocation.LeadAllocated", (CHILD, SIBLING), purpose="CP_ENQUIRY", lead={"id": "p-lcpp"}
    )
    back = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e-c1", outcome="EARLY_HELP")
    back = back.told("planning.ThresholdChanged", CHILD, to="TARGETED_EARLY_HELP", decided_in="ASSESSMENT")
    assert (back.standing().state, back.standing(SIBLING).state) == ("CAT_ASSESSMENT", "S47_MACPT")
    # The sibling is still in protection: its lead goes on.
    decide(back, plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated)
    over = back.told("planning.Section47EnquiryConcluded", SIBLING, enquiry_id="e-c2", outcome="EARLY_HELP")
    done = decide(over, plain("CAT_ASSESSMENT", "p-cat")).then(LeadAllocated, LeadEnded)
    ended = done.facts[1]
    assert (ended.event.lead.id, ended.event.reason_code, ended.child_ids) == ("p-lcpp", "CP_WORK_ENDED", (CHILD,))


ESP_LEAD = Actor(id="p-teacher", employer="a-school")
COLLEAGUE = Actor(id="p-head", employer="a-school")


def supported(by: Actor = ESP_LEAD) -> CaseStory:
    """A child in early support whose plan names its lead."""
    story = referred(by=by).told("referral.ReferralTriaged", CHILD, triage_rag="GREEN", outcome="EARLY_SUPPORT_START")
    return story.told(
        "planning.PlanStarted",
        CHILD,
        plan_id="esp-1",
        type="EARLY_SUPPORT_PLAN",
        children=[{"child_id": CHILD}],
        esp_lead={"person": {"id": "p-teacher", "employer": "a-school"}, "agency": "a-school"},
    )


@pytest.mark.rule("WLV-REF-24")
@pytest.mark.parametrize("somebody", [ESP_LEAD, COLLEAGUE, TEAM_MANAGER, DELIVERY_MANAGER])
def test_a_new_lead_of_early_support_is_named_by_the_agency_or_the_authority(somebody):
    done = decide(supported(somebody), plain("EARLY_SUPPORT", "p-head", previous_lead="p-teacher"))
    done.then(LeadAllocated).warned().cites("WLV-REF-24")
    event = done.event
    assert (event.lead.role, event.agency, event.previous_lead.id) == ("EARLY_SUPPORT_LEAD", "a-school", "p-teacher")
    assert done.kept().standing().state == "EARLY_SUPPORT"


@pytest.mark.rule("WLV-REF-24")
def test_nobody_else_names_a_new_lead_of_early_support():
    command = plain("EARLY_SUPPORT", "p-head", previous_lead="p-teacher")
    decide(supported(CAT), command).refused("WLV-REF-24")
    decide(supported(Actor(id="p-gp", employer="a-gp")), command).refused("WLV-REF-24")
    elsewhere = Actor(id="p-gp", role="SW_TEAM_MANAGER", employer="a-gp")
    decide(supported(elsewhere), command).refused("WLV-REF-24")


@pytest.mark.rule("WLV-REF-24")
def test_a_new_lead_of_early_support_takes_the_place_of_the_one_before():
    decide(supported(), plain("EARLY_SUPPORT", "p-head")).refused("WLV-REF-24")
    other = plain("EARLY_SUPPORT", "p-head", previous_lead="p-head")
    decide(supported(), other).refused("WLV-REF-24")
    nobody = referred(by=TEAM_MANAGER).told(
        "referral.ReferralTriaged", CHILD, triage_rag="GREEN", outcome="EARLY_SUPPORT_START"
    )
    decide(nobody, plain("EARLY_SUPPORT", "p-head")).refused("WLV-REF-24")


@pytest.mark.rule("WLV-REF-24")
def test_early_support_led_from_inside_the_authority_is_said():
    command = plain("EARLY_SUPPORT", "p-aq", previous_lead="p-teacher", agency="a-charity")
    done = decide(supported(), command).then(LeadAllocated).warned("WLV-REF-24")
    again = decide(
        done.kept().by(Actor(id="p-x", employer="a-charity")), plain("EARLY_SUPPORT", "p-head", previous_lead="p-aq")
    )
    assert again.then(LeadAllocated).event.previous_lead.id == "p-aq"


@pytest.mark.rule("WLV-REF-26")
def test_early_support_is_led_where_there_is_early_support():
    story = supported(TEAM_MANAGER).told("planning.StrategyDiscussionRequested", CHILD)
    decide(story, plain("EARLY_SUPPORT", "p-head", previous_lead="p-teacher")).refused("WLV-REF-26")
