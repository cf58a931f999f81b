"""What a record brought with it in one write is withdrawn with it, but for work that has gone on since."""

from typing import Any

import pytest

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from services.planning.decisions.record_initial_conference import RecordInitialConference, record_initial_conference
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.decisions.withdraw_record import WithdrawRecord, withdraw_record
from shared.kernel.own_events import RecordWithdrawn
from shared.protocol.running import running
from tests.decisions.on_case import CHILD, CaseStory, case
from tests.decisions.planning.protected import LCPP, MANAGER, enquiry, helped
from tests.decisions.planning.test_record_strategy_discussion import STATES, discussion, staffed
from tests.given import Outcome

LEVEL = "planning.ThresholdChanged"
BEGUN = ("StrategyDiscussionHeld", "Section47EnquiryOpened", "ThresholdChanged")


def held(state: str, outcome: str) -> CaseStory:
    """A strategy discussion is recorded, of a child who stands so."""
    return staffed(STATES[state]()).when(record_strategy_discussion, discussion(outcome)).kept()


def the_id(story: CaseStory, title: str) -> str:
    return next(event.event_id for event in reversed(story.past) if event.title == title)


def without(story: CaseStory, title: str) -> Outcome:
    """The last record of this name is withdrawn."""
    said = {"of_event": the_id(story, title), "reason_code": "RECORDED_IN_ERROR"}
    return story.by(MANAGER).when(withdraw_record, WithdrawRecord.model_validate(said))


def withdrawn(outcome: Outcome) -> set[str]:
    named = {event.event_id: event.title for event in outcome.story.past}
    return {named[fact.event.of_event] for fact in outcome.facts if isinstance(fact.event, RecordWithdrawn)}


@pytest.mark.rule("SYS-REC-06")
@pytest.mark.rule("NAT-PLAN-01")
def test_an_assessment_that_a_discussion_began_goes_with_it_and_its_clock() -> None:
    story = held("CLOSED", "S17")
    assert story.past[-1].causation_id == story.past[0].event_id
    assert "NAT-PLAN-01" in running(story.matter().facts, story.protocol, frozenset({CHILD}))
    done = without(story, "StrategyDiscussionHeld")
    assert withdrawn(done) == {"StrategyDiscussionHeld", "AssessmentStarted"}
    assert [fact.rules for fact in done.facts] == [("SYS-REC-05",), ("SYS-REC-06",)]
    after = done.kept()
    assert "NAT-PLAN-01" not in running(after.matter().facts, story.protocol, frozenset({CHILD}))
    without(after, "StrategyDiscussionHeld").then()


@pytest.mark.rule("SYS-REC-06")
def test_an_enquiry_goes_with_its_discussion_and_the_level_with_the_enquiry() -> None:
    story = held("STRATEGY_CAT", "S47")
    assert tuple(event.title for event in story.past) == BEGUN
    assert story.standing().state == "S47_MACPT"
    done = without(story, "StrategyDiscussionHeld")
    assert withdrawn(done) == {*BEGUN}
    after = done.kept().standing()
    assert (after.state, after.level, after.enquiries) == ("STRATEGY_CAT", None, frozenset())
    assert withdrawn(without(story, "Section47EnquiryOpened")) == {*BEGUN[1:]}


@pytest.mark.rule("SYS-REC-06")
def test_an_enquiry_that_has_been_worked_on_protects_the_child_until_it_is_withdrawn_itself() -> None:
    story = held("STRATEGY_CAT", "S47")
    again = story.when(record_strategy_discussion, discussion("S47")).kept()
    first = {"of_event": story.past[0].event_id, "reason_code": "DUPLICATE"}
    done = again.by(MANAGER).when(withdraw_record, WithdrawRecord.model_validate(first)).warned("SYS-REC-06")
    assert "Section47EnquiryOpened" not in withdrawn(done)
    after = done.kept().standing()
    assert (after.state, after.protected, len(after.enquiries)) == ("S47_MACPT", True, 1)


@pytest.mark.rule("SYS-REC-06")
def test_a_plan_that_a_conference_began_goes_with_it_and_the_enquiry_awaits_its_conference_again() -> None:
    story = enquiry(helped()).by(LCPP)
    said = {"child_id": CHILD, "decision": "PLAN", "category": "NEG"}
    body = RecordInitialConference.model_validate({"children": [said]})
    story = story.when(record_initial_conference, body).kept()
    assert story.standing().state == "CP_PLAN"
    done = without(story, "InitialConferenceHeld")
    assert withdrawn(done) >= {"InitialConferenceHeld", "PlanStarted", "Section47EnquiryConcluded", "ThresholdChanged"}
    after = done.kept().standing()
    assert (after.state, after.level) == ("S47_MACPT", "CP_ENQUIRY")


@pytest.mark.rule("SYS-REC-06")
def test_a_case_closed_in_error_has_its_level_and_its_plans_again() -> None:
    story = helped().told("planning.PlanStarted", plan_id="p1", type="FAMILY_HELP_PLAN", children=[{"child_id": CHILD}])
    body = CloseCase.model_validate({"children": [CHILD], "closed_by_event": "DIED"})
    story = story.by(MANAGER).registered(MANAGER.id, employer_kind="AUTHORITY", social_worker=True)
    story = story.when(close_case, body).kept()
    assert [event.title for event in story.past] == ["PlanEnded", "ThresholdChanged", "CaseClosed"]
    assert (story.standing().state, story.standing().level) == ("CLOSED", None)
    done = without(story, "CaseClosed")
    assert withdrawn(done) == {"PlanEnded", "ThresholdChanged", "CaseClosed"}
    after = done.kept().standing()
    assert (after.state, after.level) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED")


@pytest.mark.rule("SYS-REC-06")
def test_of_two_children_in_one_write_each_keeps_what_is_its_own() -> None:
    story = enquiry(enquiry(helped("CHILD_IN_NEED", CHILD, "c2")), "c2", "q2").by(LCPP)
    said: list[dict[str, Any]] = [
        {"child_id": child, "outcome": "SUPPORT_CHILD_IN_NEED", "child_spoken_to_on": "2026-03-01"}
        for child in (CHILD, "c2")
    ]
    story = story.when(conclude_section_47, ConcludeSection47.model_validate({"children": said})).kept()
    done = without(story, "Section47EnquiryConcluded")
    assert {child for fact in done.facts for child in fact.child_ids} == {"c2"}
    after = done.kept()
    assert (after.standing().state, after.standing("c2").state) == ("FAMILY_HELP_ACTIVE", "S47_MACPT")


@pytest.mark.rule("SYS-REC-06")
def test_what_a_correction_rests_on_goes_with_the_last_of_both() -> None:
    story = held("STRATEGY_CAT", "S47")
    first = the_id(story, "StrategyDiscussionHeld")
    story = story.when(record_strategy_discussion, discussion("S47", corrects=first)).kept()
    second = the_id(story, "StrategyDiscussionHeld")
    assert first != second
    body = WithdrawRecord.model_validate({"of_event": first, "reason_code": "RECORDED_IN_ERROR"})
    done = story.by(MANAGER).when(withdraw_record, body)
    assert withdrawn(done) == {"StrategyDiscussionHeld"}
    done = without(done.kept(), "StrategyDiscussionHeld")
    assert withdrawn(done) == {*BEGUN}


@pytest.mark.rule("SYS-REC-07", "WLV-ALLOC-47")
def test_no_withdrawal_closes_the_case_of_a_child_who_is_helped() -> None:
    early = case().told("referral.ReferralReceived")
    early = early.told("referral.ReferralTriaged", outcome="EARLY_SUPPORT_START", triage_rag="GREEN")
    protected = early.told("planning.InitialConferenceHeld", event_id="e-conference", decision="PLAN")
    landed = protected.told("planning.ReviewConferenceHeld", decision="END_PLAN").told(LEVEL, to="CHILD_IN_NEED")
    led = landed.told("allocation.LeadAllocated", purpose="FAMILY_HELP", role="LEAD_PRACTITIONER")
    assert led.standing().state == "FAMILY_HELP_ACTIVE"
    gone = WithdrawRecord.model_validate({"of_event": "e-conference", "reason_code": "WRONG_CHILD"})
    led.by(MANAGER).when(withdraw_record, gone).refused("SYS-REC-07")
    # Before a lead was named it takes the child back to where it was.
    landed.by(MANAGER).when(withdraw_record, gone).then(RecordWithdrawn)
    # A child who needed no help is closed again, as by every discussion that was recorded in error.
    without(held("CLOSED", "S17"), "StrategyDiscussionHeld").then(RecordWithdrawn, RecordWithdrawn)


@pytest.mark.rule("SYS-REC-07", "WLV-ALLOC-47")
def test_nor_of_one_whose_discussion_is_asked_for_since() -> None:
    story = held("CLOSED", "S17")
    asked = {"children": [{"child_id": CHILD, "outcome": "STRATEGY_DISCUSSION"}], "assessment_id": "a-1", "team": "CAT"}
    waiting = story.told("planning.AssessmentCompleted", **asked)
    assert waiting.standing().state == "STRATEGY_CAT"
    without(waiting, "StrategyDiscussionHeld").refused("SYS-REC-07")


@pytest.mark.rule("SYS-REC-07", "WLV-ALLOC-47")
def test_nor_of_one_with_a_plan_that_has_been_worked_on() -> None:
    closed = case().told("referral.ReferralReceived").told("planning.CaseClosed")
    protected = closed.told("planning.InitialConferenceHeld", event_id="e-conference", decision="PLAN")
    planned = protected.told("planning.PlanStarted", plan_id="cp-1", type="CP", children=[{"child_id": CHILD}])
    gone = WithdrawRecord.model_validate({"of_event": "e-conference", "reason_code": "WRONG_CHILD"})
    planned.by(MANAGER).when(withdraw_record, gone).refused("SYS-REC-07")
    protected.by(MANAGER).when(withdraw_record, gone).then(RecordWithdrawn)


@pytest.mark.rule("SYS-REC-07", "WLV-ALLOC-47", "NAT-THR-05")
def test_nor_of_one_of_whom_a_deadline_would_run_on_with_nobody_to_keep_it() -> None:
    closed = case().told("referral.ReferralReceived").told("planning.CaseClosed")
    protected = closed.told("planning.InitialConferenceHeld", event_id="e-conference", decision="PLAN")
    reviewed = protected.told("planning.ReviewConferenceHeld", event_id="e-review", decision="CONTINUE")
    gone = WithdrawRecord.model_validate({"of_event": "e-conference", "reason_code": "WRONG_CHILD"})
    reviewed.by(MANAGER).when(withdraw_record, gone).refused("SYS-REC-07")
    # The visits of private fostering outlive every case: they hold up nothing.
    fostered = protected.told("planning.PrivateFosteringNotified", aware_from="2026-03-01")
    assert "NAT-PLAN-04" in running(fostered.matter().facts, fostered.protocol, frozenset({CHILD}))
    fostered.by(MANAGER).when(withdraw_record, gone).then(RecordWithdrawn)
