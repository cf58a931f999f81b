"""A child whom CAT sends to Family Help, or whose child protection plan ends, asks for a lead: at once, and once."""

from itertools import permutations
from typing import Any

import pytest

from services.allocation.service import SERVICE
from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from tests.decisions.planning.reacting import Desk, told
from tests.views.letters import Post, london

NINE, TEN, ELEVEN = london("2026-03-02 09:00"), london("2026-03-02 10:00"), london("2026-03-02 11:00")
NOON, LATER, LAST = london("2026-03-02 12:00"), london("2026-03-16 15:30"), london("2026-03-17 09:00")
DUE = london("2026-03-03 23:59").replace(second=59)
RECOMMENDED = {"qualification": "AQ_ACCEPTABLE", "employer": "A-SCHOOL"}


def in_cat() -> tuple[Desk, Post]:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(NINE, "k1", "c1", "c2"))
    for child in ("c1", "c2"):
        desk.take(post.triage(TEN, "k1", child, "AMBER", "CAT_ASSESSMENT"))
    return desk, post


def assessed(post: Post, *outcomes: tuple[str, str], team: str = "CAT", **more: Any) -> Letter:
    children = [{"child_id": one, "outcome": outcome, "determination": "CHILD_IN_NEED"} for one, outcome in outcomes]
    about = tuple(one for one, _ in outcomes)
    more = {"fhlp_recommendation": RECOMMENDED, **more}
    name = "planning.AssessmentCompleted"
    return post.send(name, more.pop("at", ELEVEN), case="k1", about=about, team=team, children=children, **more)


def discussed(post: Post, outcome: str, held_by: str = "CAT", **more: Any) -> Letter:
    said = [{"child_id": "c1", "outcome": outcome, "fhlp_recommendation": RECOMMENDED}]
    name, at = "planning.StrategyDiscussionHeld", more.pop("at", NOON)
    return post.send(name, at, case="k1", about=("c1",), held_by=held_by, children=said, **more)


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.rule("WLV-REF-14")
def test_what_cat_found_and_whom_it_recommends_go_with_the_request() -> None:
    desk, post = in_cat()
    letter = assessed(post, ("c1", "FAMILY_HELP"), ("c2", "NFA"))
    (request,) = desk.take(letter)
    asked = request.data
    assert (request.child_ids, asked.team, asked.reason_code) == (("c1",), "FAMILY_HELP", "NEW_REFERRAL")
    assert (asked.cat_determination, asked.from_event, asked.purpose) == (
        "CHILD_IN_NEED",
        letter.event_id,
        "FAMILY_HELP",
    )
    assert (asked.fhlp_recommendation.qualification, asked.fhlp_recommendation.employer) == tuple(RECOMMENDED.values())
    assert {clock.rule: clock.due_at for clock in request.clocks} == {"WLV-ALLOC-05": DUE}
    assert set(request.rules) == {"WLV-ALLOC-05", "WLV-ALLOC-04"}
    assert desk.take(letter) == []


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize("outcome, team", [("SIGNPOSTED", "CAT"), ("STRATEGY_DISCUSSION", "CAT"), ("FAMILY_HELP", "X")])
def test_no_other_assessment_asks(outcome: str, team: str) -> None:
    desk, post = in_cat()
    assert desk.take(assessed(post, ("c1", outcome), team=team)) == []


@pytest.mark.rule("WLV-ALLOC-05")
def test_what_is_told_of_a_child_who_is_closed_or_in_protection_asks_for_nobody() -> None:
    for name, data in (
        ("planning.CaseClosed", {"reason_code": "RC7"}),
        ("planning.Section47EnquiryOpened", {"enquiry_id": "e1"}),
    ):
        desk, post = in_cat()
        desk.take(post.send(name, TEN, case="k1", about=("c1",), **data))
        assert desk.take(assessed(post, ("c1", "FAMILY_HELP"))) == []


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(
    "outcome, level", [("S17", "CHILD_IN_NEED"), ("FAMILY_HELP_NOT_S17", "TARGETED_EARLY_HELP"), ("NFA", None)]
)
def test_a_strategy_discussion_of_cat_may_send_a_child_there(outcome: str, level: str | None) -> None:
    desk, post = in_cat()
    requests = desk.take(discussed(post, outcome))
    assert [request.data.cat_determination for request in requests] == ([level] if level else [])
    for request in requests:
        assert (request.data.team, request.data.purpose) == ("FAMILY_HELP", "FAMILY_HELP")
        assert request.data.reason_code == "NEW_REFERRAL"
        assert request.data.fhlp_recommendation.employer == "A-SCHOOL"


@pytest.mark.rule("WLV-REF-12")
@pytest.mark.parametrize("outcome", ["S17", "FAMILY_HELP_NOT_S17"])
def test_one_held_by_mash_sends_it_back_to_cat_and_asks_for_nobody(outcome: str) -> None:
    desk, post = in_cat()
    assert desk.take(discussed(post, outcome, held_by="MASH")) == []
    asked = post.send("planning.StrategyDiscussionRequested", ELEVEN, case="k2", about=("c9",))
    said = [{"child_id": "c9", "outcome": outcome}]
    held = post.send("planning.StrategyDiscussionHeld", NOON, case="k2", about=("c9",), held_by="CAT", children=said)
    assert desk.take(post.referral(NINE, "k2", "c9"), asked, held) == [], "from MASH's desk it goes to CAT"


@pytest.mark.rule("WLV-ALLOC-05")
def test_no_second_request_while_one_waits_and_a_new_one_after_cat_looked_again() -> None:
    desk, post = in_cat()
    assert len(desk.take(assessed(post, ("c1", "FAMILY_HELP")))) == 1
    assert desk.take(discussed(post, "S17")) == [], "the request is running"
    again = post.send("planning.AssessmentStarted", LATER, case="k1", about=("c1",), team="CAT")
    assert len(desk.take(again, assessed(post, ("c1", "FAMILY_HELP"), at=LAST))) == 1


def test_an_assessment_that_was_withdrawn_asks_no_longer() -> None:
    desk, post = in_cat()
    first = assessed(post, ("c1", "FAMILY_HELP"))
    desk.take(first, post.withdraw(NOON, first))
    assert len(desk.take(assessed(post, ("c1", "FAMILY_HELP"), at=LATER))) == 1


def in_plan(desk: Desk, post: Post) -> None:
    for name, data in (
        ("planning.Section47EnquiryOpened", {"enquiry_id": "e1"}),
        ("planning.InitialConferenceHeld", {"decision": "PLAN"}),
        ("planning.ReviewConferenceHeld", {"decision": "END_PLAN"}),
    ):
        desk.take(post.send(name, NOON, case="k1", about=("c1",), **data))


def stepped_off(post: Post, to: str = "CHILD_IN_NEED", before: str = "CHILD_PROTECTION_PLAN") -> Letter:
    said = {"from": before, "to": to, "decided_in": "CONFERENCE"}
    return post.send("planning.ThresholdChanged", LATER, case="k1", about=("c1",), **said)


@pytest.mark.rule("WLV-ALLOC-34")
@pytest.mark.rule("WLV-THR-08")
@pytest.mark.parametrize("to", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_a_child_who_comes_off_a_plan_with_no_lead_waits_for_one(to: str) -> None:
    desk, post = in_cat()
    in_plan(desk, post)
    requests = [one for one in desk.take(stepped_off(post, to)) if one.title == "AllocationRequested"]
    assert [one.data.reason_code for one in requests] == ["STEP_OFF_CP"]
    assert (requests[0].data.team, requests[0].data.purpose) == ("FAMILY_HELP", "FAMILY_HELP")
    assert requests[0].data.cat_determination is None
    assert [clock.rule for clock in requests[0].clocks] == ["WLV-ALLOC-05"]


@pytest.mark.rule("WLV-ALLOC-34")
@pytest.mark.parametrize("to, before", [("CP_ENQUIRY", "CHILD_PROTECTION_PLAN"), ("CHILD_IN_NEED", "CP_ENQUIRY")])
def test_another_change_of_level_asks_for_nobody(to: str, before: str) -> None:
    desk, post = in_cat()
    in_plan(desk, post)
    assert _requests(desk.take(stepped_off(post, to, before))) == []


def _requests(recorded: list[Recorded]) -> list[Recorded]:
    return [one for one in recorded if one.title == "AllocationRequested"]


def test_whatever_the_order_of_the_two_services_letters_one_request_comes_of_them() -> None:
    outcomes = []
    for order in permutations(range(3)):
        desk, post = Desk(SERVICE), Post()
        referral = [post.referral(NINE, "k1", "c1"), post.triage(TEN, "k1", "c1", "AMBER", "CAT_ASSESSMENT")]
        assessment = [assessed(post, ("c1", "FAMILY_HELP"))]
        letters = {0: referral[0], 1: referral[1], 2: assessment[0]}
        if order.index(0) < order.index(1):
            for place in order:
                desk.take(letters[place], letters[place])
            outcomes.append(told(desk.recorded))
    assert len(outcomes) == 3
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert len(outcomes[0]) == 1
