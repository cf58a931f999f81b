"""When things are due (CAL-3 to CAL-10, CAL-14): every worked date of the rulebook's clock tables
that is calendar arithmetic, then the rules themselves."""

import os
import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.calendar import add_working_days, end_of_day, is_working_day, local_date
from shared.kernel.limits import LONGEST, Limit

DEEP = os.environ.get("TOLDONCE_DEEP") == "1"
thorough = settings(max_examples=10_000 if DEEP else 300, deadline=None, derandomize=not DEEP, database=None)
LONDON = ZoneInfo("Europe/London")


def day(text: str) -> date:
    """Reads `Thu 2 Apr 2026`, and holds the table to its weekday."""
    read = datetime.strptime(text, "%a %d %b %Y").date()
    assert f"{read:%a}" == text[:3], text
    return read


def at(text: str, clock: str = "14:00") -> datetime:
    hour, minute = map(int, clock.split(":"))
    read = day(text)
    return datetime(read.year, read.month, read.day, hour, minute, tzinfo=LONDON)


working = {n: Limit(working_days=n) for n in (1, 3, 5, 7, 10, 15, 20, 25, 30, 45, 65)}
month = {n: Limit(months=n) for n in (1, 2, 3, 6, 12, 18, 24)}
week, six_weeks, three_days = Limit(days=7), Limit(weeks=6), Limit(days=3)

WORKED = [
    # rulebook/clocks.md, 9.1
    ("WLV-REF-08", "Thu 2 Apr 2026", working[10], "Mon 20 Apr 2026"),
    ("WLV-REF-08 in calendar days", "Thu 2 Apr 2026", Limit(days=10), "Sun 12 Apr 2026"),
    ("WLV-ALLOC-05", "Thu 24 Dec 2026", working[1], "Tue 29 Dec 2026"),
    ("WLV-ALLOC-03 before the cut-off", "Thu 24 Dec 2026", Limit(same_day=True), "Thu 24 Dec 2026"),
    ("WLV-ALLOC-03 after it", "Thu 24 Dec 2026", working[1], "Tue 29 Dec 2026"),
    ("WLV-THR-19", "Fri 22 May 2026", working[1], "Tue 26 May 2026"),
    ("WLV-PLAN-08, WLV-PLAN-09", "Mon 5 Oct 2026", six_weeks, "Mon 16 Nov 2026"),
    ("WLV-ALLOC-35", "Wed 20 May 2026", month[1], "Sat 20 Jun 2026"),
    ("WLV-ALLOC-35 at a month's end", "Mon 31 Aug 2026", month[1], "Wed 30 Sep 2026"),
    ("WLV-QA-02", "Thu 1 Oct 2026", Limit(months=1, count_start_day=True), "Sat 31 Oct 2026"),
    ("WLV-QA-05", "Tue 31 Mar 2026", month[6], "Wed 30 Sep 2026"),
    ("BRS-REF-04", "Mon 21 Dec 2026", working[1], "Tue 22 Dec 2026"),
    ("BRS-REF-04 assessment", "Fri 18 Dec 2026", working[45], "Wed 24 Feb 2027"),
    ("BRS-REF-04 from the unit", "Mon 21 Dec 2026", working[45], "Thu 25 Feb 2027"),
    ("BRS-PLAN-16", "Thu 24 Dec 2026", working[1], "Tue 29 Dec 2026"),
    ("BRS-PLAN-13", "Mon 16 Nov 2026", working[45], "Thu 21 Jan 2027"),
    ("BRS-THR-12, BRS-THR-04", "Wed 23 Dec 2026", week, "Wed 30 Dec 2026"),
    ("BRS-QA-05", "Thu 31 Dec 2026", month[2], "Sun 28 Feb 2027"),
    ("BRS-QA-11 first", "Tue 1 Oct 2024", month[6], "Tue 1 Apr 2025"),
    ("BRS-QA-08, BRS-QA-11 second", "Tue 1 Oct 2024", month[12], "Wed 1 Oct 2025"),
    ("BRS-QA-11 third", "Tue 1 Oct 2024", month[18], "Wed 1 Apr 2026"),
    ("BRS-QA-08, BRS-QA-11 last", "Tue 1 Oct 2024", month[24], "Thu 1 Oct 2026"),
    ("BKM-REF-29", "Thu 24 Dec 2026", working[1], "Tue 29 Dec 2026"),
    ("BKM-PLAN-05, BKM-PLAN-06", "Mon 31 Aug 2026", month[1], "Wed 30 Sep 2026"),
    ("BKM-PLAN-06 second", "Mon 31 Aug 2026", month[3], "Mon 30 Nov 2026"),
    ("BKM-PLAN-06 third", "Mon 31 Aug 2026", month[6], "Sun 28 Feb 2027"),
    ("WLL-ALLOC-01", "Thu 24 Dec 2026", week, "Thu 31 Dec 2026"),
    ("WLL-ALLOC-01 after an enquiry", "Thu 12 Nov 2026", week, "Thu 19 Nov 2026"),
    ("WLL-ALLOC-01 from the assessment", "Mon 2 Nov 2026", week, "Mon 9 Nov 2026"),
    ("WLL-PLAN-34", "Tue 7 Apr 2026", three_days, "Fri 10 Apr 2026"),
    ("WLL-PLAN-34 in working days", "Tue 7 Apr 2026", working[3], "Fri 10 Apr 2026"),
    ("WLL-PLAN-27", "Mon 31 Aug 2026", month[1], "Wed 30 Sep 2026"),
    ("WLL-PLAN-36, NAT-PLAN-07", "Mon 30 Nov 2026", month[3], "Sun 28 Feb 2027"),
    ("WLL-THR-10, SAW-PLAN-22, NAT-REF-01", "Thu 24 Dec 2026", working[1], "Tue 29 Dec 2026"),
    ("SAW-PLAN-09", "Mon 16 Nov 2026", working[45], "Thu 21 Jan 2027"),
    ("SAW-PLAN-10", "Mon 7 Dec 2026", working[45], "Thu 11 Feb 2027"),
    ("NAT-PLAN-01", "Fri 22 May 2026", working[45], "Mon 27 Jul 2026"),
    ("NAT-THR-02", "Mon 7 Dec 2026", working[15], "Wed 30 Dec 2026"),
    ("NAT-THR-02 counted", "Mon 7 Dec 2026", Limit(working_days=15, count_start_day=True), "Tue 29 Dec 2026"),
    ("NAT-THR-03", "Wed 30 Dec 2026", working[10], "Thu 14 Jan 2027"),
    ("NAT-THR-04", "Wed 30 Dec 2026", month[3], "Tue 30 Mar 2027"),
    ("NAT-THR-05", "Tue 30 Mar 2027", month[6], "Thu 30 Sep 2027"),
    ("NAT-PLAN-02", "Mon 16 Nov 2026", working[20], "Mon 14 Dec 2026"),
    ("NAT-PLAN-02 second", "Mon 14 Dec 2026", month[3], "Sun 14 Mar 2027"),
    ("NAT-THR-08", "Mon 5 Jan 2026", Limit(weeks=26, count_start_day=True), "Sun 5 Jul 2026"),
    ("NAT-THR-08 not counted", "Mon 5 Jan 2026", Limit(weeks=26), "Mon 6 Jul 2026"),
    ("NAT-COMP-01", "Fri 22 May 2026", working[10], "Mon 8 Jun 2026"),
    ("NAT-COMP-01 extended, NAT-COMP-03", "Fri 22 May 2026", working[20], "Mon 22 Jun 2026"),
    ("NAT-COMP-02", "Fri 22 May 2026", working[25], "Mon 29 Jun 2026"),
    ("NAT-COMP-02 extended", "Fri 22 May 2026", working[65], "Mon 24 Aug 2026"),
    ("NAT-COMP-07", "Fri 19 Jun 2026", working[30], "Fri 31 Jul 2026"),
    ("NAT-COMP-08", "Fri 31 Jul 2026", working[5], "Fri 7 Aug 2026"),
    ("NAT-COMP-09", "Fri 7 Aug 2026", working[15], "Fri 28 Aug 2026"),
    # rulebook/clocks.md, 9.2, where not above
    ("Easter", "Thu 2 Apr 2026", working[1], "Tue 7 Apr 2026"),
    ("ten", "Thu 14 May 2026", working[10], "Fri 29 May 2026"),
    ("twenty", "Thu 14 May 2026", working[20], "Fri 12 Jun 2026"),
    ("seven", "Thu 17 Dec 2026", working[7], "Wed 30 Dec 2026"),
]


@pytest.mark.parametrize(("start", "limit", "due"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED])
@pytest.mark.parametrize("clock", ["00:00", "18:00", "23:59"])
def test_worked_dates(start: str, limit: Limit, due: str, clock: str) -> None:
    last = day(due)
    by = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=LONDON)
    assert limit.due(at(start, clock)) == by
    assert limit.due(at(start, clock)).tzinfo is UTC


@pytest.mark.parametrize(
    ("meeting", "limit", "due"),
    [
        ("Wed 8 Apr 2026", Limit(working_days=3, before=True), "Wed 1 Apr 2026"),  # BKM-ALLOC-12
        ("Wed 27 May 2026", Limit(working_days=3, before=True), "Thu 21 May 2026"),
        ("Tue 7 Apr 2026", Limit(days=3, before=True), "Sat 4 Apr 2026"),  # WLL-PLAN-08
        ("Tue 7 Apr 2026", Limit(working_days=3, before=True), "Tue 31 Mar 2026"),
        ("Tue 7 Apr 2026", Limit(weeks=2, before=True), "Tue 24 Mar 2026"),
        ("Tue 31 Mar 2026", Limit(months=1, before=True), "Sat 28 Feb 2026"),
    ],
)
def test_worked_dates_before_a_meeting(meeting: str, limit: Limit, due: str) -> None:
    assert limit.due_before(day(meeting)) == end_of_day(day(due))


def test_a_weekly_meeting_passes_over_a_week_whose_wednesday_is_no_working_day() -> None:
    """BKM-ALLOC-11 is no limit but a cycle; its worked dates rest on which Wednesdays are worked."""

    def due(held: str) -> date:
        sunday = day(held) + timedelta(days=6 - day(held).weekday() + 7)
        while not is_working_day(sunday - timedelta(days=4)):
            sunday += timedelta(days=7)
        return sunday

    assert due("Wed 16 Dec 2026") == day("Sun 27 Dec 2026")
    assert due("Wed 18 Dec 2024") == day("Sun 12 Jan 2025")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (at("Sat 28 Mar 2026", "18:00"), datetime(2026, 3, 29, 18, 0, tzinfo=UTC)),  # BKM-REF-16: 19:00 BST
        (at("Sat 24 Oct 2026", "16:00"), datetime(2026, 10, 25, 15, 0, tzinfo=UTC)),  # WLL-INFO-13: 15:00 GMT
        (at("Thu 24 Dec 2026", "17:30"), datetime(2026, 12, 25, 17, 30, tzinfo=UTC)),
    ],
)
def test_hours_are_elapsed_hours_through_clock_changes_and_holidays(start: datetime, due: datetime) -> None:
    assert Limit(hours=24).due(start) == due


def test_the_day_that_starts_a_limit_is_that_of_london() -> None:
    assert Limit(working_days=1).due(datetime(2026, 7, 2, 23, 30, tzinfo=UTC)) == end_of_day(day("Mon 6 Jul 2026"))


def test_a_start_on_a_day_off_begins_with_the_next_working_day_counted_or_not() -> None:
    for counted in (False, True):
        limit = Limit(working_days=1, count_start_day=counted)
        assert limit.due(at("Sat 4 Apr 2026")) == end_of_day(day("Tue 7 Apr 2026"))


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("Sun 1 Mar 2026", 1, "Tue 31 Mar 2026"),
        ("Wed 28 Jan 2026", 1, "Fri 27 Feb 2026"),
        ("Sat 31 Jan 2026", 1, "Sat 28 Feb 2026"),
        ("Thu 1 Jan 2026", 12, "Thu 31 Dec 2026"),
    ],
)
def test_months_that_count_their_first_day_end_the_day_before_the_corresponding_one(
    first: str, months: int, last: str
) -> None:
    assert Limit(months=months, count_start_day=True).due(at(first)) == end_of_day(day(last))


def test_until_is_the_end_of_that_date_whatever_day_it_is_and_whenever_it_starts() -> None:
    christmas = Limit(until=date(2026, 12, 25))
    assert christmas.due(at("Tue 1 Dec 2026")) == end_of_day(date(2026, 12, 25))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"working_days": 0},
        {"working_days": 1, "days": 1},
        {"hours": 24, "same_day": True},
        {"same_day": True, "until": date(2026, 1, 1)},
        {"days": -1},
        {"days": 2, "weeks": -2},
        {"days": LONGEST + 1},
        {"hours": 24, "before": True},
        {"hours": 24, "count_start_day": True},
        {"same_day": True, "before": True},
        {"until": date(2026, 1, 1), "count_start_day": True},
        {"days": 3, "before": True, "count_start_day": True},
        {"before": True},
    ],
)
def test_a_limit_has_one_unit_and_only_flags_that_fit_it(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Limit(**fields)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields, Limit)


@pytest.mark.parametrize("text", ["fortnights = 2", "days = true", 'days = "3"', "days = 1.5", 'until = "soon"'])
def test_a_pack_with_a_limit_of_another_shape_does_not_load(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(tomllib.loads(text), Limit)


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("working_days = 1", Limit(working_days=1), "1 working day"),
        ("working_days = 45", Limit(working_days=45), "45 working days"),
        ("weeks = 6", Limit(weeks=6), "6 weeks"),
        ("months = 1", Limit(months=1), "1 month"),
        ("hours = 24", Limit(hours=24), "24 hours"),
        ("same_day = true", Limit(same_day=True), "same day"),
        ("until = 2025-09-30", Limit(until=date(2025, 9, 30)), "until 30 September 2025"),
        ("days = 3\nbefore = true", Limit(days=3, before=True), "3 days before"),
        (
            "weeks = 2\ncount_start_day = true",
            Limit(weeks=2, count_start_day=True),
            "2 weeks, counting the first day",
        ),
    ],
)
def test_a_limit_loads_from_a_pack_says_itself_and_survives_storing(text: str, limit: Limit, words: str) -> None:
    assert msgspec.convert(tomllib.loads(text), Limit) == limit
    assert limit.describe() == words
    assert msgspec.json.decode(msgspec.json.encode(limit), type=Limit) == limit


def test_each_direction_refuses_the_question_of_the_other() -> None:
    with pytest.raises(ValueError):
        Limit(days=3, before=True).due(at("Tue 7 Apr 2026"))
    with pytest.raises(ValueError):
        Limit(days=3).due_before(day("Tue 7 Apr 2026"))


@pytest.mark.parametrize("limit", [Limit(hours=24), Limit(days=1), Limit(working_days=1), Limit(same_day=True)])
def test_a_naive_start_is_refused(limit: Limit) -> None:
    with pytest.raises(ValueError):
        limit.due(datetime(2026, 7, 1, 12, 0))


instants = st.datetimes(datetime(2001, 1, 1), datetime(2190, 1, 1), timezones=st.sampled_from([UTC, LONDON]))
counted_units = st.sampled_from(["working_days", "days", "weeks", "months"])


@thorough
@given(instants, counted_units, st.integers(1, 70), st.booleans())
def test_a_day_limit_ends_as_a_walk_over_the_days_says(start: datetime, unit: str, n: int, counted: bool) -> None:
    due = msgspec.convert({unit: n, "count_start_day": counted}, Limit).due(start)
    last, first = local_date(due), local_date(start)
    assert (due.tzinfo, due) == (UTC, end_of_day(last))
    span = [first + timedelta(days=k) for k in range(0 if counted else 1, (last - first).days + 1)]
    if unit == "working_days":
        assert sum(map(is_working_day, span)) == n
        assert is_working_day(last)
    elif unit == "months":
        assert 28 * n <= len(span) <= 31 * n
    else:
        assert len(span) == n * (7 if unit == "weeks" else 1)


@thorough
@given(instants, st.integers(1, 200))
def test_an_hour_limit_is_exact_in_absolute_time(start: datetime, n: int) -> None:
    assert Limit(hours=n).due(start).timestamp() == pytest.approx(start.timestamp() + n * 3600, abs=1e-5)


@thorough
@given(st.dates(date(2001, 1, 1), date(2190, 1, 1)), st.integers(1, 70))
def test_counting_back_from_a_meeting_and_on_again_comes_to_the_meeting(meeting: date, n: int) -> None:
    due = local_date(Limit(working_days=n, before=True).due_before(meeting))
    reached = add_working_days(due, n)
    assert is_working_day(due)
    assert reached >= meeting if is_working_day(meeting) else reached > meeting
    assert add_working_days(due, n - 1) < meeting
