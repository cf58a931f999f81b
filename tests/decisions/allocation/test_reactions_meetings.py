"""What asks for a conversation of the managers: a task for each child, once, in whatever order the letters come."""

from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from services.allocation.events import IMCTaskRaised, LeadAllocated, LeadEnded
from services.allocation.service import SERVICE
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from tests.decisions.planning.reacting import Desk, told, without_rows
from tests.views.letters import Post, london

MORNING, TEN, ELEVEN, NOON = (london(f"2026-03-02 {hour}") for hour in ("09:00", "10:00", "11:00", "12:00"))
NEXT, LATER, LAST = london("2026-04-14 10:00"), london("2026-04-15 10:00"), london("2026-04-16 10:00")
AQ, SOCIAL_WORKER = False, True


def in_family_help(
    desk: Desk, post: Post, social_worker: bool | None = AQ, level: str = "CHILD_IN_NEED", *children: str
) -> None:
    """The children came in by AMBER, CAT gave them their level, and somebody leads. None: nobody does."""
    children = children or ("c1",)
    desk.take(post.referral(MORNING, "k1", *children))
    for child in children:
        desk.take(post.triage(TEN, "k1", child, "AMBER", "FAMILY_HELP"))
        desk.take(level_change(post, ELEVEN, to=level, decided_in="CAT", child=child))
        if social_worker is not None:
            desk.record(
                LeadAllocated(lead=Person(id="p-lead", social_worker=social_worker), purpose="FAMILY_HELP"),
                NOON,
                "k1",
                child,
            )


def level_change(post: Post, at: datetime, child: str = "c1", **data: Any) -> Letter:
    return post.send("planning.ThresholdChanged", at, case="k1", about=(child,), **data)


def change(post: Post, at: datetime = NEXT, trend: str = "UP", child: str = "c1") -> Letter:
    return post.send("planning.ChangeOfNeedReported", at, case="k1", about=(child,), trend=trend, source="PROFESSIONAL")


def review(post: Post, recommendation: str, at: datetime = NEXT, kind: str = "FAMILY_HELP_PLAN") -> Letter:
    children = [{"child_id": "c1", "needs_trend": "DOWN", "recommendation": recommendation}]
    return post.send("planning.PlanReviewed", at, case="k1", about=("c1",), type=kind, children=children)


def reasons(recorded: list[Any]) -> list[str]:
    return [event.data.reason_code for event in recorded if event.title == "IMCTaskRaised"]


@pytest.mark.rule("WLV-ALLOC-31")
@pytest.mark.rule("WLV-THR-19")
def test_a_rising_need_in_family_help_is_a_task() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    letter = change(post)
    (task,) = desk.take(letter)
    assert task.data == IMCTaskRaised(reason_code="CHANGE_IN_NEED_UP", from_event=letter.event_id)
    assert (task.stream, task.case_id, task.child_ids) == ("case/k1", "k1", ("c1",))
    assert (task.occurred_at, task.edition, task.causation_id) == (NEXT, letter.edition, letter.event_id)
    assert set(task.rules) == {"WLV-ALLOC-31"}
    assert task.actor.id == "system"
    assert desk.take(letter) == []


@pytest.mark.rule("WLV-ALLOC-31")
def test_a_falling_need_alone_is_none() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    assert desk.take(change(post, trend="DOWN")) == []


@pytest.mark.rule("WLV-ALLOC-31")
def test_nor_is_a_rising_need_before_family_help_has_begun() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, None)
    assert desk.take(change(post)) == []


@pytest.mark.rule("WLV-ALLOC-31")
@pytest.mark.parametrize("recommendation", ["TARGETED_EARLY_HELP", "EARLY_SUPPORT", "UNIVERSAL"])
def test_a_review_that_sees_a_child_below_child_in_need_is_a_task_where_the_lead_is_no_social_worker(
    recommendation: str,
) -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    (task,) = desk.take(review(post, recommendation))
    assert reasons([task]) == ["CHANGE_IN_NEED_DOWN"]
    assert set(task.rules) == {"WLV-ALLOC-31"}


@pytest.mark.rule("WLV-THR-14")
def test_and_none_where_the_lead_is_a_social_worker() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, SOCIAL_WORKER)
    assert desk.take(review(post, "TARGETED_EARLY_HELP")) == []


@pytest.mark.rule("WLV-ALLOC-31")
def test_nor_where_the_child_was_not_in_need_or_stays_so_or_the_plan_is_another() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, AQ, "TARGETED_EARLY_HELP")
    assert desk.take(review(post, "UNIVERSAL")) == []
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    assert desk.take(review(post, "CHILD_IN_NEED"), review(post, "UNIVERSAL", LATER, "EARLY_SUPPORT_PLAN")) == []


@pytest.mark.rule("WLV-ALLOC-34")
@pytest.mark.parametrize("to", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_a_child_off_a_protection_plan_without_a_lead_is_a_task(to: str) -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, None)
    off = {"from": "CHILD_PROTECTION_PLAN"}
    letter = level_change(post, NEXT, to=to, decided_in="CONFERENCE", **off)
    (task,) = desk.take(letter)
    assert task.data == IMCTaskRaised(reason_code="STEP_OFF_CP", from_event=letter.event_id)
    assert set(task.rules) == {"WLV-ALLOC-34"}


@pytest.mark.rule("WLV-ALLOC-34")
def test_not_with_a_lead_nor_for_another_change() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    off = {"from": "CHILD_PROTECTION_PLAN"}
    assert desk.take(level_change(post, NEXT, to="CHILD_IN_NEED", decided_in="CONFERENCE", **off)) == []
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, None)
    assert desk.take(level_change(post, NEXT, to="CP_ENQUIRY", decided_in="CONFERENCE", **off)) == []
    down = {"from": "CP_ENQUIRY"}
    assert desk.take(level_change(post, LATER, to="CHILD_IN_NEED", decided_in="ASSESSMENT", **down)) == []


@pytest.mark.rule("WLV-ALLOC-34")
def test_a_lead_who_left_before_is_none() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    gone = LeadEnded(lead=Person(id="p-lead"), role="LEAD_PRACTITIONER", reason_code="LEFT")
    desk.record(gone, NEXT, "k1", "c1")
    off = {"from": "CHILD_PROTECTION_PLAN"}
    recorded = desk.take(level_change(post, LATER, to="CHILD_IN_NEED", decided_in="CONFERENCE", **off))
    assert reasons(recorded) == ["STEP_OFF_CP"]


@pytest.mark.rule("WLV-PLAN-12")
def test_an_updated_discussion_is_a_task_for_each_child() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, AQ, "CHILD_IN_NEED", "c1", "c2")
    letter = post.send("planning.UpdatedDiscussionCompleted", NEXT, case="k1", about=("c1", "c2"), authors=[])
    recorded = desk.take(letter, letter)
    assert [(event.child_ids, event.data.reason_code) for event in recorded] == [
        (("c1",), "JOINT_UPDATE"),
        (("c2",), "JOINT_UPDATE"),
    ]
    assert {rule for event in recorded for rule in event.rules} == {"WLV-PLAN-12"}


@pytest.mark.rule("WLV-THR-20")
def test_an_emergency_step_up_is_a_task_and_an_agreed_one_is_none() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post, AQ, "TARGETED_EARLY_HELP")
    up = {"from": "TARGETED_EARLY_HELP", "to": "CHILD_IN_NEED", "decided_in": "IMC"}
    assert desk.take(level_change(post, NEXT, **up)) == []
    (task,) = desk.take(level_change(post, LATER, emergency=True, **up))
    assert reasons([task]) == ["CHANGE_IN_NEED_UP"]
    assert set(task.rules) == {"WLV-THR-20"}
    assert desk.take(level_change(post, LAST, emergency=True, **{**up, "from": "UNIVERSAL"})) == []
    assert desk.take(level_change(post, LAST, emergency=True, **{**up, "to": "CP_ENQUIRY"})) == []


@pytest.mark.rule("WLV-ALLOC-31")
def test_whichever_letter_comes_last_the_same_task_is_raised() -> None:
    """The triage that made the child Family Help's, its level and the change of need come in every order."""
    found = []
    for order in permutations(range(4)):
        desk, post = Desk(SERVICE), Post()
        letters = [
            post.referral(MORNING, "k1", "c1"),
            post.triage(TEN, "k1", "c1", "AMBER", "FAMILY_HELP"),
            level_change(post, ELEVEN, to="CHILD_IN_NEED", decided_in="CAT"),
            change(post),
        ]
        lead = LeadAllocated(lead=Person(id="p-lead", social_worker=False), purpose="FAMILY_HELP")
        desk.record(lead, NOON, "k1", "c1")
        for place in order:
            desk.take(letters[place])
        tasks = [event for event in desk.recorded if event.title == "IMCTaskRaised"]
        found.append(told(tasks))
    assert all(one == found[0] for one in found)
    assert len(found[0]) == 1


def test_a_change_that_was_corrected_asks_once() -> None:
    desk, post = Desk(SERVICE), Post()
    in_family_help(desk, post)
    first = change(post)
    again = post.send(
        "planning.ChangeOfNeedReported", LATER, case="k1", about=("c1",), corrects=first, trend="UP", source="FAMILY"
    )
    assert len(desk.take(first, again, first)) == 1


def test_a_pack_without_rows_raises_none() -> None:
    desk, post = Desk(SERVICE, without_rows), Post()
    in_family_help(desk, post)
    assert desk.take(change(post), review(post, "UNIVERSAL", LATER)) == []
