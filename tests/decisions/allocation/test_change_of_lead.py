"""The family's lead changes: the managers agree, a manager of the authority makes it, the family is told why."""

import pytest

from services.allocation.events import LeadAllocated
from shared.kernel.events import Incomplete
from shared.kernel.people import Actor
from tests.decisions.allocation.naming_leads import (
    BOTH,
    DELIVERY_MANAGER,
    TEAM_MANAGER,
    change,
    decide,
    form,
    led,
    level,
    met,
    ready,
    waiting,
)
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import CAT


def agreed(story: CaseStory | None = None, **data) -> CaseStory:
    """A family whose lead the managers have agreed to change."""
    return met(story or led(), "imc-2", reasons=["CHANGE_OF_FHLP"], **({"lead_change": True} | data))


@pytest.mark.rule("WLV-ALLOC-27", "WLV-ALLOC-29", "WLV-ALLOC-32", "WLV-ALLOC-43", "WLV-ALLOC-44")
def test_one_event_ends_the_old_and_starts_the_new_lead():
    done = decide(agreed(), change()).then(LeadAllocated).warned()
    done.cites("WLV-ALLOC-29", "WLV-ALLOC-32", "WLV-ALLOC-43", "WLV-ALLOC-44")
    event = done.event
    assert (event.lead.id, event.previous_lead.id, event.change_reason) == ("p-aq", "p-sw", "LEFT")
    assert (event.previous_lead.employer, event.family_informed.child_included) == ("WLV", True)
    assert event.family_informed.rationale.clear == "why the lead changes"
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-ALLOC-27")
def test_the_new_lead_leads_every_child_whom_the_old_one_led_and_who_is_open():
    children = {"children": [CHILD, SIBLING]}
    both = led(ready("TARGETED_EARLY_HELP", CHILD, SIBLING), **children)
    done = decide(agreed(both), change()).then(LeadAllocated)
    assert done.facts[0].child_ids == (CHILD, SIBLING)
    closed = agreed(both.told("planning.CaseClosed", SIBLING))
    assert decide(closed, change()).facts[0].child_ids == (CHILD,)


@pytest.mark.rule("WLV-ALLOC-29")
def test_a_change_has_a_reason_of_the_list():
    decide(agreed(), change(change_reason=None)).refused("WLV-ALLOC-29")
    decide(agreed(), change(change_reason="BORED")).refused("SYS-REF-03")
    decide(agreed(), change(change_reason="OTHER")).refused("SYS-REF-03")
    for reason in ("SECTION_47", "LEFT"):
        decide(agreed(), change(change_reason=reason)).then(LeadAllocated)
    decide(agreed(), change("p-cat", change_reason="ESCALATION")).then(LeadAllocated)
    decide(agreed(), change(change_reason="OTHER", change_reason_note="moved away")).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-32")
def test_the_managers_agree_a_change_since_the_lead_was_named():
    decide(agreed(lead_change=False), change()).refused("WLV-ALLOC-32")
    decide(led(), change(imc_id=None)).refused("WLV-ALLOC-32", "WLV-ALLOC-01")
    decide(agreed(held_at="2026-04-01T09:00:00Z"), change()).refused("WLV-ALLOC-32")
    decide(met(led(), "imc-2", lead_change=True, reasons=["MONTHLY_PARTNER"]), change()).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-43")
def test_a_manager_of_the_authority_makes_the_change():
    for somebody in (TEAM_MANAGER, DELIVERY_MANAGER):
        decide(agreed().by(somebody), change()).then(LeadAllocated)
    elsewhere = Actor(id="p-far", role="SW_TEAM_MANAGER", employer="a-school", social_worker=True)
    for somebody in (CAT, Actor(id="p-teacher", employer="a-school"), elsewhere):
        decide(agreed().by(somebody), change()).refused("WLV-ALLOC-43")


@pytest.mark.rule("WLV-ALLOC-44")
@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (None, True),
        ({"date": "2026-04-02", "child_included": True}, True),
        ({"date": "2026-04-02", "rationale": "why"}, True),
        ({"date": "2026-04-02", "child_included": False, "rationale": "why"}, True),
        ({"child_included": True, "rationale": "why"}, True),
        ({"date": "2026-04-02", "child_included": False, "reason_not": "TOO_YOUNG", "rationale": "why"}, False),
        ({"risk_exemption": "RISK_OF_HARM", "reason_not": "TOO_YOUNG", "rationale": "why"}, False),
    ],
)
def test_the_family_and_the_child_are_told_and_why(told, refused):
    done = decide(agreed(), change(family_informed=told))
    done.refused("WLV-ALLOC-44") if refused else done.then(LeadAllocated)


@pytest.mark.rule("SYS-ALLOC-04")
def test_nobody_was_told_tomorrow():
    told = {"date": "2026-04-09", "child_included": True, "rationale": "why"}
    decide(agreed(), change(family_informed=told)).refused("SYS-ALLOC-04")


@pytest.mark.rule("WLV-ALLOC-06", "WLV-ALLOC-07")
def test_a_change_asks_for_no_second_signature_and_no_full_house():
    decide(agreed(attendees=[]), change()).then(LeadAllocated)
    lacking = Incomplete(what="attendees", rule="WLV-ALLOC-06", since=led().moment, owner="DELIVERY_MANAGER")
    decide(agreed(attendees=[], incomplete=(lacking,)), change()).refused("WLV-ALLOC-06")


@pytest.mark.rule("WLV-INFO-02")
def test_a_conversation_of_a_note_alone_is_no_basis():
    lacking = Incomplete(what="form", rule="WLV-INFO-02", since=led().moment, owner="DELIVERY_MANAGER")
    decide(agreed(incomplete=(lacking,)), change()).refused("WLV-INFO-02")
    filled = agreed(incomplete=(lacking,)).told(
        "allocation.IncompleteResolved", CHILD, of_event="imc-2", what="form", rule="WLV-INFO-02", resolved_as="FILLED"
    )
    decide(filled, change()).then(LeadAllocated)


@pytest.mark.rule("WLV-PLAN-12")
def test_a_joint_update_without_both_is_said():
    lacking = Incomplete(what="attendees", rule="WLV-PLAN-12", since=led().moment, owner="DELIVERY_MANAGER")
    decide(agreed(incomplete=(lacking,)), change()).then(LeadAllocated).warned("WLV-PLAN-12")


@pytest.mark.rule("WLV-ALLOC-14")
def test_what_is_missing_for_one_child_holds_up_that_child_alone():
    story = waiting("TARGETED_EARLY_HELP", CHILD, SIBLING)
    lacking = Incomplete(
        what="child_decisions", rule="WLV-ALLOC-14", since=story.moment, owner="DELIVERY_MANAGER", child_id=SIBLING
    )
    story = met(story, children=(CHILD, SIBLING), incomplete=(lacking,))
    decide(story, form()).then(LeadAllocated)
    decide(story, form(children=[CHILD, SIBLING])).refused("WLV-ALLOC-14")


@pytest.mark.rule("WLV-THR-25")
def test_escalation_away_from_a_lead_who_is_no_social_worker_needs_one():
    story = agreed(led(lead="p-aq"))
    escalating = {"previous": "p-aq", "change_reason": "ESCALATION"}
    decide(story, change("p-other-aq", **escalating)).refused("SYS-ALLOC-01", "WLV-ALLOC-17", "WLV-THR-25")
    aq = story.registered("p-aq2", employer="WLV", employer_kind="AUTHORITY", social_worker=False)
    decide(aq, change("p-aq2", **escalating)).refused("WLV-THR-25")
    decide(aq, change("p-aq2", previous="p-aq")).then(LeadAllocated)
    decide(aq, change("p-sw", **escalating)).then(LeadAllocated)
    not_agreed = met(led(lead="p-aq"), "imc-2")
    decide(not_agreed, change("p-sw", **escalating)).refused("WLV-THR-25", "WLV-ALLOC-32")


@pytest.mark.rule("WLV-THR-25", "WLV-ALLOC-12")
def test_so_does_a_conversation_that_asks_for_a_social_worker():
    story = agreed(led(lead="p-aq"), qualification_needed="SOCIAL_WORKER")
    aq = story.registered("p-aq2", employer="WLV", employer_kind="AUTHORITY", social_worker=False)
    decide(aq, change("p-aq2", previous="p-aq")).refused("WLV-THR-25", "WLV-ALLOC-12")
    decide(aq, change("p-sw", previous="p-aq")).then(LeadAllocated)
    not_agreed = met(led(lead="p-aq"), "imc-2", qualification_needed="SOCIAL_WORKER")
    decide(not_agreed, change("p-sw", previous="p-aq")).refused("WLV-THR-25", "WLV-ALLOC-32")


@pytest.mark.rule("WLV-ALLOC-40")
def test_a_change_says_who_employed_the_lead_before():
    partner = {"line_manager": "p-head", "authorising_manager": "p-tm", "advanced_practitioner_id": "p-ap"}
    story = agreed(led(lead="p-teacher", **partner))
    done = decide(story, change("p-sw", previous="p-teacher")).then(LeadAllocated)
    assert (done.event.previous_lead.employer, done.event.previous_lead.employer_kind) == ("a-school", "PARTNER")


@pytest.mark.rule("WLV-ALLOC-27", "WLV-THR-05")
def test_in_protection_the_lead_of_the_family_may_change_through_the_managers():
    story = led().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = level(story, "CP_ENQUIRY", decided_in="STRATEGY")
    done = decide(agreed(story), change("p-cat")).then(LeadAllocated)
    after = done.kept().standing()
    assert (after.state, after.beneath) == ("S47_MACPT", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-ALLOC-29", "WLV-ALLOC-32", "WLV-ALLOC-44")
def test_everything_that_a_change_lacks_is_said_at_once():
    done = decide(led().by(CAT), form("p-aq", previous_lead="p-sw", approvals=None, imc_id=None))
    done.refused("WLV-ALLOC-01", "WLV-ALLOC-29", "WLV-ALLOC-32", "WLV-ALLOC-43", "WLV-ALLOC-44")


@pytest.mark.rule("WLV-REF-26", "WLV-ALLOC-32")
def test_while_a_discussion_is_asked_for_the_lead_may_change():
    story = agreed().told("planning.StrategyDiscussionRequested", CHILD)
    assert story.standing().state == "STRATEGY_OPEN"
    after = decide(story, change()).then(LeadAllocated).kept().standing()
    assert (after.state, after.beneath) == ("STRATEGY_OPEN", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-ALLOC-43", "NAT-ALLOC-01")
def test_for_a_child_in_need_a_qualified_manager_has_a_word_in_the_change():
    story = agreed(led(ready("CHILD_IN_NEED")))
    decide(story.by(TEAM_MANAGER), change("p-cat")).then(LeadAllocated)
    decide(story.by(DELIVERY_MANAGER), change("p-cat")).refused("NAT-ALLOC-01")
    decide(story.by(DELIVERY_MANAGER), change("p-cat", approvals=BOTH)).then(LeadAllocated)
