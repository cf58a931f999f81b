"""LeadAllocated as it is recorded: persons filled in from the registers, what was written sealed."""

from services.allocation.decisions.allocation_form import AllocateLead, Informed, Match
from services.allocation.decisions.asking import Asking
from services.allocation.decisions.recording import noted
from services.allocation.decisions.waiting import request_of
from services.allocation.events import Agreement, CompetenceMatch, FamilyTold, LeadAllocated
from shared.kernel.act import Act
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import EARLY_SUPPORT_LEAD
from shared.protocol.linked import Matter


def allocated(
    matter: Matter, command: AllocateLead, asking: Asking, lead: Person, previous: Person | None, act: Act
) -> LeadAllocated:
    """The event for all children of a request. previous: whose place is taken; lead: with the role on the case."""
    behind, agreed = asking.behind, command.line_manager_agreement
    team, team_id = _team(matter, command, asking)
    return LeadAllocated(
        lead=Person(
            id=lead.id,
            role=asking.role,
            team=lead.team,
            employer=lead.employer,
            employer_kind=lead.employer_kind,
            sector=lead.sector,
            social_worker=lead.social_worker,
        ),
        purpose=command.purpose,
        agency=(command.agency or lead.employer) if asking.role == EARLY_SUPPORT_LEAD else None,
        team=team,
        team_id=team_id,
        previous_lead=previous,
        change_reason=command.change_reason,
        change_reason_note=noted(command.change_reason_note, act),
        imc_id=asking.imc.event_id if asking.imc else None,
        approvals=asking.signed,
        lead_agreed_at=command.lead_agreed_at,
        capacity_confirmed=command.capacity_confirmed,
        capacity_confirmed_note=noted(command.capacity_confirmed_note, act),
        competence_match=tuple(_match(one, act) for one in command.competence_match),
        rationale=_rationale(command, act),
        existing_relationship=command.existing_relationship,
        existing_relationship_note=noted(command.existing_relationship_note, act),
        advanced_practitioner_id=command.advanced_practitioner_id,
        supervisor=behind.supervisor,
        overseen_by=behind.overseen_by,
        line_manager=behind.line_manager,
        authorising_manager=behind.authorising_manager,
        line_manager_agreement=(
            Agreement(person=asking.agreed_by, date=agreed.date)
            if agreed and agreed.date and asking.agreed_by
            else None
        ),
        family_informed=_told(command.family_informed, act) if command.family_informed else None,
    )


def _team(matter: Matter, command: AllocateLead, asking: Asking) -> tuple[str | None, str | None]:
    """The team that the children were sent to; of the lead, where none was asked."""
    requests = [found for child in asking.children if (found := request_of(matter, child)) is not None]
    team = str(first(requests[0].data, "team")) if requests else asking.lead.team if asking.lead else None
    sent_to = first(requests[0].data, "team_id") if requests else None
    return team, command.team_id or sent_to or (matter.protocol.team_id(team) if team else None)


def _match(one: Match, act: Act) -> CompetenceMatch:
    return CompetenceMatch(competence=one.competence, met=one.met, mitigation=noted(one.mitigation, act))


def _rationale(command: AllocateLead, act: Act) -> Sealed[dict[str, str]] | None:
    given = command.rationale.model_dump(exclude_none=True) if command.rationale else {}
    return Sealed(f"note/{act.new_id()}", given) if given else None


def _told(informed: Informed, act: Act) -> FamilyTold:
    return FamilyTold(
        date=informed.date,
        risk_exemption=informed.risk_exemption,
        child_included=informed.child_included,
        reason_not=informed.reason_not,
        rationale=noted(informed.rationale, act),
    )
