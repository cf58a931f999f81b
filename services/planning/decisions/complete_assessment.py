"""Completing an assessment: what it came to for each child, and with it the child's level or the end of its case."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.assessments import TYPES, section20_answered, under_way
from services.planning.decisions.endings import census_reason
from services.planning.decisions.leaving import FAMILY_HELP, case_closed, plan_ended_with_the_last
from services.planning.decisions.levels import level_changed
from services.planning.decisions.recording import standing_of
from services.planning.decisions.several import of_children, together
from services.planning.events import AssessmentCompleted, AssessmentResult, Recommendation
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative, Note, Word
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.mapped import on_the_map
from shared.protocol.pathways import pathways_of
from shared.protocol.plans import open_plans
from shared.protocol.runs import overdue
from shared.protocol.weighing import Weighed, allowed, coded, here, weigh

NAME = "CompleteAssessment"
DONE, LEVEL, CLOSED = "planning.AssessmentCompleted", "planning.ThresholdChanged", "planning.CaseClosed"
QUALIFICATIONS = ("AQ_ACCEPTABLE", "SOCIAL_WORKER")


class Recommended(Sent):
    """Who should lead. lead_id: a person of the register; employer: where somebody of one is meant."""

    qualification: Annotated[str, Code(QUALIFICATIONS)] | None = None
    employer: Id | None = None
    lead_id: Id | None = None


class Assessed(Sent):
    """What it came to for one child. determination: the level, where help follows."""

    child_id: Id
    outcome: Word | None = None
    determination: Word | None = None
    section20_considered: StrictBool | None = None


class CompleteAssessment(Command):
    """Which assessment, and what it came to. assessment_id: that which is under way, if not said.

    overrun_reason: why it took longer than it may; text: the assessment itself.
    """

    assessment_id: Id | None = None
    children: Annotated[tuple[Assessed, ...], Field(min_length=1, max_length=50)]
    fhlp_recommendation: Recommended | None = None
    overrun_reason: Word | None = None
    overrun_reason_note: Note | None = None
    text: Narrative | None = None


def people_of(command: CompleteAssessment) -> tuple[str, ...]:
    """Whom it names."""
    named = command.fhlp_recommendation
    return (named.lead_id,) if named and named.lead_id else ()


def complete_assessment(matter: Matter, known: Known, command: CompleteAssessment, act: Act) -> tuple[Fact, ...]:
    """One event for all, then what follows for each child: its level, or the end of its case. Raises Refused."""
    protocol = matter.protocol
    said = {matter.linked.child(one.child_id): one for one in command.children}
    facts = {child: _circumstances(matter, child, one, command, act) for child, one in said.items()}
    every = allowed(protocol, NAME, act) + _fits(matter, known, command, said, act)
    weighed = {child: weigh(protocol, NAME, facts[child], act, child) for child in said}
    if not any(one.refusals for one in (every, *weighed.values())):
        for child, one in said.items():
            data = {"team": act.by.team, "children": [{"child_id": child, "outcome": one.outcome}]}
            weighed[child] += on_the_map(matter, child, DONE, data, "/children")
    whole = together(every, weighed.values())
    whole.insist({"children": facts})
    done = of_children(matter, said, _event(matter, command, said, act), whole, act, inputs={"children": facts})
    cited = Weighed(rules=whole.rules)
    changes = [fact for child in said for fact in _followed(matter, child, facts[child], cited, act)]
    leaving = [child for child in said if protocol.besides(NAME, CLOSED, facts[child])]
    if leaving:
        changes += plan_ended_with_the_last(matter, leaving, "NEED_MET", cited, act, inputs={"leaving": leaving})
    return bringing(done, changes, act.new_id)


def _fits(matter: Matter, known: Known, command: CompleteAssessment, said: Mapping[str, Assessed], act: Act) -> Weighed:
    """What it names is known here, and a code of the authority's list."""
    protocol = matter.protocol
    children = all(matter.about(child, matter.facts) for child in said)
    running = under_way(matter, said)
    named = command.assessment_id is None or (running is not None and running.assessment_id == command.assessment_id)
    fits = here(protocol, children, "/children") + here(protocol, named, "/assessment_id")
    for person in people_of(command):
        found = person_at(known.of(person), person, protocol.authority, act.occurred_at)
        fits += here(protocol, found is not None, "/fhlp_recommendation/lead_id")
    return fits + coded(protocol, f"{NAME}.overrun_reason", command.overrun_reason, command.overrun_reason_note)


def _circumstances(matter: Matter, child: str, said: Assessed, command: CompleteAssessment, act: Act) -> dict[str, Any]:
    """What the rows ask about, by the packs' words. A duty that was not weighed is as good as not answered."""
    now = standing_of(matter, child)
    ids = matter.linked.ids_of(child)
    plans = open_plans(matter.facts, FAMILY_HELP)
    answered = said.section20_considered is True or section20_answered(matter, child)
    named = command.fhlp_recommendation
    return {
        "state": now.state or "UNKNOWN",
        "level": now.level,
        "team": act.by.team,
        "outcome": said.outcome,
        "determination": said.determination,
        "fhlp_recommendation": named.qualification if named else None,
        "family_help_plan": True if any(ids & {*plan.children} for plan in plans) else None,
        "pathway": sorted(pathways_of(matter.about(child, matter.facts))),
        "section20_considered": True if answered else None,
        "overdue": list(overdue(matter, child, DONE, act.occurred_at)),
        "overrun_reason": command.overrun_reason or _said_with_the_plan(matter, child),
    }


def _said_with_the_plan(matter: Matter, child: str) -> str | None:
    """Why the assessment was late, where its plan was completed first and said so."""
    plans = (fact for fact in matter.about(child, matter.facts) if fact.title == "PlanCompleted")
    return next((said for fact in plans if (said := first(fact.data, "overrun_reason"))), None)


def _event(matter: Matter, command: CompleteAssessment, said: Mapping[str, Assessed], act: Act) -> AssessmentCompleted:
    running = under_way(matter, said)
    team = act.by.team
    return AssessmentCompleted(
        assessment_id=running.assessment_id if running else act.new_id(),
        type=running.type if running else TYPES[0],
        team=team,
        team_id=matter.protocol.team_id(team) if team else None,
        children=tuple(
            AssessmentResult(
                child_id=child,
                outcome=one.outcome or "",
                determination=one.determination,
                section20_considered=one.section20_considered,
            )
            for child, one in said.items()
        ),
        fhlp_recommendation=recommendation_of(command.fhlp_recommendation),
        overrun_reason=command.overrun_reason,
        overrun_reason_note=_sealed(act, command.overrun_reason_note),
        text=_sealed(act, command.text),
    )


def recommendation_of(named: Recommended | None) -> Recommendation | None:
    """As an event keeps it: nothing, where it does not say what the lead has to be."""
    if named is None or named.qualification is None:
        return None
    return Recommendation(qualification=named.qualification, employer=named.employer, lead_id=named.lead_id)


def _sealed(act: Act, text: str | None) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", text) if text else None


def _followed(matter: Matter, child: str, facts: Mapping[str, Any], weighed: Weighed, act: Act) -> tuple[Fact, ...]:
    """The level and the closing that this outcome brings. A level that the child holds already is not set again."""
    found: list[Fact] = []
    block = matter.protocol.besides(NAME, LEVEL, facts)
    if block is not None:
        to = str(block.words.get("to") or facts["determination"])
        if to != facts["level"]:
            found.append(
                level_changed(
                    matter,
                    child,
                    to,
                    act,
                    decided_in=str(block.words["decided_in"]),
                    reason_code=str(block.words["reason_code"]),
                    weighed=weighed,
                    inputs=facts,
                )
            )
    if matter.protocol.besides(NAME, CLOSED, facts):
        reason = census_reason(matter, child, assessed=True)
        found.append(case_closed(matter, child, reason, weighed, act, inputs=facts))
    return tuple(found)
