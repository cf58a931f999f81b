"""What a record lacks and nobody has supplied yet: the decisions that rest on it ask for this."""

from collections.abc import Iterable

from shared.kernel.beliefs import Told
from shared.kernel.events import Incomplete
from shared.protocol.facts import first


def gaps_of(facts: Iterable[Told], event_id: str, child_id: str | None = None) -> tuple[Incomplete, ...]:
    """What an event still lacks after these facts: without what IncompleteResolved has closed.

    facts: those that count. child_id: leaves out what is missing for another child. An event that another took the
    place of is no fact any more; what the other lacks is its own.
    """
    facts = tuple(facts)
    fact = next((fact for fact in facts if fact.event_id == event_id), None)
    if fact is None:
        return ()
    closed = {
        (first(one.data, "what"), first(one.data, "rule"))
        for one in facts
        if one.title == "IncompleteResolved" and first(one.data, "of_event") == event_id
    }
    return tuple(
        gap
        for gap in fact.incomplete
        if (gap.what, gap.rule) not in closed and (child_id is None or gap.child_id in (None, child_id))
    )


def lacking_by(facts: Iterable[Told], event_id: str, child_id: str | None = None) -> tuple[str, ...]:
    """The rules by which an event still lacks something, as the facts of a decision name them, each once."""
    return tuple(dict.fromkeys(gap.rule for gap in gaps_of(facts, event_id, child_id)))
