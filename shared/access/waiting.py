"""Whose worklist a case is on by what waits in it: the desks that the protocol names for it."""

from collections.abc import Sequence

from shared.access.desks import Desk
from shared.kernel.beliefs import Told
from shared.protocol.facts import concerned
from shared.protocol.follows import Waits
from shared.protocol.gaps import lacking_by
from shared.protocol.protocol import Protocol


def desks_waiting(facts: Sequence[Told], protocol: Protocol) -> tuple[Desk, ...]:
    """The desks on which something about these facts still lies. facts: those that count, in the order of the house.

    The front door sees what is its own without this, and never a case for the sake of what others wait for.
    """
    found: dict[Desk, None] = {}
    for place, fact in enumerate(facts):
        board = protocol.waits(fact.name, fact.data)
        if board is not None and not _is_over(board, fact, facts, place):
            desks = (Desk(team=team, post=post) for team in board.teams for post in board.posts or (None,))
            found |= dict.fromkeys(desk for desk in desks if desk.team != protocol.front_door)
    return tuple(found)


def _is_over(board: Waits, fact: Told, facts: Sequence[Told], place: int) -> bool:
    return any(
        child in concerned(one) and board.ended_by(one.name, one.data, child, lacking_by(facts, one.event_id))
        for one in facts[place + 1 :]
        for child in fact.child_ids
    )
