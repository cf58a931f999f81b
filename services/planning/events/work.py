"""What was done and noted beside the decisions."""

from datetime import date, datetime

import msgspec

from services.planning.events.shapes import Part
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class CaseNoteAdded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something about one child was noted. kind: what, as a word."""

    kind: str
    note: Sealed[str] | None = None


class UpdatedDiscussionCompleted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A social worker and the family's lead have gone over what the family needs, together.

    authors: who did; lead_change_view: whether a social worker should lead in the longer term; threshold_view:
    whether the level should change. NOT_APPLICABLE is an answer to both.
    """

    authors: tuple[Person, ...] = ()
    lead_change_view: str | None = None
    threshold_view: str | None = None
    note: Sealed[str] | None = None


class RiskExemption(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Why a family was not told yet, and who decided so."""

    reason_code: str
    reason_note: Sealed[str] | None = None
    decided_by: Person | None = None


class FamilyInformed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A family was told of a decision, or it was decided that this would not be safe. about: the decision's event.

    by_lead: it was their lead who told them; instead_of_lead_reason: why somebody else did.
    """

    about: str | None = None
    informed_on: date | None = None
    by: Person
    by_lead: bool
    instead_of_lead_reason: str | None = None
    instead_of_lead_reason_note: Sealed[str] | None = None
    risk_exemption: RiskExemption | None = None
    reasons_given: bool | None = None


class SpokenWith(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody of the family."""

    member_id: str


class FamilyContact(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was in touch with the family. at: when, UTC; statutory: it was a visit or talk that the law asks for."""

    at: datetime | None = None
    ended_at: datetime | None = None
    channel: str | None = None
    with_: tuple[SpokenWith, ...] = msgspec.field(name="with", default=())
    child_spoken_to: bool | None = None
    statutory: bool | None = None
    note: Sealed[str] | None = None


class PrivateFosteringNotified(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The authority knows that a child is privately fostered. Both are days on a London calendar."""

    aware_from: date
    notified_on: date
