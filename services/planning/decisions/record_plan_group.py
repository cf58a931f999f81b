"""Recording that the core group of a child protection plan met."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from services.planning.decisions.conferring import Meeting, around, came, corrected, fits, in_its_place, leads_one
from services.planning.decisions.recording import of_child
from services.planning.events import CoreGroupHeld
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, weigh

NAME, HELD = "RecordCoreGroup", "planning.CoreGroupHeld"


class RecordCoreGroup(Meeting):
    """A core group about one child or several."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]


def record_core_group(matter: Matter, known: Known, command: RecordCoreGroup, act: Act) -> tuple[Fact, ...]:
    """One event for each child. Raises Refused for who may not record it."""
    children = tuple(dict.fromkeys(matter.linked.child(child_id) for child_id in command.child_ids))
    weighed = here(matter.protocol, all(matter.about(child, matter.facts) for child in children), "/child_ids")
    weighed += allowed(matter.protocol, NAME, act, leads=leads_one(matter, children, act))
    weighed += fits(matter, HELD, command, children, [""] * len(children))
    weighed.insist({"children": len(children)})
    cited = Weighed(rules=weighed.rules)
    return tuple(_met(matter, known, child, command, cited, act) for child in children)


def _met(matter: Matter, known: Known, child: str, command: RecordCoreGroup, cited: Weighed, act: Act) -> Fact:
    before = corrected(matter, HELD, command, child)
    act = act if before is None else replace(act, occurred_at=before.occurred_at)
    facts = around(matter, command, child)
    asked, attendance, weighed = came(matter, known, command, act, child)
    weighed += cited + weigh(matter.protocol, NAME, facts, act, child)
    event = CoreGroupHeld(held_at=act.occurred_at, invited=asked, attendance=attendance)
    return in_its_place(of_child(matter, child, event, weighed, act, inputs=facts), before)
