"""Where a child goes once an enquiry, or a plan that protected it, is over: what is recorded with that, in one write.

Where it lands is found by the map itself, from the events about to be recorded; what goes with it, by the pack.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.planning.decisions.foreseen import with_facts
from services.planning.decisions.levels import level_changed
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import AssessedChild, AssessmentStarted, CaseClosed, ChangeOfNeedReported
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Event, Fact
from shared.protocol.beside import Beside
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.running import running
from shared.protocol.weighing import Weighed, person_of

ENQUIRY, PLAN = "CP_ENQUIRY", "CHILD_PROTECTION_PLAN"
"""The levels that hold only while a child is protected."""

UNMOVED = "SAME"


def circumstances(matter: Matter, child: str, first_facts: Sequence[Fact], act: Act) -> dict[str, Any]:
    """Where the child stands and where these facts leave it, by the packs' words. lands: SAME if nowhere else."""
    now, then = standing_of(matter, child), standing_of(with_facts(matter, first_facts, act), child)
    return {
        "state": now.state or "UNKNOWN",
        "lands": UNMOVED if then.state == now.state else then.state,
        "level": now.level,
        "level_before": level_before(matter, child),
    }


def following(
    matter: Matter, child: str, command: str, first_facts: Sequence[Fact], facts: Mapping[str, Any], act: Act
) -> tuple[Fact, ...]:
    """What the pack says is recorded with these facts: a level, a change of need, the case's end, an assessment.

    facts: the circumstances, with what the command said. The first of first_facts is what the others rest on.
    """
    found: list[Fact] = []
    ref = first_facts[0].event_id
    if block := matter.protocol.besides(command, "planning.ThresholdChanged", facts):
        found.append(_level(matter, child, block, facts, ref, act))
    if block := matter.protocol.besides(command, "planning.ChangeOfNeedReported", facts):
        trend, source = str(block.words["trend"]), str(block.words["source"])
        need = ChangeOfNeedReported(trend="UP" if trend == "UP" else "DOWN", source=source, from_event=ref)
        found.append(_beside(matter, child, need, block, facts, act))
    if block := matter.protocol.besides(command, "planning.CaseClosed", facts):
        closed = CaseClosed(
            reason_code=str(block.words["reason_code"]),
            closed_on=local_date(act.occurred_at),
            decided_by=person_of(act.by),
            from_state=standing_of(matter, child).state,
        )
        found.append(_beside(matter, child, closed, block, facts, act))
    if block := matter.protocol.besides(command, "planning.AssessmentStarted", facts):
        begun = _assessment(child, block, act)
        if _starts_anew(with_facts(matter, (*first_facts, *found), act), child, begun):
            found.append(_beside(matter, child, begun, block, facts, act))
    return tuple(found)


def level_before(matter: Matter, child: str) -> str | None:
    """The level that a child held before the enquiry that is open, None where it had none.

    Of a child whose plan ended under an open enquiry, the level at which the conference let it go on.
    """
    before: str | None = None
    ended: str | None = None
    for fact in matter.about(child, matter.facts):
        if fact.title == "ReviewConferenceHeld":
            ended = first(fact.data, "landing_level")
        elif fact.title == "CaseClosed":
            before = None
        elif fact.title == "ThresholdChanged" and first(fact.data, "to") == ENQUIRY:
            held = first(fact.data, "from")
            before = _landing(matter, child, ended) if held == PLAN else held
    return before


def _landing(matter: Matter, child: str, stated: str | None) -> str | None:
    beneath = standing_of(matter, child).beneath
    facts = {"decision": "END_PLAN", "lands": beneath, "level": PLAN, "landing_level": stated}
    block = matter.protocol.besides("RecordReviewConference", "planning.ThresholdChanged", facts)
    return stated or (str(block.words["to"]) if block and "to" in block.words else None)


def _level(matter: Matter, child: str, block: Beside, facts: Mapping[str, Any], ref: str | None, act: Act) -> Fact:
    """The level is the block's own, or the one held before, or that which the conference stated."""
    words = dict(block.words)
    to = words.pop("to", None) or facts.get("landing_level") or facts.get("level_before")
    return level_changed(
        matter,
        child,
        str(to),
        act,
        decided_in=str(words["decided_in"]),
        reason_code=str(words["reason_code"]),
        weighed=Weighed(rules=(block.rule,)),
        inputs=facts,
        decision_ref=ref,
    )


def _assessment(child: str, block: Beside, act: Act) -> AssessmentStarted:
    team = block.words.get("team")
    return AssessmentStarted(
        assessment_id=act.new_id(),
        type=str(block.words["type"]),
        basis=str(block.words["basis"]),
        team=str(team) if team else None,
        children=(AssessedChild(child_id=child),),
    )


def _starts_anew(matter: Matter, child: str, event: AssessmentStarted) -> bool:
    """Whether an assessment would start a deadline that does not run for the child: else the open one goes on."""
    state, ids = standing_of(matter, child).state, matter.linked.ids_of(child)
    name = f"planning.{event.title()}"
    runs = running(matter.facts, matter.protocol, ids)
    starting = (clock for clock in matter.protocol.clocks if clock.start_of(name, event, child, state) is not None)
    return any(clock.rule not in runs for clock in starting)


def _beside(matter: Matter, child: str, event: Event, block: Beside, facts: Mapping[str, Any], act: Act) -> Fact:
    return of_child(matter, child, event, Weighed(rules=(block.rule,)), act, inputs=facts)
