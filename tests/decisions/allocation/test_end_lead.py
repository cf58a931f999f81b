"""A lead ends without a successor only where they hold nobody any more, or the family's lead has gone."""

import pytest

from services.allocation.decisions.end_lead import EndLead, end_lead
from services.allocation.events import LeadEnded
from tests.decisions.allocation.naming_leads import DELIVERY_MANAGER, TEAM_MANAGER, led, level, ready, referred, sent
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import CAT


def ending(role: str = "LEAD_PRACTITIONER", lead: str = "p-sw", **given) -> EndLead:
    return EndLead.model_validate({"role": role, "lead": lead, "reason_code": "LAST_CHILD_LEFT"} | given)


def gone(story: CaseStory, person: str = "p-sw") -> CaseStory:
    since = {"practitioner_id": person, "from": "2026-04-01T00:00:00+00:00"}
    return story.told("allocation.PractitionerDeregistered", (), None, **since)


def holding(purpose: str, lead: str, *children: str) -> CaseStory:
    """Children in CAT's assessment or in an enquiry, with somebody who holds them."""
    story = referred(*children)
    for child in children or (CHILD,):
        if purpose == "CAT_ASSESSMENT":
            story = story.told("referral.ReferralTriaged", child, outcome="CAT_ASSESSMENT", triage_rag="AMBER")
        else:
            story = story.told("planning.Section47EnquiryOpened", child, enquiry_id=f"e-{child}")
    return story.told("allocation.LeadAllocated", children or CHILD, purpose=purpose, lead={"id": lead})


@pytest.mark.rule("WLV-ALLOC-27")
def test_the_familys_lead_stays_until_the_last_child_has_left():
    children = {"children": [CHILD, SIBLING]}
    story = led(ready("TARGETED_EARLY_HELP", CHILD, SIBLING), **children)
    story.when(end_lead, ending()).refused("WLV-ALLOC-27")
    one = story.told("planning.CaseClosed", SIBLING)
    one.when(end_lead, ending()).refused("WLV-ALLOC-27")
    asked = one.told("planning.StrategyDiscussionRequested", CHILD)
    asked.when(end_lead, ending()).refused("WLV-ALLOC-27")
    done = one.told("planning.CaseClosed", CHILD).when(end_lead, ending()).then(LeadEnded).cites("SYS-REF-02")
    assert (done.event.lead.id, done.event.role, done.event.reason_code) == (
        "p-sw",
        "LEAD_PRACTITIONER",
        "LAST_CHILD_LEFT",
    )
    assert done.facts[0].child_ids == (CHILD, SIBLING)
    done.kept().when(end_lead, ending()).refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-27", "WLV-ALLOC-47")
def test_a_lead_who_has_gone_ends_and_the_managers_hold_the_child():
    gone(led()).when(end_lead, ending(reason_code="LEFT")).then(LeadEnded)


@pytest.mark.rule("WLV-THR-05")
def test_through_protection_the_familys_lead_stays():
    story = led().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story.when(end_lead, ending()).refused("WLV-ALLOC-27", "WLV-THR-05")
    gone(story).when(end_lead, ending()).refused("WLV-THR-05")
    sibling = led().told("referral.ReferralReceived", SIBLING)
    sibling = sibling.told("planning.Section47EnquiryOpened", SIBLING, enquiry_id="e2")
    sibling = sibling.told("planning.CaseClosed", CHILD)
    sibling.when(end_lead, ending()).refused("WLV-THR-05")
    plan = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    assert plan.standing().state == "CP_PLAN"
    gone(plan).when(end_lead, ending()).refused("WLV-THR-05")


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize(
    ("purpose", "role", "lead"), [("CAT_ASSESSMENT", "CAT_WORKER", "p-cat"), ("CP_ENQUIRY", "CP_LEAD", "p-lcpp")]
)
def test_who_holds_a_child_is_not_let_go(purpose, role, lead):
    story = holding(purpose, lead)
    story.when(end_lead, ending(role, lead)).refused("WLV-ALLOC-47")
    gone(story, lead).when(end_lead, ending(role, lead)).refused("WLV-ALLOC-47")
    closed = story.told("planning.CaseClosed", CHILD)
    closed.when(end_lead, ending(role, lead, reason_code="CP_WORK_ENDED")).then(LeadEnded)


@pytest.mark.rule("WLV-ALLOC-47")
def test_a_worker_ends_for_the_child_they_hold_no_more():
    story = holding("CAT_ASSESSMENT", "p-cat", CHILD, SIBLING).told("planning.CaseClosed", SIBLING)
    one = ending("CAT_WORKER", "p-cat", children=[SIBLING], reason_code="NEED_MET")
    done = story.when(end_lead, one).then(LeadEnded)
    assert done.facts[0].child_ids == (SIBLING,)
    story.when(end_lead, ending("CAT_WORKER", "p-cat")).refused("WLV-ALLOC-47")
    done.kept().when(end_lead, one).refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-47")
def test_after_protection_the_lead_goes_once_somebody_else_holds_the_child():
    story = holding("CP_ENQUIRY", "p-lcpp")
    back = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e-c1", outcome="SUPPORT_CHILD_IN_NEED")
    back.when(end_lead, ending("CP_LEAD", "p-lcpp")).refused("WLV-ALLOC-47")
    for purpose in ("CAT_ASSESSMENT", "FAMILY_HELP"):
        held = back.told("allocation.LeadAllocated", CHILD, purpose=purpose, lead={"id": "p-sw"})
        held.when(end_lead, ending("CP_LEAD", "p-lcpp", reason_code="CP_WORK_ENDED")).then(LeadEnded)


@pytest.mark.rule("WLV-ALLOC-47")
def test_who_holds_nobody_by_the_state_of_the_child_may_go():
    story = sent().told("allocation.LeadAllocated", CHILD, purpose="CAT_ASSESSMENT", lead={"id": "p-cat"})
    assert story.standing().state == "AWAITING_THRESHOLD"
    story.when(end_lead, ending("CAT_WORKER", "p-cat")).then(LeadEnded)
    level(story, "TARGETED_EARLY_HELP").when(end_lead, ending("CAT_WORKER", "p-cat")).refused("WLV-ALLOC-47")


@pytest.mark.rule("WLV-ALLOC-47")
def test_cats_worker_holds_the_child_while_a_red_is_discussed_over_the_assessment():
    story = holding("CAT_ASSESSMENT", "p-cat").told("referral.ReferralReceived", "c9", case="k9")
    pair = [{"kept": CHILD, "joined": "c9"}]
    story = story.told("referral.CasesLinked", (CHILD, "c9"), link_id="l1", kept="k1", joined="k9", children=pair)
    red = {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "open_child_id": CHILD, "open_case_id": "k1"}
    story = story.told("referral.ReferralTriaged", "c9", case="k9", **red)
    assert story.standing().state == "STRATEGY_MASH"
    story.when(end_lead, ending("CAT_WORKER", "p-cat")).refused("WLV-ALLOC-47")


def test_a_managers_word_and_a_reason_of_the_list_are_asked_for():
    story = led().told("planning.CaseClosed", CHILD)
    story.by(CAT).when(end_lead, ending()).refused("SYS-REF-02")
    for somebody in (TEAM_MANAGER, DELIVERY_MANAGER):
        story.by(somebody).when(end_lead, ending()).then(LeadEnded)
    for reason in ("LAST_CHILD_LEFT", "CP_WORK_ENDED", "SUCCESSOR", "LEFT", "NEED_MET"):
        story.when(end_lead, ending(reason_code=reason)).then(LeadEnded)
    story.when(end_lead, ending(reason_code="BORED")).refused("SYS-REF-03")
    story.when(end_lead, ending(reason_code="OTHER")).refused("SYS-REF-03")
    story.when(end_lead, ending(reason_code="OTHER", reason_note="said")).then(LeadEnded)
    story.when(end_lead, ending(lead="p-aq")).refused("SYS-REF-07")
    story.when(end_lead, ending(children=["c-nobody"])).refused("SYS-REF-07")
