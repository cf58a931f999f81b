"""How an enquiry ends, and what conferences and core groups come to."""

from datetime import datetime
from typing import Literal

from services.planning.events.shapes import Attendance, Day, Invited, Part
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class Spoken(Part, frozen=True, kw_only=True, omit_defaults=True):
    """When the child was spoken to."""

    date: Day


class Section47EnquiryConcluded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An enquiry about one child has come to an outcome. After CONFERENCE it stays open until the conference."""

    enquiry_id: str
    outcome: str
    child_spoken_to: Spoken | None = None
    not_spoken_reason: str | None = None
    not_spoken_reason_note: Sealed[str] | None = None
    information_sources: tuple[str, ...] = ()


class InitialConferenceHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An initial child protection conference decided about one child. category: of abuse, as the census has it.

    chair, cp_lead: by the registers, where they are in them.
    """

    held_at: datetime
    decision: Literal["PLAN", "NO_PLAN"]
    category: str | None = None
    chair: Person | None = None
    invited: tuple[Invited, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    cp_lead: Person | None = None


class ReviewConferenceHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A review conference decided about one child. landing_level: at which it goes on, where the conference said so."""

    held_at: datetime
    decision: Literal["CONTINUE", "END_PLAN"]
    landing_level: str | None = None
    chair: Person | None = None
    invited: tuple[Invited, ...] = ()
    attendance: tuple[Attendance, ...] = ()


class CoreGroupHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The core group of one child's plan met."""

    held_at: datetime
    invited: tuple[Invited, ...] = ()
    attendance: tuple[Attendance, ...] = ()
