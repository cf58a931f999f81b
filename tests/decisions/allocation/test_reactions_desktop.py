"""The joint desktop: a request stays on it until a lead is there, or the case, CAT or an enquiry takes the child."""

from functools import reduce
from typing import Any

import pytest

from services.allocation.service import SERVICE
from services.allocation.views.requests import REQUESTS, waiting
from shared.kernel.beliefs import Belief, Known, told_by
from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from shared.kernel.own_events import RecordWithdrawn
from shared.protocol.linked import matter_of
from tests.decisions.planning.reacting import Desk, wolverhampton
from tests.views.letters import Post, london

TEN, ELEVEN, NOON = london("2026-03-02 10:00"), london("2026-03-02 11:00"), london("2026-03-02 12:00")


def rows(recorded: list[Recorded]) -> dict[str, Any]:
    """The view, folded as the store folds it."""

    def fold(found: dict[str, Any], event: Recorded) -> dict[str, Any]:
        if event.title in REQUESTS.reads:
            for key in REQUESTS.keys(event):
                found[key] = REQUESTS.project(found.get(key), event, key)
        return found

    return {key: row for key, row in reduce(fold, recorded, {}).items() if row is not None}


def desktop(desk: Desk) -> list[dict[str, Any]]:
    return waiting(rows(desk.recorded).values(), lambda case: desk.matter(case, ELEVEN))


def sent_to_family_help() -> tuple[Desk, Post]:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP"))
    return desk, post


@pytest.mark.rule("WLV-ALLOC-04")
def test_a_request_is_on_the_desktop_of_both_managers() -> None:
    desk, _ = sent_to_family_help()
    (row,) = desktop(desk)
    assert (row["case_id"], row["child_id"], row["since"]) == ("k1", "c1", ELEVEN.isoformat())
    assert row["due_at"] == london("2026-03-03 23:59").replace(second=59).isoformat()
    assert (row["teams"], row["posts"]) == (["FAMILY_HELP"], ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"])
    assert row["rules"] == ["WLV-ALLOC-04"]
    assert REQUESTS.search(row)["team"] == "FAMILY_HELP"


@pytest.mark.rule("WLV-ALLOC-04")
@pytest.mark.parametrize(
    "name, data",
    [
        ("planning.ThresholdChanged", {"to": "CHILD_IN_NEED", "decided_in": "CAT"}),
        (
            "planning.AssessmentCompleted",
            {
                "team": "CAT",
                "children": [{"child_id": "c1", "outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}],
            },
        ),
    ],
)
def test_a_missing_determination_is_marked_until_cat_has_made_it(name: str, data: dict[str, Any]) -> None:
    desk, post = sent_to_family_help()
    assert [row["missing"] for row in desktop(desk)] == [True]
    desk.take(
        post.send("planning.ThresholdChanged", NOON, case="k1", about=("c1",), to="UNIVERSAL", decided_in="TRIAGE")
    )
    assert [row["missing"] for row in desktop(desk)] == [True]
    desk.take(post.send(name, NOON, case="k1", about=("c1",), **data))
    assert [row["missing"] for row in desktop(desk)] == [False]


@pytest.mark.rule("WLV-ALLOC-04")
@pytest.mark.parametrize(
    "name, ends, data",
    [
        ("planning.CaseClosed", True, {"reason_code": "RC7"}),
        ("planning.AssessmentStarted", True, {"team": "CAT"}),
        ("planning.AssessmentStarted", False, {"team": "FAMILY_HELP"}),
        ("planning.Section47EnquiryOpened", True, {"enquiry_id": "e1"}),
        ("planning.ConcernRaised", False, {"significant": True, "cp": True, "source": "AGENCY"}),
    ],
)
def test_it_leaves_the_desktop_when_planning_closes_or_takes_the_child(
    name: str, ends: bool, data: dict[str, Any]
) -> None:
    desk, post = sent_to_family_help()
    desk.take(post.send(name, NOON, case="k1", about=("c2",), **data))
    assert len(desktop(desk)) == 1, "of another child"
    desk.take(post.send(name, NOON, case="k1", about=("c1",), **data))
    assert len(desktop(desk)) == (0 if ends else 1)


@pytest.mark.rule("WLV-ALLOC-04")
@pytest.mark.parametrize("purpose, ends", [("FAMILY_HELP", True), ("CP_ENQUIRY", False)])
def test_it_leaves_the_desktop_when_a_lead_for_family_help_is_there(purpose: str, ends: bool) -> None:
    desk, post = sent_to_family_help()
    allocated = post.send("allocation.LeadAllocated", NOON, case="k1", about=("c1",), purpose=purpose)
    shown = waiting(rows(desk.recorded).values(), lambda case: _with(desk, case, allocated))
    assert len(shown) == (0 if ends else 1)


def _with(desk: Desk, case: str, allocated: Letter) -> Any:
    matter = desk.matter(case, ELEVEN)
    beliefs = (Belief(source="all", about=case, sequence=1, facts=matter.told),)
    return matter_of(case, Known(beliefs), [told_by(allocated)], wolverhampton(ELEVEN))


def test_it_leaves_the_desktop_with_the_triage_it_came_from() -> None:
    desk, post = sent_to_family_help()
    desk.take(post.withdraw(NOON, post.sent[1]))
    assert desktop(desk) == []

    desk, post = sent_to_family_help()
    desk.take(post.triage(NOON, "k1", "c1", "AMBER", "CAT_ASSESSMENT", corrects=post.sent[1]))
    assert desktop(desk) == []

    desk, post = sent_to_family_help()
    desk.take(post.triage(NOON, "k1", "c1", "AMBER", "FAMILY_HELP", corrects=post.sent[1]))
    assert len(desktop(desk)) == 1


def test_a_request_that_was_withdrawn_is_no_row_and_the_earliest_due_comes_first() -> None:
    desk, post = sent_to_family_help()
    desk.take(post.triage(TEN, "k2", "c2", "AMBER", "FAMILY_HELP"))
    desk.take(post.triage(london("2026-02-27 10:00"), "k3", "c3", "AMBER", "FAMILY_HELP"))
    assert [row["case_id"] for row in desktop(desk)] == ["k3", "k2", "k1"]

    first = desk.recorded[0]
    desk.record(RecordWithdrawn(of_event=first.event_id, reason_code="WRONG_CHILD"), NOON, "k1", "c1")
    assert [row["case_id"] for row in desktop(desk)] == ["k3", "k2"]
