"""Private fostering, being looked after, and what courts do: dated facts of one child."""

from datetime import date, datetime

from services.planning.events.shapes import Attendance, Invited
from shared.kernel.events import Event
from shared.kernel.sealed import Sealed


class PrivateFosteringEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child is privately fostered no longer."""

    ended_on: date
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class LookedAfterStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child is looked after by the authority. legal_route, return_home_plan: where the authority's rows ask."""

    started_on: date
    legal_route: str | None = None
    return_home_plan: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class LookedAfterEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child is looked after no longer. to: HOME, OTHER_ORDER, ADOPTED, TURNED_18 or OTHER."""

    ended_on: date
    to: str
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class LookedAfterReviewHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The case of a child who is looked after was reviewed."""

    held_at: datetime
    invited: tuple[Invited, ...] = ()
    attendance: tuple[Attendance, ...] = ()


class PlacementStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child who is looked after was placed. with_parent: the placement is with a parent."""

    started_on: date
    legal_status: str
    with_parent: bool | None = None


class LegalPlanningMeetingHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A legal planning meeting was held about a child."""

    held_at: datetime


class PreProceedingsLetterSent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The letter before proceedings was sent to a child's parents."""

    sent_on: date


class CareProceedingsIssued(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An application about a child was issued. urgent_reason: why without what else comes first."""

    issued_on: date
    urgent_reason: str | None = None
    urgent_reason_note: Sealed[str] | None = None


class CareOrderGranted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A court placed a child in the authority's care. order_type: INTERIM or FULL."""

    order_date: date
    order_type: str
    placed_with_parents: bool | None = None


class CareProceedingsConcluded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The proceedings about a child ended."""

    concluded_on: date
    outcome: str
