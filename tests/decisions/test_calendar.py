"""Working days and London days (CAL-1 to CAL-3, CAL-5, CAL-7), against a walk that knows no library."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel import calendar

DEEP = os.environ.get("TOLDONCE_DEEP") == "1"
thorough = settings(max_examples=10_000 if DEEP else 300, deadline=None, derandomize=not DEEP, database=None)

ONE_DAY = timedelta(days=1)
RULED_FROM = 2000
days = st.dates(date(RULED_FROM + 1, 1, 1), date(2198, 12, 31))

# Holidays that the ordinary rules do not give, and those of the ordinary rules that were moved to make them.
NONE: set[date] = set()
PROCLAIMED = {
    2002: ({date(2002, 6, 3), date(2002, 6, 4)}, {date(2002, 5, 27)}),
    2011: ({date(2011, 4, 29)}, NONE),
    2012: ({date(2012, 6, 4), date(2012, 6, 5)}, {date(2012, 5, 28)}),
    2020: ({date(2020, 5, 8)}, {date(2020, 5, 4)}),
    2022: ({date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}, {date(2022, 5, 30)}),
    2023: ({date(2023, 5, 8)}, NONE),
}


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


@cache
def weekday_holidays(year: int) -> frozenset[date]:
    """The weekdays on which England does not work, by rule and proclamation."""

    def first_monday(month: int) -> date:
        return next(d for n in range(7) if (d := date(year, month, 1) + n * ONE_DAY).weekday() == 0)

    last_of_may, last_of_august = date(year, 5, 31), date(year, 8, 31)
    off = {
        easter(year) - 2 * ONE_DAY,
        easter(year) + ONE_DAY,
        first_monday(5),
        last_of_may - last_of_may.weekday() * ONE_DAY,
        last_of_august - last_of_august.weekday() * ONE_DAY,
    }
    # Each fixed day that falls on a weekend is made good on the next weekday that is not itself such a day.
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    off |= {day for day in fixed if day.weekday() < 5}
    for day in fixed:
        if day.weekday() >= 5:
            while day.weekday() >= 5 or day in off:
                day += ONE_DAY
            off.add(day)
    added, moved = PROCLAIMED.get(year, (NONE, NONE))
    return frozenset(off - moved | added)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in weekday_holidays(day.year)


def walk(day: date, n: int, step: timedelta) -> date:
    while n:
        day += step
        n -= works(day)
    return day


LISTED = {  # the rulebook's list, section 4
    2024: "1 Jan, 29 Mar, 1 Apr, 6 May, 27 May, 26 Aug, 25 Dec, 26 Dec",
    2025: "1 Jan, 18 Apr, 21 Apr, 5 May, 26 May, 25 Aug, 25 Dec, 26 Dec",
    2026: "1 Jan, 3 Apr, 6 Apr, 4 May, 25 May, 31 Aug, 25 Dec, 28 Dec",
    2027: "1 Jan, 26 Mar, 29 Mar, 3 May, 31 May, 30 Aug, 27 Dec, 28 Dec",
}


@pytest.mark.parametrize("year", LISTED)
def test_the_holidays_of_a_published_year_are_those_listed(year: int) -> None:
    listed = {datetime.strptime(f"{day} {year}", "%d %b %Y").date() for day in LISTED[year].split(", ")}
    assert {day for day in calendar.holidays_of(year) if day.weekday() < 5} == listed


@pytest.mark.parametrize("year", range(RULED_FROM, 2201))
def test_the_holidays_of_a_year_are_those_of_the_rules_beyond_the_reach_of_the_library_too(year: int) -> None:
    assert {day for day in calendar.holidays_of(year) if day.weekday() < 5} == weekday_holidays(year)


@pytest.mark.parametrize("year", [2021, 2022, 2026, 2027, 2028, 2150])
def test_christmas_boxing_day_and_good_friday_are_holidays_on_whatever_weekday(year: int) -> None:
    named = {date(year, 12, 25), date(year, 12, 26), easter(year) - 2 * ONE_DAY}
    assert named <= calendar.holidays_of(year)
    assert not any(calendar.is_working_day(day) for day in named)


def test_a_holiday_of_scotland_alone_is_a_working_day() -> None:
    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 11, 30))


@thorough
@given(days, st.integers(0, 130))
def test_adding_working_days_is_walking_forwards(day: date, n: int) -> None:
    assert calendar.add_working_days(day, n) == walk(day, n, ONE_DAY)


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-05-22", 1, "2026-05-26"),
        ("2026-05-22", 45, "2026-07-27"),
        ("2026-11-16", 45, "2027-01-21"),
        ("2026-12-18", 45, "2027-02-24"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-05-14", 10, "2026-05-29"),
        ("2026-05-14", 20, "2026-06-12"),
        ("2026-05-22", 65, "2026-08-24"),
        ("2026-12-17", 7, "2026-12-30"),
    ],
)
def test_the_days_by_which_the_rulebook_proves_its_calendar(day: str, n: int, reached: str) -> None:
    assert calendar.add_working_days(date.fromisoformat(day), n) == date.fromisoformat(reached)


@thorough
@given(days, st.integers(0, 130))
def test_subtracting_working_days_is_walking_backwards(day: date, n: int) -> None:
    assert calendar.subtract_working_days(day, n) == walk(day, n, -ONE_DAY)


@thorough
@given(days)
def test_a_day_works_as_the_rules_say_and_the_last_working_day_is_found(day: date) -> None:
    assert calendar.is_working_day(day) is works(day)
    last = next(d for n in range(12) if works(d := day - n * ONE_DAY))
    assert calendar.last_working_day_on_or_before(day) == last


@pytest.mark.parametrize("count", [calendar.add_working_days, calendar.subtract_working_days])
def test_a_negative_count_is_refused(count: Callable[[date, int], date]) -> None:
    with pytest.raises(ValueError):
        count(date(2026, 1, 1), -1)


def test_a_count_crosses_several_years() -> None:
    assert calendar.add_working_days(date(2026, 1, 1), 1000) == walk(date(2026, 1, 1), 1000, ONE_DAY)
    assert calendar.subtract_working_days(date(2026, 1, 1), 1000) == walk(date(2026, 1, 1), 1000, -ONE_DAY)


@pytest.mark.parametrize("year", [calendar.FIRST_YEAR - 1, calendar.LAST_YEAR + 1])
def test_a_year_outside_the_calendar_is_refused_rather_than_taken_to_have_no_holidays(year: int) -> None:
    with pytest.raises(ValueError):
        calendar.holidays_of(year)


def test_a_year_that_is_not_published_yet_is_provisional() -> None:
    assert not calendar.is_provisional(date(2028, 12, 31))
    assert calendar.is_provisional(date(2029, 1, 1))


def test_a_local_date_is_that_of_london_whatever_offset_the_instant_came_with() -> None:
    assert calendar.local_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert calendar.local_date(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == date(2026, 1, 1)
    further_east = timezone(timedelta(hours=5))
    assert calendar.local_date(datetime(2026, 1, 2, 4, 0, tzinfo=further_east)) == date(2026, 1, 1)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError):
        calendar.local_date(datetime(2026, 7, 1, 12, 0))


def test_a_day_ends_by_the_local_clock_and_comes_back_in_utc() -> None:
    assert calendar.end_of_day(date(2026, 3, 28)) == datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)
    assert calendar.end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)
    assert calendar.end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)
    assert calendar.end_of_day(date(2026, 7, 1)).utcoffset() == timedelta(0)
    assert calendar.start_of_day(date(2026, 3, 30)) == datetime(2026, 3, 29, 23, 0, tzinfo=UTC)


@thorough
@given(days)
def test_the_end_of_a_day_is_the_second_before_the_start_of_the_next(day: date) -> None:
    assert calendar.start_of_day(day + ONE_DAY) - calendar.end_of_day(day) == timedelta(seconds=1)
    assert calendar.local_date(calendar.end_of_day(day)) == day
    assert calendar.local_date(calendar.start_of_day(day)) == day


@thorough
@given(days, st.integers(-30, 30))
def test_months_keep_the_day_or_take_the_last_of_a_shorter_month(day: date, months: int) -> None:
    there = calendar.months_from(day, months)
    assert (there.year - day.year) * 12 + there.month - day.month == months
    assert there.day == day.day or (there.day < day.day and (there + ONE_DAY).day == 1)
