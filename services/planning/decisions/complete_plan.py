"""Completing a version of a plan: its author says that the assessment in it and what is to be done are written."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.assessments import section20_answered
from services.planning.decisions.authors import authorship
from services.planning.decisions.plan_story import PlanStory, of_plan, once, story_of
from services.planning.events import CompletedChild, PlanAction, PlanCompleted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.pathways import pathways_of
from shared.protocol.runs import overdue
from shared.protocol.weighing import coded, here, weigh


class CoveredChild(Sent):
    """A child whom the plan covers. section20_considered: whether accommodation as a child was thought of."""

    child_id: Id
    section20_considered: StrictBool | None = None


class Action(Sent):
    """What an agency is to do by a day. action_id: of one that was there before; none: a new one."""

    action_id: Id | None = None
    owner_agency: Id | None = None
    due: IsoDate | None = None
    text: Note | None = None


class CompletePlan(Command):
    """Which plan. children: of whom there is more to say, or who come to it now; text: the assessment, in words.

    overrun_reason: why the assessment took longer than it may.
    """

    plan_id: Id
    children: Annotated[tuple[CoveredChild, ...], Field(max_length=50)] = ()
    actions: Annotated[tuple[Action, ...], Field(max_length=200)] = ()
    overrun_reason: Word | None = None
    overrun_reason_note: Note | None = None
    text: Narrative | None = None


def complete_plan(matter: Matter, known: Known, command: CompletePlan, act: Act) -> tuple[Fact, ...]:
    """The next version, for every child whom the plan covers. Raises Refused."""
    protocol = matter.protocol
    story = story_of(matter, command.plan_id)
    said = {matter.linked.child(one.child_id): one for one in command.children}
    children = tuple(dict.fromkeys((*(story.children if story else ()), *said)))
    weighed = here(protocol, story is not None, "/plan_id")
    weighed += here(protocol, all(matter.about(child, matter.facts) for child in children), "/children")
    about = {child: _circumstances(matter, story, child, said.get(child), command, act) for child in children if story}
    weighed += coded(protocol, "CompletePlan.overrun_reason", command.overrun_reason, command.overrun_reason_note)
    for child, facts in about.items():
        weighed += weigh(protocol, "CompletePlan", facts, act, child)
    weighed = once(weighed)
    weighed.insist({"children": about})
    assert story is not None
    event = PlanCompleted(
        plan_id=story.plan_id,
        type=story.type,
        version_=story.version + 1,
        children=tuple(
            CompletedChild(
                child_id=child, section20_considered=said[child].section20_considered if child in said else None
            )
            for child in children
        ),
        author_role=about[children[0]]["by"][0] if children else act.by.role,
        actions=tuple(_action(one, act) for one in command.actions),
        overrun_reason=command.overrun_reason,
        overrun_reason_note=_sealed(command.overrun_reason_note, act),
        text=_sealed(command.text, act),
    )
    return (of_plan(matter, children, event, weighed, act, {"children": about}),)


def _circumstances(
    matter: Matter, story: PlanStory, child: str, said: CoveredChild | None, command: CompletePlan, act: Act
) -> dict[str, Any]:
    """What the rows ask about one child, by the packs' words."""
    considered = said is not None and said.section20_considered is True
    ended = bool(matter.about(child, story.of("PlanCompleted")))
    return {
        "type": story.type,
        **authorship(matter, child, act),
        "pathway": sorted(pathways_of(matter.about(child, matter.facts))),
        # That it was not thought of is no answer.
        "section20_considered": True if considered or section20_answered(matter, child) else None,
        # A later version ends nothing that the first has not ended.
        "overdue": [] if ended else list(overdue(matter, child, f"planning.{PlanCompleted.title()}", act.occurred_at)),
        "overrun_reason": command.overrun_reason,
    }


def _action(action: Action, act: Act) -> PlanAction:
    return PlanAction(
        action_id=action.action_id or act.new_id(),
        owner_agency=action.owner_agency,
        due=action.due,
        text=_sealed(action.text, act),
    )


def _sealed(text: str | None, act: Act) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", text) if text else None
