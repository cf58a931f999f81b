"""What a decision of planning comes to: the event on the case of all, with its clocks and its rules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Event, Fact, cite
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing
from shared.protocol.weighing import Weighed


def standing_of(matter: Matter, child_id: str) -> Standing:
    """Where a child stands now, by everything known here."""
    return matter.standing(child_id)


def protection_of(matter: Matter, child_id: str) -> dict[str, str]:
    """Whether a child protection plan is in force for a child, and an enquiry open, by the packs' words."""
    ids = matter.linked.ids_of(child_id)
    planned = any(ids & {*plan.children} for plan in open_plans(matter.facts, "CP"))
    return {
        "cp_plan": "OPEN" if planned else "NONE",
        "enquiry": "OPEN" if standing_of(matter, child_id).enquiries else "NONE",
    }


def of_child(
    matter: Matter,
    child_id: str,
    event: Event,
    weighed: Weighed,
    act: Act,
    *,
    inputs: Mapping[str, Any],
    ran_before: Iterable[str] = (),
) -> Fact:
    """An event about one child. inputs: the structural facts that counted; ran_before: clocks that ever ran for it."""
    child = matter.linked.child(child_id)
    state, around = standing_of(matter, child_id).state, protection_of(matter, child_id)
    name = f"planning.{event.title()}"
    started = matter.protocol.clocks_started_by(name, event, act.occurred_at, child, state, ran_before, around)
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=(child,),
        event=event,
        rules=cite(weighed.rules, started.rules),
        clocks=started.clocks,
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        inputs=dict(inputs),
    )


def of_children(
    matter: Matter,
    children: Iterable[str],
    event: Event,
    weighed: Weighed,
    act: Act,
    *,
    inputs: Mapping[str, Any],
    starting: Iterable[str] | None = None,
    event_id: str | None = None,
    corrects: str | None = None,
) -> Fact:
    """One event about several children. starting: those for whom it starts deadlines, all if nothing is said."""
    ids = tuple(dict.fromkeys(matter.linked.child(child) for child in children))
    counted = ids if starting is None else tuple(starting)
    name = f"planning.{event.title()}"
    begun = [
        matter.protocol.clocks_started_by(
            name, event, act.occurred_at, child, standing_of(matter, child).state, (), protection_of(matter, child)
        )
        for child in ids
        if child in counted
    ]
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=ids,
        event=event,
        event_id=event_id,
        rules=cite(weighed.rules, *(one.rules for one in begun)),
        clocks=tuple(clock for one in begun for clock in one.clocks),
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        corrects=corrects,
        inputs=dict(inputs),
    )


def as_it_stood(matter: Matter, act: Act, corrected: Told | None = None) -> Matter:
    """The matter before what happened then: before what is corrected, or before a time that lies back."""
    if corrected is not None:
        return replace(matter, facts=matter.before(corrected))
    if act.occurred_at >= act.recorded_at:
        return matter
    return replace(matter, facts=tuple(fact for fact in matter.facts if fact.occurred_at <= act.occurred_at))


def before_it(standing: Standing, protocol: Protocol) -> str:
    """The state that counts as the one before: underneath a protection state, else where the child stands; or NONE."""
    state = standing.beneath if standing.protected else standing.state
    none = protocol.moves.none_before if protocol.moves else ()
    return "NONE" if state is None or state in none else state
