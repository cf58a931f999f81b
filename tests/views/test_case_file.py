"""The case file: what a family's letters come to, as at any moment and as known at any moment."""

from datetime import timedelta
from typing import Any

import pytest

from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from services.qa.views.worklist import open_items
from shared.kernel.letters import Letter
from shared.protocol.load import protocol_of
from tests.views.letters import Post, clock, london
from tests.views.stories import active, amber, discussion, red


def shown(case: str, letters: list[Letter], **cut: Any) -> dict[str, Any]:
    return case_file(case, letters, protocol_of, **cut)


def codes(file: dict[str, Any]) -> list[str]:
    return [item["code"] for item in open_items(file)]


def test_a_referral_nobody_has_triaged_is_the_front_doors() -> None:
    post = Post()
    post.referral(london("2026-04-02 16:00"), "k1", "c1", "c2")
    file = shown("k1", post.sent)
    assert file["referrals"][0]["status"] == "RECEIVED"
    assert [(c["child_id"], c["state"], c["age"]["years"]) for c in file["children"]] == [
        ("c1", "RECEIVED", 9),
        ("c2", "RECEIVED", 9),
    ]
    assert file["children"][0]["holders"][0]["teams"] == ["FAMILIES_FRONT_DOOR"]
    assert codes(file) == ["TRIAGE", "TRIAGE"]
    assert file["versions"] == {"allocation": 0, "child": {}, "family": 0, "planning": 0, "referral": 1}


@pytest.mark.rule("WLV-ALLOC-47")
def test_an_amber_is_held_by_cat_then_by_the_family_help_team_with_its_lead() -> None:
    post = Post()
    amber(post, "2026-04-02 16:00", "k1", "c1", "2026-04-07 09:30")
    waiting = shown("k1", post.sent)["children"][0]
    assert (waiting["state"], waiting["holders"][0]["teams"]) == ("AWAITING_THRESHOLD", ["CAT"])

    active(post, "2026-04-08 10:00", "k1", "c1")
    file = shown("k1", post.sent)
    child = file["children"][0]
    assert (child["state"], child["level"]) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED")
    assert child["holders"][0]["held_by"] == "p-fhlp"
    assert child["holders"][0]["stand_in"] is None
    assert file["leads"][0]["until"] is None
    # Put to the lead and a manager only after five working days.
    assert codes(file) == ["BEGIN_PLAN"]
    assert file["referrals"][0]["status"] == "DECIDED"
    assert file["referrals"][0]["children"][0]["triage"]["rules"] == ["WLV-REF-07"]


@pytest.mark.rule("WLV-REF-09")
def test_a_red_is_on_the_list_of_the_mash_until_the_discussion_is_held() -> None:
    post = Post()
    triage = red(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:40")
    file = shown("k1", post.sent)
    asked = next(item for item in open_items(file) if item["code"] == "HOLD_STRATEGY_DISCUSSION")
    assert asked["for"]["teams"] == ["MASH"]
    assert (asked["of_event"], asked["rules"]) == (triage.event_id, ["WLV-REF-09"])
    assert file["children"][0]["protected"] is True

    discussion(post, "2026-12-29 11:00", "k1", "S17", "c1")
    after = shown("k1", post.sent)
    assert after["children"][0]["state"] == "CAT_ASSESSMENT"
    assert "HOLD_STRATEGY_DISCUSSION" not in codes(after)
    assert "NAME_CAT_WORKER" in codes(after)


@pytest.mark.rule("WLV-REF-05")
def test_green_early_support_without_a_plan_on_file_is_a_task_until_the_plan_is_started() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.triage(london("2026-06-01 11:00"), "k1", "c1", "GREEN", "EARLY_SUPPORT_START", rules=("WLV-REF-05",))
    file = shown("k1", post.sent)
    task = next(item for item in open_items(file) if item["code"] == "NAME_EARLY_SUPPORT_LEAD")
    assert task["for"] == {"teams": ["FAMILIES_FRONT_DOOR"], "posts": ["FRONT_DOOR_WORKER"]}
    assert task["rules"] == ["WLV-ALLOC-47", "WLV-REF-05"]

    post.send(
        "planning.PlanStarted",
        london("2026-06-03 09:00"),
        case="k1",
        about=("c1",),
        plan_id="plan-1",
        type="EARLY_SUPPORT_PLAN",
        children=[{"child_id": "c1"}],
        esp_lead={"person": "p-esl", "agency": "a-school"},
        next_review_date="2026-09-01",
    )
    after = shown("k1", post.sent)
    assert codes(after) == []
    assert after["children"][0]["holders"][0]["held_by"] == "p-esl"
    assert {"what": "plan_review", "at": "2026-09-01", "plan_id": "plan-1"} in after["next_dates"]


@pytest.mark.rule("NAT-REF-05")
@pytest.mark.parametrize("triage_first", [True, False])
def test_a_triage_that_crossed_a_request_for_a_discussion_leaves_it_standing_and_is_a_managers(
    triage_first: bool,
) -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    asked = london("2026-06-01 10:00")
    decided = asked + timedelta(minutes=-5 if triage_first else 5)
    post.send(
        "planning.StrategyDiscussionRequested", asked, case="k1", about=("c1",), from_state="RECEIVED", invited=[]
    )
    triage = post.triage(decided, "k1", "c1", "GREEN", "NFA")
    file = shown("k1", post.sent)
    assert file["children"][0]["state"] == "STRATEGY_MASH"
    crossed = next(item for item in open_items(file) if item["code"] == "CROSSED_A_PROTECTION")
    assert crossed["for"] == {"teams": ["FAMILIES_FRONT_DOOR"], "posts": ["SW_TEAM_MANAGER"]}
    assert crossed["of_event"] == triage.event_id


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.rule("NAT-REF-05")
def test_a_child_whom_a_withdrawn_request_brought_back_is_decided_on_again() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    asked = london("2026-06-01 10:00")
    post.send(
        "planning.StrategyDiscussionRequested", asked, case="k1", about=("c1",), from_state="RECEIVED", invited=[]
    )
    post.triage(asked + timedelta(minutes=5), "k1", "c1", "GREEN", "NFA")
    assert "TRIAGE_AGAIN" not in codes(shown("k1", post.sent))
    post.send(
        "planning.LCPPConversationHeld",
        asked + timedelta(hours=1),
        case="k1",
        about=("c1",),
        cp_triggered=False,
        request_withdrawn={"by": "p-cat", "reason_code": "NO_CP"},
    )
    file = shown("k1", post.sent)
    again = next(item for item in open_items(file) if item["code"] == "TRIAGE_AGAIN")
    assert file["children"][0]["state"] == "RECEIVED"
    assert again["since"] == "2026-06-01T10:00:00Z"
    post.triage(asked + timedelta(hours=2), "k1", "c1", "GREEN", "NFA")
    assert codes(shown("k1", post.sent)) == []


def test_what_is_missing_is_open_until_it_is_resolved() -> None:
    post = Post()
    red(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:40")
    received = post.sent[0]
    file = shown("k1", post.sent)
    assert [(item["what"], item["rule"], item["owner"]) for item in file["incomplete"]] == [
        ("referrer.telephone", "WLV-REF-01", "FRONT_DOOR_WORKER")
    ]
    assert "INCOMPLETE" in codes(file)
    post.send(
        "referral.IncompleteResolved",
        london("2026-12-24 16:00"),
        case="k1",
        of_event=received.event_id,
        what="referrer.telephone",
        rule="WLV-REF-01",
        resolved_as="FILLED",
    )
    assert shown("k1", post.sent)["incomplete"] == []
    # Before that moment it was missing, whatever is known today.
    assert shown("k1", post.sent, as_at=london("2026-12-24 15:59"))["incomplete"] != []


def test_a_withdrawn_fact_counts_as_not_having_been() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    triage = post.triage(london("2026-06-01 11:00"), "k1", "c1", "GREEN", "NFA")
    withdrawn = post.withdraw(london("2026-06-02 09:00"), triage)
    file = shown("k1", post.sent)
    assert file["children"][0]["state"] == "RECEIVED"
    assert file["referrals"][0]["status"] == "RECEIVED"
    assert file["withdrawn"] == [
        {
            "event_id": triage.event_id,
            "event": "referral.ReferralTriaged",
            "by": withdrawn.event_id,
            "reason_code": "RECORDED_IN_ERROR",
        }
    ]
    # On the day it was written down, it was believed; that it never was so is known only since.
    day = london("2026-06-01 12:00")
    assert shown("k1", post.sent, as_at=day)["children"][0]["state"] == "RECEIVED"
    assert shown("k1", post.sent, as_at=day, known_at=day)["children"][0]["state"] == "CLOSED"

    post.withdraw(london("2026-06-03 09:00"), withdrawn)
    assert shown("k1", post.sent)["children"][0]["state"] == "CLOSED"


def test_a_correction_stands_in_place_of_what_it_corrects() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    wrong = post.triage(london("2026-06-01 11:00"), "k1", "c1", "GREEN", "NFA")
    post.triage(
        london("2026-06-01 11:00"),
        "k1",
        "c1",
        "AMBER",
        "FAMILY_HELP",
        corrects=wrong,
        recorded=london("2026-06-02 08:00"),
    )
    assert shown("k1", post.sent)["children"][0]["state"] == "AWAITING_THRESHOLD"
    before = shown("k1", post.sent, known_at=london("2026-06-01 23:00"))
    assert before["children"][0]["state"] == "CLOSED"


def test_what_was_true_then_and_what_was_known_then_are_two_questions() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.triage(london("2026-06-01 11:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    # Held on Tuesday, written down on Friday.
    late = discussion(post, "2026-06-02 10:00", "k1", "S47", "c1", held_by="CAT")
    post.sent[-1] = late_letter = _recorded(late, "2026-06-05 09:00")
    assert late_letter.recorded_at > late_letter.occurred_at
    wednesday, saturday = london("2026-06-03 12:00"), london("2026-06-06 12:00")

    def state(**cut: Any) -> str:
        return shown("k1", post.sent, **cut)["children"][0]["state"]

    assert state(as_at=wednesday) == "S47_MACPT"
    assert state(as_at=wednesday, known_at=wednesday) == "CAT_ASSESSMENT"
    assert state(as_at=wednesday, known_at=saturday) == "S47_MACPT"
    assert state(known_at=wednesday) == "CAT_ASSESSMENT"


def test_the_age_is_what_was_last_said() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.send(
        "referral.ChildAgeCorrected",
        london("2026-06-02 09:00"),
        case="k1",
        about=("c1",),
        stream="child/c1",
        child_id="c1",
        age_years=11,
    )
    file = shown("k1", post.sent)
    assert file["children"][0]["age"]["years"] == 11
    assert file["versions"]["child"] == {"c1": 1}


def test_a_referral_sent_back_and_closed_shows_each_step() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.send(
        "referral.ReferralReturned",
        london("2026-06-01 10:00"),
        case="k1",
        about=("c1",),
        reason_code="INFORMATION_MISSING",
        items_needed=["concern"],
    )
    assert shown("k1", post.sent)["referrals"][0]["status"] == "INFORMATION_WANTED"
    post.send("referral.ReferralResubmitted", london("2026-06-01 12:00"), case="k1", about=("c1",), items_supplied=[])
    assert shown("k1", post.sent)["referrals"][0]["status"] == "RECEIVED"
    post.send("referral.ReferralClosed", london("2026-06-01 15:00"), case="k1", about=("c1",), reason_code="DECIDED")
    file = shown("k1", post.sent)
    assert file["referrals"][0]["status"] == "CLOSED"
    assert "TRIAGE" not in codes(file)


def test_nothing_is_known_of_a_case_without_letters() -> None:
    file = shown("k9", [])
    assert (file["case_id"], file["children"], file["referrals"]) == ("k9", [], [])


def _recorded(letter: Letter, when: str) -> Letter:
    import msgspec

    return msgspec.structs.replace(letter, recorded_at=london(when))


@pytest.mark.rule("WLV-REF-09", "WLV-THR-29")
@pytest.mark.parametrize("before", ["CLOSED", "FAMILY_HELP_ACTIVE"])
def test_one_more_red_is_on_the_list_of_the_mash_and_its_clock_ends_with_the_discussion(before: str) -> None:
    post = Post()
    if before == "CLOSED":
        post.referral(london("2026-04-02 16:00"), "k1", "c1")
        post.triage(london("2026-04-03 10:00"), "k1", "c1", "GREEN", "NFA")
    else:
        amber(post, "2026-04-02 16:00", "k1", "c1", "2026-04-07 09:30")
        active(post, "2026-04-08 10:00", "k1", "c1")
    assert shown("k1", post.sent)["children"][0]["state"] == before
    triage = post.triage(london("2026-05-05 10:00"), "k1", "c1", "RED", "STRATEGY_DISCUSSION", held_by="MASH")
    file = shown("k1", post.sent)
    assert (file["children"][0]["state"], file["children"][0]["protected"]) == ("STRATEGY_MASH", True)
    asked = next(item for item in open_items(file) if item["code"] == "HOLD_STRATEGY_DISCUSSION")
    assert (asked["for"]["teams"], asked["of_event"]) == (["MASH"], triage.event_id)
    if before == "FAMILY_HELP_ACTIVE":
        assert file["leads"][0]["until"] is None
    discussion(post, "2026-05-05 15:00", "k1", "S17", "c1")
    after = shown("k1", post.sent)
    assert after["children"][0]["state"] == ("CAT_ASSESSMENT" if before == "CLOSED" else before)
    assert "HOLD_STRATEGY_DISCUSSION" not in codes(after)
    assert clock(clocks_of("k1", post.sent, protocol_of, london("2026-05-06 12:00")), "WLV-THR-29")["status"] == "MET"
