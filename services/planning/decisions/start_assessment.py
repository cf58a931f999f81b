"""Beginning an assessment of children; of one who was decided on before it is a reassessment."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.planning.decisions.assessments import TYPES
from services.planning.decisions.recording import standing_of
from services.planning.decisions.several import of_children, together
from services.planning.events import AssessedChild, AssessmentStarted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.kernel.fields import Code, Sent
from shared.protocol.leads import leads_in
from shared.protocol.linked import Matter
from shared.protocol.mapped import on_the_map
from shared.protocol.weighing import Weighed, allowed, here, weigh

FIRST, AGAIN = "REFERRAL", "REASSESSMENT"


class ChildToAssess(Sent):
    """One child. electively_home_educated: where that is known."""

    child_id: Id
    electively_home_educated: StrictBool | None = None


class StartAssessment(Command):
    """What kind of assessment, of whom. It is carried out by the team of who begins it."""

    type: Annotated[str, Code(TYPES)]
    children: Annotated[tuple[ChildToAssess, ...], Field(min_length=1, max_length=50)]


def start_assessment(matter: Matter, known: Known, command: StartAssessment, act: Act) -> tuple[Fact, ...]:
    """One event for the children who are assessed first, and one for those assessed again. Raises Refused."""
    said = {matter.linked.child(one.child_id): one for one in command.children}
    facts = {child: {"state": standing_of(matter, child).state or "UNKNOWN", "team": act.by.team} for child in said}
    every = allowed(matter.protocol, "StartAssessment", act, leads=_leads(matter, act))
    every += here(matter.protocol, all(matter.about(child, matter.facts) for child in said), "/children")
    weighed = {child: weigh(matter.protocol, "StartAssessment", facts[child], act, child) for child in said}
    if not any(one.refusals for one in (every, *weighed.values())):
        for child in said:
            data = {"team": act.by.team}
            weighed[child] += on_the_map(matter, child, "planning.AssessmentStarted", data, "/children")
    whole = together(every, weighed.values())
    whole.insist({"children": facts})
    again = [child for child in said if standing_of(matter, child).level is not None]
    groups = {AGAIN: [*again], FIRST: [child for child in said if child not in again]}
    return tuple(
        _started(matter, [(child, said[child]) for child in group], basis, command.type, whole, facts, act)
        for basis, group in groups.items()
        if group
    )


def _started(
    matter: Matter,
    children: list[tuple[str, ChildToAssess]],
    basis: str,
    kind: str,
    weighed: Weighed,
    facts: dict[str, dict[str, str | None]],
    act: Act,
) -> Fact:
    event = AssessmentStarted(
        assessment_id=act.new_id(),
        type=kind,
        basis=basis,
        team=act.by.team,
        children=tuple(
            AssessedChild(child_id=child, electively_home_educated=said.electively_home_educated)
            for child, said in children
        ),
    )
    named = [child for child, _ in children]
    return of_children(matter, named, event, weighed, act, inputs={"basis": basis, "children": facts})


def _leads(matter: Matter, act: Act) -> bool:
    """Whether whoever acts leads the family's help, or the protection of one of its children."""
    holding = (lead for lead in leads_in(matter.facts) if lead.until is None)
    return any(lead.person.id == act.by.id for lead in holding)
