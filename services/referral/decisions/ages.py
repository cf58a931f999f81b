"""How old a child is: a structural fact, told instead of the date of birth."""

from dataclasses import dataclass
from datetime import date

ADULT = 18


@dataclass(frozen=True)
class Age:
    """One of years, unborn and not_known holds."""

    years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None

    @property
    def adult(self) -> bool:
        """Whether this is no child any more."""
        return self.years is not None and self.years >= ADULT

    def fields(self) -> dict[str, int | bool | None]:
        """As a payload names it."""
        return {"age_years": self.years, "unborn": self.unborn, "not_known": self.not_known}


NOT_KNOWN = Age(not_known=True)


def age_on(
    day: date,
    date_of_birth: date | None = None,
    estimated_age: int | None = None,
    expected_date_of_delivery: date | None = None,
) -> Age:
    """The age on a local day; a birthday counts from its first minute, one on 29 February from 1 March.

    A date of birth that lies ahead tells nothing.
    """
    if date_of_birth is not None and date_of_birth <= day:
        had_birthday = (day.month, day.day) >= (date_of_birth.month, date_of_birth.day)
        return Age(years=day.year - date_of_birth.year - (not had_birthday))
    if estimated_age is not None:
        return Age(years=estimated_age)
    if expected_date_of_delivery is not None and date_of_birth is None:
        return Age(unborn=True)
    return NOT_KNOWN
