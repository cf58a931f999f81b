"""The deadlines of conferences: from which day they run, when they are due on awkward dates, and what starts none."""

import pytest

from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.decisions.record_initial_conference import (
    RecordInitialConference,
    record_initial_conference,
)
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from services.planning.decisions.recording import of_child
from services.planning.events import PlanEnded
from shared.protocol.weighing import Weighed
from tests.decisions.on_case import CHILD
from tests.decisions.planning.protected import enquiry, helped, planned, with_cat

INITIAL = RecordInitialConference.model_validate({"children": [{"child_id": CHILD, "decision": "PLAN"}]})
NO_PLAN = RecordInitialConference.model_validate({"children": [{"child_id": CHILD, "decision": "NO_PLAN"}]})
OPEN = OpenSection47.model_validate({"child_ids": [CHILD]})


def reviewing(decision):
    return RecordReviewConference.model_validate({"children": [{"child_id": CHILD, "decision": decision}]})


@pytest.mark.rule("NAT-THR-02")
def test_without_a_discussion_the_conference_is_due_from_the_opening():
    story = with_cat().at("2026-12-07T10:00:00+00:00")
    story.when(open_section_47, OPEN).due("NAT-THR-02", "2026-12-30T23:59:59+00:00")


@pytest.mark.rule("NAT-THR-02")
def test_with_one_the_opening_starts_nothing():
    held = [{"child_id": CHILD, "outcome": "S47"}]
    story = with_cat().told("planning.StrategyDiscussionHeld", CHILD, children=held)
    story.when(open_section_47, OPEN).due("NAT-THR-02", None)


@pytest.mark.rule("NAT-THR-02")
def test_the_discussion_starts_it_for_a_child_without_a_plan():
    held = {"children": [{"child_id": CHILD, "outcome": "S47"}]}
    name, story = "planning.StrategyDiscussionHeld", with_cat().at("2026-12-07T10:00:00+00:00")

    def due(cp_plan):
        around = {"cp_plan": cp_plan, "enquiry": "NONE"}
        started = story.protocol.clocks_started_by(name, held, story.moment, CHILD, None, (), around)
        return [clock.due_at.date().isoformat() for clock in started.clocks if clock.rule == "NAT-THR-02"]

    assert (due("NONE"), due("OPEN")) == (["2026-12-30"], [])


@pytest.mark.rule("NAT-THR-02")
def test_a_child_with_a_plan_has_the_next_review_instead():
    planned(enquiry(helped())).when(open_section_47, OPEN).due("NAT-THR-02", None)


@pytest.mark.rule("NAT-THR-02")
def test_a_plan_that_ends_under_an_enquiry_starts_it_and_no_other_end_does():
    ended = PlanEnded(plan_id="cp-1", type="CP", reason_code="STEP_DOWN")

    def due(story):
        fact = of_child(story.matter(), CHILD, ended, Weighed(), story.act(), inputs={})
        return [clock.due_at.date().isoformat() for clock in fact.clocks]

    story = planned(enquiry(helped())).at("2026-12-07T10:00:00+00:00")
    assert due(story) == []
    opened = story.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    assert due(opened) == ["2026-12-30"]


@pytest.mark.rule("NAT-THR-03", "NAT-THR-04")
def test_core_group_and_first_review_run_from_the_conference():
    story = enquiry(helped()).at("2026-12-30T10:00:00+00:00")
    done = story.when(record_initial_conference, INITIAL)
    done.due("NAT-THR-03", "2027-01-14T23:59:59+00:00").due("NAT-THR-04", "2027-03-30T22:59:59+00:00")
    none = story.when(record_initial_conference, NO_PLAN)
    none.due("NAT-THR-03", None).due("NAT-THR-04", None)


@pytest.mark.rule("NAT-THR-05")
def test_each_further_review_runs_from_the_last():
    story = planned(enquiry(helped())).at("2027-03-30T10:00:00+00:00")
    story.when(record_review_conference, reviewing("CONTINUE")).due("NAT-THR-05", "2027-09-30T22:59:59+00:00")
    story.when(record_review_conference, reviewing("END_PLAN")).due("NAT-THR-05", None)
    helped().when(record_review_conference, reviewing("CONTINUE")).due("NAT-THR-05", None)


@pytest.mark.rule("WLV-PLAN-09")
def test_six_weeks_run_from_the_conference_that_ended_the_plan():
    story = planned(enquiry(helped())).at("2026-10-05T10:00:00+00:00")
    story.when(record_review_conference, reviewing("END_PLAN")).due("WLV-PLAN-09", "2026-11-16T23:59:59+00:00")
    story.when(record_review_conference, reviewing("CONTINUE")).due("WLV-PLAN-09", None)


@pytest.mark.rule("NAT-THR-05")
def test_each_review_starts_the_next_deadline_and_does_not_meet_its_own():
    assert with_cat().protocol.clock("NAT-THR-05").repeats
