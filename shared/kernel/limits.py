"""How long something may take, as a protocol pack writes it, and the instant at which it is then due.

A pack writes `limit = { working_days = 1 }`; the rules of counting are CAL-3 to CAL-10 and CAL-14 of the
rulebook, those of the alerts CAL-5 and CAL-12. Instants that go in are aware; those that come out are UTC.
"""

from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from shared.kernel.calendar import (
    add_working_days,
    as_utc,
    end_of_day,
    last_working_day_on_or_before,
    local_date,
    months_from,
    start_of_day,
    subtract_working_days,
)

Step = Literal["HALF", "TWO_DAYS", "DAY"]

LONGEST = 1_200
"""The most units a limit may have (a hundred years of months): more is a slip of the pen in a pack."""

_COUNTED = {
    "working_days": "working day",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "hours": "hour",
}
_ONE_DAY = timedelta(days=1)


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A length of time in exactly one unit.

    `same_day` is the day of the start itself (CAL-10), `until` a date set by somebody (CAL-14). `before`
    counts back from the day of a meeting (CAL-9). `count_start_day` makes the day of the start the first one
    (GAP-38). ValueError (msgspec.ValidationError when decoded) for no unit, several, or unfit flags.
    """

    working_days: int = 0
    days: int = 0
    weeks: int = 0
    months: int = 0
    hours: int = 0
    same_day: bool = False
    until: date | None = None
    before: bool = False
    count_start_day: bool = False

    def __post_init__(self) -> None:
        counts = [n for unit in _COUNTED if (n := getattr(self, unit)) != 0]
        if len(counts) + self.same_day + (self.until is not None) != 1:
            raise ValueError("a limit has exactly one unit")
        if counts and not 1 <= counts[0] <= LONGEST:
            raise ValueError(f"a limit is from 1 to {LONGEST} of its unit")
        in_days = bool(counts) and not self.hours
        if (self.before or self.count_start_day) and not in_days:
            raise ValueError("hours, same_day and until take neither before nor count_start_day")
        if self.before and self.count_start_day:
            raise ValueError("a limit that counts back from a meeting has no first day to count")

    def due(self, start: datetime) -> datetime:
        """When what starts at an instant is due. ValueError for a naive instant or a limit counted back."""
        if self.before:
            raise ValueError("this limit counts back from a meeting; ask when it is due before that day")
        if self.hours:
            # Added in UTC: in a local zone Python adds to the face of the clock, an hour wrong twice a year.
            return as_utc(start) + timedelta(hours=self.hours)
        if self.until is not None:
            return end_of_day(self.until)
        return end_of_day(self._last_day(local_date(start)))

    def due_before(self, day: date) -> datetime:
        """When what must precede a meeting on a day is due. ValueError for a limit not counted back."""
        if not self.before:
            raise ValueError("this limit counts on from a start; ask when it is due from there")
        if self.working_days:
            return end_of_day(subtract_working_days(day, self.working_days))
        if self.months:
            return end_of_day(months_from(day, -self.months))
        return end_of_day(day - timedelta(days=self.days + 7 * self.weeks))

    def describe(self) -> str:
        """The limit in words: `45 working days`, `3 days before`, `until 30 September 2026`."""
        if self.same_day:
            return "same day"
        if self.until is not None:
            return f"until {self.until.day} {self.until:%B %Y}"
        n, unit = next((n, unit) for field, unit in _COUNTED.items() if (n := getattr(self, field)))
        length = f"{n} {unit}{'' if n == 1 else 's'}"
        if self.before:
            return f"{length} before"
        return f"{length}, counting the first day" if self.count_start_day else length

    def _last_day(self, first: date) -> date:
        if self.same_day:
            return first
        if self.working_days:
            return add_working_days(first - _ONE_DAY if self.count_start_day else first, self.working_days)
        if self.months:
            last = months_from(first, self.months)
            # A month that begins on the 31st and has no 31st to end before ends with its own last day.
            return last - _ONE_DAY if self.count_start_day and last.day == first.day else last
        last = first + timedelta(days=self.days + 7 * self.weeks)
        return last - _ONE_DAY if self.count_start_day else last


def alert_instants(start: datetime, due: datetime, limit: Limit) -> list[tuple[Step, datetime]]:
    """When those who must act are reminded, earliest first (CAL-12); the breach itself is not among these.

    HALF is the midpoint. TWO_DAYS (only clocks of five days or more) and DAY come as a local day begins, two
    working days before the due day and on it; if that is no working day, DAY comes on the last one before
    (CAL-5), except for hours, which run through weekends (CAL-4). DAY is never left out: where its day began
    before the start, it comes at once. Over a weekend TWO_DAYS can precede HALF. A clock due before it starts
    has no alert; its breach says it all. ValueError for a naive instant.
    """
    start, due = as_utc(start), as_utc(due)
    if due < start:
        return []
    due_day = local_date(due)
    day = due_day if limit.hours else last_working_day_on_or_before(due_day)
    alerts: list[tuple[Step, datetime]] = [("HALF", start + (due - start) / 2)]
    if _length_in_days(start, due_day, limit) >= 5:
        two_days = start_of_day(subtract_working_days(due_day, 2))
        # Five calendar days across Easter hold one working day; a reminder from before the start is none.
        if two_days >= start:
            alerts.append(("TWO_DAYS", two_days))
    alerts.append(("DAY", max(start, start_of_day(day))))
    return sorted(alerts, key=lambda alert: alert[1])


def _length_in_days(start: datetime, due_day: date, limit: Limit) -> int:
    if limit.working_days and not limit.before:
        return limit.working_days
    return (due_day - local_date(start)).days
