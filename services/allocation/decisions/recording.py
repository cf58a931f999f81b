"""What a decision of allocation comes to: an event on the case of all, with its clocks and its rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.kernel.act import Act
from shared.kernel.events import Event, Fact, cite
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed


def on_the_case(
    matter: Matter, children: Iterable[str], event: Event, weighed: Weighed, act: Act, inputs: Mapping[str, Any]
) -> Fact:
    """An event about some of a family's children. inputs: the structural facts that counted."""
    started = matter.protocol.clocks_started_by(f"allocation.{event.title()}", event, act.occurred_at)
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=tuple(dict.fromkeys(matter.linked.child(child) for child in children)),
        event=event,
        rules=cite(weighed.rules, started.rules),
        clocks=started.clocks,
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        inputs=dict(inputs),
    )


def noted(text: str | None, act: Act) -> Sealed[str] | None:
    """What somebody wrote, sealed under a key of its own."""
    return Sealed(f"note/{act.new_id()}", text) if text is not None else None
