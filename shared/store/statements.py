"""The programs of the write path: look at what must stand, settle each write, store those that may be stored."""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.store.append import Append, Outcome, Seen, Stale, Stored
from shared.store.program import Dialect, Program, Query, Row

ROW_ID = {"postgres": "notification_id", "sqlite": "rowid"}


def commit(dialect: Dialect, batch: Sequence[Append]) -> Program[list[Outcome]]:
    """Store a batch of writes that touch nothing in common, each wholly or not at all, in order."""
    looked = yield [*dialect.lock_log(), *_look(dialect, batch)]
    seen, heads, beliefs, places, (top,) = looked[-5:]
    settled = _settle(batch, seen, heads, beliefs, places)
    stored = [write for write, outcome in zip(batch, settled, strict=True) if isinstance(outcome, Stored)]
    if not stored:
        return settled
    rows = [(row.stream, row.version, row.topic, row.state) for write in stored for row in write.events]
    todo: list[Query] = [dialect.insert_events(rows, top[0] or 0)] if rows else []
    todo += _rows_beside(stored, top[1] or 0)
    inserted = yield [*todo, *dialect.wake()]
    sequences = {(stream, version): sequence for stream, version, sequence in inserted[0]} if rows else {}
    return [
        Stored({(row.stream, row.version): sequences[(row.stream, row.version)] for row in write.events})
        if isinstance(outcome, Stored)
        else outcome
        for write, outcome in zip(batch, settled, strict=True)
    ]


def _look(dialect: Dialect, batch: Sequence[Append]) -> list[Query]:
    keys = [write.once.key for write in batch if write.once]
    streams = sorted({stream for write in batch for stream in write.expects})
    abouts = sorted({about for write in batch for _, about in write.beliefs})
    readers = sorted({move.reader for write in batch for move in write.moves})
    kept = "(SELECT max(arrived) FROM inbox)" if any(write.kept for write in batch) else "0"
    return [
        Query(
            f"SELECT caller, key, request, outcome FROM commands WHERE {dialect.among('key')}", [dialect.listed(keys)]
        ),
        Query(
            "SELECT originator_id, max(originator_version) FROM events"
            f" WHERE {dialect.among('originator_id')} GROUP BY originator_id",
            [dialect.listed(streams)],
        ),
        Query(f"SELECT source, about, sequence FROM beliefs WHERE {dialect.among('about')}", [dialect.listed(abouts)]),
        Query(
            f"SELECT reader, source, part, sequence FROM places WHERE {dialect.among('reader')}",
            [dialect.listed(readers)],
        ),
        Query(f"SELECT (SELECT max({ROW_ID[dialect.name]}) FROM events), {kept}"),
    ]


def _settle(
    batch: Sequence[Append],
    seen: Iterable[Row],
    heads: Iterable[Row],
    beliefs: Iterable[Row],
    places: Iterable[Row],
) -> list[Outcome]:
    by_key = {(caller, key): Seen(bytes(request), bytes(outcome)) for caller, key, request, outcome in seen}
    versions = dict(heads)
    known = {(source, about): sequence for source, about, sequence in beliefs}
    at = {(reader, source, part): sequence for reader, source, part, sequence in places}
    return [_settled(write, by_key, versions, known, at) for write in batch]


def _settled(
    write: Append,
    by_key: dict[tuple[str, str], Seen],
    versions: dict[str, int],
    known: dict[tuple[str, str], int],
    at: dict[tuple[str, str, int], int],
) -> Outcome:
    if write.once and (write.once.caller, write.once.key) in by_key:
        return by_key[(write.once.caller, write.once.key)]
    moved = {stream for stream, version in write.expects.items() if versions.get(stream, 0) != version}
    outdated = any(known.get(row, 0) != sequence for row, sequence in write.beliefs.items())
    overtaken = any(at.get((m.reader, m.source, m.part), 0) != m.before for m in write.moves)
    return Stale(frozenset(moved)) if moved or outdated or overtaken else Stored({})


def _rows_beside(stored: Sequence[Append], arrived: int) -> list[Query]:
    todo: list[Query] = []
    keys = [(key.key_id, key.subject, key.epoch, key.wrapped) for write in stored for key in write.keys]
    if keys:
        todo.append(
            Query("INSERT INTO keys (key_id, subject, epoch, wrapped) VALUES (%s, %s, %s, %s)", keys, many=True)
        )
    once = [(w.once.caller, w.once.key, w.once.request, w.once.outcome) for w in stored if w.once]
    if once:
        sql = "INSERT INTO commands (caller, key, request, outcome) VALUES (%s, %s, %s, %s)"
        todo.append(Query(sql, once, many=True))
    kept: list[tuple[Any, ...]] = [
        (k.source, k.incarnation, k.sequence, k.part, k.event_id, k.about, k.name, k.occurred_at, k.letter, arrived + n)
        for n, k in enumerate((k for write in stored for k in write.kept), 1)
    ]
    if kept:
        sql = (
            "INSERT INTO inbox"
            " (source, incarnation, sequence, part, event_id, about, name, occurred_at, letter, arrived)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        )
        todo.append(Query(sql, kept, many=True))
    moves = [(m.reader, m.source, m.part, m.incarnation, m.after) for write in stored for m in write.moves]
    if moves:
        sql = (
            "INSERT INTO places (reader, source, part, incarnation, sequence) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (reader, source, part) DO UPDATE"
            " SET incarnation = excluded.incarnation, sequence = excluded.sequence"
        )
        todo.append(Query(sql, moves, many=True))
    return todo + [query for write in stored for query in write.also]


def fate(dialect: Dialect, write: Append) -> Program[Outcome | None]:
    """What became of a write whose COMMIT got no answer; None when it did not happen."""
    if write.once:
        (rows,) = yield [
            Query(
                "SELECT request, outcome FROM commands WHERE caller = %s AND key = %s",
                (write.once.caller, write.once.key),
            )
        ]
        return Seen(bytes(rows[0][0]), bytes(rows[0][1])) if rows else None
    if write.events:
        first = write.events[0]
        (rows,) = yield [
            Query(
                f"SELECT state, {ROW_ID[dialect.name]} FROM events"
                " WHERE originator_id = %s AND originator_version = %s",
                (first.stream, first.version),
            )
        ]
        # The state holds the event's id: equal bytes are this very write.
        mine = rows and bytes(rows[0][0]) == first.state
        return Stored({(e.stream, e.version): rows[0][1] + n for n, e in enumerate(write.events)}) if mine else None
    # A place that stays where it is tells nothing: such a write is tried again, and does the same again.
    for move in (move for move in write.moves if move.after != move.before):
        (rows,) = yield [
            Query(
                "SELECT sequence FROM places WHERE reader = %s AND source = %s AND part = %s",
                (move.reader, move.source, move.part),
            )
        ]
        return Stored({}) if rows and rows[0][0] >= move.after else None
    return None
