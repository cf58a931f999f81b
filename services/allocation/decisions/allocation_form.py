"""The form on which a lead is named: what is asked for is left optional, and answered by the rows."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.allocation.decisions.approvals import Signature
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.fields import Code, Instant, IsoDate, Sent

PURPOSES = (
    "EARLY_SUPPORT",
    "FAMILY_HELP",
    "CAT_ASSESSMENT",
    "S17",
    "CP_ENQUIRY",
    "CP_PLAN",
    "FAMILY_SAFEGUARDING",
)


class Match(Sent):
    """A competence that the work asks for: whether the lead has it, and what is done where they have not."""

    competence: Word
    met: StrictBool
    mitigation: Note | None = None


class Rationale(Sent):
    """Why this person: for a child in need the first three, and the five heads of every lead decision."""

    skill_set: Note | None = None
    capacity: Note | None = None
    suitability: Note | None = None
    knowledge_skills: Note | None = None
    resources: Note | None = None
    commissioned_services: Note | None = None
    professional_standards: Note | None = None
    accountabilities: Note | None = None


class Agreed(Sent):
    """Who agreed, by id, and on which day."""

    person: Id | None = None
    date: IsoDate | None = None


class Informed(Sent):
    """When the family was told, or why it was not; whether the child was there, or why not; what was said."""

    date: IsoDate | None = None
    risk_exemption: Word | None = None
    child_included: StrictBool | None = None
    reason_not: Word | None = None
    rationale: Note | None = None


class AllocateLead(Command):
    """Who is to lead, for which children and for what. Persons are ids of the registers.

    previous_lead: whose place the lead takes, with change_reason; imc_id: the managers' conversation it rests on;
    approvals: the signatures, whoever sends this among them; capacity_confirmed_note: by what the time is known;
    existing_relationship_note: of the family's trust; supervisor, line_manager: the register's where not said;
    authorising_manager: of the authority, where the line manager is not.
    """

    purpose: Annotated[str, Code(PURPOSES)]
    children: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    lead: Id
    agency: Id | None = None
    team_id: Id | None = None
    previous_lead: Id | None = None
    change_reason: Word | None = None
    change_reason_note: Note | None = None
    imc_id: Id | None = None
    approvals: Annotated[tuple[Signature, ...], Field(max_length=10)] = ()
    lead_agreed_at: Instant | None = None
    capacity_confirmed: StrictBool | None = None
    capacity_confirmed_note: Note | None = None
    competence_match: Annotated[tuple[Match, ...], Field(max_length=50)] = ()
    rationale: Rationale | None = None
    existing_relationship: StrictBool | None = None
    existing_relationship_note: Note | None = None
    advanced_practitioner_id: Id | None = None
    supervisor: Id | None = None
    overseen_by: Id | None = None
    line_manager: Id | None = None
    authorising_manager: Id | None = None
    line_manager_agreement: Agreed | None = None
    family_informed: Informed | None = None


def people_of(command: AllocateLead) -> tuple[str, ...]:
    """Whom it names."""
    agreed = command.line_manager_agreement
    ids = (
        command.lead,
        command.previous_lead,
        command.supervisor,
        command.overseen_by,
        command.line_manager,
        command.authorising_manager,
        command.advanced_practitioner_id,
        agreed.person if agreed else None,
        *(one.id for one in command.approvals),
    )
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def said(command: AllocateLead) -> dict[str, Any]:
    """What the form itself answers, by the packs' words. A text counts by being there; what it says stays behind."""
    told, agreed = command.family_informed, command.line_manager_agreement
    return {
        "purpose": command.purpose,
        "change_reason": command.change_reason,
        "lead_agreed_at": command.lead_agreed_at.isoformat() if command.lead_agreed_at else None,
        "capacity_confirmed": command.capacity_confirmed,
        "capacity_confirmed_note": _there(command.capacity_confirmed_note),
        "competence_match": [one.competence for one in command.competence_match],
        "rationale": {name: True for name in Rationale.model_fields if getattr(command.rationale, name, None)},
        "existing_relationship": command.existing_relationship,
        "existing_relationship_note": _there(command.existing_relationship_note),
        "line_manager_agreement": {
            "person": agreed.person if agreed else None,
            "date": agreed.date.isoformat() if agreed and agreed.date else None,
        },
        "family_informed": {
            "date": told.date.isoformat() if told and told.date else None,
            "risk_exemption": told.risk_exemption if told else None,
            # That the child was not there is no answer without the reason.
            "child_included": _there(told.child_included if told else None),
            "reason_not": told.reason_not if told else None,
            "rationale": _there(told.rationale if told else None),
        },
    }


def _there(value: object) -> bool | None:
    return True if value else None
