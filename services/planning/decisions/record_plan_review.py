"""Recording a review of a plan: what was found about each child, who was there, and by when it is looked at again."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from pydantic import Field, StrictBool

from services.planning.decisions.authors import roles_of
from services.planning.decisions.filling import closed
from services.planning.decisions.plan_story import PlanStory, of_plan, once, story_of
from services.planning.decisions.present import FOLLOWED_UP_BY, Answer, Present, attendance, happened, participants
from services.planning.decisions.recording import standing_of
from services.planning.events import PlanReviewed, ReviewedChild
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.calendar import end_of_day
from shared.kernel.command import Command, Id, Narrative
from shared.kernel.events import Fact, Incomplete, bringing
from shared.kernel.fields import Code, Instant, IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import CAT_WORKER, CP_LEAD, FAMILY_LEAD
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.weighing import Weighed, allowed, here, softened, weigh

KINDS = ("SCHEDULED", "FINAL", "CONFERENCE", "SUPERVISION")
TRENDS = ("UP", "DOWN", "SAME")
LEVELS = ("UNIVERSAL", "EARLY_SUPPORT", "TARGETED_EARLY_HELP", "CHILD_IN_NEED", "CP_ENQUIRY")
MODES = ("SINGLE_AGENCY", "PARTNERSHIP")


class FoundOf(Sent):
    """What was found about one child. recommendation: the level it should have; the one held is an answer."""

    child_id: Id
    needs_trend: Annotated[str, Code(TRENDS)] | None = None
    recommendation: Annotated[str, Code(LEVELS)] | None = None
    progress_sufficient: StrictBool | None = None
    view: Narrative | None = None


class RecordPlanReview(Command):
    """Which plan, and how the review went. held_at: when, if not at occurred_at; corrects: an earlier record of it.

    response_mode: of early support, where its plan does not say it.
    """

    plan_id: Id
    review_kind: Annotated[str, Code(KINDS)] | None = None
    held_at: Instant | None = None
    outcome: Annotated[str, Code(("CONTINUE", "END"))] | None = None
    participants: Annotated[tuple[Present, ...], Field(max_length=50)] = ()
    invited: Annotated[tuple[Present, ...], Field(max_length=50)] = ()
    attendance: Annotated[tuple[Answer, ...], Field(max_length=50)] = ()
    family_present: StrictBool | None = None
    children: Annotated[tuple[FoundOf, ...], Field(max_length=50)] = ()
    family_view: Narrative | None = None
    next_review_date: IsoDate | None = None
    step_down_planned: StrictBool | None = None
    response_mode: Annotated[str, Code(MODES)] | None = None
    corrects: Id | None = None


def people_of(command: RecordPlanReview) -> tuple[str, ...]:
    """Whom it names."""
    named = (one.person_id for one in (*command.participants, *command.invited, *command.attendance))
    return tuple(dict.fromkeys(person for person in named if person))


def record_plan_review(matter: Matter, known: Known, command: RecordPlanReview, act: Act) -> tuple[Fact, ...]:
    """The review, and what it fills in of earlier records. A lack refuses nothing; only a helper beside may not."""
    protocol = matter.protocol
    story = story_of(matter, command.plan_id)
    weighed = here(protocol, story is not None, "/plan_id")
    weighed.insist({"plan_id": command.plan_id})
    assert story is not None
    before = matter.fact(command.corrects) if command.corrects else None
    held_at = command.held_at or _held(before) or act.occurred_at
    said = {matter.linked.child(one.child_id): one for one in command.children}
    facts = _of_the_plan(matter, story, command, before, act)
    weighed += here(protocol, not command.corrects or before in story.of("PlanReviewed"), "/corrects")
    weighed += here(protocol, not said.keys() - {*story.children}, "/children")
    weighed += happened(protocol, held_at <= act.recorded_at, "/held_at")
    weighed += weigh(protocol, "RecordPlanReview", facts, act)
    weighed.insist(facts)
    for place, child in enumerate(story.children):
        lacks = weigh(protocol, "RecordPlanReview", _of_child(story, said.get(child)), act, child)
        weighed += _placed(lacks, place)
    may = allowed(protocol, "RecordPlanReview", act, leads=_leads(matter, story, act))
    there, strangers = participants(matter, known, command.participants, act, "participants")
    invited, unknown = participants(matter, known, command.invited, act, "invited")
    answers, nobody = attendance(matter, known, command.attendance, act)
    weighed = once(softened(may, act, FOLLOWED_UP_BY) + weighed + strangers + unknown + nobody)
    event = PlanReviewed(
        plan_id=story.plan_id,
        type=story.type,
        review_kind=command.review_kind,
        held_at=held_at,
        outcome=command.outcome,
        participants=there,
        invited=invited,
        attendance=answers,
        family_present=command.family_present,
        children=tuple(_found(child, said.get(child), act) for child in story.children),
        family_view=Sealed(f"note/{act.new_id()}", command.family_view) if command.family_view else None,
        next_review_date=command.next_review_date,
        step_down_planned=command.step_down_planned,
        response_mode=command.response_mode,
    )
    recorded = of_plan(matter, story.children, event, weighed, act, facts, corrects=command.corrects)
    return bringing(recorded, _filled(matter, story, before, weighed, command, act), act.new_id)


def _of_the_plan(
    matter: Matter, story: PlanStory, command: RecordPlanReview, before: Told | None, act: Act
) -> dict[str, Any]:
    """What the rows ask about the review as a whole, by the packs' words."""
    reviews = tuple(fact for fact in story.of("PlanReviewed") if fact is not before)
    # Whom one helps beside, one does not lead; who leads and helps another child too, leads.
    held = roles_of(matter, act.by.id)
    levels = (standing_of(matter, child).level for child in story.children)
    modes = [first(fact.data, "response_mode") for fact in story.facts]
    return {
        "of": "PLAN",
        "type": story.type,
        "by": list(held) or ["NONE"],
        "review_kind": command.review_kind or "NONE",
        "outcome": command.outcome,
        "level": sorted({level for level in levels if level}),
        "first_review": not reviews,
        "team": True if any(fact.title == "TeamAroundFamilyFormed" for fact in matter.facts) else None,
        "family_present": True if command.family_present else None,
        "met_before": any(first(fact.data, "family_present") for fact in reviews),
        "next_review_date": command.next_review_date.isoformat() if command.next_review_date else None,
        "next_review": _how_far(matter, command, act),
        "response_mode": command.response_mode or next((mode for mode in modes if mode), None),
    }


def _of_child(story: PlanStory, said: FoundOf | None) -> dict[str, Any]:
    return {
        "of": "CHILD",
        "type": story.type,
        "needs_trend": said.needs_trend if said else None,
        "recommendation": said.recommendation if said else None,
    }


def _how_far(matter: Matter, command: RecordPlanReview, act: Act) -> str:
    """Whether the next date lies beyond the time that a review which sets none is given."""
    if command.next_review_date is None:
        return "NONE"
    limits = [clock.limit_from for clock in matter.protocol.clocks if clock.limit_from is not None]
    usual = next((limit.unset for limit in limits if limit.field == "next_review_date"), None)
    day = end_of_day(command.next_review_date)
    return "LATER" if usual is not None and day > usual.due(command.held_at or act.occurred_at) else "WITHIN"


def _held(before: Told | None) -> datetime | None:
    said = first(before.data, "held_at") if before else None
    return datetime.fromisoformat(said) if isinstance(said, str) else said


def _leads(matter: Matter, story: PlanStory, act: Act) -> bool:
    if story.type == EARLY_SUPPORT:
        return any(plan.lead == act.by.id for plan in open_plans(matter.facts, EARLY_SUPPORT))
    return bool({FAMILY_LEAD, CP_LEAD, CAT_WORKER} & {*roles_of(matter, act.by.id)})


def _found(child: str, said: FoundOf | None, act: Act) -> ReviewedChild:
    if said is None:
        return ReviewedChild(child_id=child)
    return ReviewedChild(
        child_id=child,
        needs_trend=said.needs_trend,
        recommendation=said.recommendation,
        progress_sufficient=said.progress_sufficient,
        view=Sealed(f"child/{child}", said.view) if said.view else None,
    )


def _placed(weighed: Weighed, place: int) -> Weighed:
    """What is missing of one child, by its place in the list: brothers and sisters may lack the same."""
    items = (msgspec.structs.replace(one, what=f"children[{place}].{one.what}") for one in weighed.incomplete)
    return replace(weighed, incomplete=tuple(items))


def _filled(
    matter: Matter, story: PlanStory, before: Told | None, weighed: Weighed, command: RecordPlanReview, act: Act
) -> tuple[Fact, ...]:
    """What earlier records lacked and this one has: of the one it corrects, all that it does not lack itself."""
    lacks = {(item.rule, item.what) for item in weighed.incomplete}
    dated = {"next_review_date"} if command.next_review_date else set[str]()
    answered = dated | ({"family_present"} if command.family_present else set())

    def supplied(review: Told, gap: Incomplete) -> bool:
        return (gap.rule, gap.what) not in lacks if review is before else gap.what in answered

    return tuple(
        fact for review in story.of("PlanReviewed") for fact in closed(matter, review, partial(supplied, review), act)
    )
