"""Who leads, who leads no longer, and who helps beside."""

from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed

Day = date
"""The type of a field that is itself called `date`."""


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

    agency: of a lead of early support; previous_lead: whom the lead takes over from, who leads no longer; imc_id: the
    IMCHeld it rests on; approvals: who signed, each in one post; lead_agreed_at: when the lead agreed;
    capacity_confirmed: they have the time, its note says by what; advanced_practitioner_id: who stands by a lead of a
    partner; line_manager: the lead's own; authorising_manager: of the authority, where the line manager is not.
    """

    lead: Person
    purpose: str
    agency: str | None = None
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
    """An Advanced Practitioner is asked to stand by a lead more than usual. by: who asks; asked_as: as whom."""

    advanced_practitioner_id: str
    by: Person
    about: Sealed[str]
    asked_as: Literal["MANAGER", "LINE_MANAGER", "LEAD", "OTHER"] | None = None
