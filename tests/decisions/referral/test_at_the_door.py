"""Acknowledging, asking for more, closing; what was turned away; what was missing or wrong."""

import pytest

from services.referral.decisions.acknowledge_referral import AcknowledgeReferral, acknowledge_referral
from services.referral.decisions.close_referral import CloseReferral, close_referral
from services.referral.decisions.resolve_incomplete import ResolveIncomplete, resolve_incomplete
from services.referral.decisions.return_referral import ReturnReferral, return_referral
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.decisions.turn_away import ResolveTurnedAway, resent, resolve_turned_away, turn_away
from services.referral.decisions.withdraw_record import WithdrawRecord, withdraw_record
from services.referral.events import (
    ReferralAcknowledged,
    ReferralClosed,
    ReferralReturned,
    ReferralTriaged,
    ReferralTurnedAwayResolved,
)
from shared.kernel.own_events import IncompleteResolved, RecordWithdrawn
from tests.decisions.referral.forms import concern, emarf, triage
from tests.decisions.referral.tales import received, triaged
from tests.given import AGENCY, CAT, DOOR_MANAGER, FRONT_DOOR, NEIGHBOUR_TEAM, given


def entered():
    return given(by=FRONT_DOOR).when(submit_referral, emarf()).kept()


@pytest.mark.rule("NAT-REF-01")
def test_what_was_entered_on_behalf_is_acknowledged_once():
    done = entered().when(acknowledge_referral, AcknowledgeReferral(channel="PHONE")).then(ReferralAcknowledged)
    story = done.kept()
    assert done.facts[0].child_ids == story.children()
    story.when(acknowledge_referral, AcknowledgeReferral(channel="PHONE")).then()
    received().when(acknowledge_referral, AcknowledgeReferral(channel="PHONE")).then()


@pytest.mark.rule("SYS-REF-03")
def test_why_a_referrer_cannot_be_told_is_one_of_the_authoritys_reasons():
    for reason in ("ANONYMOUS", "UNSAFE_TO_CONTACT"):
        done = entered().when(acknowledge_referral, AcknowledgeReferral(not_possible_reason=reason))
        done.then(ReferralAcknowledged).cites("SYS-REF-02")
    entered().when(acknowledge_referral, AcknowledgeReferral(not_possible_reason="TIRED")).refused("SYS-REF-03")


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(
    ("decide", "command"),
    [
        (acknowledge_referral, AcknowledgeReferral()),
        (return_referral, ReturnReferral(reason_code="INFORMATION_MISSING")),
        (close_referral, CloseReferral(reason_code="DECIDED")),
    ],
)
def test_these_are_the_front_doors(decide, command):
    story = triaged("GREEN", "NFA")
    assert story.by(DOOR_MANAGER).when(decide, command).refusal is None
    story.by(CAT).when(decide, command).refused("SYS-REF-02")
    story.by(AGENCY, client=True).when(decide, command).refused("SYS-REF-02")


def test_asking_for_more_decides_nothing_and_stops_no_clock():
    asked = ReturnReferral(reason_code="INFORMATION_MISSING", items_needed=("HOUSEHOLD",), follow_up_on="2026-04-09")
    story = received().when(return_referral, asked).then(ReferralReturned).cites("SYS-REF-02").kept()
    assert story.standing(story.children()[0]).state == "RECEIVED"
    clock = story.protocol.clock("NAT-REF-01")
    assert not any(p.event == "referral.ReferralReturned" for group in clock.stops for p in group)
    received().when(return_referral, ReturnReferral(reason_code="WHY_NOT")).refused("SYS-REF-03")


@pytest.mark.rule("SYS-REF-10")
@pytest.mark.rule("WLV-REF-03")
def test_a_referral_is_not_closed_before_each_child_is_triaged():
    command = CloseReferral(reason_code="DECIDED")
    received().by(DOOR_MANAGER).when(close_referral, command).refused("WLV-REF-03")
    closed = triaged("GREEN", "NFA").by(DOOR_MANAGER).when(close_referral, command).then(ReferralClosed)
    story = closed.cites("SYS-REF-02").kept()
    story.when(close_referral, command).then()
    story.when(return_referral, ReturnReferral(reason_code="INFORMATION_MISSING")).refused("SYS-REF-10")


@pytest.mark.rule("SYS-REF-02")
def test_closing_is_for_the_front_doors_manager():
    triaged("GREEN", "NFA").when(close_referral, CloseReferral(reason_code="DECIDED")).refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-07")
def test_nothing_is_done_to_a_referral_nobody_sent():
    given().when(acknowledge_referral, AcknowledgeReferral(), "referral/none").refused("SYS-REF-07")


def test_what_was_turned_away_is_dealt_with_once():
    story = given(by=FRONT_DOOR)
    note = turn_away("Moseley Primary", 409, "refused", "k", None, story.act())
    story = story.recorded([note])
    called = story.when(resolve_turned_away, ResolveTurnedAway(), note.stream).then(ReferralTurnedAwayResolved)
    assert called.event.by == "CALLED"
    called.kept().when(resolve_turned_away, ResolveTurnedAway(), note.stream).then()
    (fact,) = resent(story.state(note.stream), "r-1")
    assert fact.event.by == "RESENT"
    assert fact.event.referral_id == "r-1"
    assert resent(called.kept().state(note.stream), "r-1") == ()
    called.cites("SYS-REF-02")
    story.by(NEIGHBOUR_TEAM).when(resolve_turned_away, ResolveTurnedAway(), note.stream).refused("SYS-REF-02")


def lacking():
    """A worry without its concern text, and the item as it is listed."""
    story = received(concern("concern"))
    body = {"of_event": story.past[0].event_id, "what": "concern", "rule": "WLV-REF-01", "resolved_as": "FILLED"}
    return story, body


@pytest.mark.rule("SYS-REC-02")
def test_what_was_missing_is_closed_once():
    story, body = lacking()
    done = story.when(resolve_incomplete, ResolveIncomplete(**body)).then(IncompleteResolved)
    done.kept().when(resolve_incomplete, ResolveIncomplete(**body)).refused("SYS-REC-02")
    story.when(resolve_incomplete, ResolveIncomplete(**{**body, "what": "shoes"})).refused("SYS-REC-02")


@pytest.mark.rule("SYS-REC-03")
def test_not_needed_takes_a_reason():
    story, body = lacking()
    body = {**body, "resolved_as": "NOT_NEEDED"}
    story.when(resolve_incomplete, ResolveIncomplete(**body)).refused("SYS-REC-03")
    story.when(resolve_incomplete, ResolveIncomplete(**body, reason_code="OTHER")).then(IncompleteResolved)


@pytest.mark.rule("SYS-REC-01")
def test_it_is_closed_by_those_who_may_record_it():
    story, body = lacking()
    story.by(NEIGHBOUR_TEAM).when(resolve_incomplete, ResolveIncomplete(**body)).refused("SYS-REC-01")


@pytest.mark.rule("SYS-REC-04")
def test_a_triage_recorded_in_error_counts_as_not_having_been():
    story = triaged("GREEN", "NFA")
    child = story.children()[0]
    body = {"of_event": story.past[-1].event_id, "reason_code": "RECORDED_IN_ERROR"}
    done = story.when(withdraw_record, WithdrawRecord(**body)).then(RecordWithdrawn)
    after = done.kept()
    assert after.standing(child).state == "RECEIVED"
    after.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).then(ReferralTriaged)
    after.when(withdraw_record, WithdrawRecord(**body)).then()
    story.when(withdraw_record, WithdrawRecord(**{**body, "of_event": "none"})).refused("SYS-REC-04")


@pytest.mark.rule("SYS-REC-05")
def test_it_is_withdrawn_by_who_recorded_it_or_a_manager():
    story = triaged("GREEN", "NFA")
    command = WithdrawRecord(of_event=story.past[-1].event_id, reason_code="WRONG_CHILD")
    story.by(CAT).when(withdraw_record, command).refused("SYS-REC-05")
    story.by(DOOR_MANAGER).when(withdraw_record, command).then(RecordWithdrawn).cites("SYS-REC-05")
