"""Deadlines that rest on facts of several services: to the day, met, missed once, cancelled, begun anew."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.qa.clock import BREACH, Notice
from services.qa.clock import Clock as Clocked
from services.qa.views.clocks import clocks_in
from services.qa.views.papers import papers_of
from services.qa.views.reports_due import breaches_to_withdraw, reports_due
from shared.kernel.calendar import LONDON
from shared.kernel.events import Fact
from shared.kernel.letters import Letter
from shared.protocol.clocks import Clock
from shared.protocol.load import national_editions, protocol_of
from tests.packs.families import ALTERNATIVE, OF_A_CLINIC, OF_A_SCHOOL, SOCIAL_WORKER, Family
from tests.packs.told import wlv
from tests.views.letters import london

MONTHLY_CIN, MONTHLY_PARTNER = "MONTHLY_CIN_AQ", "MONTHLY_PARTNER"


def family(*children: str, level: str = "TARGETED_EARLY_HELP", on: str = "2026-02-02") -> Family:
    told = Family()
    told.opened(on, *(children or ("c1",)), level=level)
    return told


@pytest.mark.rule("WLV-ALLOC-35")
def test_a_month_runs_from_the_first_moment_at_which_both_facts_hold():
    told = family()
    told.lead("2026-03-01 10:00", ALTERNATIVE)
    assert told.due("WLV-ALLOC-35") == []
    changed = told.level("2026-05-20 15:00", "c1", "CHILD_IN_NEED")
    (row,) = told.clocks("WLV-ALLOC-35", "2026-05-21 09:00")
    assert (row["due_at"], row["status"], row["started_by"]) == ("2026-06-20T22:59:59Z", "RUNNING", changed.event_id)
    assert (row["about"], row["child_id"], row["computed_by"]) == ("case", None, "qa")
    assert row["words"].endswith(
        "Due by 23:59 on Saturday 20 June 2026: one month after the threshold was changed on Wednesday 20 May 2026 "
        "(WLV-ALLOC-35)."
    )


@pytest.mark.rule("WLV-ALLOC-35")
def test_a_month_from_the_31st_ends_with_a_month_that_has_none():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-08-31 10:00", ALTERNATIVE)
    assert told.due("WLV-ALLOC-35", "2026-09-01 09:00") == [("2026-09-30", "RUNNING")]


@pytest.mark.rule("WLV-ALLOC-35")
def test_each_qualifying_conversation_meets_one_month_and_begins_the_next():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE)
    first = told.imc("2026-03-30 10:00", MONTHLY_CIN)
    told.imc("2026-05-05 10:00", MONTHLY_CIN)
    assert told.due("WLV-ALLOC-35", "2026-05-06 09:00") == [
        ("2026-04-02", "MET"),
        ("2026-04-30", "MISSED"),
        ("2026-06-05", "RUNNING"),
    ]
    assert told.clocks("WLV-ALLOC-35", "2026-05-06 09:00")[1]["started_by"] == first.event_id


@pytest.mark.rule("WLV-ALLOC-35")
@pytest.mark.parametrize("rule", ["WLV-ALLOC-36", "WLV-ALLOC-37"])
def test_a_conversation_led_or_attended_otherwise_does_not_meet_it_until_its_record_is_put_right(rule: str):
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE)
    held = told.imc("2026-03-30 10:00", MONTHLY_CIN, lacks=(rule,))
    assert told.due("WLV-ALLOC-35", "2026-04-01 09:00") == [("2026-04-02", "RUNNING")]
    # The correction comes late; what it says was so at the time.
    told.imc("2026-03-30 10:00", MONTHLY_CIN, corrects=held, recorded="2026-04-08 10:00")
    assert told.due("WLV-ALLOC-35", "2026-04-09 09:00") == [("2026-04-02", "MET"), ("2026-04-30", "RUNNING")]


@pytest.mark.rule("WLV-ALLOC-35")
def test_a_gap_of_another_rule_or_one_that_was_resolved_does_not_count():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE)
    held = told.imc("2026-03-30 10:00", MONTHLY_CIN, lacks=("WLV-ALLOC-36", "WLV-ALLOC-39"))
    told.post.send(
        "allocation.IncompleteResolved",
        london("2026-04-09 10:00"),
        case="k1",
        of_event=held.event_id,
        what="attendees",
        rule="WLV-ALLOC-36",
        resolved_as="FILLED",
    )
    assert told.due("WLV-ALLOC-35", "2026-04-10 09:00") == [("2026-04-02", "MET"), ("2026-04-30", "RUNNING")]


@pytest.mark.rule("WLV-ALLOC-35")
def test_another_alternatively_qualified_lead_begins_nothing_and_a_social_worker_ends_it():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE)
    told.lead("2026-03-20 10:00", OF_A_SCHOOL, previous_lead=ALTERNATIVE)
    assert told.due("WLV-ALLOC-35", "2026-03-21 09:00") == [("2026-04-02", "RUNNING")]
    ended = told.lead("2026-03-25 10:00", SOCIAL_WORKER, previous_lead=OF_A_SCHOOL)
    (row,) = told.clocks("WLV-ALLOC-35", "2026-06-01 09:00")
    assert (row["status"], row["decided_by"]) == ("CANCELLED", ended.event_id)


@pytest.mark.rule("WLV-ALLOC-35")
def test_it_goes_on_while_one_child_of_the_family_is_in_need_and_a_miss_before_stays_one():
    told = family("c1", "c2", level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE, "c1", "c2")
    told.level("2026-03-10 10:00", "c1", "TARGETED_EARLY_HELP")
    assert told.due("WLV-ALLOC-35", "2026-03-11 09:00") == [("2026-04-02", "RUNNING")]
    told.closed("2026-04-03 10:00", "c2")
    assert told.due("WLV-ALLOC-35", "2026-04-04 09:00") == [("2026-04-02", "MISSED")]
    told.level("2026-05-04 10:00", "c1", "CHILD_IN_NEED")
    assert told.due("WLV-ALLOC-35", "2026-05-05 09:00")[1:] == [("2026-06-04", "RUNNING")]
    told.lead_ended("2026-05-06 10:00", ALTERNATIVE, role="CAT_WORKER")
    assert told.due("WLV-ALLOC-35", "2026-05-07 09:00")[1:] == [("2026-06-04", "RUNNING")]
    told.lead_ended("2026-05-08 10:00", ALTERNATIVE)
    assert told.due("WLV-ALLOC-35", "2026-05-09 09:00")[1:] == [("2026-06-04", "CANCELLED")]


@pytest.mark.rule("WLV-ALLOC-35")
def test_a_lead_for_other_work_and_a_conversation_for_another_reason_count_for_nothing():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE, purpose="CAT_ASSESSMENT")
    assert told.due("WLV-ALLOC-35") == []
    told.lead("2026-03-03 10:00", ALTERNATIVE)
    told.lead("2026-03-04 10:00", SOCIAL_WORKER, purpose="CP_ENQUIRY")
    told.imc("2026-03-05 10:00", "MANAGER_DISCRETION")
    assert told.due("WLV-ALLOC-35", "2026-03-06 09:00") == [("2026-04-03", "RUNNING")]


@pytest.mark.rule("WLV-ALLOC-40")
def test_a_family_led_by_a_partner_has_a_conversation_with_that_partner_each_month():
    told = family()
    told.lead("2026-08-31 10:00", OF_A_SCHOOL)
    told.imc("2026-09-14 10:00", MONTHLY_PARTNER, of=("authority", "a-clinic"))
    told.imc("2026-09-15 10:00", "MANAGER_DISCRETION", of=("a-school",))
    assert told.due("WLV-ALLOC-40", "2026-09-16 09:00") == [("2026-09-30", "RUNNING")]
    told.imc("2026-09-30 10:00", MONTHLY_CIN, MONTHLY_PARTNER, of=("authority", "a-school"))
    assert told.due("WLV-ALLOC-40", "2026-10-01 09:00") == [("2026-09-30", "MET"), ("2026-10-30", "RUNNING")]


@pytest.mark.rule("WLV-ALLOC-40")
def test_another_lead_of_that_partner_changes_nothing_and_another_partner_begins_anew():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", OF_A_SCHOOL)
    told.lead("2026-03-10 10:00", {**OF_A_SCHOOL, "id": "p-other"}, previous_lead=OF_A_SCHOOL)
    assert told.due("WLV-ALLOC-40", "2026-03-11 09:00") == [("2026-04-02", "RUNNING")]
    told.lead("2026-03-12 10:00", OF_A_CLINIC, previous_lead=OF_A_SCHOOL)
    assert told.due("WLV-ALLOC-40", "2026-03-13 09:00") == [("2026-04-02", "CANCELLED"), ("2026-04-12", "RUNNING")]
    told.imc("2026-03-14 10:00", MONTHLY_PARTNER, of=("a-school",))
    assert told.due("WLV-ALLOC-40", "2026-03-15 09:00")[1] == ("2026-04-12", "RUNNING")
    told.lead("2026-03-16 10:00", SOCIAL_WORKER, previous_lead=OF_A_CLINIC)
    assert told.due("WLV-ALLOC-40", "2026-03-17 09:00")[1:] == [("2026-04-12", "CANCELLED")]
    told.lead("2026-03-18 10:00", OF_A_CLINIC, previous_lead=SOCIAL_WORKER)
    told.lead_ended("2026-03-19 10:00", OF_A_CLINIC, role="CP_LEAD")
    assert told.due("WLV-ALLOC-40", "2026-03-20 09:00")[2:] == [("2026-04-18", "RUNNING")]
    told.lead_ended("2026-03-20 10:00", OF_A_CLINIC)
    assert told.due("WLV-ALLOC-40", "2026-03-21 09:00")[2:] == [("2026-04-18", "CANCELLED")]


@pytest.mark.rule("WLV-ALLOC-40")
def test_an_enquiry_does_not_end_the_months_with_a_partner_and_a_child_protection_plan_does():
    told = family("c1", "c2", level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", OF_A_SCHOOL, "c1", "c2", purpose="CP_PLAN")
    assert told.due("WLV-ALLOC-40") == []
    told.lead("2026-03-02 10:00", OF_A_SCHOOL, "c1", "c2")
    told.level("2026-03-04 10:00", "c1", "CP_ENQUIRY")
    told.level("2026-03-04 10:00", "c2", "UNIVERSAL")
    assert told.due("WLV-ALLOC-40", "2026-03-05 09:00") == [("2026-04-02", "RUNNING")]
    told.plan("2026-03-10 10:00", "c1", type="EARLY_SUPPORT_PLAN", plan_id="p8")
    assert told.due("WLV-ALLOC-40", "2026-03-11 09:00") == [("2026-04-02", "RUNNING")]
    told.plan("2026-03-12 10:00", "c1", type="CP", plan_id="p9")
    assert told.due("WLV-ALLOC-40", "2026-03-13 09:00") == [("2026-04-02", "CANCELLED")]
    told.level("2026-06-12 10:00", "c1", "TARGETED_EARLY_HELP")
    assert told.due("WLV-ALLOC-40", "2026-06-13 09:00")[1:] == [("2026-07-12", "RUNNING")]
    told.level("2026-06-13 10:00", "c1", "EARLY_SUPPORT")
    assert told.due("WLV-ALLOC-40", "2026-06-14 09:00")[1:] == [("2026-07-12", "CANCELLED")]
    told.level("2026-06-15 10:00", "c1", "CHILD_IN_NEED")
    told.level("2026-06-16 10:00", "c1", "CHILD_PROTECTION_PLAN")
    told.level("2026-06-17 10:00", "c1", "CHILD_IN_NEED")
    told.closed("2026-06-18 10:00")
    assert [status for _, status in told.due("WLV-ALLOC-40")[2:]] == ["CANCELLED", "CANCELLED"]


@pytest.mark.rule("WLV-PLAN-08")
def test_six_weeks_run_from_the_latest_of_lead_plan_and_level():
    told = family(on="2026-09-28")
    told.lead("2026-09-29 10:00", ALTERNATIVE)
    assert told.due("WLV-PLAN-08") == []
    begun = told.plan("2026-10-05 10:00")
    (row,) = told.clocks("WLV-PLAN-08", "2026-10-06 09:00")
    assert (row["due_at"], row["status"], row["started_by"]) == ("2026-11-16T23:59:59Z", "RUNNING", begun.event_id)
    told.reviewed("2026-11-16 23:30", with_family=False)
    told.reviewed("2026-11-16 23:40", type="CP")
    assert told.due("WLV-PLAN-08", "2026-11-17 09:00") == [("2026-11-16", "MISSED")]
    told.reviewed("2026-11-16 23:50")
    assert told.due("WLV-PLAN-08", "2026-11-17 09:00") == [("2026-11-16", "MET")]


@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.parametrize("last", ["lead", "plan", "level"])
def test_whichever_comes_last_starts_the_six_weeks(last: str):
    told = Family()
    told.post.referral(london("2026-09-01 08:00"), "k1", "c1")
    on = {each: "2026-10-05 10:00" if each == last else "2026-09-02 10:00" for each in ("lead", "plan", "level")}
    steps = {
        "lead": lambda: told.lead(on["lead"], SOCIAL_WORKER),
        "plan": lambda: told.plan(on["plan"]),
        "level": lambda: told.level(on["level"], "c1", "CHILD_IN_NEED"),
    }
    for each in sorted(steps, key=lambda each: on[each]):
        steps[each]()
    assert told.due("WLV-PLAN-08", "2026-10-06 09:00") == [("2026-11-16", "RUNNING")]


@pytest.mark.rule("WLV-PLAN-08")
def test_once_met_it_is_not_asked_again_under_that_plan():
    told = family(on="2026-09-28")
    told.lead("2026-09-29 10:00", ALTERNATIVE)
    told.plan("2026-10-05 10:00")
    told.reviewed("2026-11-02 10:00")
    told.lead("2026-11-10 10:00", SOCIAL_WORKER, previous_lead=ALTERNATIVE)
    told.level("2026-11-20 10:00", "c1", "CHILD_PROTECTION_PLAN")
    told.level("2026-12-20 10:00", "c1", "CHILD_IN_NEED")
    assert told.due("WLV-PLAN-08") == [("2026-11-16", "MET")]
    told.plan_ended("2027-01-05 10:00")
    told.plan("2027-01-06 10:00", plan_id="p2")
    assert told.due("WLV-PLAN-08", "2027-01-07 09:00") == [("2026-11-16", "MET"), ("2027-02-17", "RUNNING")]


@pytest.mark.rule("WLV-PLAN-08")
def test_a_new_lead_does_not_begin_the_six_weeks_anew_and_their_end_takes_them_away():
    told = family(on="2026-09-28")
    told.lead("2026-09-28 10:00", SOCIAL_WORKER, purpose="CAT_ASSESSMENT")
    told.plan("2026-09-29 10:00", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    told.plan("2026-09-29 10:00")
    assert told.due("WLV-PLAN-08") == []
    told.lead("2026-10-05 10:00", ALTERNATIVE)
    told.lead("2026-10-12 10:00", SOCIAL_WORKER, previous_lead=ALTERNATIVE)
    told.plan_ended("2026-10-13 10:00", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    told.lead_ended("2026-10-14 10:00", SOCIAL_WORKER, role="CP_LEAD")
    assert told.due("WLV-PLAN-08", "2026-10-15 09:00") == [("2026-11-16", "RUNNING")]
    told.lead_ended("2026-10-15 10:00", SOCIAL_WORKER)
    assert told.due("WLV-PLAN-08", "2026-10-16 09:00") == [("2026-11-16", "CANCELLED")]


@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.parametrize("to", ["EARLY_SUPPORT", "UNIVERSAL", "CHILD_PROTECTION_PLAN"])
def test_the_six_weeks_go_on_through_an_enquiry_and_end_with_the_last_child(to: str):
    told = family("c1", "c2", on="2026-09-28")
    told.lead("2026-09-29 10:00", ALTERNATIVE, "c1", "c2")
    told.plan("2026-10-05 10:00", "c1", "c2")
    told.level("2026-10-06 10:00", "c1", "CP_ENQUIRY")
    told.closed("2026-10-07 10:00", "c2")
    told.plan("2026-10-07 10:00", "c1", type="EARLY_SUPPORT_PLAN", plan_id="p7")
    assert told.due("WLV-PLAN-08", "2026-10-08 09:00") == [("2026-11-16", "RUNNING")]
    told.level("2026-10-09 10:00", "c1", to)
    assert told.due("WLV-PLAN-08", "2026-10-10 09:00") == [("2026-11-16", "CANCELLED")]


@pytest.mark.rule("WLV-PLAN-08")
def test_a_child_protection_plan_that_leaves_no_child_at_such_a_level_takes_them_away():
    told = family("c1", "c2", on="2026-09-28")
    told.lead("2026-09-29 10:00", ALTERNATIVE, "c1", "c2")
    told.plan("2026-10-05 10:00", "c1", "c2")
    told.plan("2026-10-06 10:00", "c1", type="CP", plan_id="p9")
    assert told.due("WLV-PLAN-08", "2026-10-07 09:00") == [("2026-11-16", "RUNNING")]
    told.plan("2026-10-08 10:00", "c2", type="CP", plan_id="p10")
    assert told.due("WLV-PLAN-08", "2026-10-09 09:00") == [("2026-11-16", "CANCELLED")]


@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.rule("WLV-PLAN-09")
def test_after_a_child_protection_plan_the_other_six_weeks_come_first():
    told = family(on="2026-09-01", level="CHILD_PROTECTION_PLAN")
    told.lead("2026-09-02 10:00", ALTERNATIVE)
    told.plan("2026-09-03 10:00")
    told.level("2026-10-05 10:00", "c1", "CHILD_IN_NEED", **{"from": "CHILD_PROTECTION_PLAN"})
    assert told.due("WLV-PLAN-09", "2026-10-06 09:00") == [("2026-11-16", "RUNNING")]
    assert told.due("WLV-PLAN-08") == []
    # Met, it has met both: there is one first review.
    told.reviewed("2026-11-10 10:00")
    assert told.due("WLV-PLAN-09") == [("2026-11-16", "MET")]
    assert told.due("WLV-PLAN-08") == []


@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.rule("WLV-PLAN-09")
def test_the_six_weeks_start_at_once_where_those_after_a_protection_plan_are_cancelled_and_a_child_is_left():
    told = family("c1", "c2", on="2026-09-01", level="CHILD_PROTECTION_PLAN")
    told.lead("2026-09-02 10:00", ALTERNATIVE, "c1", "c2")
    told.plan("2026-09-03 10:00", "c1", "c2")
    for child in ("c1", "c2"):
        told.level("2026-10-05 10:00", child, "TARGETED_EARLY_HELP", **{"from": "CHILD_PROTECTION_PLAN"})
    told.closed("2026-10-06 10:00", "c1")
    assert told.due("WLV-PLAN-08") == []
    ended = told.level("2026-10-12 10:00", "c2", "CP_ENQUIRY", **{"from": "TARGETED_EARLY_HELP"})
    assert [status for _, status in told.due("WLV-PLAN-09")] == ["CANCELLED", "CANCELLED"]
    (row,) = told.clocks("WLV-PLAN-08", "2026-10-13 09:00")
    assert (row["due_at"][:10], row["status"], row["started_by"]) == ("2026-11-23", "RUNNING", ended.event_id)


@pytest.mark.rule("WLV-PLAN-09")
def test_what_starts_meets_and_cancels_the_six_weeks_after_a_protection_plan():
    clock = wlv().clock("WLV-PLAN-09")
    assert (clock.about, clock.force, clock.alerts) == ("child", "mandatory", ("LEAD_PRACTITIONER", "LINE_MANAGER"))
    changed = "planning.ThresholdChanged"
    for to in ("CHILD_IN_NEED", "TARGETED_EARLY_HELP"):
        assert clock.start_of(changed, {"from": "CHILD_PROTECTION_PLAN", "to": to})
        assert not clock.start_of(changed, {"from": "CP_ENQUIRY", "to": to})
    assert not clock.start_of(changed, {"from": "CHILD_PROTECTION_PLAN", "to": "CP_ENQUIRY"})
    ends = [to for to in ("CP_ENQUIRY", "EARLY_SUPPORT", "UNIVERSAL", "CHILD_IN_NEED") if _cancels(clock, changed, to)]
    assert ends == ["CP_ENQUIRY", "EARLY_SUPPORT", "UNIVERSAL"]
    assert any(one.event == "planning.CaseClosed" for one in clock.cancels)
    told = family(level="CHILD_PROTECTION_PLAN")
    told.level("2026-10-05 10:00", "c1", "CHILD_IN_NEED", **{"from": "CHILD_PROTECTION_PLAN"})
    told.reviewed("2026-10-06 10:00", with_family=False)
    told.reviewed("2026-10-07 10:00", type="CP")
    assert told.due("WLV-PLAN-09", "2026-10-08 09:00") == [("2026-11-16", "RUNNING")]
    told.reviewed("2026-11-17 09:00", held_at=london("2026-11-16 15:00").isoformat())
    assert told.due("WLV-PLAN-09", "2026-11-18 09:00") == [("2026-11-16", "MET")]


def _cancels(clock: Clock, name: str, to: str) -> bool:
    return any(one.matches(name, {"to": to}) for one in clock.cancels)


@pytest.mark.rule("NAT-PLAN-07")
def test_a_plan_is_reviewed_by_the_date_it_set_or_within_three_months():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-11-02 10:00", ALTERNATIVE)
    told.plan("2026-11-02 11:00")
    assert told.due("NAT-PLAN-07") == []
    told.reviewed("2026-11-30 10:00")
    (row,) = told.clocks("NAT-PLAN-07", "2026-12-01 09:00")
    assert (row["due_at"], row["rules"], row["force"]) == (
        "2027-02-28T23:59:59Z",
        ["NAT-PLAN-07", "WLV-PLAN-14"],
        "advisory",
    )
    told.reviewed("2027-01-11 10:00", next_review_date="2027-02-15", with_family=False)
    told.reviewed("2027-01-12 10:00", next_review_date="2027-02-16", type="CP")
    assert told.due("NAT-PLAN-07", "2027-02-16 09:00") == [("2027-02-28", "MET"), ("2027-02-15", "MISSED")]


@pytest.mark.rule("NAT-PLAN-07")
def test_a_date_that_a_review_sets_beyond_three_months_is_the_plans_own():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-11-02 10:00", ALTERNATIVE)
    told.plan("2026-11-02 11:00")
    told.reviewed("2026-11-16 10:00", next_review_date="2027-05-20")
    assert told.due("NAT-PLAN-07", "2026-12-01 09:00") == [("2027-05-20", "RUNNING")]


@pytest.mark.rule("NAT-PLAN-07")
def test_it_ends_where_no_child_is_at_such_a_level_and_begins_anew_with_the_date_last_set():
    told = family("c1", "c2", level="TARGETED_EARLY_HELP")
    told.lead("2026-11-02 10:00", ALTERNATIVE, "c1", "c2")
    told.plan("2026-11-02 11:00", "c1", "c2")
    told.level("2026-11-03 10:00", "c2", "CP_ENQUIRY")
    told.reviewed("2026-11-30 10:00", next_review_date="2027-02-15")
    told.level("2026-12-07 10:00", "c1", "CP_ENQUIRY")
    assert told.due("NAT-PLAN-07", "2026-12-08 09:00") == [("2027-02-15", "CANCELLED")]
    told.level("2026-12-14 10:00", "c1", "CHILD_IN_NEED")
    assert told.due("NAT-PLAN-07", "2026-12-15 09:00")[1:] == [("2027-02-15", "RUNNING")]
    told.plan_ended("2026-12-16 10:00", type="CP")
    assert told.due("NAT-PLAN-07", "2026-12-17 09:00")[1:] == [("2027-02-15", "RUNNING")]
    told.plan_ended("2026-12-18 10:00", "c1")
    assert told.due("NAT-PLAN-07", "2026-12-19 09:00")[1:] == [("2027-02-15", "CANCELLED")]
    told.reviewed("2026-12-21 10:00", next_review_date="2027-03-01")
    told.closed("2026-12-22 10:00", "c1")
    assert told.due("NAT-PLAN-07", "2026-12-23 09:00")[2:] == [("2027-03-01", "CANCELLED")]


@pytest.mark.rule("WLV-THR-02")
def test_a_concern_in_family_help_asks_for_a_talk_the_same_day():
    told = family()
    told.told("ConcernRaised", "2026-02-03 08:00", cp=True, significant=True)
    told.lead("2026-02-03 09:00", ALTERNATIVE)
    assert told.due("WLV-THR-02") == []
    told.told("ConcernRaised", "2026-02-04 21:00", cp=False, significant=True)
    assert told.due("WLV-THR-02") == []
    told.told("ConcernRaised", "2026-02-04 22:00", cp=True, significant=True)
    (row,) = told.clocks("WLV-THR-02", "2026-02-04 22:30")
    assert (row["due_at"], row["status"], row["child_id"]) == ("2026-02-04T23:59:59Z", "RUNNING", "c1")
    assert row["passed_alerts"][0]["at"] == "2026-02-04T22:00:00Z"
    assert row["alerts"] == ["LEAD_PRACTITIONER", "LINE_MANAGER", "LCPP"]
    assert told.due("WLV-THR-02", "2026-02-05 09:00") == [("2026-02-04", "MISSED")]
    told.told("LCPPConversationHeld", "2026-02-04 23:30", cp_triggered=False)
    assert told.due("WLV-THR-02", "2026-02-05 09:00") == [("2026-02-04", "MET")]


@pytest.mark.rule("WLV-THR-02")
@pytest.mark.parametrize("participant", [{"role": "LCPP"}, {"agency": "POLICE", "person": {"id": "p", "role": "LCPP"}}])
def test_a_strategy_discussion_with_an_lcpp_serves_too(participant: dict[str, object]):
    told = family()
    told.lead("2026-02-03 09:00", ALTERNATIVE)
    told.told("ConcernRaised", "2026-02-04 10:00", cp=True, significant=True)
    outcome = [{"child_id": "c1", "outcome": "CONTINUE_FAMILY_HELP"}]
    told.told("StrategyDiscussionHeld", "2026-02-04 11:00", children=outcome, participants=[{"agency": "POLICE"}])
    assert told.due("WLV-THR-02", "2026-02-04 12:00") == [("2026-02-04", "RUNNING")]
    told.told("StrategyDiscussionHeld", "2026-02-04 13:00", children=outcome, participants=[participant])
    assert told.due("WLV-THR-02", "2026-02-04 14:00") == [("2026-02-04", "MET")]


@pytest.mark.rule("WLV-THR-02")
@pytest.mark.parametrize("title", ["CaseClosed", "Section47EnquiryOpened"])
def test_an_enquiry_or_the_end_of_the_case_takes_the_talk_away(title: str):
    told = family()
    told.lead("2026-02-03 09:00", ALTERNATIVE)
    told.told("ConcernRaised", "2026-02-04 10:00", cp=True, significant=True)
    told.told(title, "2026-02-04 11:00")
    assert told.due("WLV-THR-02", "2026-02-06 12:00") == [("2026-02-04", "CANCELLED")]


@pytest.mark.rule("WLV-THR-19")
def test_rising_need_asks_for_a_conversation_by_the_end_of_the_next_working_day():
    told = family()
    told.told("ChangeOfNeedReported", "2026-05-20 10:00", trend="UP")
    told.lead("2026-05-21 09:00", ALTERNATIVE)
    told.told("ChangeOfNeedReported", "2026-05-21 10:00", trend="DOWN")
    assert told.due("WLV-THR-19") == []
    told.told("ChangeOfNeedReported", "2026-05-22 10:00", trend="UP")
    told.told("ChangeOfNeedReported", "2026-05-23 10:00", trend="UP")
    told.imc("2026-05-25 10:00", "CHANGE_IN_NEED_UP", lacks=("WLV-THR-19",))
    told.imc("2026-05-26 09:00", "CHANGE_IN_NEED_DOWN")
    (row,) = told.clocks("WLV-THR-19", "2026-05-26 10:00")
    assert (row["due_at"], row["status"]) == ("2026-05-26T22:59:59Z", "RUNNING")
    assert (row["alerts"], len(row["also_started_by"])) == (["DELIVERY_MANAGER", "SW_TEAM_MANAGER"], 1)
    # Written down the day after, and held before: it says nothing of what was reported later.
    told.imc("2026-05-22 09:00", "CHANGE_IN_NEED_UP", recorded="2026-05-26 11:00")
    assert told.due("WLV-THR-19", "2026-05-26 12:00") == [("2026-05-26", "RUNNING")]
    told.imc("2026-05-26 15:00", "CHANGE_IN_NEED_UP", lacks=("WLV-THR-22",))
    assert told.due("WLV-THR-19", "2026-05-27 12:00") == [("2026-05-26", "MET")]


@pytest.mark.rule("WLV-THR-19")
@pytest.mark.parametrize(
    ("title", "data"),
    [
        ("CaseClosed", {}),
        ("Section47EnquiryOpened", {}),
        ("ThresholdChanged", {"to": "EARLY_SUPPORT"}),
        ("ThresholdChanged", {"to": "UNIVERSAL"}),
    ],
)
def test_what_takes_that_conversation_away(title: str, data: dict[str, str]):
    told = family()
    told.lead("2026-05-21 09:00", ALTERNATIVE)
    told.told("ChangeOfNeedReported", "2026-05-22 10:00", trend="UP")
    told.told("ThresholdChanged", "2026-05-22 11:00", to="CHILD_IN_NEED")
    assert told.due("WLV-THR-19", "2026-05-22 12:00") == [("2026-05-26", "RUNNING")]
    told.told(title, "2026-05-22 13:00", **data)
    assert told.due("WLV-THR-19") == [("2026-05-26", "CANCELLED")]


@pytest.mark.rule("NAT-PLAN-01")
def test_the_45_days_begin_anew_only_for_a_child_whose_clock_was_cancelled_at_targeted_level():
    told = family(on="2026-05-22")
    assert told.due("NAT-PLAN-01") == [("2026-07-27", "CANCELLED")]
    told.level("2026-11-16 10:00", "c1", "CHILD_IN_NEED", **{"from": "TARGETED_EARLY_HELP"})
    (_, anew) = told.clocks("NAT-PLAN-01", "2026-11-17 09:00")
    assert (anew["due_at"], anew["status"], anew["computed_by"]) == ("2027-01-21T23:59:59Z", "RUNNING", "qa")
    told.told("PlanCompleted", "2026-12-01 10:00", type="FAMILY_HELP_PLAN")
    told.level("2026-12-02 10:00", "c1", "TARGETED_EARLY_HELP")
    told.level("2026-12-03 10:00", "c1", "CHILD_IN_NEED", **{"from": "TARGETED_EARLY_HELP"})
    assert told.due("NAT-PLAN-01") == [("2026-07-27", "CANCELLED"), ("2027-01-21", "MET")]


@pytest.mark.rule("NAT-PLAN-01")
@pytest.mark.parametrize("to", ["EARLY_SUPPORT", "UNIVERSAL"])
def test_a_clock_cancelled_at_another_level_is_not_brought_back(to: str):
    told = family(on="2026-05-22", level="CHILD_IN_NEED")
    told.level("2026-05-25 10:00", "c1", to)
    told.level("2026-11-16 10:00", "c1", "CHILD_IN_NEED")
    assert told.due("NAT-PLAN-01") == [("2026-07-27", "CANCELLED")]


def test_words_of_the_clocks_that_qa_computes():
    """Whose they are, how firmly they bind, how they are counted."""
    said = {
        clock.rule: (clock.about, clock.force, clock.limit.describe() if clock.limit else "", clock.repeats)
        for clock in wlv().clocks
        if clock.computed_by == "qa"
    }
    assert said == {
        "NAT-PLAN-07": ("plan", "advisory", "", True),
        "WLV-ALLOC-03": ("team", "mandatory", "same day", False),
        "WLV-ALLOC-35": ("case", "mandatory", "1 month", True),
        "WLV-ALLOC-40": ("case", "mandatory", "1 month", True),
        "WLV-PLAN-08": ("case", "mandatory", "6 weeks", False),
        "WLV-THR-02": ("child", "mandatory", "same day", False),
        "WLV-THR-19": ("child", "mandatory", "1 working day", False),
    }
    alerts = {clock.rule: clock.alerts for clock in wlv().clocks if clock.rule in said}
    assert alerts["WLV-ALLOC-35"] == ("LEAD_PRACTITIONER", "LINE_MANAGER", "SW_TEAM_MANAGER")
    assert alerts["WLV-ALLOC-40"] == ("SW_TEAM_MANAGER", "LINE_MANAGER")
    assert alerts["WLV-PLAN-08"] == ("LEAD_PRACTITIONER", "LINE_MANAGER")
    assert alerts["NAT-PLAN-07"] == ("LEAD_PRACTITIONER", "SW_TEAM_MANAGER")


def test_a_clock_of_a_family_is_the_same_from_any_order_of_letters():
    told = family("c1", "c2", level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", OF_A_SCHOOL, "c1", "c2")
    told.plan("2026-03-03 10:00", "c1", "c2")
    told.imc("2026-03-30 10:00", MONTHLY_CIN, MONTHLY_PARTNER, of=("a-school",))
    told.reviewed("2026-04-10 10:00", next_review_date="2026-05-29")
    rules = ("WLV-ALLOC-35", "WLV-ALLOC-40", "WLV-PLAN-08", "NAT-PLAN-07")
    inorder = [told.clocks(rule, "2026-04-20 09:00") for rule in rules]
    assert [len(rows) for rows in inorder] == [2, 2, 1, 1]
    told.post.sent.reverse()
    assert [told.clocks(rule, "2026-04-20 09:00") for rule in rules] == inorder
    assert london("2026-04-20 09:00").astimezone(LONDON).hour == 9


@pytest.mark.rule("WLV-ALLOC-40")
@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.rule("NAT-PLAN-07")
def test_what_was_held_in_time_and_written_down_late_was_in_time():
    told = family(on="2026-09-28")
    told.lead("2026-09-29 10:00", OF_A_SCHOOL)
    told.plan("2026-10-05 10:00")
    told.imc("2026-10-29 10:00", MONTHLY_PARTNER, of=("a-school",), recorded="2026-11-02 10:00")
    assert told.due("WLV-ALLOC-40", "2026-11-03 09:00") == [("2026-10-29", "MET"), ("2026-11-29", "RUNNING")]
    told.reviewed("2026-11-18 10:00", held_at=london("2026-11-16 10:00").isoformat())
    assert told.due("WLV-PLAN-08", "2026-11-19 09:00") == [("2026-11-16", "MET")]
    # The next three months run from the review, not from when it was written down.
    assert told.due("NAT-PLAN-07", "2026-11-19 09:00") == [("2027-02-16", "RUNNING")]
    told.reviewed("2027-02-18 10:00", held_at=london("2027-02-16 10:00").isoformat())
    assert told.due("NAT-PLAN-07", "2027-02-19 09:00") == [("2027-02-16", "MET"), ("2027-05-16", "RUNNING")]


@pytest.mark.rule("NAT-PLAN-07")
def test_where_no_local_terms_are_the_plan_of_a_child_in_need_starts_and_ends_it():
    clock = next(clock for clock in national_editions()[0].clock if clock.rule == "NAT-PLAN-07")
    started, reviewed, ended = "planning.PlanStarted", "planning.PlanReviewed", "planning.PlanEnded"
    changed = "planning.ThresholdChanged"
    assert clock.start_of(started, {"type": "CIN"})
    assert not clock.start_of(started, {"type": "CP"})
    assert clock.start_of(reviewed, {"type": "CIN", "outcome": "CONTINUE"})
    assert not clock.start_of(reviewed, {"type": "CIN", "outcome": "END"})
    assert not clock.start_of(reviewed, {"type": "CP", "outcome": "CONTINUE"})
    ((stop,),) = clock.stops
    assert stop.matches(reviewed, {"type": "CIN"})
    assert not stop.matches(reviewed, {"type": "CP"})

    def cancels(name: str, data: dict[str, str]) -> bool:
        return any(one.matches(name, data) for one in clock.cancels)

    assert cancels(ended, {"type": "CIN"})
    assert not cancels(ended, {"type": "CP"})
    assert cancels("planning.CaseClosed", {})
    assert cancels(changed, {"from": "CHILD_IN_NEED", "to": "UNIVERSAL"})
    assert not cancels(changed, {"from": "TARGETED_EARLY_HELP", "to": "CHILD_IN_NEED"})
    assert (clock.about, clock.force, clock.repeats) == ("plan", "advisory", True)
    assert clock.alerts == ("LEAD_PRACTITIONER", "SW_TEAM_MANAGER")
    held = london("2026-11-30 10:00")
    assert clock.due(held) == london("2027-02-28 23:59") + timedelta(seconds=59)
    assert clock.due(held, {"next_review_date": "2027-01-15"}) == london("2027-01-15 23:59") + timedelta(seconds=59)


@pytest.mark.rule("WLV-ALLOC-35")
def test_a_miss_is_told_once_from_whatever_order_of_letters_and_taken_back_when_a_record_is_put_right():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-03-02 10:00", ALTERNATIVE)
    held = told.imc("2026-04-01 10:00", MONTHLY_CIN, lacks=("WLV-ALLOC-36",))

    def clocks(letters: Sequence[Letter], now: str) -> list[Clocked]:
        found = clocks_in(papers_of("k1", letters), protocol_of, london(now))
        return [clock for clock in found if clock.rule == "WLV-ALLOC-35"]

    assert not _breaches(clocks(told.post.sent, "2026-04-02 23:59"))
    (breach,) = _breaches(clocks(told.post.sent, "2026-04-03 00:00"))
    (again,) = _breaches(clocks(told.post.sent[::-1], "2026-04-09 00:00"))
    assert (breach.stream, breach.case_id, breach.child_ids) == (again.stream, "k1", ())
    assert breach.rules == ("WLV-ALLOC-35",)
    told.imc("2026-04-01 10:00", MONTHLY_CIN, corrects=held, recorded="2026-04-10 10:00")
    later = clocks(told.post.sent, "2026-04-10 12:00")
    assert not _breaches(later)
    notice = Notice(
        stream=breach.stream,
        event_id="e1",
        rule="WLV-ALLOC-35",
        child_id=None,
        due_at=later[0].due_at,
        started_by=later[0].started_by,
        step=BREACH,
    )
    (taken_back,) = breaches_to_withdraw(later, {breach.stream: notice})
    assert (taken_back.stream, taken_back.event.title()) == (breach.stream, "RecordWithdrawn")


def _breaches(clocks: Sequence[Clocked]) -> list[Fact]:
    return [fact for fact in reports_due(clocks, {}) if fact.event.title() == "ClockBreached"]


@pytest.mark.rule("NAT-THR-02")
def test_a_discussion_held_before_the_opening_and_recorded_later_moves_the_start_back_to_it():
    told = family(level="CHILD_IN_NEED")
    told.lead("2026-02-03 10:00", ALTERNATIVE)
    opened = told.told("Section47EnquiryOpened", "2026-12-08 10:00", enquiry_id="e1")
    assert told.due("NAT-THR-02", "2026-12-09 09:00") == [("2026-12-31", "RUNNING")]
    outcome = [{"child_id": "c1", "outcome": "S47"}]
    told.post.send(
        "planning.StrategyDiscussionHeld",
        london("2026-12-07 16:00"),
        case="k1",
        about=("c1",),
        recorded=london("2026-12-10 10:00"),
        children=outcome,
    )
    (row,) = told.clocks("NAT-THR-02", "2026-12-10 12:00")
    assert (row["due_at"], row["also_started_by"]) == ("2026-12-30T23:59:59Z", [opened.event_id])
    # One held after the opening restarts nothing.
    told.told("StrategyDiscussionHeld", "2026-12-14 10:00", children=outcome)
    assert told.due("NAT-THR-02", "2026-12-15 09:00") == [("2026-12-30", "RUNNING")]
    told.told("InitialConferenceHeld", "2026-12-30 15:00", decision="PLAN")
    assert told.due("NAT-THR-02", "2027-01-05 09:00") == [("2026-12-30", "MET")]
    assert told.due("NAT-THR-03", "2027-01-05 09:00") == [("2027-01-14", "RUNNING")]
    assert told.due("NAT-THR-04", "2027-01-05 09:00") == [("2027-03-30", "RUNNING")]
    told.told("ReviewConferenceHeld", "2027-03-30 10:00", decision="CONTINUE")
    assert told.due("NAT-THR-05", "2027-04-01 09:00") == [("2027-09-30", "RUNNING")]


@pytest.mark.rule("NAT-PLAN-01")
def test_the_end_of_an_enquiry_cancels_only_the_45_days_that_its_discussion_started():
    told = Family()
    told.post.referral(london("2026-11-16 09:00"), "k1", "c1")
    told.post.triage(london("2026-11-16 10:00"), "k1", "c1", "GREEN", "NFA")
    outcome = [{"child_id": "c1", "outcome": "S47"}]
    told.told("StrategyDiscussionHeld", "2026-12-07 09:00", children=outcome)
    told.told("Section47EnquiryConcluded", "2026-12-10 09:00", enquiry_id="e1", outcome="CONFERENCE")
    assert told.due("NAT-PLAN-01", "2026-12-11 09:00") == [("2027-01-21", "CANCELLED"), ("2027-02-11", "RUNNING")]
    told.told("Section47EnquiryConcluded", "2026-12-14 09:00", enquiry_id="e1", outcome="NO_FURTHER_NEED")
    assert told.due("NAT-PLAN-01", "2026-12-15 09:00")[1] == ("2027-02-11", "CANCELLED")
