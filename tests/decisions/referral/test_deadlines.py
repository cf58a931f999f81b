"""The deadlines that the front door starts, to the second, across Easter, Christmas and a change of the clocks."""

import pytest

from services.referral.decisions.acknowledge_referral import AcknowledgeReferral, acknowledge_referral
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.events import ReferralAcknowledged
from tests.decisions.referral.forms import CHILD, concern, emarf, triage
from tests.decisions.referral.tales import received
from tests.given import AGENCY, FRONT_DOOR, given

RECEIVED = [
    # before Easter
    ("2026-04-02T17:30:00+00:00", "2026-04-07T22:59:59+00:00", "2026-06-10T22:59:59+00:00"),
    # before Christmas; 28 December stands in for Boxing Day
    ("2026-12-24T11:00:00+00:00", "2026-12-29T23:59:59+00:00", "2027-03-02T23:59:59+00:00"),
    # before the clocks go forward
    ("2026-03-27T16:10:00+00:00", "2026-03-30T22:59:59+00:00", "2026-06-04T22:59:59+00:00"),
    # before the clocks go back
    ("2026-10-23T22:30:00+00:00", "2026-10-26T23:59:59+00:00", "2026-12-29T23:59:59+00:00"),
    # half an hour after midnight in summer is still yesterday in UTC
    ("2026-05-21T23:30:00+00:00", "2026-05-26T22:59:59+00:00", "2026-07-27T22:59:59+00:00"),
]


@pytest.mark.rule("NAT-REF-01")
@pytest.mark.rule("NAT-PLAN-01")
@pytest.mark.rule("NAT-PLAN-06")
@pytest.mark.parametrize(("at", "decide_by", "assess_by"), RECEIVED)
def test_a_referral_is_answered_in_one_working_day_and_assessed_in_45(at, decide_by, assess_by):
    sent = given(at=at, by=AGENCY, client=True).when(submit_referral, emarf(children=[CHILD, CHILD]))
    sent.due("NAT-REF-01", decide_by).due("NAT-PLAN-01", assess_by).cites("NAT-REF-01", "NAT-PLAN-01")
    (taken, *_) = sent.facts
    assert {clock.child_id for clock in taken.clocks} == set(taken.child_ids)


@pytest.mark.rule("NAT-REF-01")
def test_the_answer_to_an_agencys_system_acknowledges():
    sent = given(by=AGENCY, client=True).when(submit_referral, emarf())
    assert sent.event.acknowledged_at == sent.event.received_at


@pytest.mark.rule("NAT-REF-01")
def test_one_entered_on_behalf_counts_from_when_it_was_heard_and_is_acknowledged_apart():
    heard = concern(received_at="2026-04-01T16:00:00Z", local_authority_received_at="2026-03-31T16:00:00Z")
    entered = given(by=FRONT_DOOR).when(submit_referral, heard)
    entered.due("NAT-REF-01", "2026-04-02T22:59:59+00:00").due("NAT-PLAN-01", "2026-06-08T22:59:59+00:00")
    assert entered.event.acknowledged_at is None
    told = AcknowledgeReferral(channel="PHONE", acknowledged_at="2026-04-01T16:05:00Z")
    done = entered.kept().when(acknowledge_referral, told).then(ReferralAcknowledged)
    assert done.event.acknowledged_at.isoformat() == "2026-04-01T16:05:00+00:00"


@pytest.mark.rule("WLV-REF-08")
def test_the_cat_route_has_ten_working_days():
    story = received()
    child = story.children()[0]
    done = story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT")).cites("WLV-REF-08")
    done.due("WLV-REF-08", "2026-04-20T22:59:59+00:00")
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).due("WLV-REF-08", None)
    story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).due("WLV-REF-08", None)


@pytest.mark.rule("WLV-THR-29")
def test_a_strategy_discussion_is_due_the_next_working_day():
    story = received(at="2026-12-24T11:00:00+00:00")
    child = story.children()[0]
    done = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).cites("WLV-THR-29")
    done.due("WLV-THR-29", "2026-12-29T23:59:59+00:00")
    asked = story.told("planning.StrategyDiscussionRequested", child)
    # It runs since it was asked for; a late triage starts no second one.
    asked.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).due("WLV-THR-29", None)


@pytest.mark.rule("WLV-REF-09", "WLV-THR-29")
def test_one_more_red_after_its_discussion_was_held_asks_for_another():
    story = received(at="2026-12-21T11:00:00+00:00")
    child = story.children()[0]
    story = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).kept()
    story = story.told("planning.StrategyDiscussionHeld", child, held_by="MASH", outcome="S17")
    assert story.standing(child).asked == frozenset()
    again = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION"))
    again.due("WLV-THR-29", "2026-12-22T23:59:59+00:00")
    now = again.kept().standing(child)
    assert (now.asked, now.state, now.beneath) == ({"TRIAGE"}, "STRATEGY_MASH", "CAT_ASSESSMENT")
