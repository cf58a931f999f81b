"""Whether a request for a lead still waits: nothing has ended it, and what it rests on still counts."""

from collections.abc import Sequence

from shared.kernel.beliefs import Told
from shared.protocol.follows import Waits
from shared.protocol.linked import Matter

NAME = "allocation.AllocationRequested"


def waits_for(matter: Matter, child_id: str, board: Waits | None, facts: Sequence[Told]) -> bool:
    """Whether a child waits after these facts of a matter. board: the worklist, None where the pack has none.

    Where nothing says what ends a request, it waits for ever: one child, one request.
    """
    waiting = False
    for fact in matter.about(child_id, facts):
        if fact.name == NAME and (board is None or board.is_of(fact.name, fact.data)):
            waiting = waiting or stands(matter, fact)
        elif board is not None and ended_by(matter, child_id, board, fact):
            waiting = False
    return waiting


def ended_by(matter: Matter, child_id: str, board: Waits, fact: Told) -> bool:
    """Whether a fact about a child takes it off a worklist."""
    return any(board.ended_by(fact.name, fact.data, one) for one in matter.linked.ids_of(child_id))


def stands(matter: Matter, request: Told) -> bool:
    """Whether a request still has its reason: the event it came from was not withdrawn, nor corrected to another."""
    cause = request.data["from_event"]
    if not matter.knows(cause):
        return True
    basis = matter.basis(cause)
    blocks = matter.protocol.follow_ups(NAME)
    return basis is not None and any(
        block.follows(basis.name, basis.data, child_id) for block in blocks for child_id in basis.child_ids
    )
