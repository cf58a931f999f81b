"""What a decision of planning comes to for several children at once: one event on the case of all."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.planning.decisions.recording import standing_of
from shared.kernel.act import Act
from shared.kernel.events import ClockStart, Event, Fact, cite
from shared.protocol.linked import Matter
from shared.protocol.runs import ran_before
from shared.protocol.weighing import Weighed


def of_children(
    matter: Matter, children: Iterable[str], event: Event, weighed: Weighed, act: Act, *, inputs: Mapping[str, Any]
) -> Fact:
    """An event about several children, with the clocks that it starts for each. inputs: what counted."""
    named = tuple(dict.fromkeys(matter.linked.child(child) for child in children))
    name = f"planning.{event.title()}"
    clocks: list[ClockStart] = []
    rules: list[str] = []
    for child in named:
        state = standing_of(matter, child).state
        before = ran_before(matter, child)
        started = matter.protocol.clocks_started_by(name, event, act.occurred_at, child, state, before)
        clocks += started.clocks
        rules += started.rules
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=named,
        event=event,
        rules=cite(weighed.rules, rules),
        clocks=tuple(clocks),
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        inputs=dict(inputs),
    )


def together(every: Weighed, each: Iterable[Weighed]) -> Weighed:
    """What the rules say to the whole, and to each child: the same no is said once."""
    weighed = sum(each, every)
    return replace(weighed, refusals=tuple(dict.fromkeys(weighed.refusals)))
