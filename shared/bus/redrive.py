"""Applying a parked letter once its cause is mended, and then those that wait behind it, in their order."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import structlog

from shared.bus.page import plan_page
from shared.kernel.letters import Letter
from shared.store.append import Append, Stored
from shared.store.program import Query, StoreUnavailable
from shared.store.store import Store

TRIES = 8
_LETTER = msgspec.json.Decoder(Letter).decode

log = structlog.get_logger("redrive")


class NotParked(LookupError):
    """No letter of this event is parked in this store."""


class NotFirst(Exception):
    """Another letter of the same case and source is parked before it. first: the event to begin with."""

    def __init__(self, first: str):
        super().__init__(f"Redrive {first} first: it stands before this one.")
        self.first = first


class StillFails(Exception):
    """The cause is not mended. error: the class of what went wrong; done: how many letters were applied before."""

    def __init__(self, event_id: str, error: str, done: int):
        super().__init__(f"{event_id} fails as before, with {error}; {done} before it were applied.")
        self.error = error
        self.done = done


class Parked(msgspec.Struct, frozen=True):
    """A letter kept aside. error: the class of what went wrong, or WAITS behind one that did; since: as text."""

    source: str
    sequence: int
    event_id: str
    about: str
    name: str
    error: str
    since: str


async def parked_letters(store: Store) -> list[Parked]:
    """Everything that is kept aside here, in the order in which it would be applied."""
    (rows,) = await store.read(
        Query("SELECT source, sequence, event_id, about, name, error, since FROM parked ORDER BY source, sequence")
    )
    return [Parked(*row) for row in rows]


async def redrive(
    store: Store,
    event_id: str,
    protocol_for: Callable[[str, datetime], Any],
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> list[str]:
    """Apply a parked letter and those behind it, each in a transaction of its own. Gives their event ids, in order.

    A letter that is parked behind them in this very moment is found by the next look at the list.
    Raises NotParked, NotFirst, StillFails, StoreUnavailable.
    """
    (rows,) = await store.read(Query("SELECT source, about FROM parked WHERE event_id = %s", (event_id,)))
    if not rows:
        raise NotParked(event_id)
    source, about = rows[0]
    done: list[str] = []
    while letter := await _first(store, source, about):
        if not done and letter.event_id != event_id:
            raise NotFirst(letter.event_id)
        try:
            await _apply(store, letter, protocol_for, now, new_id)
        except StoreUnavailable:
            raise
        except Exception as wrong:
            error = type(wrong).__name__
            log.error("letter stays parked", error_class=error, source=source, sequence=letter.sequence)
            await store.append(Append(also=[_failed(letter, error)]))
            raise StillFails(letter.event_id, error, len(done)) from None
        done.append(letter.event_id)
    return done


async def _first(store: Store, source: str, about: str) -> Letter | None:
    (rows,) = await store.read(
        Query(
            "SELECT letter FROM parked WHERE source = %s AND about = %s ORDER BY sequence LIMIT 1",
            (source, about),
        )
    )
    return _LETTER(bytes(rows[0][0])) if rows else None


async def _apply(
    store: Store,
    letter: Letter,
    protocol_for: Callable[[str, datetime], Any],
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> None:
    gone = Query("DELETE FROM parked WHERE source = %s AND sequence = %s", (letter.source, letter.sequence))
    for _ in range(TRIES):
        plan = await plan_page(store, [letter], frozenset(), protocol_for, now(), new_id)
        # Asked after what the plan rests on was read: whoever redrives it from now on makes this write stale.
        if not await _is_parked(store, letter):
            return
        # An inbox has kept the letter since it came: it is not kept twice.
        write = Append(
            events=plan.events, expects=plan.expects, beliefs=plan.read, keys=plan.keys, also=[*plan.also, gone]
        )
        if isinstance(await store.append(write), Stored):
            return
    raise StoreUnavailable


async def _is_parked(store: Store, letter: Letter) -> bool:
    (rows,) = await store.read(
        Query("SELECT 1 FROM parked WHERE source = %s AND sequence = %s", (letter.source, letter.sequence))
    )
    return bool(rows)


def _failed(letter: Letter, error: str) -> Query:
    return Query(
        "UPDATE parked SET error = %s WHERE source = %s AND sequence = %s", (error, letter.source, letter.sequence)
    )
