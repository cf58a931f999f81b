"""The clocks of a case, to the second: across Easter, Christmas and the change of the hour, met, missed, cancelled."""

from datetime import timedelta
from typing import Any

import pytest

from services.qa.views.clocks import clocks_of
from shared.kernel.events import ClockStart
from shared.protocol.load import protocol_of
from tests.views.letters import Post, clock, london
from tests.views.stories import PRACTITIONER, active, amber, discussion, joined, red


def shown(post: Post, now: str, case: str = "k1", **cut: Any) -> list[dict[str, Any]]:
    return clocks_of(case, post.sent, protocol_of, london(now), **cut)


@pytest.mark.rule("NAT-REF-01")
@pytest.mark.parametrize(
    ("received", "due_at"),
    [
        ("2026-12-24 18:00", "2026-12-29T23:59:59Z"),  # no cut-off in office hours; the 28th is Boxing Day's substitute
        ("2026-04-02 09:00", "2026-04-07T22:59:59Z"),  # Maundy Thursday, to Tuesday after Easter, in summer time
        ("2026-05-22 09:00", "2026-05-26T22:59:59Z"),  # before the Spring bank holiday
        ("2026-03-27 09:00", "2026-03-30T22:59:59Z"),  # Friday before the clocks go forward
        ("2026-10-23 09:00", "2026-10-26T23:59:59Z"),  # Friday before they go back
        ("2026-03-29 00:30", "2026-03-30T22:59:59Z"),  # in the night of the change itself
    ],
)
def test_a_referral_is_decided_by_the_end_of_the_next_working_day(received: str, due_at: str) -> None:
    post = Post()
    post.referral(london(received), "k1", "c1")
    row = clock(shown(post, received), "NAT-REF-01")
    assert (row["due_at"], row["status"], row["check"]) == (due_at, "RUNNING", "agrees")


@pytest.mark.rule("NAT-REF-01")
def test_both_halves_are_needed_and_the_last_counts() -> None:
    post = Post()
    # Entered for somebody who telephoned: nothing has been acknowledged yet.
    post.referral(london("2026-12-24 15:30"), "k1", "c1", entered_on_behalf=True, acknowledged_at=None)
    post.triage(london("2026-12-24 16:00"), "k1", "c1", "GREEN", "NFA")
    assert clock(shown(post, "2026-12-28 09:00"), "NAT-REF-01")["status"] == "RUNNING"
    told = london("2026-12-29 23:59")
    post.send("referral.ReferralAcknowledged", told, case="k1", about=("c1",), acknowledged_at=told.isoformat())
    row = clock(shown(post, "2026-12-30 09:00"), "NAT-REF-01")
    assert (row["status"], row["met_at"]) == ("MET", "2026-12-29T23:59:00Z")


@pytest.mark.rule("NAT-REF-01")
def test_the_sentence_says_what_was_due_by_when_and_why() -> None:
    post = Post()
    post.referral(london("2026-12-24 15:30"), "k1", "c1")
    words = clock(shown(post, "2026-12-24 16:00"), "NAT-REF-01")["words"]
    assert words.endswith(
        "Due by 23:59 on Tuesday 29 December 2026: one working day after the referral was received "
        "on Thursday 24 December 2026 (NAT-REF-01)."
    )


@pytest.mark.rule("NAT-REF-01")
def test_what_is_decided_on_another_referral_of_the_child_ends_nothing_of_this_one() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.referral(london("2026-06-01 10:00"), "k2", "c2")
    post.link(london("2026-06-01 11:00"), "link-1", "k1", "k2", ("c1", "c2"))
    post.triage(london("2026-06-01 12:00"), "k2", "c2", "GREEN", "NFA")
    rows = {row["case_id"]: row["status"] for row in shown(post, "2026-06-03 09:00") if row["rule"] == "NAT-REF-01"}
    assert rows == {"k1": "MISSED", "k2": "MET"}


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_child_sent_to_family_help_on_christmas_eve_has_a_lead_by_the_29th() -> None:
    post = Post()
    amber(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:30")
    row = clock(shown(post, "2026-12-24 16:00"), "WLV-ALLOC-05")
    assert row["due_at"] == "2026-12-29T23:59:59Z"
    # CAT's manager too, while the determination is missing.
    assert row["alerts"] == ["CAT_MANAGER", "DELIVERY_MANAGER", "SW_TEAM_MANAGER"]

    lead = active(post, "2026-12-29 10:00", "k1", "c1")
    met = clock(shown(post, "2026-12-31 09:00"), "WLV-ALLOC-05")
    assert (met["status"], met["decided_by"]) == ("MET", lead.event_id)


@pytest.mark.rule("WLV-ALLOC-05")
def test_late_recording_is_not_late_work_but_late_work_is_late() -> None:
    in_time, late = london("2026-12-29 23:00"), london("2026-12-30 00:30")
    for occurred, status in ((in_time, "MET"), (late, "MISSED")):
        post = Post()
        amber(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:30")
        post.send(
            "allocation.LeadAllocated",
            occurred,
            case="k1",
            about=("c1",),
            recorded=london("2027-01-04 09:00"),
            lead=PRACTITIONER,
            purpose="FAMILY_HELP",
        )
        row = clock(shown(post, "2027-01-05 09:00"), "WLV-ALLOC-05")
        assert row["status"] == status
        assert row["met_at"] == ("2026-12-29T23:00:00Z" if status == "MET" else None)
        # What was known before the letter came: nobody had been allocated.
        before = clock(shown(post, "2027-01-01 09:00", known_at=london("2027-01-01 09:00")), "WLV-ALLOC-05")
        assert (before["status"], before["decided_by"]) == ("MISSED", None)


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_lead_for_another_purpose_or_another_child_stops_nothing() -> None:
    post = Post()
    amber(post, "2026-06-01 09:00", "k1", "c1", "2026-06-01 10:00")
    for child, purpose in (("c1", "CAT_ASSESSMENT"), ("c2", "FAMILY_HELP")):
        post.send(
            "allocation.LeadAllocated",
            london("2026-06-01 12:00"),
            case="k1",
            about=(child,),
            lead=PRACTITIONER,
            purpose=purpose,
        )
    assert clock(shown(post, "2026-06-01 13:00"), "WLV-ALLOC-05")["status"] == "RUNNING"


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(
    ("opened", "status"),
    [("2026-06-02 23:59", "CANCELLED"), ("2026-06-03 00:01", "MISSED")],
)
def test_a_child_that_leaves_its_scope_cancels_it_but_a_breach_before_stays_one(opened: str, status: str) -> None:
    post = Post()
    amber(post, "2026-06-01 09:00", "k1", "c1", "2026-06-01 10:00")
    enquiry = post.send("planning.Section47EnquiryOpened", london(opened), case="k1", about=("c1",), enquiry_id="e1")
    active(post, "2026-06-03 10:00", "k1", "c1")
    row = clock(shown(post, "2026-06-04 09:00"), "WLV-ALLOC-05")
    assert (row["status"], row["met_at"]) == (status, None)
    assert row["decided_by"] == enquiry.event_id


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_request_that_was_withdrawn_started_nothing_and_a_lead_that_was_withdrawn_stopped_nothing() -> None:
    post = Post()
    request = amber(post, "2026-06-01 09:00", "k1", "c1", "2026-06-01 10:00")
    lead = active(post, "2026-06-02 10:00", "k1", "c1")
    taken_back = post.withdraw(london("2026-06-05 09:00"), lead)
    row = clock(shown(post, "2026-06-05 10:00"), "WLV-ALLOC-05")
    assert (row["status"], row["decided_by"]) == ("MISSED", None)
    withdrawal = post.withdraw(london("2026-06-05 11:00"), request)
    row = clock(shown(post, "2026-06-05 12:00"), "WLV-ALLOC-05")
    assert (row["status"], row["decided_by"]) == ("CANCELLED", withdrawal.event_id)
    assert taken_back.event_id != withdrawal.event_id


@pytest.mark.rule("WLV-THR-29")
def test_a_strategy_discussion_asked_for_twice_has_one_clock_from_the_first() -> None:
    post = Post()
    triage = red(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:40")
    request = post.send(
        "planning.StrategyDiscussionRequested",
        london("2026-12-28 09:00"),
        case="k1",
        about=("c1",),
        from_state="STRATEGY_MASH",
        invited=[],
    )
    row = clock(shown(post, "2026-12-28 10:00"), "WLV-THR-29")
    assert (row["started_by"], row["also_started_by"]) == (triage.event_id, [request.event_id])
    assert (row["due_at"], row["force"]) == ("2026-12-29T23:59:59Z", "advisory")
    discussion(post, "2026-12-29 16:00", "k1", "S47", "c1")
    assert clock(shown(post, "2026-12-30 10:00"), "WLV-THR-29")["status"] == "MET"


@pytest.mark.rule("WLV-THR-29")
def test_a_discussion_held_before_the_late_triage_has_met_its_clock() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    held = discussion(post, "2026-06-01 10:00", "k1", "S17", "c1")
    post.triage(london("2026-06-01 11:00"), "k1", "c1", "RED", "STRATEGY_DISCUSSION", held_by="MASH")
    row = clock(shown(post, "2026-06-05 11:00"), "WLV-THR-29")
    assert (row["status"], row["decided_by"]) == ("MET", held.event_id)


@pytest.mark.rule("WLV-REF-08")
def test_the_ten_days_of_cat_are_working_days_across_easter() -> None:
    post = Post()
    post.referral(london("2026-04-02 09:00"), "k1", "c1")
    post.triage(london("2026-04-02 11:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    row = clock(shown(post, "2026-04-02 12:00"), "WLV-REF-08")
    assert row["due_at"] == "2026-04-20T22:59:59Z"
    post.send("planning.PlanCompleted", london("2026-04-20 23:59"), case="k1", about=("c1",), type="FAMILY_HELP_PLAN")
    rows = shown(post, "2026-04-21 12:00")
    assert clock(rows, "WLV-REF-08")["status"] == "MET"
    # The plan holds the assessment, so it ends the 45 days as well.
    assert clock(rows, "NAT-PLAN-01")["status"] == "MET"


@pytest.mark.rule("NAT-PLAN-01")
@pytest.mark.parametrize(
    ("received", "due_at"),
    [("2026-05-22 09:00", "2026-07-27T22:59:59Z"), ("2026-11-16 09:00", "2027-01-21T23:59:59Z")],
)
def test_the_assessment_ends_within_45_working_days_of_the_referral(received: str, due_at: str) -> None:
    post = Post()
    post.referral(london(received), "k1", "c1")
    assert clock(shown(post, received), "NAT-PLAN-01")["due_at"] == due_at


@pytest.mark.rule("NAT-PLAN-01")
@pytest.mark.parametrize("outcome", ["NFA", "SIGNPOSTED", "EARLY_SUPPORT_START"])
def test_a_triage_that_leads_to_no_assessment_cancels_the_45_days(outcome: str) -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1", "c2")
    triage = post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", outcome)
    rows = shown(post, "2026-06-01 11:00")
    row = clock(rows, "NAT-PLAN-01", "c1")
    assert (row["status"], row["decided_by"]) == ("CANCELLED", triage.event_id)
    assert clock(rows, "NAT-PLAN-01", "c2")["status"] == "RUNNING"


@pytest.mark.rule("NAT-PLAN-01")
def test_a_discussion_that_leads_to_an_enquiry_starts_the_45_days_only_where_none_run() -> None:
    post = Post()
    post.referral(london("2026-11-16 09:00"), "k1", "c1")
    post.triage(london("2026-11-16 10:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    discussion(post, "2026-12-07 09:00", "k1", "S47", "c1", held_by="CAT")
    row = clock(shown(post, "2026-12-07 12:00"), "NAT-PLAN-01")
    assert (row["due_at"], row["computed_by"]) == ("2027-01-21T23:59:59Z", "referral")

    post = Post()
    post.referral(london("2026-11-16 09:00"), "k1", "c1")
    post.triage(london("2026-11-16 10:00"), "k1", "c1", "GREEN", "NFA")
    held = discussion(post, "2026-12-07 09:00", "k1", "S47", "c1")
    rows = [row for row in shown(post, "2026-12-07 12:00") if row["rule"] == "NAT-PLAN-01"]
    assert [(row["status"], row["computed_by"]) for row in rows] == [("CANCELLED", "referral"), ("RUNNING", "qa")]
    assert (rows[1]["due_at"], rows[1]["started_by"]) == ("2027-02-11T23:59:59Z", held.event_id)

    # The enquiry ends without a conference: the clock that it started ends with it.
    post.send(
        "planning.Section47EnquiryConcluded",
        london("2026-12-10 09:00"),
        case="k1",
        about=("c1",),
        enquiry_id="e1",
        outcome="NO_FURTHER_NEED",
    )
    rows = [row for row in shown(post, "2026-12-10 12:00") if row["rule"] == "NAT-PLAN-01"]
    assert [row["status"] for row in rows] == ["CANCELLED", "CANCELLED"]


@pytest.mark.rule("NAT-PLAN-01")
def test_an_outcome_counts_for_the_child_whose_it_is() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1", "c2")
    for child in ("c1", "c2"):
        post.triage(london("2026-06-01 10:00"), "k1", child, "AMBER", "CAT_ASSESSMENT")
    post.send(
        "planning.AssessmentCompleted",
        london("2026-06-10 10:00"),
        case="k1",
        about=("c1", "c2"),
        team="CAT",
        children=[{"child_id": "c1", "outcome": "NFA"}, {"child_id": "c2", "outcome": "FAMILY_HELP"}],
    )
    rows = shown(post, "2026-06-10 11:00")
    assert clock(rows, "NAT-PLAN-01", "c1")["status"] == "MET"
    # In this authority the plan ends the assessment, not CAT's outcome.
    assert clock(rows, "NAT-PLAN-01", "c2")["status"] == "RUNNING"


@pytest.mark.rule("NAT-PLAN-01")
def test_a_referral_that_joins_an_open_case_adds_no_second_assessment() -> None:
    post = Post()
    amber(post, "2026-05-22 09:00", "open", "c1", "2026-05-22 10:00")
    joined(post, "2026-06-05 09:00", "new", "c2", "open", "c1", "link-1")
    rows = [row for row in shown(post, "2026-06-05 12:00", "open") if row["rule"] == "NAT-PLAN-01"]
    assert [(row["case_id"], row["due_at"], row["status"]) for row in rows] == [
        ("open", "2026-07-27T22:59:59Z", "RUNNING")
    ]
    assert len(rows[0]["also_started_by"]) == 1


@pytest.mark.rule("NAT-PLAN-01")
@pytest.mark.parametrize("ended", [False, True])
def test_a_discussion_in_an_assessment_that_is_open_starts_no_second_one_whatever_ends_them(ended: bool) -> None:
    post = Post()
    amber(post, "2026-11-20 09:00", "open", "c1", "2026-11-20 10:00")
    enquiry = {"children": [{"child_id": "c1", "outcome": "S47"}]}
    post.send("planning.StrategyDiscussionHeld", london("2026-11-23 11:00"), case="open", about=("c1",), **enquiry)
    if ended:
        none = {"enquiry_id": "e1", "outcome": "NO_FURTHER_NEED"}
        post.send("planning.Section47EnquiryConcluded", london("2026-12-01 11:00"), case="open", about=("c1",), **none)
    post.send("planning.CaseClosed", london("2026-12-18 10:00"), case="open", about=("c1",), reason_code="RC2")
    rows = [row for row in shown(post, "2026-12-18 12:00", "open") if row["rule"] == "NAT-PLAN-01"]
    assert [(row["due_at"], row["status"]) for row in rows] == [("2027-01-27T23:59:59Z", "CANCELLED")]


def test_a_due_date_that_the_pack_does_not_give_is_shown_beside_the_one_it_gives() -> None:
    post = Post()
    wrong = london("2026-12-30 23:59")
    post.referral(
        london("2026-12-24 15:30"),
        "k1",
        "c1",
        clocks=(
            ClockStart(rule="NAT-REF-01", due_at=wrong, child_id="c1"),
            ClockStart(rule="TST-REF-99", due_at=wrong, child_id="c1"),
        ),
    )
    rows = shown(post, "2026-12-24 16:00")
    differs = clock(rows, "NAT-REF-01")
    assert (differs["check"], differs["expected"]) == ("differs", "2026-12-29T23:59:59Z")
    # Nobody recomputes a clock: the date its service gave it is the one it is held to.
    assert differs["due_at"] == "2026-12-30T23:59:00Z"
    assert clock(rows, "TST-REF-99")["check"] == "unknown"


def test_who_must_act_is_reminded_half_way_two_days_before_and_on_the_day() -> None:
    post = Post()
    post.referral(london("2026-04-02 09:00"), "k1", "c1")
    post.triage(london("2026-04-02 11:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    row = clock(shown(post, "2026-04-15 12:00"), "WLV-REF-08")
    assert [alert["step"] for alert in row["passed_alerts"]] == ["HALF"]
    assert row["next_alerts"] == [
        {"step": "TWO_DAYS", "at": "2026-04-15T23:00:00Z"},
        {"step": "DAY", "at": "2026-04-19T23:00:00Z"},
    ]


def test_a_due_day_in_a_year_without_published_holidays_says_so() -> None:
    post = Post()
    post.referral(london("2029-12-24 09:00"), "k1", "c1")
    assert clock(shown(post, "2029-12-24 10:00"), "NAT-REF-01")["provisional"] is True


def test_clocks_can_be_asked_as_they_were_known() -> None:
    post = Post()
    amber(post, "2026-06-01 09:00", "k1", "c1", "2026-06-01 10:00")
    active(post, "2026-06-02 10:00", "k1", "c1")
    day = london("2026-06-01 23:00")
    then = clock(shown(post, "2026-06-01 23:00", as_at=day, known_at=day), "WLV-ALLOC-05")
    assert (then["status"], then["decided_by"]) == ("RUNNING", None)
    assert clock(shown(post, "2026-06-03 10:00"), "WLV-ALLOC-05")["status"] == "MET"
    assert london("2026-06-03 10:00") - day > timedelta(days=1)
