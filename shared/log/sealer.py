"""Putting what was recorded into the transparency log, in the order of the store's log, each event once."""

import msgspec

from shared.kernel.partitions import partition_of
from shared.log.leaf import leaf_hash
from shared.log.tree import nodes_added
from shared.store.append import Append, Move, Stale
from shared.store.program import Insert, Query
from shared.store.store import Store

READER = "seal"
PAGE = 1000
LEAVES = {"idx": "big", "sequence": "big", "part": "big", "previous": "big", "hash": "bytes"}
NODES = {"level": "big", "idx": "big", "hash": "bytes"}


class _Key(msgspec.Struct):
    """The little of a stored event that its leaf and its partition need."""

    name: str
    stream: str
    stream_version: int
    case_id: str | None = None


_KEY = msgspec.json.Decoder(_Key)


async def seal_page(store: Store, partitions: int) -> int:
    """Append the next events of the log to the tree. Gives how many; 0 when all are in. Raises StoreUnavailable.

    partitions: of the service's topic; the leaf's row says in which one its letter travels and which came before.
    """
    places = await store.places(READER)
    sealed_to = places.get((store.source, 0), ("", 0))[1]
    events = await store.log(sealed_to, PAGE)
    if not events:
        return 0
    size, last = await _standing(store, partitions)
    leaves: list[tuple[int, int, int, int, bytes]] = []
    for index, (sequence, state) in enumerate(events, size):
        key = _KEY.decode(state)
        part = partition_of(key.case_id or key.stream, partitions)
        digest = leaf_hash(sequence, key.stream, key.stream_version, key.name, state)
        leaves.append((index, sequence, part, last[part], digest))
        last[part] = sequence
    edge = await _edge(store, size)
    nodes = nodes_added(size, [leaf[4] for leaf in leaves], lambda level, index: edge[(level, index)])
    outcome = await store.append(
        Append(
            moves=[Move(READER, store.source, 0, store.incarnation, sealed_to, events[-1][0])],
            also=[Insert("leaves", LEAVES, leaves), Insert("nodes", NODES, nodes)],
            # The relay waits for leaves, not for events.
            tells=True,
        )
    )
    # Stale: another replica sealed them meanwhile.
    return 0 if isinstance(outcome, Stale) else len(events)


async def _standing(store: Store, partitions: int) -> tuple[int, dict[int, int]]:
    """How many leaves there are, and the last sequence of each partition."""
    # One look into the index for each partition: grouping would read all of it, more with every leaf.
    ends = " UNION ALL ".join(
        f"SELECT {part}, (SELECT max(sequence) FROM leaves WHERE part = {part})" for part in range(partitions)
    )
    top, last = await store.read(Query("SELECT max(idx) FROM leaves"), Query(ends))
    return (0 if top[0][0] is None else top[0][0] + 1), {part: sequence or 0 for part, sequence in last}


async def _edge(store: Store, size: int) -> dict[tuple[int, int], bytes]:
    """The roots of the complete subtrees along the right edge: all that new leaves can be joined to."""
    wanted = [(level, (size >> level) - 1) for level in range(size.bit_length()) if (size >> level) & 1]
    if not wanted:
        return {}
    places = " OR ".join(["(level = %s AND idx = %s)"] * len(wanted))
    (rows,) = await store.read(
        Query(f"SELECT level, idx, hash FROM nodes WHERE {places}", [number for node in wanted for number in node])
    )
    return {(level, index): bytes(digest) for level, index, digest in rows}
