"""What waits for the managers: requests and tasks that nothing has ended yet."""

from collections.abc import Sequence

from services.allocation.decisions.waiting import ended_by, stands
from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.gaps import lacking_by
from shared.protocol.linked import Matter

WAITING = ("AllocationRequested", "IMCTaskRaised", "IMCRequested")


def reasons_for(matter: Matter, child_id: str, facts: Sequence[Told]) -> frozenset[str]:
    """For which reasons a child waits for the managers after these facts of the matter."""
    waiting = (fact for fact in matter.about(child_id, facts) if fact.title in WAITING and waits(matter, fact, facts))
    return frozenset(str(first(fact.data, "reason_code")) for fact in waiting)


def waits(matter: Matter, fact: Told, facts: Sequence[Told]) -> bool:
    """Whether a request or task of the matter still waits after these facts. Without a worklist it waits for ever.

    A record that lacks what the worklist asks of it does not end it yet.
    """
    if not stands(matter, fact):
        return False
    board = matter.protocol.waits(fact.name, fact.data)
    if board is None:
        return True
    place = next(place for place, one in enumerate(facts) if one.event_id == fact.event_id)
    later = facts[place + 1 :]
    return not any(
        ended_by(matter, child, board, one, lacking_by(facts, one.event_id))
        for child in fact.child_ids
        for one in matter.about(child, later)
    )
