"""What the tick tells about clocks: each reminder and each breach once, and a breach that was none is taken back."""

from collections.abc import Iterable

import pytest

from services.qa.clock import Clock, Notice, notices_of
from services.qa.events import ClockBreached, ClockDue
from services.qa.views.clocks import clocks_in
from services.qa.views.papers import papers_of
from services.qa.views.reports_due import breaches_to_withdraw, reports_due
from shared.kernel.events import Fact, Recorded
from shared.kernel.own_events import RecordWithdrawn
from shared.kernel.people import SYSTEM
from shared.protocol.load import protocol_of
from tests.views.letters import AUTHORITY, EDITION, Post, london
from tests.views.stories import PRACTITIONER, active, amber


class Qa:
    """The clock streams of qa: keeps what the tick decides, as its store would."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.recorded: list[Recorded] = []

    def clocks(self, now: str) -> list[Clock]:
        return clocks_in(papers_of("k1", self.post.sent), protocol_of, london(now))

    def told(self) -> dict[str, Notice]:
        return notices_of(self.recorded)

    def tick(self, now: str, rule: str = "WLV-ALLOC-05") -> list[Fact]:
        clocks = [clock for clock in self.clocks(now) if clock.rule == rule]
        return self._keep(reports_due(clocks, self.told()), now)

    def letter_taken(self, now: str) -> list[Fact]:
        return self._keep(breaches_to_withdraw(self.clocks(now), self.told()), now)

    def _keep(self, facts: Iterable[Fact], now: str) -> list[Fact]:
        facts = list(facts)
        for fact in facts:
            version = 1 + sum(1 for event in self.recorded if event.stream == fact.stream)
            self.recorded.append(
                Recorded(
                    event_id=f"e{len(self.recorded)}",
                    name=f"qa.{fact.event.title()}",
                    version=1,
                    authority=AUTHORITY,
                    stream=fact.stream,
                    stream_version=version,
                    case_id=fact.case_id,
                    child_ids=fact.child_ids,
                    occurred_at=london(now),
                    recorded_at=london(now),
                    actor=SYSTEM,
                    edition=EDITION,
                    rules=fact.rules,
                    correlation_id="tick",
                    data=fact.event,
                )
            )
        return facts


def sent_on_christmas_eve() -> tuple[Post, Qa]:
    post = Post()
    amber(post, "2026-12-24 15:00", "k1", "c1", "2026-12-24 15:30")
    return post, Qa(post)


@pytest.mark.rule("WLV-ALLOC-05")
def test_each_reminder_is_sent_once_to_whom_the_rule_names() -> None:
    _, qa = sent_on_christmas_eve()
    assert qa.tick("2026-12-24 16:00") == []
    (half,) = qa.tick("2026-12-27 12:00")
    assert isinstance(half.event, ClockDue)
    assert (half.event.step, half.event.alerts) == ("HALF", ("CAT_MANAGER", "DELIVERY_MANAGER", "SW_TEAM_MANAGER"))
    assert half.rules == ("WLV-ALLOC-05",)
    assert half.stream.startswith("clock/")
    assert qa.tick("2026-12-28 12:00") == []
    (day,) = qa.tick("2026-12-29 00:00")
    assert isinstance(day.event, ClockDue)
    assert day.event.step == "DAY"
    assert qa.tick("2026-12-29 23:59") == []


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_miss_is_told_once_from_the_second_after_it_was_due() -> None:
    _, qa = sent_on_christmas_eve()
    qa.tick("2026-12-29 12:00")
    assert qa.tick("2026-12-29 23:59") == []
    (breach,) = qa.tick("2026-12-30 00:00")
    assert isinstance(breach.event, ClockBreached)
    assert breach.event.due_at.isoformat() == "2026-12-29T23:59:59+00:00"
    assert breach.event.force == "mandatory"
    assert (breach.case_id, breach.child_ids) == ("k1", ("c1",))
    assert qa.tick("2026-12-31 00:00") == []


def test_no_reminder_and_no_breach_once_the_fact_has_changed() -> None:
    post, qa = sent_on_christmas_eve()
    active(post, "2026-12-28 10:00", "k1", "c1")
    assert qa.tick("2026-12-29 12:00") == []
    assert qa.tick("2027-01-04 12:00") == []


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_stop_in_time_that_was_told_late_takes_the_breach_back() -> None:
    post, qa = sent_on_christmas_eve()
    qa.tick("2026-12-30 09:00")
    breach = next(event for event in qa.recorded if event.title == "ClockBreached")
    assert qa.letter_taken("2026-12-30 10:00") == []

    post.send(
        "allocation.LeadAllocated",
        london("2026-12-29 22:00"),
        case="k1",
        about=("c1",),
        recorded=london("2026-12-31 09:00"),
        lead=PRACTITIONER,
        purpose="FAMILY_HELP",
    )
    (withdrawal,) = qa.letter_taken("2026-12-31 09:01")
    assert withdrawal.event == RecordWithdrawn(of_event=breach.event_id, reason_code="RECORDED_IN_ERROR")
    assert withdrawal.stream == breach.stream
    assert qa.letter_taken("2026-12-31 09:02") == []
    assert qa.tick("2026-12-31 10:00") == []

    # The allocation itself was a mistake: the clock runs on as if it had not been, and the miss is told again.
    post.withdraw(london("2027-01-04 09:00"), post.sent[-1])
    (again,) = qa.tick("2027-01-04 09:01")
    assert (again.stream, type(again.event)) == (breach.stream, ClockBreached)
    assert qa.tick("2027-01-04 09:02") == []


def test_a_stop_too_late_leaves_the_breach_standing() -> None:
    post, qa = sent_on_christmas_eve()
    qa.tick("2026-12-30 09:00")
    active(post, "2026-12-30 09:30", "k1", "c1")
    assert qa.letter_taken("2026-12-30 10:31") == []


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_start_that_was_withdrawn_takes_its_breach_back() -> None:
    post, qa = sent_on_christmas_eve()
    qa.tick("2026-12-30 09:00")
    request = next(letter for letter in post.sent if letter.title == "AllocationRequested")
    post.withdraw(london("2027-01-04 09:00"), request)
    assert [type(fact.event) for fact in qa.letter_taken("2027-01-04 09:01")] == [RecordWithdrawn]


def test_the_same_clock_has_the_same_stream_whoever_asks_and_the_order_is_fixed() -> None:
    post, qa = sent_on_christmas_eve()
    facts = reports_due(qa.clocks("2027-06-01 09:00"), {})
    again = reports_due(clocks_in(papers_of("k1", reversed(post.sent)), protocol_of, london("2027-06-01 09:00")), {})
    assert [(fact.stream, fact.event) for fact in facts] == [(fact.stream, fact.event) for fact in again]
    assert len({fact.stream for fact in facts}) == len(facts) == 2
