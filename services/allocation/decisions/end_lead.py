"""Ending a lead without a successor: only of who holds nobody any more, or has gone."""

from typing import Annotated, Any

from pydantic import Field

from services.allocation.decisions.asking import standing_of
from services.allocation.decisions.recording import noted, on_the_case
from services.allocation.events import LeadEnded
from shared.access.registers import practitioner_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Code
from shared.protocol.facts import concerned
from shared.protocol.leads import CAT_WORKER, CP_LEAD, FAMILY_LEAD, Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, coded, here, weigh

ROLES = (FAMILY_LEAD, CP_LEAD, CAT_WORKER)


class EndLead(Command):
    """Whose lead in which role, and why. children: for whom; nobody named: for all of them."""

    role: Annotated[str, Code(ROLES)]
    lead: Id
    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    reason_code: Word
    reason_note: Note | None = None


def end_lead(matter: Matter, known: Known, command: EndLead, act: Act) -> tuple[Fact, ...]:
    """The ending, for all of its children together. Raises Refused."""
    protocol = matter.protocol
    leads = leads_in(matter.facts)
    theirs = [one for one in leads if (one.role, one.person.id, one.until) == (command.role, command.lead, None)]
    led = dict.fromkeys(matter.linked.child(child) for one in theirs for child in one.children)
    named = {matter.linked.child(child) for child in command.children}
    children = tuple(child for child in led if not named or child in named)
    facts = {
        "role": command.role,
        "lead": _there(known, command.lead, act),
        "holds": _holds(matter, leads, command.role, children),
        "protection": "OPEN" if any(_is_protected(matter, child) for child in _family(matter)) else "NONE",
        "family": "OPEN" if any(_is_open(matter, child) for child in led) else "NONE",
    }
    weighed = allowed(protocol, "EndLead", act)
    weighed += here(protocol, bool(theirs), "/lead")
    weighed += here(protocol, not theirs or (bool(children) and named <= led.keys()), "/children")
    weighed += coded(protocol, "EndLead.reason_code", command.reason_code, command.reason_note)
    if theirs:
        weighed += weigh(protocol, "EndLead", facts, act)
    inputs: dict[str, Any] = {**facts, "reason_code": command.reason_code}
    weighed.insist(inputs)
    event = LeadEnded(
        lead=theirs[-1].person,
        role=command.role,
        reason_code=command.reason_code,
        reason_note=noted(command.reason_note, act),
    )
    return (on_the_case(matter, children, event, Weighed(rules=weighed.rules), act, inputs),)


def leads_of(matter: Matter) -> tuple[str, ...]:
    """Who leads, of whom is asked whether they are still there."""
    return tuple(dict.fromkeys(one.person.id for one in leads_in(matter.facts) if one.until is None))


def _there(known: Known, person_id: str, act: Act) -> str:
    there = practitioner_at(known.of(person_id), person_id, act.occurred_at) is not None
    return "IN_PLACE" if there else "GONE"


def _holds(matter: Matter, leads: tuple[Lead, ...], role: str, children: tuple[str, ...]) -> str:
    """BY_STATE where a child's state is this role's work, STAYS where nobody else leads it yet, else NONE."""
    stands = (standing_of(matter, child) for child in children)
    held = (one for now in stands for one in matter.protocol.holders(now.state, now.beneath))
    if any(one.person == role for one in held):
        return "BY_STATE"
    stays = role == CP_LEAD and any(_is_open(matter, child) and not _is_led(matter, leads, child) for child in children)
    return "STAYS" if stays else "NONE"


def _is_led(matter: Matter, leads: tuple[Lead, ...], child: str) -> bool:
    """Whether somebody holds a child by now who does so after protection."""
    return any(active(leads, role, matter.linked.ids_of(child)) is not None for role in (FAMILY_LEAD, CAT_WORKER))


def _family(matter: Matter) -> set[str]:
    return {matter.linked.child(child) for fact in matter.facts for child in concerned(fact)}


def _is_open(matter: Matter, child: str) -> bool:
    return standing_of(matter, child).is_open(matter.protocol.moves)


def _is_protected(matter: Matter, child: str) -> bool:
    """Whether the state of a child is the work of the lead of protection."""
    held = matter.protocol.holds(standing_of(matter, child).state)
    return held is not None and held.person == CP_LEAD
