"""Letters asked for from their origin: for gaps, for a bus inside one process, and for those who check."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from shared.bus.parking import HeldUp, held_up
from shared.bus.wire import ENCODER, letter_of
from shared.store.program import Query
from shared.store.store import Store

LIMIT = 500


class Applied(msgspec.Struct, frozen=True):
    """How far a service has read one partition of one source."""

    source: str
    incarnation: str
    partition: int
    sequence: int


class FeedPage(msgspec.Struct, frozen=True):
    """Letters of one partition behind a place, as they would have come by the bus, and what the service has applied.

    head: of the store's log; sealed: how far that log is in the transparency log, and can be asked for here.
    held_up: of which cases letters wait there.
    """

    source: str
    incarnation: str
    head: int
    letters: tuple[msgspec.Raw, ...]
    applied: tuple[Applied, ...]
    sealed: int = 0
    held_up: tuple[HeldUp, ...] = ()


class Origin(Protocol):
    """Where the letters of one source can be asked for again."""

    async def page(self, source: str, partition: int, after: int) -> FeedPage:
        """The next letters. Raises BusDown when the origin does not answer."""
        ...


async def feed_page(stores: Sequence[Store], source: str, partition: int, after: int) -> FeedPage:
    """What a service's feed answers. Raises KeyError for a source that is not its own."""
    store = {store.source: store for store in stores}[source]
    sealed = await store.sealed(after, LIMIT, partition)
    return FeedPage(
        source=source,
        incarnation=store.incarnation,
        head=await store.head(),
        letters=tuple(msgspec.Raw(ENCODER.encode(letter_of(event, source, store.incarnation))) for event in sealed),
        sealed=await _sealed_to(store),
        applied=tuple(await applied(stores)),
        held_up=tuple([one for each in stores for one in await held_up(each)]),
    )


async def _sealed_to(store: Store) -> int:
    (rows,) = await store.read(Query("SELECT max(sequence) FROM leaves"))
    return rows[0][0] or 0


async def applied(stores: Sequence[Store]) -> list[Applied]:
    """How far this service has read each partition of each source, the least of its stores."""
    read = [await store.places("intake") for store in stores]
    known = sorted({key for places in read for key in places})
    least = [min((places.get(key, ("", 0)) for places in read), key=lambda place: place[1]) for key in known]
    return [
        Applied(source, incarnation, part, sequence)
        for (source, part), (incarnation, sequence) in zip(known, least, strict=True)
    ]
