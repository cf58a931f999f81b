"""The practitioner register: who people are, and what they have learnt."""

from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class PractitionerRegistered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What a person is: profession, employer, social worker or not. Again for each change of the entry.

    sector: the agency type of a partner employer; swe_number: of the professional register, swe_valid_to with it;
    attestations, awareness: codes; supervisor, employer_supervisor, line_manager, entry_evidence_by: persons' ids.
    """

    practitioner_id: str
    name: Sealed[str]
    profession: str
    employer: str
    employer_kind: Literal["AUTHORITY", "COMMISSIONED", "PARTNER"]
    sector: str | None = None
    social_worker: bool
    swe_number: Sealed[str] | None = None
    swe_valid_to: date | None = None
    unit_id: str | None = None
    weekly_capacity: int | None = None
    lead_capable: bool | None = None
    attestations: tuple[str, ...] = ()
    supervisor: str | None = None
    employer_supervisor: str | None = None
    line_manager: str | None = None
    audits_cases: bool | None = None
    experience_field: str | None = None
    entry_evidence_by: str | None = None
    awareness: tuple[str, ...] = ()
    from_: datetime = msgspec.field(name="from")


class PractitionerDeregistered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person is in the register no longer, from an instant on. open_case_ids: cases on which they held a role."""

    practitioner_id: str
    profession: str
    from_: datetime = msgspec.field(name="from")
    reason_code: str
    reason_note: Sealed[str] | None = None
    open_case_ids: tuple[str, ...] = ()


class TrainingRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A practitioner has done a course. code: the course; open_topics: the authority's courses still to do."""

    practitioner_id: str
    code: str
    status: str
    completed_on: date | None = None
    open_topics: tuple[str, ...] = ()


class EquivalenceAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Other training counts for a course. code: the course; training: a code for what was done instead."""

    practitioner_id: str
    code: str
    training: str | None = None
    assessor: Person | None = None
    reasoning: Sealed[str] | None = None
