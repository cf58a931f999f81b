"""Opening section 47 enquiries: never held up. Whom it may name as lead is weighed, and who may not is left out."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.enquiries import basis_of, open_enquiry, opened, weighed_with_lead
from services.planning.decisions.invitations import FOLLOWED_UP_BY
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseNoteAdded
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, softened


class OpenSection47(Command):
    """About whom. lead_id: the social worker who is to lead, by the registers."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    lead_id: Id | None = None


def open_section_47(matter: Matter, known: Known, command: OpenSection47, act: Act) -> tuple[Fact, ...]:
    """For each child an enquiry and its level; where one is open, a note on the case. Nothing refuses it."""
    children = dict.fromkeys(matter.linked.child(child_id) for child_id in command.child_ids)
    return tuple(fact for child_id in children for fact in _opened(matter, known, child_id, command, act))


def _opened(matter: Matter, known: Known, child_id: str, command: OpenSection47, act: Act) -> tuple[Fact, ...]:
    standing = standing_of(matter, child_id)
    running = open_enquiry(matter, child_id, standing)
    discussion = basis_of(matter, child_id)
    around = {
        "state": standing.state or "UNKNOWN",
        "level": standing.level,
        "enquiry": "OPEN" if running else "NONE",
        "strategy_discussion": discussion.event_id if discussion else None,
    }
    weighed, person, facts = weighed_with_lead(matter, known, child_id, command.lead_id, around, act)
    weighed = _unsure(matter, known, child_id, command, act) + weighed
    if running:
        # No second opening: it would end the deadline of a discussion that was asked for meanwhile.
        note = CaseNoteAdded(kind="SECTION_47_OPEN_ALREADY")
        return (of_child(matter, child_id, note, weighed, act, inputs=facts),)
    basis = discussion.event_id if discussion else None
    return opened(matter, child_id, standing.level, basis, (weighed, person, facts), act)


def _unsure(matter: Matter, known: Known, child_id: str, command: OpenSection47, act: Act) -> Weighed:
    named = command.lead_id
    found = named is None or person_at(known.of(named), named, matter.protocol.authority, act.occurred_at) is not None
    unsure = allowed(matter.protocol, "OpenSection47", act) + here(matter.protocol, found, "/lead_id")
    return softened(unsure, act, FOLLOWED_UP_BY, child_id)
