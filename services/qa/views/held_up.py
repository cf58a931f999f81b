"""A case of which letters wait somewhere: who is to see to it, and what must not wait for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.qa.views.cases import sortable
from services.qa.views.words import instant
from shared.bus.parking import HeldUp
from shared.kernel.letters import Letter
from shared.protocol.protocol import Protocol
from shared.protocol.urgent import is_urgent

Row = dict[str, Any]


def since_when(held: Iterable[HeldUp]) -> str | None:
    """Since when a case is incomplete somewhere, as an instant; None where nothing waits."""
    moments = [datetime.fromisoformat(one.since) for one in held]
    return instant(min(moments)) if moments else None


def items_held_up(held: Sequence[HeldUp], letters: Iterable[Letter], protocol: Protocol) -> list[Row]:
    """What a case of which letters wait puts on the front door's worklist, as overdue from the first moment.

    One item for each source whose letters wait, and one for each act of safeguarding that was told behind them.
    letters: of the case. Each item: as `open_items`, with `what`, `desks` and `next_due_at`.
    """
    letters = tuple(letters)
    items = [_item("LETTERS_WAIT", one, protocol, one.since) for one in held]
    for one in held:
        behind = (
            letter
            for letter in letters
            if letter.source == one.source and letter.sequence >= one.sequence and letter.key == one.about
        )
        items += [
            _item("SAFEGUARDING_WHILE_LETTERS_WAIT", one, protocol, letter.occurred_at.isoformat(), letter)
            for letter in behind
            if is_urgent(letter, protocol)
        ]
    return items


def _item(code: str, one: HeldUp, protocol: Protocol, since: str, letter: Letter | None = None) -> Row:
    at = datetime.fromisoformat(since)
    door = protocol.local.front_door
    return {
        "code": code,
        "for": {"teams": [protocol.front_door], "posts": list(door.manager_posts)},
        "case_id": one.about,
        "child_id": letter.child_ids[0] if letter and len(letter.child_ids) == 1 else None,
        "since": instant(at),
        "of_event": letter.event_id if letter else None,
        "rules": list(letter.rules) if letter else [],
        "what": one.source.partition("/")[0],
        "desks": [{"team": protocol.front_door, "post": post} for post in door.manager_posts],
        "next_due_at": sortable(at),
    }
