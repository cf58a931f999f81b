"""A referral that joins a case open to Family Help, as a change of need; and a private fostering that one flags."""

from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest

from services.planning.events import ChangeOfNeedReported, PrivateFosteringNotified, ThresholdChanged
from services.planning.service import SERVICE
from shared.kernel.events import ClockStart
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from tests.decisions.planning.reacting import MANAGER, Desk
from tests.views.letters import Post, london
from tests.views.stories import PRACTITIONER

TEN, ELEVEN = london("2026-03-02 10:00"), london("2026-03-02 11:00")
TUESDAY, WEDNESDAY, LATER = london("2026-03-03 10:00"), london("2026-03-04 10:00"), london("2026-03-16 15:30")


def determined(desk: Desk, case: str = "k1", child: str = "c1") -> None:
    """CAT has found that the child is a child in need."""
    event = ThresholdChanged(
        to="CHILD_IN_NEED",
        decided_in="CAT",
        authorised_by=Person(id=MANAGER.id, role=MANAGER.role),
        reason_code="OTHER",
        effective_at=TUESDAY,
    )
    desk.record(event, TUESDAY, case, child)


def allocated(post: Post, case: str = "k1", child: str = "c1", at: datetime = WEDNESDAY) -> Letter:
    data = {"lead": PRACTITIONER, "purpose": "FAMILY_HELP"}
    return post.send("allocation.LeadAllocated", at, case=case, about=(child,), by=MANAGER, **data)


def open_to_family_help(desk: Desk, post: Post, case: str = "k1", child: str = "c1") -> None:
    desk.take(post.referral(TEN, case, child), post.triage(ELEVEN, case, child, "AMBER", "FAMILY_HELP"))
    determined(desk, case, child)
    desk.take(allocated(post, case, child))


def joining(post: Post, rag: str = "AMBER", case: str = "k2", child: str = "c2", **more: Any) -> Letter:
    post.referral(LATER, case, child)
    named = {"open_case_id": "k1", "open_child_id": "c1"} | more
    return post.triage(LATER, case, child, rag, "ADDED_TO_OPEN_CASE", **named)


@pytest.mark.rule("WLV-REF-25")
def test_an_amber_that_joins_a_case_open_to_family_help_is_a_change_of_need() -> None:
    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)

    triage = joining(post)
    (reported,) = desk.take(post.sent[-2], triage)

    assert reported.data == ChangeOfNeedReported(trend="UP", source="REFERRAL", from_event=triage.event_id)
    assert (reported.stream, reported.case_id, reported.child_ids) == ("case/k1", "k1", ("c1",))
    assert (reported.occurred_at, reported.causation_id) == (LATER, triage.event_id)
    assert reported.rules == ("WLV-REF-25",)
    assert reported.clocks == ()
    assert reported.receipt is not None
    assert reported.receipt.inputs["state"] == "FAMILY_HELP_ACTIVE"
    assert desk.take(triage, triage) == []


@pytest.mark.rule("WLV-REF-25")
def test_a_green_that_joins_is_none() -> None:
    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)
    assert desk.take(joining(post, "GREEN")) == []


@pytest.mark.rule("WLV-REF-25")
def test_nor_is_one_that_joins_a_child_who_is_open_elsewhere_than_in_family_help() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", "AMBER", "CAT_ASSESSMENT"))
    assert desk.take(joining(post)) == []

    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)
    post.referral(WEDNESDAY, "k3", "c3")
    red = post.triage(WEDNESDAY, "k3", "c3", "RED", "STRATEGY_DISCUSSION", open_case_id="k1", open_child_id="c1")
    assert desk.take(red, joining(post)) == []


@pytest.mark.rule("WLV-REF-25")
def test_a_correction_of_the_triage_reports_nothing_more() -> None:
    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)
    triage = joining(post)
    assert len(desk.take(triage)) == 1
    corrected = post.triage(
        LATER, "k2", "c2", "AMBER", "ADDED_TO_OPEN_CASE", corrects=triage, open_case_id="k1", open_child_id="c1"
    )
    assert desk.take(corrected) == []


@pytest.mark.rule("WLV-REF-25")
def test_an_allocation_that_is_told_late_completes_it_and_the_time_is_that_of_the_triage() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP"))
    determined(desk)
    triage = joining(post)
    assert desk.take(triage) == []

    late = allocated(post)
    (reported,) = desk.take(late)

    assert (reported.stream, reported.data.from_event) == ("case/k1", triage.event_id)
    assert (reported.occurred_at, reported.causation_id) == (LATER, triage.event_id)
    assert desk.take(late, triage) == []


def test_an_allocation_after_the_triage_makes_no_change_of_need_of_it() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP"))
    determined(desk)
    assert desk.take(joining(post), allocated(post, at=london("2026-03-17 09:00"))) == []


def test_it_is_recorded_on_the_kept_case_of_those_linked_with_the_open_one() -> None:
    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)
    post.referral(TEN, "k0", "c0")
    post.link(WEDNESDAY, "l1", "k0", "k1", ("c0", "c1"))
    joining(post)
    (reported,) = desk.take(*post.sent[-4:])
    assert (reported.stream, reported.case_id, reported.child_ids) == ("case/k0", "k0", ("c0",))


def test_a_link_that_is_told_late_shows_the_child_who_is_open_in_the_other_case() -> None:
    desk, post = Desk(SERVICE), Post()
    open_to_family_help(desk, post)
    post.referral(TEN, "k3", "c3")
    post.link(WEDNESDAY, "l1", "k1", "k3", ("c1", "c3"))
    links, count = post.sent[-2:], len(post.sent)
    triage = joining(post, open_case_id="k3", open_child_id="c3")
    assert desk.take(*post.sent[count:]) == []

    (reported,) = desk.take(*links)

    assert (reported.stream, reported.child_ids, reported.occurred_at) == ("case/k1", ("c1",), LATER)
    assert reported.data.from_event == triage.event_id


def test_once_the_link_is_undone_the_referral_is_triaged_anew_and_reports_nothing() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP"))
    determined(desk)
    desk.take(joining(post))
    post.link(LATER, "l1", "k1", "k2", ("c1", "c2"))
    post.unlink(london("2026-03-17 09:00"), "l1", "k1", "k2", ("c1", "c2"))
    assert desk.take(*post.sent[-4:], allocated(post)) == []


@pytest.mark.rule("NAT-PLAN-04")
def test_a_flag_of_private_fostering_notifies_it_with_its_first_visit() -> None:
    desk, post = Desk(SERVICE), Post()
    received = london("2026-04-01 23:30")
    letter = post.referral(
        received,
        "k1",
        "c1",
        vulnerability_flags=["YOUNG_CARER", "PRIVATELY_FOSTERED"],
        children=[{"child_id": "c1", "age_years": 9}],
    )
    (notified,) = desk.take(letter)

    assert notified.data == PrivateFosteringNotified(aware_from=date(2026, 4, 1), notified_on=date(2026, 4, 1))
    assert (notified.stream, notified.child_ids, notified.occurred_at) == ("case/k1", ("c1",), received)
    assert notified.rules == ("NAT-PLAN-04",)
    # Good Friday and Easter Monday are no working days.
    due = ClockStart(rule="NAT-PLAN-04", due_at=london("2026-04-14 23:59").replace(second=59), child_id="c1")
    assert notified.clocks == (due,)
    assert desk.take(letter, letter) == []


@pytest.mark.rule("NAT-PLAN-04")
def test_each_child_of_the_referral_is_notified_but_for_one_who_is_not_born() -> None:
    desk, post = Desk(SERVICE), Post()
    children = [
        {"child_id": "c1", "age_years": 4},
        {"child_id": "c2", "unborn": True},
        {"child_id": "c3", "not_known": True},
    ]
    found = desk.take(
        post.referral(TEN, "k1", "c1", "c2", "c3", vulnerability_flags=["PRIVATELY_FOSTERED"], children=children)
    )
    assert [event.child_ids for event in found] == [("c1",), ("c3",)]


@pytest.mark.rule("NAT-PLAN-04")
@pytest.mark.parametrize("flags", [[], ["YOUNG_CARER"]])
def test_no_other_referral_notifies_it(flags: list[str]) -> None:
    desk, post = Desk(SERVICE), Post()
    assert desk.take(post.referral(TEN, "k1", "c1", vulnerability_flags=flags)) == []


def test_all_orders_of_the_services_letters_come_to_the_same() -> None:
    """Referral's letters keep their order; allocation's comes anywhere between them."""
    post = Post()
    post.referral(TEN, "k1", "c1")
    post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP")
    joining(post)
    letters = [*post.sent, allocated(post)]
    seen = set()
    for order in permutations(range(len(letters))):
        if [place for place in order if place < 4] != [0, 1, 2, 3]:
            continue
        desk = Desk(SERVICE)
        determined(desk)
        desk.take(*(letters[place] for place in order))
        reports = [event for event in desk.recorded if event.title == "ChangeOfNeedReported"]
        assert [report.occurred_at for report in reports] == [LATER]
        seen.add(order)
    assert len(seen) == 5
