"""Completing a version of a plan: its author says that the assessment in it and what is to be done are written."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.authors import authorship
from services.planning.decisions.plan_story import PlanStory, of_plan, once, story_of
from services.planning.events import CompletedChild, PlanAction, PlanCompleted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative, Note
from shared.kernel.events import Fact
from shared.kernel.fields import IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.weighing import here, weigh


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
    """Which plan. children: of whom there is more to say, or who come to it now; text: the assessment, in words."""

    plan_id: Id
    children: Annotated[tuple[CoveredChild, ...], Field(max_length=50)] = ()
    actions: Annotated[tuple[Action, ...], Field(max_length=200)] = ()
    text: Narrative | None = None


def complete_plan(matter: Matter, known: Known, command: CompletePlan, act: Act) -> tuple[Fact, ...]:
    """The next version, for every child whom the plan covers. Raises Refused."""
    protocol = matter.protocol
    story = story_of(matter, command.plan_id)
    said = {matter.linked.child(one.child_id): one for one in command.children}
    children = tuple(dict.fromkeys((*(story.children if story else ()), *said)))
    weighed = here(protocol, story is not None, "/plan_id")
    weighed += here(protocol, all(matter.about(child, matter.facts) for child in children), "/children")
    about = {child: _circumstances(matter, story, child, said.get(child), act) for child in children if story}
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
            CompletedChild(child_id=child, section20_considered=about[child]["section20_considered"])
            for child in children
        ),
        author_role=about[children[0]]["by"][0] if children else act.by.role,
        actions=tuple(_action(one, act) for one in command.actions),
        text=Sealed(f"note/{act.new_id()}", command.text) if command.text else None,
    )
    return (of_plan(matter, children, event, weighed, act, {"children": about}),)


def _circumstances(
    matter: Matter, story: PlanStory | None, child: str, said: CoveredChild | None, act: Act
) -> dict[str, Any]:
    """What the rows ask about one child, by the packs' words."""
    return {
        "type": story.type if story else None,
        **authorship(matter, child, act),
        "pathway": pathway_of(matter, child),
        "section20_considered": _section20(matter, child, said),
    }


def pathway_of(matter: Matter, child: str) -> str | None:
    """The pathway that asks for something of its own and on which a child is now: the last decided, not ended."""
    found: str | None = None
    for fact in matter.about(child, matter.facts):
        if fact.title in ("ReferralTriaged", "PathwayDecided"):
            said = first(fact.data, "pathway")
            found = (None if first(fact.data, "ended") else said) if said else found
    return found


def _section20(matter: Matter, child: str, said: CoveredChild | None) -> bool | None:
    """Whether accommodation as a child was thought of: as it is said now, else as it was said before."""
    if said is not None and said.section20_considered is not None:
        return said.section20_considered
    ids = matter.linked.ids_of(child)
    before = [
        first(fact.data, "section20_considered")
        if fact.title == "ThresholdChanged"
        else next((say for one in sorted(ids) if (say := _of_entry(fact.data, one)) is not None), None)
        for fact in matter.about(child, matter.facts)
        if fact.title in ("ThresholdChanged", "AssessmentCompleted", "PlanCompleted")
    ]
    return next((say for say in reversed(before) if say is not None), None)


def _of_entry(data: Any, child: str) -> bool | None:
    entries = (one for one in data.get("children") or () if one.get("child_id") == child)
    return next((one.get("section20_considered") for one in entries), None)


def _action(action: Action, act: Act) -> PlanAction:
    return PlanAction(
        action_id=action.action_id or act.new_id(),
        owner_agency=action.owner_agency,
        due=action.due,
        text=Sealed(f"note/{act.new_id()}", action.text) if action.text else None,
    )
