"""The worklist of the managers: tasks and wishes stay on it until they have talked, and what they said is complete."""

from functools import reduce
from typing import Any

import pytest

from services.allocation.events import IMCHeld, IMCRequested, IMCTaskRaised
from services.allocation.service import SERVICE
from services.allocation.views.meetings import MEETINGS, to_hold
from shared.kernel.events import Fact, Incomplete, Recorded
from shared.kernel.own_events import IncompleteResolved, RecordWithdrawn
from shared.kernel.people import Person
from tests.decisions.allocation.test_reactions_meetings import (
    LAST,
    LATER,
    NEXT,
    change,
    in_family_help,
    level_change,
    review,
)
from tests.decisions.planning.reacting import Desk
from tests.views.letters import Post, london

BOTH = (["FAMILY_HELP"], ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"])


def rows(recorded: list[Recorded]) -> dict[str, Any]:
    """The view, folded as the store folds it."""

    def fold(found: dict[str, Any], event: Recorded) -> dict[str, Any]:
        if event.title in MEETINGS.reads:
            for key in MEETINGS.keys(event):
                found[key] = MEETINGS.project(found.get(key), event, key)
        return found

    return {key: row for key, row in reduce(fold, recorded, {}).items() if row is not None}


def worklist(desk: Desk) -> list[dict[str, Any]]:
    return to_hold(rows(desk.recorded).values(), lambda case: desk.matter(case, LAST))


def held(desk: Desk, *reasons: str, lacks: tuple[str, ...] = (), at: Any = LATER, **more: Any) -> Recorded:
    """The managers have talked. lacks: rules by which the record lacks something."""
    event = IMCHeld(form_id="f-1", meeting_id="m-1", held_at=at, reasons=reasons, **more)
    gaps = tuple(Incomplete(what="x", rule=rule, since=at, owner="FAMILY_HELP") for rule in lacks)
    fact = Fact(stream="case/k1", case_id="k1", child_ids=("c1",), event=event, incomplete=gaps)
    return desk.keep(fact, at)


def rising() -> tuple[Desk, Post]:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    desk.take(change(post))
    return desk, post


@pytest.mark.rule("WLV-ALLOC-31")
@pytest.mark.rule("WLV-THR-19")
def test_a_task_is_on_the_worklist_of_both_managers_with_its_deadline() -> None:
    desk, _ = rising()
    (row,) = worklist(desk)
    assert (row["kind"], row["case_id"], row["child_ids"]) == ("TASK", "k1", ["c1"])
    assert (row["reason_code"], row["since"]) == ("CHANGE_IN_NEED_UP", NEXT.isoformat())
    assert row["due_at"] == london("2026-04-15 23:59").replace(second=59).isoformat()
    assert (row["teams"], row["posts"]) == BOTH
    assert row["rules"] == ["WLV-THR-19"]
    assert MEETINGS.search(row) == {"authority": "WLV", "reason_code": "CHANGE_IN_NEED_UP", "case_id": "k1"}


@pytest.mark.rule("WLV-THR-19")
def test_it_goes_when_they_have_talked_about_this_and_both_were_there() -> None:
    desk, _ = rising()
    held(desk, "FHLP_REQUEST")
    assert worklist(desk)
    record = held(desk, "CHANGE_IN_NEED_UP", lacks=("WLV-THR-19",))
    assert worklist(desk)
    filled = IncompleteResolved(
        of_event=record.event_id, what="x", rule="WLV-THR-19", by=Person(id="p"), resolved_as="FILLED"
    )
    desk.record(filled, LAST, "k1", "c1")
    assert worklist(desk) == []
    desk, _ = rising()
    held(desk, "CHANGE_IN_NEED_UP", lacks=("WLV-THR-11", "WLV-THR-22"))
    assert worklist(desk) == []


@pytest.mark.rule("WLV-THR-19")
@pytest.mark.parametrize(
    "name, data, over",
    [
        ("planning.CaseClosed", {"reason_code": "RC1"}, True),
        ("planning.Section47EnquiryOpened", {"enquiry_id": "q1"}, True),
        ("planning.ThresholdChanged", {"to": "EARLY_SUPPORT", "decided_in": "REVIEW"}, True),
        ("planning.ThresholdChanged", {"to": "UNIVERSAL", "decided_in": "REVIEW"}, True),
        ("planning.ThresholdChanged", {"to": "TARGETED_EARLY_HELP", "decided_in": "REVIEW"}, False),
    ],
)
def test_or_when_the_child_is_in_other_hands(name: str, data: dict[str, str], over: bool) -> None:
    desk, post = rising()
    desk.take(post.send(name, LATER, case="k1", about=("c1",), **data))
    assert (worklist(desk) == []) is over


@pytest.mark.rule("WLV-ALLOC-31")
@pytest.mark.parametrize(
    "name, data", [("planning.CaseClosed", {}), ("planning.ThresholdChanged", {"to": "UNIVERSAL"})]
)
def test_a_falling_need_waits_for_them_or_for_the_level_to_change(name: str, data: dict[str, str]) -> None:
    def falling() -> tuple[Desk, Post]:
        desk, post = Desk(SERVICE), Post()
        in_family_help(desk, post)
        desk.take(review(post, "TARGETED_EARLY_HELP"))
        assert [(row["rules"], row["due_at"]) for row in worklist(desk)] == [(["WLV-ALLOC-31"], None)]
        assert (worklist(desk)[0]["teams"], worklist(desk)[0]["posts"]) == BOTH
        return desk, post

    desk, _ = falling()
    held(desk, "CHANGE_IN_NEED_UP")
    assert worklist(desk)
    held(desk, "CHANGE_IN_NEED_DOWN", lacks=("WLV-THR-11",))
    assert worklist(desk) == []
    desk, post = falling()
    desk.take(post.send(name, LATER, case="k1", about=("c1",), **({**data, "from": "CHILD_IN_NEED"} if data else {})))
    assert worklist(desk) == []
    desk, post = falling()
    desk.take(level_change(post, LATER, to="CHILD_IN_NEED", decided_in="IMC"))
    assert worklist(desk)


@pytest.mark.rule("WLV-ALLOC-34")
@pytest.mark.parametrize("end", ["allocation.IMCHeld", "planning.CaseClosed", "planning.Section47EnquiryOpened"])
def test_a_child_off_a_plan_of_protection_waits(end: str) -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, None)
    off = {"from": "CHILD_PROTECTION_PLAN"}
    desk.take(level_change(post, NEXT, to="CHILD_IN_NEED", decided_in="CONFERENCE", **off))
    assert [row["rules"] for row in worklist(desk)] == [["WLV-ALLOC-34"]]
    assert (worklist(desk)[0]["teams"], worklist(desk)[0]["posts"]) == BOTH
    held(desk, "NEW_REFERRAL")
    assert worklist(desk)
    if end == "allocation.IMCHeld":
        held(desk, "STEP_OFF_CP")
    else:
        desk.take(post.send(end, LATER, case="k1", about=("c1",), enquiry_id="q1"))
    assert worklist(desk) == []


@pytest.mark.rule("WLV-PLAN-12")
@pytest.mark.rule("WLV-THR-24")
def test_joint_work_waits_until_the_decision_is_on_the_form() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    desk.take(post.send("planning.UpdatedDiscussionCompleted", NEXT, case="k1", about=("c1",), authors=[]))
    assert [row["rules"] for row in worklist(desk)] == [["WLV-PLAN-12"]]
    assert (worklist(desk)[0]["teams"], worklist(desk)[0]["posts"]) == BOTH
    held(desk, "FHLP_REQUEST")
    held(desk, "JOINT_UPDATE", lacks=("WLV-THR-24",))
    assert worklist(desk)
    held(desk, "JOINT_UPDATE", lacks=("WLV-PLAN-12",), at=LAST)
    assert worklist(desk) == []
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    desk.take(post.send("planning.UpdatedDiscussionCompleted", NEXT, case="k1", about=("c1",), authors=[]))
    desk.take(post.send("planning.CaseClosed", LATER, case="k1", about=("c1",)))
    assert worklist(desk) == []


@pytest.mark.rule("WLV-ALLOC-32")
@pytest.mark.parametrize(
    "name, data",
    [
        ("allocation.IMCHeld", {"lead_change": True}),
        ("allocation.LeadAllocated", {"purpose": "FAMILY_HELP"}),
        ("planning.CaseClosed", {}),
    ],
)
def test_that_another_has_to_lead_waits_until_it_is_agreed(name: str, data: dict[str, Any]) -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    desk.record(IMCTaskRaised(reason_code="CHANGE_OF_FHLP", from_event="e-elsewhere"), NEXT, "k1", "c1")
    assert [row["rules"] for row in worklist(desk)] == [["WLV-ALLOC-32"]]
    assert (worklist(desk)[0]["teams"], worklist(desk)[0]["posts"]) == BOTH
    held(desk, "CHANGE_OF_FHLP", lead_change=False)
    board = desk.protocol_for(NEXT).waits("allocation.IMCTaskRaised", {"reason_code": "CHANGE_OF_FHLP"})
    assert worklist(desk)
    assert not board.ended_by("allocation.LeadAllocated", {"purpose": "CAT_ASSESSMENT"}, "c1")
    assert board.ended_by(name, data, "c1")


@pytest.mark.rule("WLV-ALLOC-41")
@pytest.mark.rule("WLV-ALLOC-33")
def test_the_leads_wish_waits_for_a_meeting_and_anybody_elses_for_the_managers() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    by = Person(id="p-lead", role="LEAD_PRACTITIONER")
    lead = IMCRequested(by=by, about_lead=True, reason_code="CAPACITY", asked_as="FHLP")
    desk.record(lead, NEXT, "k1", "c1")
    (row,) = worklist(desk)
    assert (row["kind"], row["asked_by"], row["about_lead"], row["rules"]) == (
        "REQUEST", "p-lead", True, ["WLV-ALLOC-41"],
    )  # fmt: skip
    assert (row["teams"], row["posts"], row["due_at"]) == (*BOTH, None)
    held(desk, "MANAGER_DISCRETION")
    assert worklist(desk)
    held(desk, "FHLP_REQUEST")
    assert worklist(desk) == []
    for reason in ("MANAGER_DISCRETION", "FHLP_REQUEST"):
        desk, post = Desk(SERVICE), Post()
        in_family_help(desk, post)
        desk.record(IMCRequested(by=Person(id="p-x", role="SOCIAL_WORKER"), asked_as="OTHER"), NEXT, "k1", "c1")
        assert [row["rules"] for row in worklist(desk)] == [["WLV-ALLOC-33"]]
        assert (worklist(desk)[0]["teams"], worklist(desk)[0]["posts"]) == BOTH
        held(desk, "JOINT_UPDATE")
        assert worklist(desk)
        held(desk, reason)
        assert worklist(desk) == []
    for asked_as in ("FHLP", "OTHER"):
        desk, post = Desk(SERVICE), Post()
        in_family_help(desk, post)
        desk.record(IMCRequested(by=Person(id="p-x"), asked_as=asked_as), NEXT, "k1", "c1")
        desk.take(post.send("planning.CaseClosed", LATER, case="k1", about=("c1",)))
        assert worklist(desk) == []


def test_a_withdrawn_one_is_no_longer_there_nor_one_whose_cause_is_withdrawn() -> None:
    desk, _ = rising()
    task = desk.recorded[-1]
    desk.record(RecordWithdrawn(of_event=task.event_id, reason_code="RECORDED_IN_ERROR"), LATER, "k1", "c1")
    assert worklist(desk) == []
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    letter = change(post)
    desk.take(letter)
    desk.take(post.withdraw(LATER, letter))
    assert worklist(desk) == []


def test_what_is_most_overdue_comes_first() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    desk.record(IMCRequested(by=Person(id="p-x")), NEXT, "k1", "c1")
    desk.take(change(post, LATER), change(post, NEXT))
    assert [(row["kind"], row["since"]) for row in worklist(desk)] == [
        ("TASK", NEXT.isoformat()), ("TASK", LATER.isoformat()), ("REQUEST", NEXT.isoformat()),
    ]  # fmt: skip
