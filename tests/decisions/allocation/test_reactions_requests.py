"""A child whom triage sends to Family Help asks for a lead: at once, once, and not when it is open already."""

from datetime import datetime
from itertools import combinations

import pytest

from services.allocation.events import AllocationRequested
from services.allocation.service import SERVICE
from shared.kernel.events import ClockStart
from shared.kernel.letters import Letter
from tests.decisions.planning.reacting import Desk, told, without_rows, wolverhampton
from tests.views.letters import Post, london
from tests.views.stories import discussion

TEN, ELEVEN, NOON = london("2026-03-02 10:00"), london("2026-03-02 11:00"), london("2026-03-02 12:00")
LATER, LAST = london("2026-03-16 15:30"), london("2026-03-17 09:00")


def family_help(post: Post, at: datetime = ELEVEN, case: str = "k1", child: str = "c1", **more: object) -> Letter:
    return post.triage(at, case, child, "AMBER", "FAMILY_HELP", **more)


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.rule("WLV-ALLOC-04")
def test_a_child_sent_to_family_help_asks_for_a_lead_within_one_working_day() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))

    triage = family_help(post)
    (request,) = desk.take(triage)

    assert request.data == AllocationRequested(
        team="FAMILY_HELP",
        team_id=wolverhampton(ELEVEN).team_id("FAMILY_HELP"),
        purpose="FAMILY_HELP",
        reason_code="NEW_REFERRAL",
        from_event=triage.event_id,
    )
    assert (request.stream, request.case_id, request.child_ids) == ("case/k1", "k1", ("c1",))
    assert (request.occurred_at, request.edition, request.causation_id) == (ELEVEN, triage.edition, triage.event_id)
    assert set(request.rules) == {"WLV-ALLOC-05", "WLV-ALLOC-04"}
    due = london("2026-03-03 23:59").replace(second=59)
    assert request.clocks == (ClockStart(rule="WLV-ALLOC-05", due_at=due, child_id="c1"),)
    assert request.actor.id == "system"


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(
    "triaged, due",
    [
        ("2026-04-02 16:00", "2026-04-07 23:59"),  # Maundy Thursday: over Easter
        ("2026-12-24 09:00", "2026-12-29 23:59"),  # the substitute day for Boxing Day between
        ("2026-10-23 17:00", "2026-10-26 23:59"),  # the clocks go back
    ],
)
def test_the_working_day_counts_from_the_triage(triaged: str, due: str) -> None:
    desk, post = Desk(SERVICE), Post()
    (request,) = desk.take(family_help(post, london(triaged)))
    assert [clock.due_at for clock in request.clocks] == [london(due).replace(second=59)]


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(
    "rag, outcome",
    [
        ("GREEN", "NFA"),
        ("GREEN", "SIGNPOSTED"),
        ("GREEN", "EARLY_SUPPORT_START"),
        ("GREEN", "EARLY_SUPPORT_CONTINUE"),
        ("AMBER", "CAT_ASSESSMENT"),
        ("AMBER", "ADDED_TO_OPEN_CASE"),
        ("RED", "STRATEGY_DISCUSSION"),
    ],
)
def test_no_other_outcome_asks(rag: str, outcome: str) -> None:
    desk, post = Desk(SERVICE), Post()
    assert desk.take(post.referral(TEN, "k1", "c1"), post.triage(ELEVEN, "k1", "c1", rag, outcome)) == []


@pytest.mark.rule("WLV-REF-25")
def test_nor_does_a_child_that_has_an_open_case_by_the_triage_itself() -> None:
    desk, post = Desk(SERVICE), Post()
    assert desk.take(family_help(post, open_case_id="k0", open_child_id="c0")) == []


def test_siblings_have_each_a_request_of_their_own() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1", "c2")
    family_help(post)
    family_help(post, child="c2")
    assert [request.child_ids for request in desk.take(*post.sent)] == [("c1",), ("c2",)]


def test_what_the_triage_says_of_team_level_and_manager_goes_with_it() -> None:
    desk, post = Desk(SERVICE), Post()
    manager = {"id": "p-receiving", "role": "SW_TEAM_MANAGER"}
    (request,) = desk.take(family_help(post, team_id="FH_EAST", local_level=3, receiving_team_manager=manager))
    assert (request.data.team_id, request.data.level) == ("FH_EAST", 3)
    assert request.data.receiving_team_manager.id == "p-receiving"


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_repeated_letter_and_a_corrected_triage_ask_once() -> None:
    desk, post = Desk(SERVICE), Post()
    triage = family_help(post)
    corrected = family_help(post, NOON, corrects=triage)
    assert len(desk.take(triage, triage, corrected, triage)) == 1


def test_a_triage_corrected_into_family_help_asks() -> None:
    desk, post = Desk(SERVICE), Post()
    first = post.triage(ELEVEN, "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    assert desk.take(first) == []
    (request,) = desk.take(family_help(post, NOON, corrects=first))
    assert request.occurred_at == NOON


@pytest.mark.rule("WLV-ALLOC-05")
def test_no_second_request_while_one_waits_for_the_child_in_a_linked_case() -> None:
    desk, post = Desk(SERVICE), Post()
    family_help(post)
    post.referral(NOON, "k2", "c2")
    post.link(NOON, "l1", "k1", "k2", ("c1", "c2"))
    family_help(post, LATER, "k2", "c2")
    assert [request.case_id for request in desk.take(*post.sent)] == ["k1"]


def test_once_a_link_is_known_the_request_stands_on_the_kept_case() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.triage(TEN, "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    post.referral(ELEVEN, "k2", "c2")
    post.link(NOON, "l1", "k1", "k2", ("c1", "c2"))
    family_help(post, LATER, "k2", "c2")
    (request,) = desk.take(*post.sent)
    assert (request.stream, request.case_id, request.child_ids) == ("case/k1", "k1", ("c1",))
    assert [clock.child_id for clock in request.clocks] == ["c1"]


@pytest.mark.rule("WLV-REF-25")
def test_a_child_open_in_a_linked_case_asks_only_when_the_link_is_undone() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.triage(ELEVEN, "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    post.referral(NOON, "k2", "c2")
    post.link(NOON, "l1", "k1", "k2", ("c1", "c2"))
    triage = family_help(post, LATER, "k2", "c2")
    assert desk.take(*post.sent) == []

    count = len(post.sent)
    post.unlink(LAST, "l1", "k1", "k2", ("c1", "c2"))
    (request,) = desk.take(*post.sent[count:])

    assert (request.stream, request.child_ids, request.data.from_event) == ("case/k2", ("c2",), triage.event_id)
    assert request.occurred_at == LAST
    assert [clock.due_at for clock in request.clocks] == [london("2026-03-18 23:59").replace(second=59)]
    assert desk.take(*post.sent) == []


def test_a_triage_that_crosses_an_act_of_protection_still_asks_for_a_lead() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.send("planning.StrategyDiscussionRequested", TEN, case="k1", about=("c1",), from_state="RECEIVED")
    family_help(post, NOON)
    assert len(desk.take(*post.sent)) == 1


def test_a_child_under_protection_from_open_work_does_not() -> None:
    desk, post = Desk(SERVICE), Post()
    post.referral(TEN, "k1", "c1")
    post.triage(TEN, "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    discussion(post, "2026-03-02 10:30", "k1", "S47", "c1")
    post.referral(ELEVEN, "k2", "c2")
    post.link(ELEVEN, "l1", "k1", "k2", ("c1", "c2"))
    family_help(post, NOON, "k2", "c2")
    assert desk.take(*post.sent) == []


def closed_then_sent_again(post: Post) -> list[Letter]:
    """A child waits, is closed, and comes again in a case that is linked with the first."""
    family_help(post)
    closed = post.send("planning.CaseClosed", NOON, case="k1", about=("c1",), reason_code="RC7", from_state="OTHER")
    post.referral(LATER, "k2", "c2")
    post.link(LATER, "l1", "k1", "k2", ("c1", "c2"))
    family_help(post, LAST, "k2", "c2")
    return [letter for letter in post.sent if letter is not closed] + [closed]


def test_a_closure_that_is_told_late_shows_that_the_request_was_not_to_be_held_back() -> None:
    desk, post = Desk(SERVICE), Post()
    *before, closed = closed_then_sent_again(post)
    assert [request.occurred_at for request in desk.take(*before)] == [ELEVEN]

    (request,) = desk.take(closed)

    assert (request.occurred_at, request.case_id, request.child_ids) == (LAST, "k1", ("c1",))
    assert [clock.due_at for clock in request.clocks] == [london("2026-03-18 23:59").replace(second=59)]
    assert desk.take(closed, *before) == []


def test_all_orders_of_the_services_letters_come_to_the_same() -> None:
    """Referral's letters keep their order, planning's too; the two come interleaved in every way."""
    post = Post()
    *referral, closed = closed_then_sent_again(post)
    started = post.send("planning.AssessmentStarted", TEN, case="k9", about=("c9",), team="CAT")
    planning = [started, closed]
    outcomes = []
    for places in combinations(range(len(referral) + 2), 2):
        desk, (one, other) = Desk(SERVICE), (iter(referral), iter(planning))
        for place in range(len(referral) + 2):
            letter = next(other) if place in places else next(one)
            desk.take(letter, letter)
        outcomes.append(told(desk.recorded))
    assert len(outcomes) > 20
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert [fact[4] for fact in outcomes[0]] == [ELEVEN, LAST]


def test_where_the_protocol_has_no_row_nothing_is_recorded() -> None:
    desk, post = Desk(SERVICE, without_rows), Post()
    assert desk.take(post.referral(TEN, "k1", "c1"), family_help(post)) == []
