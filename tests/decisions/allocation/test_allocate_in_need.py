"""Who may lead a child in need, a child on a pathway, and with whom behind them."""

import pytest

from services.allocation.events import LeadAllocated
from tests.decisions.allocation.naming_leads import WHY, decide, form, level, met, ready, referred, requested, waiting
from tests.decisions.on_case import CHILD, SIBLING, CaseStory

IN_NEED = "CHILD_IN_NEED"
AGREEMENT = {"person": "p-head", "date": "2026-04-01"}
HEALTH = ("HEALTH", "GP", "HEALTH_VISITING", "SCHOOL_NURSING", "PRIMARY_HEALTH", "A_AND_E", "CAMHS")
EDUCATION = ("EDUCATION", "SCHOOL", "CHILDCARE", "EARLY_YEARS")


def partners(**given):
    """A lead of a partner, with everything that is asked for one."""
    beside = {"line_manager": "p-head", "authorising_manager": "p-tm", "advanced_practitioner_id": "p-ap"}
    return form("p-teacher", **(beside | {"line_manager_agreement": AGREEMENT} | given))


def sector(story: CaseStory, word: str) -> CaseStory:
    entry = {"employer": "a-other", "employer_kind": "PARTNER", "sector": word, "social_worker": False}
    return story.registered("p-teacher", **entry)


@pytest.mark.rule("WLV-ALLOC-15")
@pytest.mark.parametrize("lead", ["p-sw", "p-aq"])
def test_a_child_in_need_may_be_led_by_either(lead):
    done = decide(ready(IN_NEED), form(lead)).then(LeadAllocated).warned().cites("WLV-ALLOC-15")
    assert done.event.lead.social_worker is (lead == "p-sw")
    nobody = decide(ready(IN_NEED), form("p-nobody"))
    nobody.refused("SYS-ALLOC-01", "WLV-ALLOC-15", "WLV-ALLOC-17")


@pytest.mark.rule("WLV-ALLOC-16")
@pytest.mark.parametrize("qualified", [True, False])
def test_who_led_early_support_may_lead_on(qualified):
    story = ready().registered("p-esl", employer="a-care", employer_kind="COMMISSIONED", social_worker=qualified)
    led = story.told(
        "planning.PlanStarted",
        CHILD,
        plan_id="esp-1",
        type="EARLY_SUPPORT_PLAN",
        children=[{"child_id": CHILD}],
        esp_lead={"person": {"id": "p-esl"}, "agency": "a-care"},
    )
    decide(led, form("p-esl")).then(LeadAllocated).cites("WLV-ALLOC-16")
    assert "WLV-ALLOC-16" not in decide(story, form("p-esl")).facts[0].rules
    since = {"practitioner_id": "p-esl", "from": "2026-04-01T00:00:00+00:00"}
    gone = led.told("allocation.PractitionerDeregistered", (), None, **since)
    decide(gone, form("p-esl")).refused("SYS-ALLOC-01", "WLV-ALLOC-16", "WLV-ALLOC-17")


@pytest.mark.rule("WLV-ALLOC-17")
@pytest.mark.parametrize("qualified", [True, False])
def test_a_lead_may_be_of_a_partner(qualified):
    story = ready().registered(
        "p-teacher", employer="a-school", employer_kind="PARTNER", sector="SCHOOL", social_worker=qualified
    )
    done = decide(story, partners()).then(LeadAllocated).warned().cites("WLV-ALLOC-17", "WLV-TRAIN-05")
    assert (done.event.lead.employer, done.event.lead.employer_kind) == ("a-school", "PARTNER")
    decide(ready(), form("p-nobody")).refused("SYS-ALLOC-01", "WLV-ALLOC-17")
    assert done.event.advanced_practitioner_id == "p-ap"


@pytest.mark.rule("WLV-TRAIN-05")
@pytest.mark.parametrize("beside", [None, "p-sw"])
def test_a_lead_of_a_partner_has_an_advanced_practitioner_beside_them(beside):
    decide(ready(), partners(advanced_practitioner_id=beside)).refused("WLV-TRAIN-05")
    commissioned = ready().registered("p-care", employer="a-care", employer_kind="COMMISSIONED", social_worker=False)
    decide(commissioned, form("p-care")).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-18")
@pytest.mark.parametrize("agreement", [None, {"person": "p-head"}, {"date": "2026-04-01"}])
def test_the_line_manager_of_a_partner_agrees_for_a_child_in_need(agreement):
    overseen = {"overseen_by": "p-tm"}
    decide(ready(IN_NEED), partners(line_manager_agreement=agreement, **overseen)).refused("WLV-ALLOC-18")
    done = decide(ready(IN_NEED), partners(**overseen)).then(LeadAllocated).warned()
    assert (done.event.line_manager_agreement.person.id, done.event.overseen_by.id) == ("p-head", "p-tm")
    decide(ready(), partners(line_manager_agreement=None)).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-18")
def test_outside_health_and_education_a_reason_is_asked_for():
    for word in (*HEALTH, *EDUCATION):
        decide(sector(ready(IN_NEED), word), partners()).then(LeadAllocated).warned()
    decide(sector(ready(IN_NEED), "HOUSING"), partners()).then(LeadAllocated).warned("WLV-ALLOC-18")
    decide(sector(ready(), "HOUSING"), partners()).then(LeadAllocated).warned()


@pytest.mark.rule("WLV-ALLOC-18")
def test_a_commissioned_service_is_no_partner():
    story = ready(IN_NEED).registered("p-care", employer="a-care", employer_kind="COMMISSIONED", social_worker=False)
    decide(story, form("p-care")).then(LeadAllocated).warned()


@pytest.mark.rule("WLV-ALLOC-19")
@pytest.mark.parametrize("head", ["skill_set", "capacity", "suitability"])
def test_for_a_child_in_need_three_things_are_weighed(head):
    less = {name: text for name, text in WHY.items() if name != head}
    decide(ready(IN_NEED), form(rationale=less)).refused("WLV-ALLOC-19")
    decide(ready(), form(rationale=less)).then(LeadAllocated)


@pytest.mark.rule("NAT-ALLOC-02")
def test_the_lead_of_a_child_in_need_agrees():
    decide(ready(IN_NEED), form(lead_agreed_at=None)).refused("NAT-ALLOC-02")
    decide(ready(), form(lead_agreed_at=None)).then(LeadAllocated)


@pytest.mark.rule("NAT-ALLOC-04")
def test_a_social_worker_stands_behind_a_lead_who_is_none():
    decide(ready(IN_NEED), form("p-aq", supervisor="p-dm")).refused("NAT-ALLOC-04")
    decide(ready(IN_NEED), form("p-aq", supervisor=None)).refused("NAT-ALLOC-04")
    decide(ready(IN_NEED), form("p-aq", supervisor="p-dm", overseen_by="p-tm")).then(LeadAllocated)
    decide(ready(IN_NEED), form("p-sw", supervisor="p-dm")).then(LeadAllocated)
    decide(ready(), form("p-aq", supervisor="p-dm")).then(LeadAllocated).warned()


@pytest.mark.rule("NAT-ALLOC-01")
def test_a_qualified_manager_signs_for_a_child_in_need():
    unqualified = ready(IN_NEED).registered("p-tm", employer="WLV", employer_kind="AUTHORITY", social_worker=False)
    story = unqualified.by(unqualified.actor.__class__(id="p-tm", role="SW_TEAM_MANAGER", social_worker=False))
    decide(story, form(supervisor="p-catm")).refused("NAT-ALLOC-01", "WLV-ALLOC-07")


@pytest.mark.rule("NAT-ALLOC-04", "WLV-ALLOC-15")
def test_while_a_child_is_in_protection_its_need_from_before_counts():
    story = level(waiting(IN_NEED), "CP_ENQUIRY", decided_in="STRATEGY")
    story = met(story.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1"))
    decide(story, form("p-aq", supervisor="p-dm")).refused("NAT-ALLOC-04")
    first = level(referred(), "CP_ENQUIRY", decided_in="STRATEGY")
    first = met(first.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1"))
    decide(first, form("p-aq", supervisor="p-dm")).refused("NAT-ALLOC-04")
    targeted = level(waiting(), "CHILD_PROTECTION_PLAN", decided_in="CONFERENCE")
    targeted = met(targeted.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1"))
    decide(targeted, form("p-aq", supervisor="p-dm")).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-22", "WLV-ALLOC-23")
@pytest.mark.parametrize(
    ("pathway", "rule"), [("HOMELESS_16_17", "WLV-ALLOC-22"), ("PRIVATE_FOSTERING", "WLV-ALLOC-23")]
)
def test_some_pathways_have_a_social_worker_as_lead(pathway, rule):
    triaged = ready().told("referral.ReferralTriaged", CHILD, outcome="FAMILY_HELP", pathway=pathway)
    decide(triaged, form("p-aq")).refused(rule)
    decide(triaged, form("p-sw")).then(LeadAllocated)
    decided = ready().told("referral.PathwayDecided", CHILD, pathway=pathway)
    decide(decided, form("p-aq")).refused(rule)
    ended = decided.told("referral.PathwayDecided", CHILD, pathway=pathway, ended=True)
    decide(ended, form("p-aq")).then(LeadAllocated)
    sibling = met(waiting("TARGETED_EARLY_HELP", CHILD, SIBLING), children=(CHILD, SIBLING))
    sibling = sibling.told("referral.PathwayDecided", SIBLING, pathway=pathway)
    decide(sibling, form("p-aq")).then(LeadAllocated)
    decide(sibling, form("p-aq", children=[CHILD, SIBLING])).refused(rule)


@pytest.mark.rule("WLV-ALLOC-23")
def test_private_fostering_that_was_notified_counts_until_it_ends():
    story = ready().told("planning.PrivateFosteringNotified", CHILD, aware_from="2026-04-01", notified_on="2026-04-01")
    decide(story, form("p-aq")).refused("WLV-ALLOC-23")
    ended = story.told("planning.PrivateFosteringEnded", CHILD, ended_on="2026-04-02", reason_code="HOME")
    decide(ended, form("p-aq")).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-12")
def test_where_the_managers_want_a_social_worker_nobody_else_leads():
    story = met(waiting(), qualification_needed="SOCIAL_WORKER")
    decide(story, form("p-aq")).refused("WLV-ALLOC-12")
    decide(story, form("p-sw")).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-14")
def test_another_level_than_cat_determined_is_said_of_a_new_referral():
    def seen(word: str, **data):
        return met(waiting(), child_decisions=[{"child_id": CHILD, "classification": word, "agreed": True}], **data)

    decide(seen(IN_NEED), form()).then(LeadAllocated).warned("WLV-ALLOC-14")
    decide(seen("TARGETED_EARLY_HELP"), form()).then(LeadAllocated).warned()
    story = waiting().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    later = met(
        story,
        reasons=["MANAGER_DISCRETION"],
        child_decisions=[{"child_id": CHILD, "classification": IN_NEED, "agreed": True}],
    )
    decide(later, form()).then(LeadAllocated).warned()


@pytest.mark.rule("WLV-ALLOC-34")
def test_coming_off_a_plan_of_protection_the_managers_talk_about_it():
    story = level(waiting(), "CHILD_PROTECTION_PLAN", decided_in="CONFERENCE")
    story = story.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    before = met(story, "imc-0", reasons=["STEP_OFF_CP"])
    over = before.told("planning.ReviewConferenceHeld", CHILD, decision="END_PLAN")
    over = level(over, "TARGETED_EARLY_HELP", decided_in="CONFERENCE", **{"from": "CHILD_PROTECTION_PLAN"})
    assert over.standing().state == "AWAITING_ALLOCATION"
    decide(over, form(imc_id="imc-0")).refused("WLV-ALLOC-34")
    waits = requested(over, reason="STEP_OFF_CP")
    decide(waits, form(imc_id="imc-0")).refused("WLV-ALLOC-01", "WLV-ALLOC-34")
    decide(met(waits, "imc-2"), form(imc_id="imc-2")).refused("WLV-ALLOC-01", "WLV-ALLOC-34")
    held = met(waits, "imc-2", reasons=["STEP_OFF_CP"])
    done = decide(held, form(imc_id="imc-2")).then(LeadAllocated)
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-REF-15", "WLV-ALLOC-34")
def test_the_conference_that_ends_a_plan_says_the_level_and_cat_need_not():
    story = referred().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    story = level(story, "CHILD_PROTECTION_PLAN", decided_in="CONFERENCE")
    story = story.told("planning.ReviewConferenceHeld", CHILD, decision="END_PLAN")
    story = level(story, "TARGETED_EARLY_HELP", decided_in="CONFERENCE", **{"from": "CHILD_PROTECTION_PLAN"})
    story = met(requested(story, reason="STEP_OFF_CP"), reasons=["STEP_OFF_CP"])
    decide(story, form()).then(LeadAllocated)
