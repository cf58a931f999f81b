"""Every event that allocation records, but for those that each service records of its own."""

from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.own_events import OWN_EVENTS
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed

Day = date
"""The type of a field that is itself called `date`."""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who should lead, as the assessment team put it. lead_id: a person of the register."""

    qualification: str
    employer: str | None = None
    lead_id: str | None = None


class AllocationRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child waits for a lead of a team. from_event: what made it so; level: the local one, 1 to 4."""

    team: str
    team_id: str | None = None
    purpose: str
    level: int | None = None
    reason_code: str
    reason_note: Sealed[str] | None = None
    cat_determination: str | None = None
    fhlp_recommendation: Recommendation | None = None
    receiving_team_manager: Person | None = None
    unit_id: str | None = None
    from_event: str


class Approval(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One signature under a decision: who, in which post, and when (UTC)."""

    id: str
    role: str | None = None
    team: str | None = None
    employer: str | None = None
    social_worker: bool | None = None
    at: datetime


class CompetenceMatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that the work asks for, and whether the lead has it. mitigation: what is done where they have not."""

    competence: str
    met: bool
    mitigation: Sealed[str] | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody agreed, on a day."""

    person: Person
    date: Day


class FamilyTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the family was told and whether the child was there, or why not. risk_exemption, reason_not: codes."""

    date: Day | None = None
    risk_exemption: str | None = None
    child_included: bool | None = None
    reason_not: str | None = None
    rationale: Sealed[str] | None = None


class LeadAllocated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who leads from now on, for these children. `lead.role` is the role on the case, which follows from the purpose.

    previous_lead: whom the lead takes over from, who leads no longer; imc_id: the IMCHeld it rests on; approvals: who
    signed, each in one post; lead_agreed_at: when the lead agreed; capacity_confirmed: they have the time, its note
    says by what; advanced_practitioner_id: who stands by a lead of a partner; line_manager: the lead's own;
    authorising_manager: of the authority, where the line manager is not.
    """

    lead: Person
    purpose: str
    team: str | None = None
    team_id: str | None = None
    previous_lead: Person | None = None
    change_reason: str | None = None
    change_reason_note: Sealed[str] | None = None
    imc_id: str | None = None
    approvals: tuple[Approval, ...] = ()
    lead_agreed_at: datetime | None = None
    capacity_confirmed: bool | None = None
    capacity_confirmed_note: Sealed[str] | None = None
    competence_match: tuple[CompetenceMatch, ...] = ()
    rationale: Sealed[dict[str, str]] | None = None
    existing_relationship: bool | None = None
    existing_relationship_note: Sealed[str] | None = None
    advanced_practitioner_id: str | None = None
    supervisor: Person | None = None
    overseen_by: Person | None = None
    line_manager: Person | None = None
    authorising_manager: Person | None = None
    line_manager_agreement: Agreement | None = None
    family_informed: FamilyTold | None = None


class LeadEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody leads no longer, in this role on the case. child_ids of the envelope: for whom."""

    lead: Person
    role: str
    reason_code: str
    reason_note: Sealed[str] | None = None


class CoAllocated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody does a piece of work beside the lead, without leading."""

    person: Person
    role: str
    piece_of_work: Sealed[str]


class AgencyAssistanceRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Another agency is asked to help. service: with what, as a word."""

    request_id: str
    agency: str
    service: str


class AgencyAssistanceAnswered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency has said whether it helps."""

    request_id: str
    answer: str
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class APSupportRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An Advanced Practitioner is asked to stand by a lead more than usual. by: who asks."""

    advanced_practitioner_id: str
    by: Person
    about: Sealed[str]


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


EVENTS: tuple[type[Event], ...] = (
    AllocationRequested,
    LeadAllocated,
    LeadEnded,
    CoAllocated,
    AgencyAssistanceRequested,
    AgencyAssistanceAnswered,
    APSupportRequested,
    PractitionerRegistered,
    PractitionerDeregistered,
    TrainingRecorded,
    EquivalenceAccepted,
    *OWN_EVENTS,
)
"""The service's table of events."""
