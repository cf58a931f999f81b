"""What waits for the managers: requests and tasks that nothing has ended yet."""

from collections.abc import Sequence

from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.follows import Waits
from shared.protocol.gaps import lacking_by
from shared.protocol.linked import Matter

WAITING = ("AllocationRequested", "IMCTaskRaised", "IMCRequested")


def reasons_for(matter: Matter, child_id: str, facts: Sequence[Told]) -> frozenset[str]:
    """For which reasons a child waits for the managers after these facts of the matter."""
    waiting = (fact for fact in matter.about(child_id, facts) if fact.title in WAITING and waits(matter, fact, facts))
    return frozenset(str(first(fact.data, "reason_code")) for fact in waiting)


def waits(matter: Matter, fact: Told, facts: Sequence[Told]) -> bool:
    """Whether a request or task of the matter still waits after these facts. Without a worklist it waits for ever."""
    if not _stands(matter, fact):
        return False
    board = matter.protocol.waits(fact.name, fact.data)
    if board is None:
        return True
    place = next(place for place, one in enumerate(facts) if one.event_id == fact.event_id)
    later = facts[place + 1 :]
    return not any(
        _ends(matter, board, one, child, facts) for child in fact.child_ids for one in matter.about(child, later)
    )


def _ends(matter: Matter, board: Waits, fact: Told, child_id: str, facts: Sequence[Told]) -> bool:
    """Whether a fact takes a child off a worklist. A record that lacks what the worklist asks of it does not yet."""
    ids, lacking = matter.linked.ids_of(child_id), lacking_by(facts, fact.event_id)
    return any(board.ended_by(fact.name, fact.data, one, lacking) for one in ids)


def _stands(matter: Matter, fact: Told) -> bool:
    """Whether what it came from still counts and still asks for it."""
    cause = first(fact.data, "from_event")
    if cause is None or not matter.knows(cause):
        return True
    basis = matter.basis(cause)
    blocks = matter.protocol.follow_ups(fact.name)
    reason = first(fact.data, "reason_code")
    return basis is not None and any(
        block.words.get("reason_code") == reason and block.follows(basis.name, basis.data, child)
        for block in blocks
        for child in basis.child_ids
    )
