"""The front door's list: what no longer waits, what waits first, and what an urgent act must not break."""

import pytest

from services.referral.api.submitting import _salvaged
from services.referral.decisions.close_referral import CloseReferral, close_referral
from services.referral.decisions.return_referral import ReturnReferral, return_referral
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import TriageReferral, triage_referral
from services.referral.views.front_door import FRONT_DOOR as VIEW
from tests.decisions.referral.forms import CHILD, entry, triage
from tests.decisions.referral.tales import again, received, triaged
from tests.decisions.review.waiting import row_of
from tests.given import AGENCY, DOOR_MANAGER, given


@pytest.mark.rule("NAT-REF-05")
def test_a_strategy_discussion_on_a_referral_nobody_knows_leaves_a_row_that_can_be_shown() -> None:
    asked = given().when(triage_referral, triage("someone", "RED", "STRATEGY_DISCUSSION"), stream="referral/nobody")
    event = asked.lacking(("NAT-REF-05", "referral")).kept().past[-1]
    row = VIEW.project(None, event, str(event.case_id))
    assert row is not None
    assert row["incomplete"]
    assert VIEW.search(row)["waits"] == "done"


def test_asking_for_more_after_the_decision_puts_nothing_back_on_the_list() -> None:
    story = triaged("GREEN", "NFA")
    story = story.when(return_referral, ReturnReferral(reason_code="INFORMATION_MISSING")).kept()
    assert (row_of(story)["status"], row_of(story)["waits"]) == ("DECIDED", "done")


def test_a_mark_of_danger_that_cannot_be_read_comes_first() -> None:
    body = {"form_type": "EMARF", "request_kind": "FAMILY_HELP_REQUEST", "immediate_risk": "yes", "children": [CHILD]}
    unread = given(by=AGENCY, client=True).when(submit_referral, _salvaged(body)).kept()
    assert row_of(unread)["marks"] == ["immediate_risk"]
    assert row_of(unread)["urgency"] < row_of(received())["urgency"]


@pytest.mark.rule("WLV-REF-03")
def test_a_referral_whose_child_an_urgent_act_moved_is_not_closed_without_triage() -> None:
    story = received()
    child = story.children()[0]
    story = story.told("planning.StrategyDiscussionRequested", child)
    close = CloseReferral(reason_code="DECIDED")
    story.by(DOOR_MANAGER).when(close_referral, close).refused("WLV-REF-03")
    held = story.told("planning.StrategyDiscussionHeld", child, children=[{"child_id": child, "outcome": "S17"}])
    held.by(DOOR_MANAGER).when(close_referral, close).refused("WLV-REF-03")
    decided = held.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).kept()
    assert decided.by(DOOR_MANAGER).when(close_referral, close).refusal is None


@pytest.mark.rule("WLV-REF-03")
def test_a_decided_duplicate_of_a_referral_that_still_waits_may_be_closed() -> None:
    story = received()
    first = story.children()[0]
    story = again(story)
    decision = triage(story.children()[0], "GREEN", "NFA", open_child_id=first)
    story = story.when(triage_referral, decision).kept().by(DOOR_MANAGER)
    assert story.when(close_referral, CloseReferral(reason_code="DECIDED")).refusal is None


@pytest.mark.rule("SYS-REF-11")
def test_a_child_is_decided_on_once_in_a_triage_and_a_strategy_discussion_is_taken_all_the_same() -> None:
    story = received()
    child = story.children()[0]
    twice = [entry(child, "GREEN", "NFA"), entry(child, "AMBER", "FAMILY_HELP")]
    story.when(triage_referral, TriageReferral.model_validate({"children": twice})).refused("SYS-REF-11")
    urgent = [entry(child, "GREEN", "NFA"), entry(child, "RED", "STRATEGY_DISCUSSION")]
    done = story.when(triage_referral, TriageReferral.model_validate({"children": urgent})).warned("SYS-REF-11")
    assert (len(done.facts), done.event.outcome) == (1, "STRATEGY_DISCUSSION")
