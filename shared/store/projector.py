"""Views of a service's own events: folded as the log grows, refolded from the first event when asked."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from shared.kernel.events import Recorded
from shared.kernel.service import Body, Gathering, View
from shared.store.append import Append, Move, Stale
from shared.store.program import Insert, Query, Statement
from shared.store.store import Store

PAGE = 500
_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_DECODE = msgspec.json.Decoder().decode


async def project_page(store: Store) -> int:
    """Fold the next events into every view. Gives how many; 0 when all are folded. Raises StoreUnavailable."""
    service = store.service
    folded_to = (await store.places("views")).get((store.source, 0), ("", 0))[1]
    events = await store.log(folded_to, PAGE)
    if not events:
        return 0
    changes: list[Statement] = []
    read = _Events(store, [state for _, state in events])
    for view in service.views:
        rows = await _fold(store, view, read, None)
        changes += _written(view, rows)
    move = Move("views", store.source, 0, store.incarnation, folded_to, events[-1][0])
    # Who reads what they wrote a moment ago waits for this.
    outcome = await store.append(Append(moves=[move], also=changes, tells=True))
    return 0 if isinstance(outcome, Stale) else len(events)


async def rebuild(store: Store, view: View, progress: Callable[[int, int], None]) -> int:
    """Refold a view from the first event while the old rows are still read, then put the new ones in their place.

    progress: called with (events folded, events in all). Gives how many events were folded.
    """
    rows: dict[str, Body | None] = {}
    total, at, count = await store.head(), 0, 0
    while True:
        while events := await store.log(at, PAGE):
            rows = await _fold(store, view, _Events(store, [state for _, state in events]), rows)
            at, count = events[-1][0], count + len(events)
            progress(count, max(total, count))
        live = (await store.places("views")).get((store.source, 0), ("", 0))[1]
        if live > at:
            continue
        # The live fold must stand exactly here: then neither misses an event nor folds one twice.
        move = Move("views", store.source, 0, store.incarnation, live, at)
        also = [Query(f"DELETE FROM view_{view.name}"), *_written(view, rows)]
        if live == at and not isinstance(await store.append(Append(moves=[move], also=also)), Stale):
            return count
        await store.backend.bell.after(store.backend.bell.count, 0.2)


class _Events:
    """Stored events, read once for all views, and opened once for those that need it."""

    def __init__(self, store: Store, states: Sequence[bytes]):
        self._store = store
        self._states = states
        self._closed = [store.mapper.recorded(state) for state in states]
        self._opened: dict[int, Recorded] = {}

    async def of(self, view: View) -> list[Recorded]:
        """Those that a view reads, in order."""
        places = [place for place, event in enumerate(self._closed) if event.title in view.reads]
        if not view.opens:
            return [self._closed[place] for place in places]
        new = [place for place in places if place not in self._opened]
        if new:
            self._opened |= zip(new, await self._store.open([self._states[place] for place in new]), strict=True)
        return [self._opened[place] for place in places]


async def _fold(
    store: Store, view: View, read: _Events, whole: dict[str, Body | None] | None
) -> dict[str, Body | None]:
    """Rows after these events. whole: every row so far, when refolding; else rows are read from the table."""
    events = await read.of(view)
    hashed = store.keyring.blind if view.blind else str
    touched: list[tuple[Recorded, str]] = [(event, hashed(key)) for event in events for key in view.keys(event)]
    rows: dict[str, Body | None] = whole if whole is not None else {}
    if whole is None:
        rows |= await get_rows(store, view.name, [key for _, key in touched])
    for event, key in touched:
        rows[key] = view.project(rows.get(key), event, key)
    return rows if whole is not None else {key: rows[key] for _, key in touched}


def _written(view: View, rows: Mapping[str, Body | None]) -> list[Statement]:
    kept = {key: body for key, body in rows.items() if body is not None}
    gone = [(key,) for key, body in rows.items() if body is None]
    writes: list[Statement] = [put_rows(view, kept)] if kept else []
    return writes + ([Query(f"DELETE FROM view_{view.name} WHERE key = %s", gone, many=True)] if gone else [])


def put_rows(view: View | Gathering, rows: Mapping[str, Body]) -> Insert:
    """Rows of a view by key, in place of those that stood there."""
    columns = {"key": "text", "body": "bytes", **dict.fromkeys(view.columns, "text")}
    instead = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "key")
    found = {key: view.search(body) for key, body in rows.items()}
    params = [(key, _ENCODE(body), *(found[key].get(one) for one in view.columns)) for key, body in rows.items()]
    return Insert(f"view_{view.name}", columns, params, f"ON CONFLICT (key) DO UPDATE SET {instead}")


async def get_rows(store: Store, view: str, keys: Sequence[str]) -> dict[str, Body]:
    """Rows of a view by key."""
    if not keys:
        return {}
    dialect = store.backend.dialect
    (rows,) = await store.read(
        Query(f"SELECT key, body FROM view_{view} WHERE {dialect.among('key')}", [dialect.listed(sorted(set(keys)))])
    )
    return {key: _DECODE(bytes(body)) for key, body in rows}


async def find_rows(
    store: Store, view: str, where: Mapping[str, str], order: str = "key", after: Sequence[str] = (), limit: int = 100
) -> list[tuple[str, Body]]:
    """Rows whose columns have these values, by (order, key), behind `after` = (order value, key)."""
    parts = [f"{column} = %s" for column in where]
    params: list[object] = list(where.values())
    if after:
        parts.append(f"({order}, key) > (%s, %s)" if order != "key" else "key > %s")
        params += list(after) if order != "key" else [after[-1]]
    condition = f"WHERE {' AND '.join(parts)}" if parts else ""
    (rows,) = await store.read(
        Query(f"SELECT key, body FROM view_{view} {condition} ORDER BY {order}, key LIMIT %s", [*params, limit])
    )
    return [(key, _DECODE(bytes(body))) for key, body in rows]


async def find_any(
    store: Store, view: str, where: Mapping[str, str], other: Mapping[str, str]
) -> list[tuple[str, Body]]:
    """Rows whose columns have all the values of `where`, and one at least of those of `other`, by key."""
    if not other:
        return []
    every = [f"{column} = %s" for column in where]
    some = " OR ".join(f"{column} = %s" for column in other)
    (rows,) = await store.read(
        Query(
            f"SELECT key, body FROM view_{view} WHERE {' AND '.join([*every, f'({some})'])} ORDER BY key",
            [*where.values(), *other.values()],
        )
    )
    return [(key, _DECODE(bytes(body))) for key, body in rows]


async def every_row(store: Store, view: str) -> dict[str, bytes]:
    """A view byte for byte, to compare a rebuilt one with the live one."""
    (rows,) = await store.read(Query(f"SELECT key, body FROM view_{view} ORDER BY key"))
    return {key: bytes(body) for key, body in rows}
