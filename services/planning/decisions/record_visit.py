"""Recording a visit: whom it was to, who was seen and spoken to, and what was found."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from services.planning.decisions.stating import may_tell, note
from services.planning.events import VisitHeld, VisitRecorded
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Ids, Narrative, Word
from shared.kernel.events import Event, Fact
from shared.kernel.fields import Code, Instant, StrictBool
from shared.protocol.linked import Matter
from shared.protocol.weighing import here, weigh

NAME = "RecordVisit"
KINDS = ("CIN", "CP", "LOOKED_AFTER", "PRIVATE_FOSTERING", "OTHER")


class RecordVisit(Command):
    """Whom a visit was to, when it ended, who was seen, seen alone and spoken to. text: what was found."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    kind: Annotated[str, Code(KINDS)]
    ended_at: Instant | None = None
    access: StrictBool | None = None
    children_seen: Ids = ()
    seen_alone: Ids = ()
    children_spoken_to: Ids = ()
    expectant_parent_seen: StrictBool | None = None
    purpose_code: Word | None = None
    template_complete: StrictBool | None = None
    text: Narrative | None = None


def record_visit(matter: Matter, known: Known, command: RecordVisit, act: Act) -> tuple[Fact, ...]:
    """The visit, and what was written of it where something was. Raises Refused for who may not record it."""
    children = _ours(matter, command.child_ids)
    named = {*command.children_seen, *command.seen_alone, *command.children_spoken_to}
    weighed = may_tell(matter, NAME, children, act)
    weighed += here(matter.protocol, {*_ours(matter, named)} <= {*children}, "/children_seen")
    weighed += weigh(matter.protocol, NAME, {"kind": command.kind, "children_seen": command.children_seen}, act)
    weighed.insist({"kind": command.kind})
    visit = VisitHeld(
        visit_id=act.new_id(),
        kind=command.kind,
        ended_at=command.ended_at,
        access=command.access,
        children_seen=_ours(matter, command.children_seen),
        seen_alone=_ours(matter, command.seen_alone),
        children_spoken_to=_ours(matter, command.children_spoken_to),
        expectant_parent_seen=command.expectant_parent_seen,
        purpose_code=command.purpose_code,
    )
    events: tuple[Event, ...] = (visit,)
    if command.text is not None:
        written = VisitRecorded(
            visit_ref=visit.visit_id, template_complete=command.template_complete, text=note(command.text, act)
        )
        events = (visit, written)
    return tuple(
        Fact(
            stream=f"case/{matter.linked.kept}",
            case_id=matter.linked.kept,
            child_ids=children,
            event=event,
            rules=weighed.rules,
            incomplete=weighed.incomplete if place == 0 else (),
            warnings=weighed.warnings if place == 0 else (),
            inputs={"kind": command.kind},
        )
        for place, event in enumerate(events)
    )


def _ours(matter: Matter, child_ids: Iterable[str]) -> tuple[str, ...]:
    """The ids under which these children's work is recorded, each once."""
    return tuple(dict.fromkeys(matter.linked.child(child_id) for child_id in child_ids))
