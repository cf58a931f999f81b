"""Recording that the lead practitioner talked to their line manager about a worry."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.recording import of_children
from services.planning.decisions.talks import LINE_MANAGER_TALK, filled
from services.planning.events import LineManagerDiscussionHeld
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Held, Id, Narrative
from shared.kernel.events import Fact, bringing
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import FAMILY_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here, person_of, weigh

COMMAND = "RecordLineManagerDiscussion"


class RecordLineManagerDiscussion(Held):
    """About whom it was, and with whom. line_manager_id: the caller, if they are not the lead and nobody is named."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    line_manager_id: Id | None = None
    note: Narrative | None = None


def line_manager_of(command: RecordLineManagerDiscussion) -> tuple[str, ...]:
    """Whom it names."""
    return (command.line_manager_id,) if command.line_manager_id else ()


def record_line_manager_discussion(
    matter: Matter, known: Known, command: RecordLineManagerDiscussion, act: Act
) -> tuple[Fact, ...]:
    """The talk, and what records lacked until it. Raises Refused only for who may not record it."""
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.child_ids))
    lead = active(leads_in(matter.facts), FAMILY_LEAD)
    leads = lead is not None and lead.person.id == act.by.id
    manages = lead is not None and first(lead.data, "line_manager.id") == act.by.id
    manager = _manager(matter, known, command, leads, act)
    facts = {"line_manager": manager.id if manager else None}
    weighed = allowed(matter.protocol, COMMAND, act, leads=leads, manages=manages)
    weighed += here(matter.protocol, manager is not None or command.line_manager_id is None, "/line_manager_id")
    weighed += here(matter.protocol, all(matter.about(child, matter.facts) for child in children), "/child_ids")
    weighed += weigh(matter.protocol, COMMAND, facts, act)
    weighed.insist(facts)
    event = LineManagerDiscussionHeld(
        line_manager=manager,
        held_at=act.occurred_at,
        note=Sealed(f"note/{act.new_id()}", command.note) if command.note else None,
    )
    event_id = act.new_id()
    held = of_children(matter, children, event, weighed, act, inputs=facts, event_id=event_id)
    beside = (fact for child in children for fact in filled(matter, child, LINE_MANAGER_TALK, act, event_id))
    return bringing(held, beside, act.new_id)


def _manager(
    matter: Matter, known: Known, command: RecordLineManagerDiscussion, leads: bool, act: Act
) -> Person | None:
    named = command.line_manager_id
    if named is not None and named != act.by.id:
        return person_at(known.of(named), named, matter.protocol.authority, act.occurred_at)
    return None if leads else person_of(act.by)
