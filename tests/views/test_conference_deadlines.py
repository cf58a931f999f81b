"""The deadlines of conferences as qa shows them: which start counts, what meets them, what takes them away."""

import pytest

from tests.packs.families import Family

NOW = "2026-12-15 12:00"


def opened() -> Family:
    told = Family()
    told.opened("2026-11-30", "c1")
    told.told("Section47EnquiryOpened", "2026-12-08 10:00", enquiry_id="q1")
    return told


def discussed(told: Family, at: str) -> None:
    told.told("StrategyDiscussionHeld", at, children=[{"child_id": "c1", "outcome": "S47"}])


@pytest.mark.rule("NAT-THR-02")
def test_a_discussion_held_before_and_recorded_later_moves_the_start_back():
    told = opened()
    assert told.due("NAT-THR-02", NOW) == [("2026-12-31", "RUNNING")]
    discussed(told, "2026-12-07 10:00")
    assert told.due("NAT-THR-02", NOW) == [("2026-12-30", "RUNNING")]


@pytest.mark.rule("NAT-THR-02")
def test_one_held_after_restarts_nothing():
    told = opened()
    discussed(told, "2026-12-10 10:00")
    assert told.due("NAT-THR-02", NOW) == [("2026-12-31", "RUNNING")]


@pytest.mark.rule("NAT-THR-02")
def test_the_conference_meets_it_and_a_conclusion_without_one_takes_it_away():
    told = opened()
    told.told("Section47EnquiryConcluded", "2026-12-10 10:00", enquiry_id="q1", outcome="CONFERENCE")
    assert told.due("NAT-THR-02", NOW) == [("2026-12-31", "RUNNING")]
    told.told("InitialConferenceHeld", "2026-12-14 10:00", decision="NO_PLAN")
    assert told.due("NAT-THR-02", NOW) == [("2026-12-31", "MET")]
    ended = opened()
    ended.told("Section47EnquiryConcluded", "2026-12-10 10:00", enquiry_id="q1", outcome="EARLY_HELP")
    assert ended.due("NAT-THR-02", NOW) == [("2026-12-31", "CANCELLED")]


@pytest.mark.rule("NAT-THR-03", "NAT-THR-04", "NAT-THR-05")
def test_conferences_and_core_groups_follow_one_another():
    told = opened()
    told.told("InitialConferenceHeld", "2026-12-30 10:00", decision="PLAN")
    told.told("CoreGroupHeld", "2027-01-14 18:00")
    assert told.due("NAT-THR-03", "2027-01-15 12:00") == [("2027-01-14", "MET")]
    told.told("ReviewConferenceHeld", "2027-03-30 10:00", decision="CONTINUE")
    assert told.due("NAT-THR-04", "2027-04-01 12:00") == [("2027-03-30", "MET")]
    told.told("ReviewConferenceHeld", "2027-09-30 10:00", decision="CONTINUE")
    assert told.due("NAT-THR-05", "2027-10-01 12:00") == [("2027-09-30", "MET"), ("2028-03-30", "RUNNING")]
    told.told("ReviewConferenceHeld", "2028-01-10 10:00", decision="END_PLAN")
    told.plan_ended("2028-01-10 10:00", type="CP", plan_id="cp-1")
    assert told.due("NAT-THR-05", "2028-01-11 12:00") == [("2027-09-30", "MET"), ("2028-03-30", "MET")]


@pytest.mark.rule("NAT-THR-03", "NAT-THR-04")
def test_a_plan_that_ends_before_takes_them_away():
    told = opened()
    told.told("InitialConferenceHeld", "2026-12-30 10:00", decision="PLAN")
    told.plan_ended("2027-01-04 10:00", type="CP", plan_id="cp-1")
    assert told.due("NAT-THR-03", "2027-01-05 12:00") == [("2027-01-14", "CANCELLED")]
    assert told.due("NAT-THR-04", "2027-01-05 12:00") == [("2027-03-30", "CANCELLED")]
