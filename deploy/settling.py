"""Whether everything on its way has arrived: every event sealed, folded and read by whoever reads it."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from deploy.assemble import Assembly
from shared.store.program import Query
from shared.store.store import Store


class Reading(msgspec.Struct, frozen=True):
    """How far one store has come. last: of each of its partitions; read: source and partition -> place.

    reads: the sources that it reads. gathered, arrived: of its inbox.
    """

    source: str
    head: int
    sealed: int
    folded: int
    last: dict[int, int]
    reads: list[str]
    read: dict[str, dict[int, int]]
    gathered: int
    arrived: int


async def readings(assembly: Assembly) -> list[Reading]:
    """How far each store of this process has come."""
    return [
        await _reading(store, assembly.sources_read(name))
        for name, running in assembly.running.items()
        for store in running.stores.values()
    ]


def is_settled(told: Iterable[Reading]) -> bool:
    """Whether nothing is on its way any more between or inside these stores, which are all there are."""
    told = list(told)
    last = {one.source: one.last for one in told}
    return all(
        one.sealed == one.head
        and one.folded >= one.head
        and one.gathered >= one.arrived
        and all(_has_read(one.read.get(source, {}), last.get(source, {})) for source in one.reads)
        for one in told
    )


def _has_read(read: Mapping[int, int], last: Mapping[int, int]) -> bool:
    return all(read.get(part, 0) >= sequence for part, sequence in last.items())


async def _reading(store: Store, reads: list[str]) -> Reading:
    # In this order: what is recorded meanwhile makes it look unsettled, never settled.
    places: dict[str, dict[int, int]] = {}
    for (source, part), (_, sequence) in (await store.places("intake")).items():
        places.setdefault(source, {})[part] = sequence
    gathered = await _place(store, "gather")
    folded = await _place(store, "views")
    leaves, inbox = await store.read(
        Query("SELECT part, max(sequence) FROM leaves GROUP BY part"), Query("SELECT max(arrived) FROM inbox")
    )
    last: dict[int, int] = dict(leaves)
    return Reading(
        source=store.source,
        head=await store.head(),
        sealed=max(last.values(), default=0),
        folded=folded,
        last=last,
        reads=reads,
        read=places,
        gathered=gathered if store.service.gatherings else 0,
        arrived=(inbox[0][0] or 0) if store.service.gatherings else 0,
    )


async def _place(store: Store, reader: str) -> int:
    return (await store.places(reader)).get((store.source, 0), ("", 0))[1]


def decoded(told: Any) -> list[Reading]:
    """Readings as another process sent them."""
    return msgspec.convert(told, list[Reading], strict=False)
