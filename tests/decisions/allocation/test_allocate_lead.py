"""A family's lead is named: after the managers' conversation, by both of them, of people who may lead."""

from dataclasses import replace

import msgspec
import pytest

from services.allocation.events import LeadAllocated, LeadEnded
from tests.decisions.allocation.naming_leads import (
    BOTH,
    CAT_MANAGER,
    decide,
    form,
    led,
    level,
    met,
    plain,
    ready,
    referred,
    requested,
    sent,
    trained,
    waiting,
)
from tests.decisions.on_case import CHILD, SIBLING, case


@pytest.mark.rule("WLV-ALLOC-05", "WLV-ALLOC-07", "WLV-ALLOC-45")
def test_a_lead_is_named_and_the_child_has_help():
    done = decide(ready(), form()).then(LeadAllocated).warned()
    done.cites("WLV-ALLOC-01", "WLV-ALLOC-06", "WLV-ALLOC-07", "WLV-ALLOC-45", "WLV-TRAIN-02", "WLV-REF-26")
    event, fact = done.event, done.facts[0]
    assert (event.lead.id, event.lead.role, event.lead.social_worker) == ("p-sw", "LEAD_PRACTITIONER", True)
    assert (event.team, event.team_id, event.imc_id) == ("FAMILY_HELP", "FAMILY_HELP", "imc-1")
    assert [(one.id, one.role, one.social_worker) for one in event.approvals] == [
        ("p-dm", "DELIVERY_MANAGER", False),
        ("p-tm", "SW_TEAM_MANAGER", True),
    ]
    assert (event.line_manager.id, event.supervisor.id, event.previous_lead) == ("p-tm", "p-tm", None)
    assert event.rationale.clear["resources"] == "said"
    assert (fact.stream, fact.case_id, fact.child_ids) == ("case/k1", "k1", (CHILD,))
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize("purpose", ["FAMILY_HELP", "CAT_ASSESSMENT", "CP_ENQUIRY"])
def test_nobody_leads_a_child_whose_referral_waits_for_triage(purpose):
    story = met(referred(by=CAT_MANAGER))
    command = form() if purpose == "FAMILY_HELP" else plain(purpose, "p-lcpp")
    if purpose == "FAMILY_HELP":
        command = form(approvals=[*BOTH, {"id": "p-catm", "role": "SW_TEAM_MANAGER"}])
    decide(story, command).refused("WLV-REF-03")


@pytest.mark.rule("WLV-REF-12")
def test_cat_has_its_outcome_first():
    story = referred().told("referral.ReferralTriaged", CHILD, outcome="CAT_ASSESSMENT", triage_rag="AMBER")
    decide(met(story), form()).refused("WLV-REF-12", "WLV-REF-15")
    before = met(level(story, "TARGETED_EARLY_HELP"))
    decide(before, form()).refused("WLV-REF-12")
    asked = before.told("planning.StrategyDiscussionRequested", CHILD)
    assert asked.standing().state == "STRATEGY_CAT"
    decide(asked, form()).refused("WLV-REF-12")
    red = before.told(
        "referral.ReferralTriaged", SIBLING, case="k1", outcome="STRATEGY_DISCUSSION", open_child_id=CHILD
    )
    assert red.standing().state == "STRATEGY_MASH"
    decide(red, form()).refused("WLV-REF-12")


@pytest.mark.rule("WLV-REF-15")
def test_cat_determines_the_level_before_a_lead_is_named():
    decide(met(sent()), form()).refused("WLV-REF-15")
    decide(met(level(sent(), "CHILD_IN_NEED", decided_in="IMC")), form()).refused("WLV-REF-15")
    whole = met(sent()).told(
        "planning.AssessmentCompleted",
        CHILD,
        team="CAT",
        children=[{"child_id": CHILD, "outcome": "FAMILY_HELP", "determination": "TARGETED_EARLY_HELP"}],
    )
    decide(whole, form()).refused("WLV-REF-26")
    closed = level(sent(), "TARGETED_EARLY_HELP").told("planning.CaseClosed", CHILD)
    again = closed.told("planning.StrategyDiscussionRequested", CHILD)
    decide(met(again), form()).refused("WLV-REF-15")


@pytest.mark.rule("WLV-REF-15")
@pytest.mark.parametrize("state", ["AWAITING_ALLOCATION", "STRATEGY_CAT", "STRATEGY_MASH", "EARLY_SUPPORT"])
def test_wherever_a_child_waits_the_determination_is_asked_for(state):
    if state == "EARLY_SUPPORT":
        story = referred().told("referral.ReferralTriaged", CHILD, triage_rag="GREEN", outcome="EARLY_SUPPORT_START")
    elif state == "STRATEGY_MASH":
        story = referred().told("referral.ReferralTriaged", CHILD, triage_rag="RED", outcome="STRATEGY_DISCUSSION")
    elif state == "STRATEGY_CAT":
        story = sent().told("planning.StrategyDiscussionRequested", CHILD)
    else:
        story = sent().told("planning.AssessmentStarted", CHILD, team="CAT")
        story = story.told(
            "planning.AssessmentCompleted", CHILD, team="CAT", children=[{"child_id": CHILD, "outcome": "FAMILY_HELP"}]
        )
    assert story.standing().state == state
    decide(met(story), form()).refused("WLV-REF-15")


@pytest.mark.rule("WLV-REF-15")
def test_work_of_protection_asks_for_no_determination():
    story = met(sent().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1"))
    done = decide(story, form()).then(LeadAllocated)
    after = done.kept().standing()
    assert (after.state, after.beneath) == ("S47_MACPT", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-REF-26")
def test_nobody_is_named_where_the_map_draws_no_arrow():
    closed = waiting().told("planning.CaseClosed", CHILD)
    decide(met(closed), form()).refused("WLV-REF-26")
    decide(ready(), plain("S17", "p-sw", lead_agreed_at="2026-04-02T09:00:00Z")).refused("WLV-REF-26")
    decide(ready(), plain("CP_PLAN", "p-lcpp")).refused("WLV-REF-26")


@pytest.mark.rule("WLV-REF-26")
def test_a_lead_named_under_a_strategy_discussion_leads_underneath():
    story = ready().told("planning.StrategyDiscussionRequested", CHILD)
    after = decide(story, form()).then(LeadAllocated).kept().standing()
    assert (after.state, after.beneath) == ("STRATEGY_CAT", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-ALLOC-01")
def test_the_managers_talk_before_a_lead_is_named():
    decide(waiting(), form(imc_id=None)).refused("WLV-ALLOC-01")
    decide(waiting(), form(imc_id="imc-1")).refused("WLV-ALLOC-01")
    decide(ready(), form(imc_id=ready().letters[-2].event_id)).refused("WLV-ALLOC-01")
    decide(met(waiting(), held_at="2026-04-01T09:00:00Z"), form()).refused("WLV-ALLOC-01")
    decide(met(waiting(), reasons=["CHANGE_IN_NEED_UP"]), form()).refused("WLV-ALLOC-01")
    decide(met(waiting(), reasons=["FHLP_REQUEST", "NEW_REFERRAL"]), form()).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-01")
def test_without_a_request_any_conversation_serves():
    story = sent().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    decide(met(story, reasons=["MANAGER_DISCRETION"]), form()).then(LeadAllocated)
    decide(story, form(imc_id=None)).refused("WLV-ALLOC-01")


@pytest.mark.rule("WLV-ALLOC-01")
def test_a_conversation_that_was_corrected_counts_as_corrected():
    story = met(waiting(), reasons=["CHANGE_IN_NEED_UP"])
    wrong = story.letters[-1]
    right = met(story, "imc-2")
    fixed = msgspec.structs.replace(right.letters[-1], corrects=wrong.event_id)
    corrected = replace(right, letters=(*story.letters, fixed))
    assert decide(corrected, form()).then(LeadAllocated).event.imc_id == "imc-2"
    named = met(waiting(), "imc-7", form_id="form-7")
    assert decide(named, form(imc_id="form-7")).then(LeadAllocated).event.imc_id == "imc-7"


@pytest.mark.rule("WLV-ALLOC-06")
@pytest.mark.parametrize(
    "attendees",
    [
        [],
        [{"id": "p-dm", "role": "DELIVERY_MANAGER"}],
        [{"id": "p-tm", "role": "SW_TEAM_MANAGER", "social_worker": True}],
        [{"id": "p-dm", "role": "DELIVERY_MANAGER"}, {"id": "p-x", "role": "SW_TEAM_MANAGER", "social_worker": False}],
    ],
)
def test_both_managers_are_at_the_conversation(attendees):
    decide(met(waiting(), attendees=attendees), form()).refused("WLV-ALLOC-06")


def test_a_child_nobody_told_of_is_not_known_here():
    decide(ready(), form(children=[CHILD, "c-nobody"])).refused("SYS-REF-07", "WLV-REF-26")


@pytest.mark.rule("WLV-ALLOC-27")
def test_a_family_has_one_lead():
    story = met(requested(level(led(), "TARGETED_EARLY_HELP")), "imc-2")
    decide(story, form("p-aq", imc_id="imc-2")).refused("WLV-ALLOC-27")
    decide(story, form("p-aq", imc_id="imc-2", previous_lead="p-dm")).refused("WLV-ALLOC-27", "SYS-REF-07")
    assert decide(led(), form()).then().facts == ()
    agreed = {"person": "p-tm", "date": "2026-04-01"}
    again = decide(led(), form(line_manager_agreement=agreed)).then(LeadAllocated)
    assert (again.event.line_manager_agreement.person.id, again.event.previous_lead) == ("p-tm", None)


@pytest.mark.rule("WLV-ALLOC-27")
def test_the_same_lead_is_named_for_a_sibling():
    story = led().told("referral.ReferralReceived", SIBLING)
    story = story.told("referral.ReferralTriaged", SIBLING, outcome="FAMILY_HELP", triage_rag="AMBER")
    story = met(level(requested(story, SIBLING), "TARGETED_EARLY_HELP", SIBLING), "imc-2", SIBLING)
    done = decide(story, form(children=[SIBLING], imc_id="imc-2")).then(LeadAllocated)
    assert (done.facts[0].child_ids, done.event.previous_lead) == ((SIBLING,), None)
    assert done.kept().standing(SIBLING).state == "FAMILY_HELP_ACTIVE"
    decide(story, form("p-aq", children=[SIBLING], imc_id="imc-2")).refused("WLV-ALLOC-27")


def test_everything_that_says_no_is_said_at_once():
    bare = plain("FAMILY_HELP", "p-aq", children=[CHILD, SIBLING])
    done = decide(waiting("CHILD_IN_NEED", CHILD, SIBLING), bare, trained("p-aq", courses=()))
    done.refused(
        "WLV-ALLOC-01", "WLV-ALLOC-07", "WLV-ALLOC-19", "WLV-ALLOC-25", "WLV-ALLOC-26", "WLV-ALLOC-45",
        "WLV-TRAIN-02", "NAT-ALLOC-02",
    )  # fmt: skip
    said = [(no.rule, no.field) for no in done.refusal.refusals]
    assert len(said) == len(set(said))


def test_what_holds_for_one_child_says_for_which():
    story = met(waiting("TARGETED_EARLY_HELP", CHILD, SIBLING), children=(CHILD, SIBLING))
    story = met(
        story,
        "imc-3",
        (CHILD, SIBLING),
        child_decisions=[{"child_id": SIBLING, "classification": "CHILD_IN_NEED", "agreed": True}],
    )
    done = decide(story, form(children=[CHILD, SIBLING], imc_id="imc-3", supervisor=None)).then(LeadAllocated)
    assert {(one.rule, one.child_id) for one in done.facts[0].warnings} == {
        ("WLV-ALLOC-14", SIBLING),
        ("WLV-TRAIN-09", None),
        ("NAT-ALLOC-04", None),
    }


@pytest.mark.rule("WLV-REF-07", "WLV-ALLOC-47")
def test_the_worker_of_cat_stays_until_the_lead_is_named():
    story = ready().told("allocation.LeadAllocated", CHILD, purpose="CAT_ASSESSMENT", lead={"id": "p-cat"})
    done = decide(story, form()).then(LeadAllocated, LeadEnded)
    ended = done.facts[1]
    assert (ended.event.lead.id, ended.event.role, ended.event.reason_code) == ("p-cat", "CAT_WORKER", "SUCCESSOR")
    assert ended.child_ids == (CHILD,)


def test_of_nothing_known_nothing_is_decided():
    decide(case("allocation"), form()).refused(
        "SYS-REF-07",
        "SYS-ALLOC-01",
        "SYS-ALLOC-03",
        "WLV-ALLOC-01",
        "WLV-ALLOC-07",
        "WLV-ALLOC-17",
        "WLV-REF-26",
    )


@pytest.mark.rule("WLV-REF-25")
def test_of_a_linked_child_the_lead_stands_on_the_case_of_all():
    linked = {
        "link_id": "link-1",
        "kept": "k1",
        "joined": "k2",
        "children": [{"kept": CHILD, "joined": "c9"}],
        "reason_code": "SAME_CHILD",
    }
    story = ready().told("referral.ReferralReceived", "c9", case="k2")
    story = story.told("referral.ReferralTriaged", "c9", case="k2", outcome="ADDED_TO_OPEN_CASE", open_case_id="k1")
    story = story.told("referral.CasesLinked", (CHILD, "c9"), **linked)
    done = decide(story, form(children=["c9"])).then(LeadAllocated)
    assert (done.facts[0].stream, done.facts[0].case_id, done.facts[0].child_ids) == ("case/k1", "k1", (CHILD,))
    assert decide(done.kept(), form(children=[CHILD, "c9"])).then().facts == ()
