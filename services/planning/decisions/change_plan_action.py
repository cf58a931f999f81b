"""Changing an action of a plan: adding it, giving it another day, closing it, or saying how it goes."""

from typing import Annotated, Any

from services.planning.decisions.authors import lead_of_the_family, roles_of
from services.planning.decisions.managing import managed_from
from services.planning.decisions.plan_story import PlanStory, of_plan, story_of
from services.planning.events import PlanActionChanged
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note
from shared.kernel.events import Fact
from shared.kernel.fields import Code, IsoDate
from shared.kernel.sealed import Sealed
from shared.protocol.leads import CP_LEAD, FAMILY_LEAD
from shared.protocol.linked import Matter
from shared.protocol.weighing import here, weigh

CHANGES = ("ADD", "REDATE", "CLOSE", "PROGRESS")


class ChangePlanAction(Command):
    """Which action of which plan, and what becomes of it. action_id: of one that is there; a new one may have its own.

    owner_agency: who is to do it; text: what, or how it goes.
    """

    plan_id: Id
    action_id: Id | None = None
    change: Annotated[str, Code(CHANGES)]
    due: IsoDate | None = None
    owner_agency: Id | None = None
    text: Note | None = None


def change_plan_action(matter: Matter, known: Known, command: ChangePlanAction, act: Act) -> tuple[Fact, ...]:
    """The change, with who made it. Raises Refused."""
    protocol = matter.protocol
    story = story_of(matter, command.plan_id)
    weighed = here(protocol, story is not None, "/plan_id")
    there = story is not None and command.action_id in story.actions()
    fits = command.action_id is None or not there if command.change == "ADD" else there
    weighed += here(protocol, story is None or fits, "/action_id")
    facts = _circumstances(matter, known, story, command, act)
    weighed += weigh(protocol, "ChangePlanAction", facts, act)
    weighed.insist(facts)
    assert story is not None
    event = PlanActionChanged(
        plan_id=story.plan_id,
        action_id=command.action_id or act.new_id(),
        change=command.change,
        due=command.due,
        owner_agency=command.owner_agency,
        by_lead=(CP_LEAD if story.type == "CP" else FAMILY_LEAD) in facts["by"],
        text=Sealed(f"note/{act.new_id()}", command.text) if command.text else None,
    )
    return (of_plan(matter, story.children, event, weighed, act, facts),)


def _circumstances(
    matter: Matter, known: Known, story: PlanStory | None, command: ChangePlanAction, act: Act
) -> dict[str, Any]:
    """What the rows ask about, by the packs' words."""
    return {
        "type": story.type if story else None,
        "change": command.change,
        "by": list(roles_of(matter, act.by.id, story.whose if story else None)) or ["NONE"],
        "fhlp": "ACTIVE" if lead_of_the_family(matter) else "NONE",
        "manager": managed_from(matter, known, act),
        "social_worker": act.by.social_worker,
    }
