"""The programs of the write path: look at what must stand, settle each write, store those that may be stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.store.append import Append, Outcome, Seen, Stale, Stored
from shared.store.program import Dialect, Insert, Last, Program, Query, Row, Statement

ROW_ID = {"postgres": "notification_id", "sqlite": "rowid"}
KEYS = {"key_id": "text", "subject": "text", "epoch": "big", "wrapped": "bytes"}
COMMANDS = {"caller": "text", "key": "text", "request": "bytes", "outcome": "bytes"}
PLACES = {"reader": "text", "source": "text", "part": "big", "incarnation": "text", "sequence": "big"}
INBOX = {
    "source": "text",
    "incarnation": "text",
    "sequence": "big",
    "part": "big",
    "event_id": "text",
    "about": "text",
    "name": "text",
    "occurred_at": "text",
    "letter": "bytes",
    "arrived": "big",
}


def commit(dialect: Dialect, batch: Sequence[Append]) -> Program[list[Outcome]]:
    """Store a batch of writes that touch nothing in common, each wholly or not at all, in order."""
    asked = _questions(dialect, batch)
    lock = dialect.lock_log()
    rows = yield [*lock, *asked.values()]
    told = dict(zip(asked, rows[len(lock) :], strict=True))
    settled = _settle(batch, told)
    stored = [write for write, outcome in zip(batch, settled, strict=True) if isinstance(outcome, Stored)]
    if not stored:
        return settled
    events = [(row.stream, row.version, row.topic, row.state) for write in stored for row in write.events]
    todo: list[Statement] = [dialect.insert_events(events, _top(told, "head"))] if events else []
    todo += _rows_beside(stored, _top(told, "arrived"))
    inserted = yield Last([*todo, *(dialect.wake() if any(write.wakes for write in stored) else ())])
    sequences = {(stream, version): sequence for stream, version, sequence in inserted[0]} if events else {}
    return [
        Stored({(row.stream, row.version): sequences[(row.stream, row.version)] for row in write.events})
        if isinstance(outcome, Stored)
        else outcome
        for write, outcome in zip(batch, settled, strict=True)
    ]


def _questions(dialect: Dialect, batch: Sequence[Append]) -> dict[str, Query]:
    """What has to be known before this batch may be stored; what none of it rests on is not asked."""
    callers = sorted({write.once.caller for write in batch if write.once})
    keys = sorted({write.once.key for write in batch if write.once})
    streams = sorted({stream for write in batch for stream in write.expects})
    abouts = sorted({about for write in batch for _, about in write.beliefs})
    readers = sorted({move.reader for write in batch for move in write.moves})
    asked: dict[str, Query] = {}
    if keys:
        asked["seen"] = Query(
            "SELECT caller, key, request, outcome FROM commands"
            f" WHERE {dialect.among('caller')} AND {dialect.among('key')}",
            [dialect.listed(callers), dialect.listed(keys)],
        )
    if streams:
        asked["versions"] = Query(
            "SELECT originator_id, max(originator_version) FROM events"
            f" WHERE {dialect.among('originator_id')} GROUP BY originator_id",
            [dialect.listed(streams)],
        )
    if abouts:
        asked["beliefs"] = Query(
            f"SELECT source, about, revision FROM beliefs WHERE {dialect.among('about')}", [dialect.listed(abouts)]
        )
    if readers:
        asked["places"] = Query(
            f"SELECT reader, source, part, sequence FROM places WHERE {dialect.among('reader')}",
            [dialect.listed(readers)],
        )
    if dialect.numbers_events and any(write.events for write in batch):
        asked["head"] = Query(f"SELECT max({ROW_ID[dialect.name]}) FROM events")
    if any(write.kept for write in batch):
        asked["arrived"] = Query("SELECT max(arrived) FROM inbox")
    return asked


def _top(told: Mapping[str, Sequence[Row]], name: str) -> int:
    return (told[name][0][0] or 0) if name in told else 0


def _settle(batch: Sequence[Append], told: Mapping[str, Sequence[Row]]) -> list[Outcome]:
    by_key = {(row[0], row[1]): Seen(bytes(row[2]), bytes(row[3])) for row in told.get("seen", ())}
    versions = {row[0]: row[1] for row in told.get("versions", ())}
    known = {(source, about): revision for source, about, revision in told.get("beliefs", ())}
    at = {(reader, source, part): sequence for reader, source, part, sequence in told.get("places", ())}
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
    outdated = any(known.get(row, 0) != revision for row, revision in write.beliefs.items())
    overtaken = any(at.get((m.reader, m.source, m.part), 0) != m.before for m in write.moves)
    return Stale(frozenset(moved)) if moved or outdated or overtaken else Stored({})


def _rows_beside(stored: Sequence[Append], arrived: int) -> list[Statement]:
    todo: list[Statement] = []
    keys = [(key.key_id, key.subject, key.epoch, key.wrapped) for write in stored for key in write.keys]
    if keys:
        todo.append(Insert("keys", KEYS, keys))
    once = [(w.once.caller, w.once.key, w.once.request, w.once.outcome) for w in stored if w.once]
    if once:
        todo.append(Insert("commands", COMMANDS, once))
    kept: list[tuple[Any, ...]] = [
        (k.source, k.incarnation, k.sequence, k.part, k.event_id, k.about, k.name, k.occurred_at, k.letter, arrived + n)
        for n, k in enumerate((k for write in stored for k in write.kept), 1)
    ]
    if kept:
        todo.append(Insert("inbox", INBOX, kept))
    moves = [(m.reader, m.source, m.part, m.incarnation, m.after) for write in stored for m in write.moves]
    if moves:
        rest = (
            "ON CONFLICT (reader, source, part) DO UPDATE"
            " SET incarnation = excluded.incarnation, sequence = excluded.sequence"
        )
        todo.append(Insert("places", PLACES, moves, rest))
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
