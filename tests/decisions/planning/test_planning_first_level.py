"""The first level of a child whom triage leaves in early support."""

from typing import Literal

import pytest

from services.planning.events import ThresholdChanged
from services.planning.service import SERVICE
from shared.kernel.people import Person
from tests.decisions.planning.reacting import Desk, without_rows, wolverhampton
from tests.views.letters import FRONT_DOOR, Post, london

TEN, ELEVEN = london("2026-03-02 10:00"), london("2026-03-02 11:00")
NOON, LATER = london("2026-03-02 12:00"), london("2026-03-09 09:00")


def level(to: str, direction: Literal["STEP_DOWN", "CLOSE"]) -> ThresholdChanged:
    return ThresholdChanged(
        to=to,
        direction=direction,
        decided_in="EVENT",
        authorised_by=Person(id="p"),
        reason_code="OTHER",
        effective_at=NOON,
    )


CLOSED = level("UNIVERSAL", "CLOSE")


@pytest.mark.rule("WLV-REF-05")
@pytest.mark.parametrize("outcome", ["EARLY_SUPPORT_START", "EARLY_SUPPORT_CONTINUE"])
def test_green_into_early_support_gives_a_child_without_a_level_its_first(outcome: str) -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))

    triage = post.triage(ELEVEN, "k1", "c1", "GREEN", outcome)
    (first,) = desk.take(triage)

    assert first.data == ThresholdChanged(
        to="EARLY_SUPPORT",
        decided_in="TRIAGE",
        decision_ref=triage.event_id,
        authorised_by=Person(id=FRONT_DOOR.id, role=FRONT_DOOR.role),
        reason_code="EARLY_SUPPORT_AT_TRIAGE",
        effective_at=ELEVEN,
    )
    assert (first.stream, first.case_id, first.child_ids) == ("case/k1", "k1", ("c1",))
    assert (first.occurred_at, first.edition, first.causation_id) == (ELEVEN, triage.edition, triage.event_id)
    assert first.rules == ("WLV-REF-05",)
    assert first.clocks == ()
    assert first.actor.id == "system"
    codes = wolverhampton(ELEVEN).codes("SetThreshold.reason_code")
    assert {first.data.reason_code, "OTHER"} <= {*codes}


@pytest.mark.rule("WLV-REF-05")
@pytest.mark.parametrize(
    "rag, outcome",
    [
        ("GREEN", "NFA"),
        ("GREEN", "SIGNPOSTED"),
        ("AMBER", "FAMILY_HELP"),
        ("AMBER", "CAT_ASSESSMENT"),
        ("RED", "STRATEGY_DISCUSSION"),
        ("AMBER", "EARLY_SUPPORT_START"),
    ],
)
def test_no_other_triage_gives_a_level(rag: str, outcome: str) -> None:
    desk, post = Desk(SERVICE), Post()
    assert desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", rag, outcome)) == []


@pytest.mark.rule("WLV-REF-05")
def test_a_child_with_a_level_keeps_it_and_one_whose_level_was_closed_has_none() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    desk.record(level("TARGETED_EARLY_HELP", "STEP_DOWN"), TEN, "k1", "c1")
    assert desk.take(post.triage(ELEVEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")) == []

    desk.record(CLOSED, NOON, "k1", "c1")
    assert len(desk.take(post.triage(LATER, "k1", "c1", "GREEN", "EARLY_SUPPORT_CONTINUE"))) == 1


@pytest.mark.rule("WLV-REF-05")
def test_a_repeated_letter_and_a_corrected_triage_give_it_once() -> None:
    desk, post = Desk(SERVICE), Post()
    triage = post.triage(ELEVEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    assert len(desk.take(post.referral(TEN, "k1", "c1"), triage, triage)) == 1

    desk.record(CLOSED, NOON, "k1", "c1")
    second = post.triage(LATER, "k1", "c1", "GREEN", "EARLY_SUPPORT_START", corrects=triage)
    third = post.triage(LATER, "k1", "c1", "GREEN", "EARLY_SUPPORT_START", corrects=second)
    assert desk.take(triage, second, third) == []


def test_siblings_have_each_their_own() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1", "c2"))
    post.triage(ELEVEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    post.triage(ELEVEN, "k1", "c2", "GREEN", "NFA")
    assert [event.child_ids for event in desk.take(*post.sent)] == [("c1",)]


def test_once_a_link_is_known_it_is_recorded_on_the_kept_case() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.referral(TEN, "k2", "c2")
    post.link(ELEVEN, "l1", "k1", "k2", ("c1", "c2"))
    post.triage(NOON, "k2", "c2", "GREEN", "EARLY_SUPPORT_START")

    (first,) = desk.take(*post.sent)

    assert (first.stream, first.case_id, first.child_ids) == ("case/k1", "k1", ("c1",))


def test_a_child_that_has_its_level_by_a_link_gets_its_own_when_the_link_is_undone() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.triage(TEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    post.referral(TEN, "k2", "c2")
    post.link(ELEVEN, "l1", "k1", "k2", ("c1", "c2"))
    triage = post.triage(NOON, "k2", "c2", "GREEN", "EARLY_SUPPORT_CONTINUE")
    assert [level.stream for level in desk.take(*post.sent)] == ["case/k1"]

    before = len(post.sent)
    post.unlink(LATER, "l1", "k1", "k2", ("c1", "c2"))
    (first,) = desk.take(*post.sent[before:])

    assert (first.stream, first.child_ids, first.data.decision_ref) == ("case/k2", ("c2",), triage.event_id)
    assert (first.occurred_at, first.data.effective_at) == (LATER, LATER)
    assert desk.take(*post.sent) == []


def test_a_triage_that_was_withdrawn_gives_no_level_when_it_is_read_again() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    triage = post.triage(ELEVEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    withdrawal = post.withdraw(NOON, triage)
    assert desk.take(withdrawal, triage) == []


def test_where_the_protocol_has_no_row_nothing_is_recorded() -> None:
    desk, post = Desk(SERVICE, without_rows), Post()
    post.referral(TEN, "k1", "c1", vulnerability_flags=["PRIVATELY_FOSTERED"])
    post.triage(ELEVEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    assert desk.take(*post.sent) == []
