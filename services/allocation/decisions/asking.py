"""Everything around a decision about a lead, found once: who is named, whose place they take, what it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.allocation.decisions import approvals, lead_facts, resting
from services.allocation.decisions.allocation_form import AllocateLead, said
from services.allocation.decisions.lead_facts import Behind
from services.allocation.decisions.naming import named
from services.allocation.decisions.need import (
    is_determined,
    left_protection,
    level_of_help,
    pathways_of,
    since_it_was_opened,
)
from services.allocation.events import Approval
from services.allocation.practitioner import Practitioner, unknown
from shared.access.registers import practitioner_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.people import Person
from shared.protocol.facts import first
from shared.protocol.leads import EARLY_SUPPORT_LEAD, FAMILY_LEAD, ROLE_OF, Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.standing import Standing


@dataclass(frozen=True)
class Asking:
    """One request for a lead. children: all for whom it is decided; before: whose place it may take, in this role.

    lead: None where the practitioner register does not know them; facts: by the packs' words, of the family's.
    """

    role: str
    children: tuple[str, ...]
    leads: tuple[Lead, ...]
    lead: Person | None
    behind: Behind
    agreed_by: Person | None
    before: Person | None
    replaces: bool
    imc: Told | None
    signed: tuple[Approval, ...]
    facts: Mapping[str, Any]


def asking_for(
    matter: Matter, known: Known, command: AllocateLead, act: Act, states: Mapping[str, Practitioner]
) -> Asking:
    """What a command asks for, with all that is known of it. states: the practitioner's own stream."""
    protocol = matter.protocol
    role = ROLE_OF.get(command.purpose, FAMILY_LEAD)
    leads = leads_in(matter.facts)
    lead = named(known, command.lead, protocol, act)
    if practitioner_at(known.of(command.lead), command.lead, act.occurred_at) is None:
        lead = None
    practitioner = states.get(f"practitioner/{command.lead}") or unknown(command.lead)
    behind = _behind(known, command, practitioner, matter, act)
    agreed = command.line_manager_agreement.person if command.line_manager_agreement else None
    family = active(leads, FAMILY_LEAD) if role == FAMILY_LEAD else None
    place = lead_facts.place_of(command.lead, command.previous_lead, family)
    before = _before(matter, known, command, role, leads, act)
    imc = resting.conversation(matter, command.imc_id)
    signed = approvals.signed_by(known, command.approvals, protocol, act)
    matches = ((one.competence, one.met, one.mitigation is not None) for one in command.competence_match)
    facts = {
        **said(command),
        **lead_facts.facts_of(known, lead, practitioner, behind, protocol, act),
        **approvals.facts_of(signed, protocol, act),
        **resting.of_the_family(imc, family),
        "family_lead": place,
        "change": place == "REPLACED",
        "previous_lead": before.id if before and command.previous_lead == before.id else None,
        "previous_qualification": lead_facts.qualification(family.person) if family else None,
        "competences": lead_facts.matched(matches, resting.competences_asked(matter)),
        "leads_early_support": command.lead in {plan.lead for plan in open_plans(matter.facts, EARLY_SUPPORT)},
        "by": _by(matter, known, before, act),
    }
    return Asking(
        role=role,
        children=_children(matter, command, leads, place),
        leads=leads,
        lead=lead,
        behind=behind,
        agreed_by=named(known, agreed, protocol, act),
        before=before,
        replaces=place == "REPLACED" or role != FAMILY_LEAD,
        imc=imc,
        signed=signed,
        facts=facts,
    )


def of_the_child(matter: Matter, asking: Asking, child: str) -> dict[str, Any]:
    """What the rows ask of one child. beneath: its state underneath an act of protection, its own without one.

    determination: LED where the family's lead leads it already; step_off: whether a conversation was held since it
    came off a plan of protection, NONE where nobody has to.
    """
    now, facts = standing_of(matter, child), since_it_was_opened(matter, child)
    level = level_of_help(facts)
    led = active(asking.leads, FAMILY_LEAD, matter.linked.ids_of(child)) is not None
    start = matter.protocol.moves.start if matter.protocol.moves else None
    return {
        "state": now.state or "UNKNOWN",
        "beneath": (now.beneath or start or "UNKNOWN") if now.protected else now.state or "UNKNOWN",
        "level": level or "NONE",
        "determination": "LED" if led else "GIVEN" if is_determined(matter, child, facts) else "NONE",
        "pathways": list(pathways_of(facts)),
        "step_off": "NONE" if led else _step_off(asking, left_protection(facts)),
        **resting.of_the_child(matter, asking.imc, child, level),
    }


def standing_of(matter: Matter, child: str) -> Standing:
    """Where a child stands now, by everything known here."""
    return matter.standing(child)


def employer_of(known: Known, act: Act) -> str | None:
    """Who employs whoever acts, by the registers."""
    entry = practitioner_at(known.of(act.by.id), act.by.id, act.occurred_at)
    return entry.employer if entry else act.by.employer


def _behind(known: Known, command: AllocateLead, practitioner: Practitioner, matter: Matter, act: Act) -> Behind:
    entry = practitioner.entry

    def of(person_id: str | None) -> Person | None:
        return named(known, person_id, matter.protocol, act)

    return Behind(
        supervisor=of(command.supervisor or (entry.supervisor if entry else None)),
        overseen_by=of(command.overseen_by),
        line_manager=of(command.line_manager or (entry.line_manager if entry else None)),
        authorising_manager=of(command.authorising_manager),
        advanced_practitioner=of(command.advanced_practitioner_id),
    )


def _before(
    matter: Matter, known: Known, command: AllocateLead, role: str, leads: Iterable[Lead], act: Act
) -> Person | None:
    """Who holds the role now: of the family, of early support, or of the children named."""
    if role == EARLY_SUPPORT_LEAD:
        plan = next((one for one in open_plans(matter.facts, EARLY_SUPPORT) if one.lead), None)
        if plan is None:
            return None
        return named(known, plan.lead, matter.protocol, act) or Person(id=str(plan.lead))
    ids = {one for child in command.children for one in matter.linked.ids_of(child)}
    holding = active(leads, role, None if role == FAMILY_LEAD else ids)
    return holding.person if holding and holding.person.id != command.lead else None


def _children(matter: Matter, command: AllocateLead, leads: Iterable[Lead], place: str) -> tuple[str, ...]:
    """Those named; with a new lead of the family, also those whom the one before led and who are still open."""
    children = [matter.linked.child(child) for child in command.children]
    if place == "REPLACED":
        held = (one for one in leads if one.role == FAMILY_LEAD and one.until is None)
        others = (matter.linked.child(child) for lead in held for child in lead.children)
        children += [child for child in others if standing_of(matter, child).is_open(matter.protocol.moves)]
    return tuple(dict.fromkeys(children))


def _by(matter: Matter, known: Known, before: Person | None, act: Act) -> str:
    employer = employer_of(known, act)
    if act.client:
        return "OTHER"
    if matter.protocol.is_manager(act.by) and employer in (None, matter.protocol.authority):
        return "MANAGER"
    agency = _early_support_agency(matter)
    theirs = agency is not None and employer == agency
    return "AGENCY" if theirs or (before is not None and before.id == act.by.id) else "OTHER"


def _early_support_agency(matter: Matter) -> str | None:
    agency: str | None = None
    for fact in matter.facts:
        if fact.title == "PlanStarted" and first(fact.data, "esp_lead"):
            agency = first(fact.data, "esp_lead.agency") or first(fact.data, "esp_lead.person.employer")
        elif fact.title == "LeadAllocated" and ROLE_OF.get(str(first(fact.data, "purpose"))) == EARLY_SUPPORT_LEAD:
            agency = first(fact.data, "agency") or first(fact.data, "lead.employer")
    return agency


def _step_off(asking: Asking, left: Told | None) -> str:
    if left is None:
        return "NONE"
    return "MET" if resting.is_since(asking.imc, left) and _STEP_OFF in asking.facts["imc_reasons"] else "OPEN"


_STEP_OFF = "STEP_OFF_CP"
