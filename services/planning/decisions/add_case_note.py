"""Adding a note to a case, about children of the family."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.authors import family_of
from services.planning.decisions.plan_story import of_plan
from services.planning.decisions.working import works_here
from services.planning.events import CaseNoteAdded
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative, Word
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import coded, here


class AddCaseNote(Command):
    """What kind of note, in words. children: of whom it is, all of the family where nobody is named."""

    kind: Word
    note: Narrative
    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()


def add_case_note(matter: Matter, known: Known, command: AddCaseNote, act: Act) -> tuple[Fact, ...]:
    """The note, sealed. Raises Refused."""
    protocol = matter.protocol
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.children)) or family_of(matter)
    weighed = here(protocol, bool(children) and all(matter.about(child, matter.facts) for child in children))
    weighed += works_here(matter, "AddCaseNote", act)
    weighed += coded(protocol, "AddCaseNote.kind", command.kind, command.note)
    weighed.insist({"kind": command.kind})
    event = CaseNoteAdded(kind=command.kind, note=Sealed(f"note/{act.new_id()}", command.note))
    return (of_plan(matter, children, event, weighed, act, {"kind": command.kind}),)
