"""What is withdrawn counts as not having been: for the next decision, and on the front door's list."""

import pytest

from services.referral.decisions.acknowledge_referral import AcknowledgeReferral, acknowledge_referral
from services.referral.decisions.close_referral import CloseReferral, close_referral
from services.referral.decisions.return_referral import ReturnReferral, return_referral
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.decisions.withdraw_record import WithdrawRecord, withdraw_record
from services.referral.events import ReferralAcknowledged, ReferralReturned
from tests.decisions.referral.forms import emarf, triage
from tests.decisions.referral.tales import again, in_early_support, received, triaged
from tests.decisions.review.waiting import event_id, row_of
from tests.given import DOOR_MANAGER, FRONT_DOOR, Story, given


def withdrawn(story: Story, title: str) -> Story:
    """The last event of this title withdrawn by a manager."""
    command = WithdrawRecord(of_event=event_id(story, title), reason_code="RECORDED_IN_ERROR")
    return story.by(DOOR_MANAGER).when(withdraw_record, command).kept()


@pytest.mark.rule("WLV-REF-03")
def test_a_referral_whose_triage_is_withdrawn_is_on_the_list_again() -> None:
    story = triaged("GREEN", "NFA")
    assert row_of(story)["waits"] == "done"
    story = withdrawn(story, "ReferralTriaged")
    row = row_of(story)
    assert (row["status"], row["waits"], row["triaged"]) == ("RECEIVED", "waits", {})
    assert story.standing(story.children()[0]).awaits_triage(story.protocol.moves)


def test_what_a_withdrawn_triage_lacked_is_asked_for_no_longer() -> None:
    story = triaged("AMBER", "STRATEGY_DISCUSSION")
    assert row_of(story)["incomplete"]
    story = withdrawn(story, "ReferralTriaged")
    assert row_of(story)["incomplete"] == []
    assert story.state(f"referral/{story.referrals[-1]}").lacks == ()


def test_a_withdrawn_receipt_is_nobodys_to_decide_on() -> None:
    assert row_of(withdrawn(received(), "ReferralReceived"))["waits"] == "done"


@pytest.mark.rule("NAT-REF-01")
def test_a_referrer_whose_acknowledgement_was_withdrawn_is_told_again() -> None:
    story = given(by=FRONT_DOOR).when(submit_referral, emarf(entered_on_behalf=True)).kept()
    story = story.when(acknowledge_referral, AcknowledgeReferral(channel="PHONE")).kept()
    story = withdrawn(story, "ReferralAcknowledged")
    assert row_of(story)["acknowledged_at"] is None
    done = story.by(FRONT_DOOR).when(acknowledge_referral, AcknowledgeReferral(channel="LETTER"))
    done.then(ReferralAcknowledged)


def test_a_referral_whose_closing_was_withdrawn_may_be_returned() -> None:
    story = triaged("GREEN", "NFA").by(DOOR_MANAGER)
    story = story.when(close_referral, CloseReferral(reason_code="DECIDED")).kept()
    story = withdrawn(story, "ReferralClosed")
    assert row_of(story)["status"] == "DECIDED"
    story.when(return_referral, ReturnReferral(reason_code="INFORMATION_MISSING")).then(ReferralReturned)


@pytest.mark.rule("WLV-REF-22")
@pytest.mark.parametrize("letter", ["RecordWithdrawn", "CaseClosed"])
def test_an_early_support_plan_that_is_withdrawn_or_closed_with_its_case_is_open_no_longer(letter: str) -> None:
    story = in_early_support()
    child = story.children()[0]
    plan = next(told for told in story.letters if told.title == "PlanStarted")
    ended = {"of_event": plan.event_id} if letter == "RecordWithdrawn" else {"reason_code": "RC5"}
    story = again(story.told(f"planning.{letter}", child, **ended))
    start = triage(story.children()[0], "GREEN", "EARLY_SUPPORT_START", open_child_id=child)
    story.when(triage_referral, start).complete("WLV-REF-22").warned()
