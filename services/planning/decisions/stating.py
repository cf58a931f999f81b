"""Dated facts of a child that are told and rest on nothing: who may tell them, and one event for each child."""

from collections.abc import Callable, Iterable, Sequence

from services.planning.decisions.recording import of_child
from services.planning.decisions.working import works_here
from shared.kernel.act import Act
from shared.kernel.events import Event, Fact
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, here, weigh


def stated(
    matter: Matter, name: str, child_ids: Iterable[str], events: Callable[[str], Sequence[Event]], act: Act
) -> tuple[Fact, ...]:
    """The events of each child. Raises Refused for who may not tell them, or of a child not known here."""
    children = tuple(dict.fromkeys(matter.linked.child(child_id) for child_id in child_ids))
    weighed = may_tell(matter, name, children, act)
    weighed += weigh(matter.protocol, name, {}, act)
    weighed.insist({"children": len(children)})
    return tuple(
        of_child(matter, child, event, weighed, act, inputs={}) for child in children for event in events(child)
    )


def may_tell(matter: Matter, name: str, children: Sequence[str], act: Act) -> Weighed:
    """Whether this person may record it: who holds a role on the case, and whom the table of commands names."""
    known = here(matter.protocol, all(matter.about(child, matter.facts) for child in children), "/child_ids")
    return known + works_here(matter, name, act)


def note(text: str | None, act: Act) -> Sealed[str] | None:
    """Words under a key of their own."""
    return Sealed(f"note/{act.new_id()}", text) if text else None
