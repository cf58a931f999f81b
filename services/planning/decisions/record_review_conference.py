"""Recording a review conference: the plan goes on, or ends, and with it the level that held only for its time."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.conferring import (
    Conference,
    around,
    came,
    corrected,
    in_its_place,
    named,
    taken,
)
from services.planning.decisions.landing import circumstances, following
from services.planning.decisions.recording import of_child
from services.planning.events import PlanEnded, ReviewConferenceHeld
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, Sent
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed, weigh

NAME, HELD = "RecordReviewConference", "planning.ReviewConferenceHeld"
DECISIONS = ("CONTINUE", "END_PLAN")
LANDINGS = ("CHILD_IN_NEED", "TARGETED_EARLY_HELP")


class Reviewed(Sent):
    """What was decided about one child. landing_level: at which it goes on after the plan, where that was said."""

    child_id: Id
    decision: Annotated[str, Code(DECISIONS)]
    landing_level: Annotated[str, Code(LANDINGS)] | None = None


class RecordReviewConference(Conference):
    """A review conference, about each child on its own."""

    children: Annotated[tuple[Reviewed, ...], Field(min_length=1, max_length=50)]


def record_review_conference(
    matter: Matter, known: Known, command: RecordReviewConference, act: Act
) -> tuple[Fact, ...]:
    """For each child the conference, and the ending of its plan where it decided that. Raises Refused for who may not
    record it.
    """
    said = {matter.linked.child(one.child_id): one for one in command.children}
    decisions = {child: one.decision for child, one in said.items()}
    cited = taken(matter, NAME, HELD, command, decisions, act)
    return tuple(fact for child, one in said.items() for fact in _held(matter, known, child, one, command, cited, act))


def _held(
    matter: Matter, known: Known, child: str, said: Reviewed, command: RecordReviewConference, cited: Weighed, act: Act
) -> tuple[Fact, ...]:
    before = corrected(matter, HELD, command, child)
    act = act if before is None else replace(act, occurred_at=before.occurred_at)
    facts = {
        **around(matter, command, child),
        "decision": said.decision,
        "landing_level": said.landing_level,
    }
    asked, attendance, weighed = came(matter, known, command, act, child)
    chair, lacks = named(matter, known, command.chair_id, act, child, "/chair_id")
    weighed += lacks + cited + weigh(matter.protocol, NAME, facts, act, child)
    event = ReviewConferenceHeld(
        held_at=act.occurred_at,
        decision="END_PLAN" if said.decision == "END_PLAN" else "CONTINUE",
        landing_level=said.landing_level,
        chair=chair,
        invited=asked,
        attendance=attendance,
    )
    held = replace(of_child(matter, child, event, weighed, act, inputs=facts), event_id=act.new_id())
    held = in_its_place(held, before)
    if before is not None:
        # What the decision brought was recorded with what this corrects.
        return (held,)
    facts |= circumstances(matter, child, (held,), act)
    ended = plans_ended(matter, child, NAME, facts, held.event_id, act)
    return bringing(held, (*ended, *following(matter, child, NAME, (held, *ended), facts, act)), act.new_id)


def plans_ended(
    matter: Matter, child: str, command: str, facts: dict[str, Any], ref: str | None, act: Act
) -> tuple[Fact, ...]:
    """The endings, for one child, of the plans of the kind that the pack says end with this. ref: the decision."""
    block = matter.protocol.besides(command, "planning.PlanEnded", facts)
    if block is None:
        return ()
    kind, why = str(block.words["type"]), str(block.words["reason_code"])
    ids, cited = matter.linked.ids_of(child), Weighed(rules=(block.rule,))
    open_ones = (plan for plan in open_plans(matter.facts, kind) if ids & {*plan.children})
    ended = (PlanEnded(plan_id=one.plan_id, type=kind, reason_code=why, decision_ref=ref) for one in open_ones)
    return tuple(of_child(matter, child, event, cited, act, inputs=facts) for event in ended)
