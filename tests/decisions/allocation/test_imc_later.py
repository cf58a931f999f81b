"""The conversations of a family that has a lead: monthly, on a change of need, after joint work."""

from functools import partial
from typing import Any

import pytest

from services.allocation.decisions.imc_form import RecordIMC
from services.allocation.decisions.record_imc import OnFile, record_imc
from services.allocation.events import Attendee, IMCHeld
from tests.decisions.allocation.managers import AQ, BOTH, LEAD, LINE_MANAGER, SW, WORKER, family, form, led, person
from tests.decisions.allocation.test_record_imc import filled_in, lacks
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import Outcome

TEAM_MANAGER, SENIOR = person("p-tm", **{"for": "SW_TEAM_MANAGER"}), person("p-senior")
HEADS = {"plan_progress": "Steady.", "support_needed": "A second pair of hands.", "oversight": "Agreed."}


def recorded(story: CaseStory, *reasons: str, **more: Any) -> Outcome:
    return story.when(record_imc, form(*reasons, **more))


def monthly(story: CaseStory, **more: Any) -> Outcome:
    there = [*BOTH, person(LEAD), person(LINE_MANAGER)]
    said = {"kind": "MONTHLY", "led_by": TEAM_MANAGER, "attendees": there, **HEADS, **more}
    return recorded(story, "MONTHLY_CIN_AQ", **said)


@pytest.mark.rule("WLV-ALLOC-36")
@pytest.mark.rule("WLV-ALLOC-37")
@pytest.mark.rule("WLV-ALLOC-38")
@pytest.mark.rule("WLV-ALLOC-39")
def test_a_monthly_conversation_that_counts() -> None:
    outcome = monthly(led()).then(IMCHeld).warned().cites("WLV-ALLOC-36", "WLV-ALLOC-37", "WLV-ALLOC-38")
    assert lacks(outcome) == set()
    assert (outcome.event.led_by.role, outcome.event.led_by.social_worker) == ("SW_TEAM_MANAGER", True)
    assert outcome.event.plan_progress.clear == "Steady."
    assert [one.employer for one in outcome.event.attendees][2:] == ["larch-lane", "larch-lane"]


@pytest.mark.rule("WLV-ALLOC-36")
def test_it_is_led_by_a_senior_social_worker_or_the_team_manager() -> None:
    missing = {("WLV-ALLOC-36", "led_by.social_work_role")}
    assert lacks(monthly(led(), led_by=SENIOR)) == set()
    assert lacks(monthly(led(), led_by=BOTH[0])) == missing
    assert lacks(monthly(led(), led_by=None)) == missing
    unqualified = led().registered("p-x", social_worker=False, employer="WLV").appointed("p-x", "SW_TEAM_MANAGER")
    assert lacks(monthly(unqualified, led_by=person("p-x"))) == missing
    assert missing | {("SYS-REF-07", "led_by/0/person_id")} == lacks(monthly(led(), led_by={"name": "Robin Sample"}))
    # Who leads a partner's conversation is recorded and not judged.
    assert lacks(recorded(led(), "MONTHLY_PARTNER", led_by=BOTH[0])) == set()


@pytest.mark.rule("WLV-ALLOC-37")
def test_the_line_manager_takes_part() -> None:
    missing = {("WLV-ALLOC-37", "fhlp_line_manager")}
    without = [*BOTH, person(LEAD)]
    assert lacks(monthly(led(), attendees=without)) == missing
    other = led(line_manager={"id": "p-worker"})
    assert lacks(monthly(other, attendees=[*without, person(WORKER)])) == set()
    assert lacks(monthly(led(), attendees=[*without, person(WORKER)])) == missing
    assert lacks(recorded(led(), "MONTHLY_PARTNER", attendees=without)) == set()
    assert missing <= lacks(monthly(family()))


@pytest.mark.rule("WLV-ALLOC-38")
def test_the_lead_practitioner_was_asked_or_there() -> None:
    missing = {("WLV-ALLOC-38", "fhlp_attendance")}
    without = [*BOTH, person(LINE_MANAGER)]
    assert lacks(monthly(led(), attendees=without)) == missing
    assert lacks(monthly(led(), attendees=without, invited=[person(LEAD)])) == set()
    asked = partial(record_imc, on_file=OnFile(invited={"k1": (Attendee(id=LEAD, employer="larch-lane"),)}))
    said = {"kind": "MONTHLY", "led_by": TEAM_MANAGER, "attendees": without, "meeting_id": "m-1", **HEADS}
    outcome = led().when(asked, form("MONTHLY_CIN_AQ", **said))
    assert lacks(outcome) == set()
    assert (outcome.event.meeting_id, [one.id for one in outcome.event.invited]) == ("m-1", [LEAD])
    elsewhere = partial(record_imc, on_file=OnFile(invited={"k9": (Attendee(id=LEAD, employer="larch-lane"),)}))
    assert lacks(led().when(elsewhere, form("MONTHLY_CIN_AQ", **said))) == missing
    assert lacks(recorded(led(), "MONTHLY_PARTNER", attendees=without)) == set()


@pytest.mark.rule("WLV-ALLOC-39")
@pytest.mark.parametrize("head", HEADS)
def test_it_records_progress_support_and_oversight(head: str) -> None:
    assert lacks(monthly(led(), **{head: None})) == {("WLV-ALLOC-39", head)}
    assert lacks(recorded(led(), "MONTHLY_PARTNER")) == set()


@pytest.mark.rule("WLV-ALLOC-38")
def test_who_led_at_the_time_counts_however_late_it_is_recorded() -> None:
    story = led()
    gone = {"lead": {"id": LEAD}, "role": "LEAD_PRACTITIONER"}
    story = story.at("2026-04-20T10:00:00+01:00").told("allocation.LeadEnded", CHILD, **gone)
    there = [*BOTH, person(LINE_MANAGER)]
    late = monthly(story, attendees=there, held_at="2026-04-10T10:00:00+01:00")
    assert lacks(late) == {("WLV-ALLOC-38", "fhlp_attendance")}
    assert ("WLV-ALLOC-37", "fhlp_line_manager") in lacks(monthly(story, attendees=there))


def rising(story: CaseStory, **more: Any) -> Outcome:
    decisions = [{"child_id": CHILD, "classification": "CHILD_IN_NEED", "agreed": True}]
    there = [*BOTH, person(LEAD)]
    said = {"attendees": there, "child_decisions": decisions, "additional_support_considered": True, **more}
    return recorded(story, "CHANGE_IN_NEED_UP", **said)


@pytest.mark.rule("WLV-THR-19")
def test_a_rising_need_is_talked_about_by_both_managers() -> None:
    assert lacks(rising(led())) == set()
    roles = {"DELIVERY_MANAGER": "attendees.role", "SW_TEAM_MANAGER": "attendees.social_work_role"}
    for place, what in enumerate(roles.values()):
        there = [BOTH[1 - place], person(LEAD)]
        assert lacks(rising(led(), attendees=there)) == {("WLV-THR-19", what)}
    rising(led()).cites("WLV-THR-19")
    assert lacks(recorded(led(), "CHANGE_IN_NEED_DOWN", attendees=None, child_decisions=None)) == {
        ("WLV-THR-11", "child_decisions[0].classification")
    }


@pytest.mark.rule("WLV-THR-11")
@pytest.mark.parametrize("reason", ["CHANGE_IN_NEED_UP", "CHANGE_IN_NEED_DOWN"])
def test_the_form_says_where_each_child_stands_from_now_on(reason: str) -> None:
    there = [*BOTH, person(LEAD)]
    said = {"attendees": there, "additional_support_considered": False}
    outcome = recorded(led(), reason, **said)
    assert lacks(outcome) == {("WLV-THR-11", "child_decisions[0].classification")}
    assert outcome.facts[0].incomplete[0].child_id == CHILD
    decided = [{"child_id": CHILD, "classification": "TARGETED_EARLY_HELP", "agreed": False}]
    outcome = recorded(led(), reason, child_decisions=decided, **said)
    assert lacks(outcome) == set()
    assert (outcome.event.child_decisions[0].classification, outcome.event.child_decisions[0].agreed) == (
        "TARGETED_EARLY_HELP", False,
    )  # fmt: skip
    assert lacks(recorded(led(), "FHLP_REQUEST", **said)) == set()


@pytest.mark.rule("WLV-THR-11")
def test_only_the_child_whose_need_changed_is_asked_about() -> None:
    story = led(AQ, CHILD, SIBLING).told(
        "allocation.IMCTaskRaised", SIBLING, reason_code="CHANGE_IN_NEED_UP", from_event="e-change"
    )
    outcome = rising(story, child_decisions=None)
    assert {(item.rule, item.child_id) for item in outcome.facts[0].incomplete} == {("WLV-THR-11", SIBLING)}


@pytest.mark.rule("WLV-THR-11")
def test_nor_is_a_sibling_in_early_support() -> None:
    story = led().told("referral.ReferralReceived", SIBLING, children=[{"child_id": SIBLING}])
    story = story.told("referral.ReferralTriaged", SIBLING, triage_rag="GREEN", outcome="EARLY_SUPPORT_START")
    outcome = rising(story, child_decisions=None)
    assert outcome.facts[0].child_ids == (CHILD, SIBLING)
    assert {(item.rule, item.child_id) for item in outcome.facts[0].incomplete} == {("WLV-THR-11", CHILD)}


@pytest.mark.rule("WLV-THR-22")
@pytest.mark.rule("WLV-THR-23")
def test_a_lead_who_is_no_social_worker_is_there_when_the_case_escalates() -> None:
    assert lacks(rising(led(), attendees=BOTH)) == {("WLV-THR-22", "fhlp_attendance")}
    assert lacks(rising(led(), attendees=BOTH, invited=[person(LEAD)])) == {("WLV-THR-22", "fhlp_attendance")}
    assert lacks(rising(led(SW), attendees=BOTH)) == set()
    rising(led()).warned()
    rising(led(), additional_support_considered=None).warned("WLV-THR-23")
    rising(led(SW), additional_support_considered=None).warned()
    recorded(led(), "FHLP_REQUEST").warned()
    rising(led(), additional_support_considered=False).warned()


def joint(story: CaseStory, *there: str, **more: Any) -> Outcome:
    said = {"decision": "STAY", "next_steps": ["Go on"], "attendees": [*BOTH, *map(person, there)], **more}
    return recorded(story, "JOINT_UPDATE", **said)


@pytest.mark.rule("WLV-PLAN-12")
def test_after_joint_work_both_who_did_it_are_there() -> None:
    authors = [{"id": LEAD, "social_worker": False}, {"id": WORKER, "social_worker": True}]
    story = led().told("planning.UpdatedDiscussionCompleted", authors=authors)
    assert lacks(joint(story, LEAD, WORKER)) == set()
    assert lacks(joint(story, WORKER)) == {("WLV-PLAN-12", "fhlp_attendance")}
    assert lacks(joint(story, LEAD)) == {("WLV-PLAN-12", "joint_social_worker")}
    assert lacks(joint(story, LEAD, "p-senior")) == {("WLV-PLAN-12", "joint_social_worker")}
    # Where nobody wrote down who worked jointly, any social worker who does not manage will do.
    assert lacks(joint(led(), LEAD, "p-senior")) == set()
    assert lacks(joint(led(), LEAD)) == {("WLV-PLAN-12", "joint_social_worker")}
    assert lacks(recorded(story, "FHLP_REQUEST")) == set()


@pytest.mark.rule("WLV-THR-24")
def test_what_was_decided_after_joint_work_stands_on_the_form() -> None:
    assert lacks(joint(led(), LEAD, WORKER, decision=None)) == {("WLV-THR-24", "decision")}
    assert lacks(joint(led(), LEAD, WORKER, next_steps=None)) == {("WLV-THR-24", "next_steps")}
    assert lacks(recorded(led(), "FHLP_REQUEST")) == set()


@pytest.mark.rule("WLV-THR-24")
def test_a_decision_written_down_later_completes_it() -> None:
    story, on_file, event_id = filled_in(joint(led(), LEAD, WORKER, decision=None))
    more = RecordIMC.model_validate({"corrects": event_id, "decision": "SOCIAL_WORKER_TO_LEAD", "lead_change": True})
    outcome = story.when(partial(record_imc, on_file=on_file), more)
    assert lacks(outcome) == set()
    assert (outcome.event.decision, outcome.event.lead_change) == ("SOCIAL_WORKER_TO_LEAD", True)
    assert outcome.event.next_steps.clear == ("Go on",)
