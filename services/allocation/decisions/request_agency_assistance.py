"""Asking another agency to help: who leads stays the same."""

from services.allocation.decisions.co_allocate import children_of
from services.allocation.decisions.recording import on_the_case
from services.allocation.events import AgencyAssistanceRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Word
from shared.kernel.events import Fact
from shared.protocol.leads import leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, weigh


class RequestAgencyAssistance(Command):
    """Which agency, and with what as a word of the authority."""

    agency: Id | None = None
    service: Word | None = None


def request_agency_assistance(
    matter: Matter, known: Known, command: RequestAgencyAssistance, act: Act
) -> tuple[Fact, ...]:
    """The request, about all of the family who are open. Raises Refused."""
    protocol = matter.protocol
    children = children_of(matter, ())
    facts = {"agency": command.agency, "service": command.service}
    weighed = allowed(protocol, "RequestAgencyAssistance", act, leads=is_led_by(matter, act.by.id))
    weighed += here(protocol, bool(children))
    weighed += weigh(protocol, "RequestAgencyAssistance", facts, act)
    weighed.insist(facts)
    event = AgencyAssistanceRequested(request_id=act.new_id(), agency=str(command.agency), service=str(command.service))
    return (on_the_case(matter, children, event, Weighed(rules=weighed.rules), act, facts),)


def is_led_by(matter: Matter, person_id: str) -> bool:
    """Whether somebody leads in this family now, in whichever role."""
    return any(one.person.id == person_id and one.until is None for one in leads_in(matter.facts))
