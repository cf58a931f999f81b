"""What a decision of planning comes to for one child: the event on the case of all, with its clocks and its rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.kernel.act import Act
from shared.kernel.events import Event, Fact, cite
from shared.protocol.linked import Matter
from shared.protocol.standing import UNKNOWN, Standing, standings
from shared.protocol.weighing import Weighed


def standing_of(matter: Matter, child_id: str) -> Standing:
    """Where a child stands now, by everything known here."""
    return standings(matter.facts, matter.protocol).get(matter.linked.child(child_id), UNKNOWN)


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
    state = standing_of(matter, child_id).state
    name = f"planning.{event.title()}"
    started = matter.protocol.clocks_started_by(name, event, act.occurred_at, child, state, ran_before)
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
