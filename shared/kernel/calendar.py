"""Days as English children's social care counts them: working days, and where a local day starts and ends.

The rules are CAL-1 to CAL-3 and CAL-5 of the rulebook. Bank holidays come from the `holidays` library, which
agrees with the list that GOV.UK publishes; nothing here reads a clock.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from holidays.countries.united_kingdom import UnitedKingdom

LONDON = ZoneInfo("Europe/London")

PUBLISHED_THROUGH = 2028
"""The last year whose bank holidays GOV.UK has published; raise it when the next list is out and agrees."""

FIRST_YEAR, LAST_YEAR = 1872, 4099
"""The first year after the Bank Holidays Act 1871, and the last for which the date of Easter is computed."""


class _England(UnitedKingdom):
    # The library stops at 2100 and then silently has no holidays at all; a review date of 2150, however odd,
    # must not turn Christmas Day into a working day.
    end_year = LAST_YEAR


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The days of a year that are holidays in England, whichever weekday they fall on.

    Bank holidays and their substitute days, Christmas Day, Boxing Day and Good Friday (CAL-1).
    ValueError outside FIRST_YEAR to LAST_YEAR.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the calendar reaches from {FIRST_YEAR} to {LAST_YEAR}")
    return frozenset(_England(subdiv="ENG", years=year))


@cache
def _working_ordinals(year: int) -> tuple[int, ...]:
    """The working days of a year in order, as proleptic ordinals: counting is then a search, not a walk."""
    holidays = holidays_of(year)
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, after))
    return tuple(day.toordinal() for day in days if day.weekday() < 5 and day not in holidays)


def is_working_day(day: date) -> bool:
    """Whether a day is neither a weekend nor a holiday in England (CAL-1)."""
    return day.weekday() < 5 and day not in holidays_of(day.year)


def is_provisional(day: date) -> bool:
    """Whether a day's year is one that GOV.UK has not published: its holidays are computed (CAL-1)."""
    return day.year > PUBLISHED_THROUGH


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day, which is itself not counted (CAL-3); for n = 0 the day itself.

    ValueError if n is negative or the count leaves the calendar.
    """
    if n < 0:
        raise ValueError("working days are counted forwards; to go back, subtract them")
    if n == 0:
        return day
    year = day.year
    working = _working_ordinals(year)
    place = bisect_right(working, day.toordinal()) + n - 1
    while place >= len(working):
        place -= len(working)
        year += 1
        working = _working_ordinals(year)
    return date.fromordinal(working[place])


def subtract_working_days(day: date, n: int) -> date:
    """The n-th working day before a day, which is itself not counted (CAL-9); for n = 0 the day itself.

    ValueError if n is negative or the count leaves the calendar.
    """
    if n < 0:
        raise ValueError("working days are subtracted backwards; to go on, add them")
    if n == 0:
        return day
    year = day.year
    working = _working_ordinals(year)
    place = bisect_left(working, day.toordinal()) - n
    while place < 0:
        year -= 1
        working = _working_ordinals(year)
        place += len(working)
    return date.fromordinal(working[place])


def last_working_day_on_or_before(day: date) -> date:
    """The day itself if it is a working day, else the last one before it: where an alert is seen (CAL-5)."""
    return day if is_working_day(day) else subtract_working_days(day, 1)


def local_date(instant: datetime) -> date:
    """The date that an aware instant has on a London calendar (CAL-2). ValueError for a naive one."""
    return as_utc(instant).astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """00:00:00 of a London day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """23:59:59 of a London day, in UTC: the instant at which what is due that day is due (CAL-3)."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON).astimezone(UTC)


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC. ValueError for a naive one, which Python would read in its machine's zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(UTC)


def months_from(day: date, months: int) -> date:
    """The same day-of-month so many months on, or back if negative; else that month's last day (CAL-7)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
