"""A child as identity keeps it: who they are, as far as it is known. Personal data is there only when opened."""

from datetime import date
from typing import TypeVar

import msgspec

from services.referral.events import ChildAgeCorrected, ChildIdentified, ChildReachedAge
from shared.kernel.events import Recorded
from shared.kernel.sealed import Sealed

T = TypeVar("T")


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """One child. case_id: the case it first came in. date_of_birth: None while unknown, sealed or erased.

    reached: the ages already told of.
    """

    child_id: str
    case_id: str | None = None
    name: dict[str, str] | None = None
    date_of_birth: date | None = None
    identifiers: dict[str, str] | None = None
    age_years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None
    reached: tuple[int, ...] = ()

    @property
    def identified(self) -> bool:
        """Whether there is such a child at all."""
        return self.case_id is not None


def unknown(child_id: str) -> Child:
    """A child of whom nothing was recorded."""
    return Child(child_id=child_id)


def evolve(child: Child, recorded: Recorded) -> Child:
    """The child after one more event of its stream."""
    kept = msgspec.structs.replace(child, case_id=child.case_id or recorded.case_id)
    match recorded.data:
        case ChildIdentified() as told:
            return msgspec.structs.replace(
                kept,
                name=_clear(told.name) or kept.name,
                date_of_birth=_day(_clear(told.date_of_birth)) or kept.date_of_birth,
                identifiers=_clear(told.identifiers) or kept.identifiers,
                age_years=told.age_years,
                unborn=told.unborn,
                not_known=told.not_known,
            )
        case ChildAgeCorrected() as told:
            return msgspec.structs.replace(
                kept,
                date_of_birth=_day(_clear(told.date_of_birth)) or kept.date_of_birth,
                age_years=told.age_years,
                unborn=told.unborn,
                not_known=told.not_known,
            )
        case ChildReachedAge(age=age):
            return msgspec.structs.replace(kept, age_years=age, reached=(*kept.reached, age))
    return kept


def _clear(sealed: Sealed[T] | None) -> T | None:
    return sealed.clear if sealed is not None else None


def _day(value: object) -> date | None:
    # What was sealed comes back as the text it was stored as.
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
