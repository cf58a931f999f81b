"""Naming who leads: one qualified, agreed person for the family, or for a child where its work is another's."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.allocation.decisions.allocation_form import AllocateLead, people_of
from services.allocation.decisions.allocation_told import allocated
from services.allocation.decisions.approvals import properly_signed
from services.allocation.decisions.asking import Asking, asking_for, of_the_child
from services.allocation.decisions.endings import ends_with
from services.allocation.decisions.naming import in_the_registers, not_ahead
from services.allocation.decisions.pointing import OF_THE_CHILD, pointed
from services.allocation.decisions.recording import on_the_case
from services.allocation.decisions.telling_once import told_once
from services.allocation.events import LeadAllocated
from services.allocation.practitioner import Practitioner
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.events import Fact, bringing
from shared.kernel.people import Person
from shared.protocol.leads import EARLY_SUPPORT_LEAD, FAMILY_LEAD, active
from shared.protocol.linked import Matter
from shared.protocol.mapped import on_the_map
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.weighing import Weighed, allowed, coded, here, signed, weigh

__all__ = ["AllocateLead", "allocate_lead", "behind", "people_of", "stream_of", "who_leads"]

_NAME = "allocation.LeadAllocated"


def allocate_lead(
    matter: Matter, known: Known, command: AllocateLead, act: Act, states: Mapping[str, Practitioner]
) -> tuple[Fact, ...]:
    """The lead, for all of the children together, and the roles that end with it; nothing if it stands so already.

    states: the practitioner's own stream, which says what they have learnt. Raises Refused with every reason.
    """
    asking = asking_for(matter, known, command, act, states)
    of_each = {child: {**asking.facts, **of_the_child(matter, asking, child)} for child in asking.children}
    weighed = _of_the_form(matter, known, command, asking, act)
    weighed += told_once([_of_one(matter, child, facts, act) for child, facts in of_each.items()])
    own = {child: {key: facts[key] for key in facts.keys() - asking.facts.keys()} for child, facts in of_each.items()}
    inputs = {**asking.facts, "children": own}
    weighed.insist(inputs)
    if asking.lead is None:
        return ()
    event = allocated(matter, command, asking, asking.lead, _replaced(matter, asking), act)
    if _stands(matter, asking, event):
        return ()
    fact = on_the_case(matter, asking.children, event, weighed, act, inputs)
    return bringing(fact, ends_with(matter, (fact,), act), act.new_id)


def stream_of(command: AllocateLead) -> tuple[str, ...]:
    """The stream that says what the lead has learnt."""
    return (f"practitioner/{command.lead}",)


def behind(states: Mapping[str, Practitioner]) -> tuple[str, ...]:
    """Who stands behind the lead by the register."""
    entries = (one.entry for one in states.values() if one.entry is not None)
    return tuple(one for entry in entries for one in (entry.supervisor, entry.line_manager) if one)


def who_leads(matter: Matter) -> tuple[str, ...]:
    """Who leads early support, whose place may be taken."""
    return tuple(plan.lead for plan in open_plans(matter.facts, EARLY_SUPPORT) if plan.lead)


def _of_one(matter: Matter, child: str, facts: Mapping[str, Any], act: Act) -> Weighed:
    weighed = weigh(matter.protocol, "AllocateLead", facts, act, child)
    # Where a row says why, the map need not say it again.
    if not any(no.field in OF_THE_CHILD for no in weighed.refusals):
        weighed += on_the_map(matter, child, _NAME, {"purpose": facts["purpose"]}, "/children")
    return pointed(weighed)


def _of_the_form(matter: Matter, known: Known, command: AllocateLead, asking: Asking, act: Act) -> Weighed:
    """What is asked of the form whatever it is for: who sends it, that its ids are known and its days have come."""
    protocol, agreed, told = matter.protocol, command.line_manager_agreement, command.family_informed
    people = {
        "/lead": (command.lead, asking.lead),
        "/supervisor": (command.supervisor, asking.behind.supervisor),
        "/overseen_by": (command.overseen_by, asking.behind.overseen_by),
        "/line_manager": (command.line_manager, asking.behind.line_manager),
        "/authorising_manager": (command.authorising_manager, asking.behind.authorising_manager),
        "/advanced_practitioner_id": (command.advanced_practitioner_id, asking.behind.advanced_practitioner),
        "/line_manager_agreement/person": (agreed.person if agreed else None, asking.agreed_by),
    }
    days = {
        "/lead_agreed_at": local_date(command.lead_agreed_at) if command.lead_agreed_at else None,
        "/line_manager_agreement/date": agreed.date if agreed else None,
        "/family_informed/date": told.date if told else None,
    }
    previous = command.previous_lead in (None, command.lead, asking.before.id if asking.before else None)
    weighed = signed(protocol, "AllocateLead", asking.facts, act)
    if protocol.may("AllocateLead", asking.facts) is not None:
        weighed += allowed(protocol, "AllocateLead", act, facts=asking.facts)
    weighed += here(protocol, all(matter.about(child, matter.facts) for child in asking.children), "/children")
    weighed += here(protocol, previous, "/previous_lead")
    weighed += in_the_registers(protocol, people)
    weighed += properly_signed(known, command.approvals, protocol, act)
    weighed += coded(protocol, "AllocateLead.change_reason", command.change_reason, command.change_reason_note)
    return weighed + not_ahead(protocol, days, act)


def _replaced(matter: Matter, asking: Asking) -> Person | None:
    """Whose place the lead takes. Who leads another child as well in such a role keeps that child, and the role."""
    if asking.role in (FAMILY_LEAD, EARLY_SUPPORT_LEAD):
        return asking.before if asking.replaces else None
    holding = [one for one in asking.leads if one.role == asking.role and one.until is None]
    whole = (one for one in holding if {matter.linked.child(child) for child in one.children} <= {*asking.children})
    return next((one.person for one in whole if asking.lead and one.person.id != asking.lead.id), None)


def _stands(matter: Matter, asking: Asking, event: LeadAllocated) -> bool:
    """Whether this person leads each of the children already, and everything that is said of it was said then."""
    ids = (matter.linked.ids_of(child) for child in asking.children)
    now = [active(asking.leads, asking.role, one) for one in ids]
    saying = _said(msgspec.to_builtins(event, enc_hook=lambda sealed: None))
    return all(one is not None and _said(one.data) == saying for one in now)


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an allocation says in clear of the lead, but for whose place they took and who signed it when."""
    return {
        key: value for key, value in data.items() if value is not None and key not in ("approvals", "previous_lead")
    }
