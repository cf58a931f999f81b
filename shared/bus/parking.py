"""Letters that could not be applied: kept aside, with those behind them, until somebody has mended the cause."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shared.bus.wire import ENCODER
from shared.kernel.letters import Letter
from shared.store.program import Query
from shared.store.store import Store

WAITS = "WAITS"


class HeldUp(msgspec.Struct, frozen=True):
    """Letters of one source about one case that a service has not been able to read on.

    sequence: of the first of them; since: as text, when it was put aside.
    """

    source: str
    about: str
    sequence: int
    since: str


async def held_up(store: Store) -> list[HeldUp]:
    """Of which cases letters wait here, and since when."""
    (rows,) = await store.read(
        Query(
            "SELECT source, about, min(sequence), min(since) FROM parked GROUP BY source, about ORDER BY about, source"
        )
    )
    return [HeldUp(*row) for row in rows]


def park(letter: Letter, error: str, since: datetime) -> Query:
    """Keep a letter aside. error: the class of what went wrong, or WAITS behind one that did."""
    return Query(
        "INSERT INTO parked (source, sequence, part, event_id, about, name, error, since, letter)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            letter.source,
            letter.sequence,
            letter.partition,
            letter.event_id,
            letter.key,
            letter.name,
            error,
            since.isoformat(),
            ENCODER.encode(letter),
        ),
    )


async def parked_abouts(store: Store, source: str, letters: Sequence[Letter]) -> frozenset[str]:
    """Of what these letters are about, that of which a letter of this source is parked."""
    abouts = sorted({letter.key for letter in letters})
    (rows,) = await store.read(
        Query(
            f"SELECT DISTINCT about FROM parked WHERE source = %s AND {store.backend.dialect.among('about')}",
            (source, store.backend.dialect.listed(abouts)),
        )
    )
    return frozenset(row[0] for row in rows)
