"""Views of a service's own events: folded as the log grows, refolded from the first event when asked."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View
from shared.store.append import Append, Move, Stale
from shared.store.program import Query
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
    changes: list[Query] = []
    for view in service.views:
        rows = await _fold(store, view, [state for _, state in events], None)
        changes += _written(view, rows)
    move = Move("views", store.source, 0, store.incarnation, folded_to, events[-1][0])
    outcome = await store.append(Append(moves=[move], also=changes))
    return 0 if isinstance(outcome, Stale) else len(events)


async def rebuild(store: Store, view: View, progress: Callable[[int, int], None]) -> int:
    """Refold a view from the first event while the old rows are still read, then put the new ones in their place.

    progress: called with (events folded, events in all). Gives how many events were folded.
    """
    rows: dict[str, Body | None] = {}
    total, at, count = await store.head(), 0, 0
    while True:
        while events := await store.log(at, PAGE):
            rows = await _fold(store, view, [state for _, state in events], rows)
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


async def _fold(
    store: Store, view: View, states: Sequence[bytes], whole: dict[str, Body | None] | None
) -> dict[str, Body | None]:
    """Rows after these events. whole: every row so far, when refolding; else rows are read from the table."""
    events = [event for event in (store.mapper.recorded(state) for state in states) if event.title in view.reads]
    if view.opens and events:
        wanted = [state for state in states if store.mapper.recorded(state).title in view.reads]
        events = await store.open(wanted)
    hashed = store.keyring.blind if view.blind else str
    touched: list[tuple[Recorded, str]] = [(event, hashed(key)) for event in events for key in view.keys(event)]
    rows: dict[str, Body | None] = whole if whole is not None else {}
    if whole is None:
        rows |= await get_rows(store, view.name, [key for _, key in touched])
    for event, key in touched:
        rows[key] = view.project(rows.get(key), event, key)
    return rows if whole is not None else {key: rows[key] for _, key in touched}


def _written(view: View, rows: Mapping[str, Body | None]) -> list[Query]:
    kept = {key: body for key, body in rows.items() if body is not None}
    gone = [(key,) for key, body in rows.items() if body is None]
    names = ["key", "body", *view.columns]
    sql = (
        f"INSERT INTO view_{view.name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names[1:])}"
    )
    found = {key: view.search(body) for key, body in kept.items()}
    params = [(key, _ENCODE(body), *(found[key].get(column) for column in view.columns)) for key, body in kept.items()]
    writes = [Query(sql, params, many=True)] if params else []
    return writes + ([Query(f"DELETE FROM view_{view.name} WHERE key = %s", gone, many=True)] if gone else [])


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


async def every_row(store: Store, view: str) -> dict[str, bytes]:
    """A view byte for byte, to compare a rebuilt one with the live one."""
    (rows,) = await store.read(Query(f"SELECT key, body FROM view_{view} ORDER BY key"))
    return {key: bytes(body) for key, body in rows}
