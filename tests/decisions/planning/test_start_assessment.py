"""Beginning an assessment: by CAT, of a child whom triage has sent on; once begun before, it is a reassessment."""

import pytest

from services.planning.decisions.start_assessment import StartAssessment, start_assessment
from services.planning.events import AssessmentStarted
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING
from tests.decisions.planning.households import FHLP, determined, led, staffed, waiting, with_cat
from tests.given import CAT, FRONT_DOOR


def of(*children: str) -> StartAssessment:
    named = [{"child_id": child} for child in children or (CHILD,)]
    return StartAssessment.model_validate({"type": "FAMILY_HELP_PLAN", "children": named})


@pytest.mark.rule("WLV-REF-26", "SYS-REF-02")
def test_cat_begins_it_for_a_child_of_its_own():
    done = with_cat().when(start_assessment, of()).then(AssessmentStarted).cites("WLV-REF-26", "SYS-REF-02")
    event = done.event
    assert (event.type, event.basis, event.team) == ("FAMILY_HELP_PLAN", "REFERRAL", "CAT")
    assert done.kept().standing().state == "CAT_ASSESSMENT"
    with_cat().by(FRONT_DOOR).when(start_assessment, of()).refused("SYS-REF-02")
    with_cat().when(start_assessment, of("nobody")).refused("SYS-REF-07")


@pytest.mark.rule("WLV-REF-03")
def test_nothing_is_assessed_before_triage():
    received = staffed().told("referral.ReferralReceived")
    received.when(start_assessment, of()).refused("WLV-REF-03")


@pytest.mark.rule("WLV-REF-26")
def test_only_cat_takes_a_child_into_its_assessment():
    led().by(FHLP).when(start_assessment, of()).refused("WLV-REF-26")
    led().by(CAT).when(start_assessment, of()).refused("WLV-REF-26")
    cp_lead = {"lead": {"id": "p-lcpp", "social_worker": True}, "purpose": "CP_ENQUIRY"}
    enquired = (
        with_cat().told("planning.Section47EnquiryOpened", enquiry_id="e").told("allocation.LeadAllocated", **cp_lead)
    )
    enquired.by(Actor(id="p-lcpp", role="LCPP", team="MACPT")).when(start_assessment, of()).refused("WLV-REF-26")


@pytest.mark.rule("WLV-REF-08")
def test_ten_days_run_for_a_child_first_sent_to_family_help():
    story = waiting().at("2026-04-02T09:00:00+00:00")
    done = story.when(start_assessment, of()).due("WLV-REF-08", "2026-04-20T22:59:59+00:00")
    assert done.event.basis == "REFERRAL"
    assert done.kept().standing().state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-REF-08")
def test_they_run_once_only():
    with_cat().when(start_assessment, of()).due("WLV-REF-08", None)
    done = {"assessment_id": "a-1", "type": "FAMILY_HELP_PLAN", "team": "CAT"}
    helped = [{"child_id": CHILD, "outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}]
    back = with_cat().told("planning.AssessmentCompleted", children=helped, **done)
    back = back.told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="CAT")
    assert back.standing().state == "AWAITING_ALLOCATION"
    back.when(start_assessment, of()).due("WLV-REF-08", None)
    once = waiting().when(start_assessment, of()).kept()
    once = once.told("planning.AssessmentCompleted", children=helped, **done)
    once = once.told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="CAT")
    once.when(start_assessment, of()).due("WLV-REF-08", None)


@pytest.mark.rule("WLV-REF-08")
def test_a_withdrawn_start_is_none():
    wrong = {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT"}
    story = staffed().told("referral.ReferralReceived").told("referral.ReferralTriaged", event_id="t-1", **wrong)
    story = story.told("referral.RecordWithdrawn", of_event="t-1", reason_code="RECORDED_IN_ERROR")
    story = story.told("referral.ReferralTriaged", triage_rag="AMBER", outcome="FAMILY_HELP")
    story.at("2026-04-02T09:00:00+00:00").when(start_assessment, of()).due("WLV-REF-08", "2026-04-20T22:59:59+00:00")


@pytest.mark.rule("WLV-REF-08")
def test_a_child_determined_before_is_assessed_again():
    story = determined().at("2026-04-02T09:00:00+00:00")
    done = story.when(start_assessment, of()).then(AssessmentStarted).due("WLV-REF-08", "2026-04-20T22:59:59+00:00")
    assert done.event.basis == "REASSESSMENT"
    # Of the referral's 45 days nothing is left for a child at targeted level: they run anew.
    done.due("NAT-PLAN-01", "2026-06-10T22:59:59+00:00")


def test_siblings_are_assessed_each_on_its_own_ground():
    story = waiting(CHILD, SIBLING).told("planning.ThresholdChanged", SIBLING, to="CHILD_IN_NEED", decided_in="CAT")
    done = story.when(start_assessment, of(CHILD, SIBLING)).then(AssessmentStarted, AssessmentStarted)
    assert [(fact.event.basis, fact.child_ids) for fact in done.facts] == [
        ("REASSESSMENT", (SIBLING,)),
        ("REFERRAL", (CHILD,)),
    ]
