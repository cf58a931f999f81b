"""Asking an Advanced Practitioner to stand by a lead more than usual."""

from typing import Literal

from services.allocation.decisions.asking import employer_of
from services.allocation.decisions.naming import in_the_registers, named
from services.allocation.decisions.recording import on_the_case
from services.allocation.events import APSupportRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import FAMILY_LEAD, Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here, person_of, weigh


class RequestAPSupport(Command):
    """With what. advanced_practitioner_id: of another than is linked with the lead."""

    about: Note
    advanced_practitioner_id: Id | None = None


def request_ap_support(matter: Matter, known: Known, command: RequestAPSupport, act: Act) -> tuple[Fact, ...]:
    """The request, about the children whom the family's lead leads. Raises Refused."""
    protocol = matter.protocol
    lead = active(leads_in(matter.facts), FAMILY_LEAD)
    linked = first(lead.data, "advanced_practitioner_id") if lead else None
    asked_of = command.advanced_practitioner_id or linked
    by = _by(matter, known, lead, act)
    facts = {"by": by}
    weighed = allowed(protocol, "RequestAPSupport", act)
    weighed += here(protocol, lead is not None)
    weighed += here(protocol, lead is None or asked_of is not None, "/advanced_practitioner_id")
    other = command.advanced_practitioner_id
    weighed += in_the_registers(protocol, {"/advanced_practitioner_id": (other, named(known, other, protocol, act))})
    weighed += weigh(protocol, "RequestAPSupport", facts, act)
    weighed.insist(facts)
    assert lead is not None
    event = APSupportRequested(
        advanced_practitioner_id=str(asked_of),
        by=named(known, act.by.id, protocol, act) or person_of(act.by),
        about=Sealed(f"note/{act.new_id()}", command.about),
        asked_as=by,
    )
    return (on_the_case(matter, lead.children, event, weighed, act, facts),)


def _by(
    matter: Matter, known: Known, lead: Lead | None, act: Act
) -> Literal["MANAGER", "LINE_MANAGER", "LEAD", "OTHER"]:
    """Who asks, as the lead knows them: a manager of the authority, the lead's own line manager, the lead."""
    if matter.protocol.is_manager(act.by) and employer_of(known, act) in (None, matter.protocol.authority):
        return "MANAGER"
    if lead is not None and act.by.id == first(lead.data, "line_manager.id"):
        return "LINE_MANAGER"
    return "LEAD" if lead is not None and act.by.id == lead.person.id else "OTHER"
