"""Whether a request for a lead still waits: nothing has ended it, and what it rests on still counts."""

from collections.abc import Iterable, Sequence

from shared.kernel.beliefs import Told
from shared.protocol.facts import first
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


def ended_by(matter: Matter, child_id: str, board: Waits, fact: Told, lacking: Iterable[str] = ()) -> bool:
    """Whether a fact about a child takes it off a worklist. lacking: rules by which the fact lacks something."""
    lacks = tuple(lacking)
    return any(board.ended_by(fact.name, fact.data, one, lacks) for one in matter.linked.ids_of(child_id))


def stands(matter: Matter, request: Told) -> bool:
    """Whether a request or a task still has its reason: what it came from still counts, and still asks for it."""
    cause, reason = first(request.data, "from_event"), first(request.data, "reason_code")
    if cause is None or not matter.knows(cause):
        return True
    basis = matter.basis(cause)
    blocks = [one for one in matter.protocol.follow_ups(request.name) if one.words.get("reason_code", reason) == reason]
    ids = {one for child in request.child_ids for one in matter.linked.ids_of(child)}
    return basis is not None and any(
        block.follows(basis.name, basis.data, child_id)
        for block in blocks
        for child_id in basis.child_ids
        if child_id in ids
    )


def request_of(matter: Matter, child_id: str) -> Told | None:
    """The request for a lead that waits for a child now; None if none does."""
    open_one: Told | None = None
    for fact in matter.about(child_id, matter.facts):
        if fact.name == NAME:
            open_one = open_one or (fact if stands(matter, fact) else None)
        elif open_one is not None:
            board = matter.protocol.waits(NAME, open_one.data)
            open_one = None if board is not None and ended_by(matter, child_id, board, fact) else open_one
    return open_one
