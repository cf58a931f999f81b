"""When those who must act are reminded (CAL-12), and what weekends do to it (CAL-4, CAL-5, CAL-10)."""

import os
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.calendar import end_of_day, is_working_day, local_date, start_of_day
from shared.kernel.limits import Limit, alert_instants

DEEP = os.environ.get("TOLDONCE_DEEP") == "1"
thorough = settings(max_examples=10_000 if DEEP else 300, deadline=None, derandomize=not DEEP, database=None)


def alerts(start: datetime, limit: Limit) -> list[tuple[str, datetime]]:
    return [(step, instant) for step, instant in alert_instants(start, limit.due(start), limit)]


def steps(start: datetime, limit: Limit) -> list[str]:
    return [step for step, _ in alerts(start, limit)]


def test_a_long_clock_is_said_at_half_time_two_working_days_before_and_on_the_day() -> None:
    start = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)
    half = start + (end_of_day(date(2026, 7, 27)) - start) / 2
    assert alerts(start, Limit(working_days=45)) == [
        ("HALF", half),
        ("TWO_DAYS", start_of_day(date(2026, 7, 23))),
        ("DAY", start_of_day(date(2026, 7, 27))),
    ]


def test_a_clock_under_five_days_has_no_step_two_days_before() -> None:
    start = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    assert steps(start, Limit(working_days=4)) == ["HALF", "DAY"]
    assert steps(start, Limit(days=4)) == ["HALF", "DAY"]


def test_a_weekend_can_bring_the_step_two_days_before_ahead_of_half_time() -> None:
    start = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    assert steps(start, Limit(working_days=5)) == ["TWO_DAYS", "HALF", "DAY"]


def test_one_working_day_over_christmas_is_said_on_the_morning_it_is_due() -> None:
    start = datetime(2026, 12, 24, 16, 30, tzinfo=UTC)
    assert alerts(start, Limit(working_days=1))[-1] == ("DAY", datetime(2026, 12, 29, tzinfo=UTC))


def test_a_clock_that_ends_on_a_sunday_is_said_on_the_friday_before() -> None:
    start = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert alerts(start, Limit(months=3))[1:] == [
        ("TWO_DAYS", datetime(2027, 2, 25, tzinfo=UTC)),
        ("DAY", datetime(2027, 2, 26, tzinfo=UTC)),
    ]


def test_a_clock_that_starts_and_ends_on_days_off_is_said_at_once() -> None:
    start = datetime(2026, 4, 4, 9, 0, tzinfo=UTC)
    assert ("DAY", start) in alerts(start, Limit(days=1))


def test_what_is_due_the_same_day_is_said_at_once() -> None:
    start = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    assert alerts(start, Limit(same_day=True))[0] == ("DAY", start)


def test_hours_are_said_on_the_day_they_end_weekend_or_not() -> None:
    start = datetime(2026, 3, 28, 18, 0, tzinfo=UTC)
    assert alerts(start, Limit(hours=24)) == [
        ("DAY", start_of_day(date(2026, 3, 29))),
        ("HALF", start + timedelta(hours=12)),
    ]


def test_a_reminder_from_before_the_start_is_none() -> None:
    start = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    assert steps(start, Limit(days=5)) == ["HALF", "DAY"]


def test_what_must_precede_a_meeting_is_said_from_when_it_was_asked_for() -> None:
    limit, asked = Limit(working_days=3, before=True), datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    said = alert_instants(asked, limit.due_before(date(2026, 4, 22)), limit)
    assert [step for step, _ in said] == ["HALF", "TWO_DAYS", "DAY"]


def test_a_clock_that_is_over_before_it_starts_has_a_breach_and_no_alert() -> None:
    limit, start = Limit(days=3, before=True), datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    assert alert_instants(start, limit.due_before(date(2026, 4, 9)), limit) == []


LIMITS = [
    *(Limit(working_days=n) for n in (1, 4, 5, 45)),
    *(Limit(days=n) for n in (1, 3, 5, 7)),
    *(Limit(weeks=6), Limit(months=1), Limit(hours=24), Limit(same_day=True)),
]
# Whole seconds: a day is over at 23:59:59, and what starts in the last fraction of it is already late.
seconds = st.datetimes(datetime(2001, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)


@thorough
@given(seconds, st.sampled_from(LIMITS))
def test_every_alert_lies_between_start_and_due_in_order_and_the_day_is_always_said(
    start: datetime, limit: Limit
) -> None:
    due = limit.due(start)
    said = alert_instants(start, due, limit)
    named, instants = [step for step, _ in said], [instant for _, instant in said]
    assert [start, *instants, due] == sorted([start, *instants, due])
    assert sorted(set(named)) == sorted(named)
    assert {"HALF", "DAY"} <= set(named)
    morning = dict(said)["DAY"]
    assert morning == start or limit.hours or is_working_day(local_date(morning))
