"""A store: one service's events, keys, beliefs and views for one authority or several."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.beliefs import Belief, Told
from shared.kernel.events import Recorded
from shared.kernel.service import Service
from shared.store.append import Append, Outcome, Seen, StoredRow
from shared.store.bell import Bell
from shared.store.committer import Committer
from shared.store.keyring import Keyring, NewKey
from shared.store.mapper import Mapper, key_ids
from shared.store.outcomes import open_outcome, seal_outcome
from shared.store.program import Backend, Insert, Program, Query, Row
from shared.store.statements import ROW_ID
from shared.store.upcasts import UPCASTS

_FACTS = msgspec.json.Decoder(tuple[Told, ...])
_ENCODER = msgspec.json.Encoder()
_BELIEFS = {"source": "text", "about": "text", "sequence": "big", "facts": "bytes", "revision": "big"}


@dataclass(frozen=True)
class Sealed:
    """A stored event with its place in the transparency log, ready to be sent."""

    sequence: int
    part: int
    previous: int
    index: int
    leaf: bytes
    state: bytes


class Store:
    """Reads and writes one store. source: its name in letters, places and checkpoints, "<service>/<store>".

    keeps: whether the record of an authority belongs here.
    """

    def __init__(
        self,
        service: Service,
        name: str,
        backend: Backend,
        keyring: Keyring,
        keeps: Callable[[str], bool] = lambda authority: True,
    ):
        self.service = service
        self.source = f"{service.name}/{name}"
        self.backend = backend
        self.keyring = keyring
        self.mapper = Mapper(service, keyring, UPCASTS)
        self.keeps = keeps
        self.incarnation = ""
        self.moved = Bell()
        """Rings when a reader of this process has come further."""
        self._committer = Committer(backend)

    async def start(self) -> None:
        """Open the store. Raises StoreUnavailable."""
        await self.backend.start()
        (rows,) = await self.read(Query("SELECT value FROM settings WHERE name = 'incarnation'"))
        self.incarnation = rows[0][0]
        self._committer.start()

    async def stop(self) -> None:
        """Store what waits, then close."""
        await self._committer.stop()
        await self.backend.stop()

    async def read(self, *queries: Query) -> list[list[Row]]:
        """Run queries that only read, in one round. Raises StoreUnavailable."""

        def program() -> Program[list[list[Row]]]:
            return (yield queries)

        return await self.backend.read(program)

    async def append(self, write: Append) -> Outcome:
        """Store a write with others that wait. Raises StoreUnavailable, or what the database says against it."""
        outcome = await self._committer.store(write)
        if write.moves:
            self.moved.ring()
        return outcome

    # Streams

    async def load(self, *streams: str) -> dict[str, list[Recorded]]:
        """The events of each stream in order, sealed parts closed. An unknown stream is an empty list."""
        (rows,) = await self.read(
            Query(
                "SELECT originator_id, state FROM events"
                f" WHERE {self.backend.dialect.among('originator_id')} ORDER BY originator_id, originator_version",
                [self.backend.dialect.listed(streams)],
            )
        )
        loaded: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for stream, state in rows:
            loaded[stream].append(self.mapper.recorded(bytes(state)))
        return loaded

    async def load_open(self, *streams: str) -> dict[str, list[Recorded]]:
        """As `load`, with the sealed parts open; those of erased people stay closed. Raises Tampered."""
        (rows,) = await self.read(
            Query(
                "SELECT originator_id, state FROM events"
                f" WHERE {self.backend.dialect.among('originator_id')} ORDER BY originator_id, originator_version",
                [self.backend.dialect.listed(streams)],
            )
        )
        opened = await self.open([bytes(state) for _, state in rows])
        loaded: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for (stream, _), recorded in zip(rows, opened, strict=True):
            loaded[stream].append(recorded)
        return loaded

    async def open(self, states: Sequence[bytes]) -> list[Recorded]:
        """Stored events with their sealed parts open. Raises Tampered."""
        wanted = key_ids(states)
        ciphers = {key_id: self.keyring.known(key_id) for key_id in wanted}
        missing = [key_id for key_id, cipher in ciphers.items() if cipher is None]
        if missing:
            (rows,) = await self.read(
                Query(
                    f"SELECT key_id, epoch, wrapped FROM keys WHERE {self.backend.dialect.among('key_id')}",
                    [self.backend.dialect.listed(missing)],
                )
            )
            for key_id, epoch, wrapped in rows:
                if wrapped is not None:
                    ciphers[key_id] = self.keyring.unwrap(key_id, epoch, bytes(wrapped))
        return [self.mapper.open(state, ciphers) for state in states]

    def rows(self, events: Sequence[Recorded]) -> tuple[list[StoredRow], list[NewKey]]:
        """Events as they are stored, and the keys to store with them."""
        used: dict[str, tuple[NewKey, AESGCM]] = {}
        rows = [
            StoredRow(event.stream, event.stream_version, event.name, self.mapper.stored(event, used))
            for event in events
        ]
        return rows, [key for key, _ in used.values()]

    # Commands seen

    async def seen(self, caller: str, key: str) -> Seen | None:
        """What a key was used for before."""
        (rows,) = await self.read(
            Query("SELECT request, outcome FROM commands WHERE caller = %s AND key = %s", (caller, key))
        )
        return Seen(bytes(rows[0][0]), bytes(rows[0][1])) if rows else None

    def seal_outcome(self, subject: str, caller: str, key: str, answer: bytes) -> tuple[bytes, NewKey]:
        """An answer as it is kept for a repeated key, sealed with a key of the person it is about."""
        new, cipher = self.keyring.new(subject)
        return seal_outcome(new.key_id, cipher, self.source, caller, key, answer), new

    async def open_outcome(self, caller: str, key: str, outcome: bytes) -> bytes | None:
        """The kept answer, or None since its key was destroyed. Raises Tampered."""
        key_id = outcome[:32].decode()
        cipher = self.keyring.known(key_id)
        if cipher is None:
            (rows,) = await self.read(Query("SELECT epoch, wrapped FROM keys WHERE key_id = %s", (key_id,)))
            if not rows or rows[0][1] is None:
                return None
            cipher = self.keyring.unwrap(key_id, rows[0][0], bytes(rows[0][1]))
        return None if cipher is None else open_outcome(cipher, self.source, caller, key, outcome)

    # Beliefs

    async def beliefs(self, abouts: Sequence[str]) -> list[Belief]:
        """What the other services told about these cases and persons."""
        if not abouts:
            return []
        (rows,) = await self.read(
            Query(
                "SELECT source, about, sequence, facts, revision FROM beliefs"
                f" WHERE {self.backend.dialect.among('about')} ORDER BY about, source",
                [self.backend.dialect.listed(sorted(set(abouts)))],
            )
        )
        return [
            Belief(source=source, about=about, sequence=sequence, facts=_FACTS.decode(bytes(facts)), revision=revision)
            for source, about, sequence, facts, revision in rows
        ]

    @staticmethod
    def believe(beliefs: Sequence[Belief]) -> Insert:
        """What stores beliefs, each of another row, as they now are."""
        rows = [(b.source, b.about, b.sequence, _ENCODER.encode(b.facts), b.revision) for b in beliefs]
        rest = (
            "ON CONFLICT (about, source) DO UPDATE SET"
            " sequence = excluded.sequence, facts = excluded.facts, revision = excluded.revision"
        )
        return Insert("beliefs", _BELIEFS, rows, rest)

    # The log

    async def log(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(sequence, stored event) behind a place in the log, in order."""
        row_id = ROW_ID[self.backend.dialect.name]
        (rows,) = await self.read(
            Query(f"SELECT {row_id}, state FROM events WHERE {row_id} > %s ORDER BY {row_id} LIMIT %s", (after, limit))
        )
        return [(sequence, bytes(state)) for sequence, state in rows]

    async def sealed(self, after: int, limit: int, part: int | None = None) -> list[Sealed]:
        """Events that stand in the transparency log behind a sequence, in order; of one partition, if given."""
        row_id = ROW_ID[self.backend.dialect.name]
        only = "" if part is None else "AND l.part = %s"
        (rows,) = await self.read(
            Query(
                "SELECT l.sequence, l.part, l.previous, l.idx, l.hash, e.state FROM leaves l"
                f" JOIN events e ON e.{row_id} = l.sequence WHERE l.sequence > %s {only} ORDER BY l.sequence LIMIT %s",
                (after, limit) if part is None else (after, part, limit),
            )
        )
        return [Sealed(s, p, before, index, bytes(leaf), bytes(state)) for s, p, before, index, leaf, state in rows]

    async def sequences(self, written: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """(stream, version) -> place in the log, of events that are there."""
        row_id = ROW_ID[self.backend.dialect.name]
        (rows,) = await self.read(
            Query(
                f"SELECT originator_id, originator_version, {row_id} FROM events"
                f" WHERE {self.backend.dialect.among('originator_id')}",
                [self.backend.dialect.listed(sorted({stream for stream, _ in written}))],
            )
        )
        found = {(stream, version): sequence for stream, version, sequence in rows}
        return {event: found[event] for event in written}

    async def head(self) -> int:
        """The highest sequence in the log, 0 when it is empty."""
        (rows,) = await self.read(Query(f"SELECT max({ROW_ID[self.backend.dialect.name]}) FROM events"))
        return rows[0][0] or 0

    async def places(self, reader: str) -> dict[tuple[str, int], tuple[str, int]]:
        """(source, partition) -> (incarnation, sequence): how far a reader has come."""
        (rows,) = await self.read(
            Query("SELECT source, part, incarnation, sequence FROM places WHERE reader = %s", (reader,))
        )
        return {(source, part): (incarnation, sequence) for source, part, incarnation, sequence in rows}

    async def setting(self, name: str) -> str | None:
        """A fact about this store itself."""
        (rows,) = await self.read(Query("SELECT value FROM settings WHERE name = %s", (name,)))
        return rows[0][0] if rows else None


def versions(loaded: Mapping[str, Sequence[Recorded]]) -> dict[str, int]:
    """The version each stream was read at."""
    return {stream: events[-1].stream_version if events else 0 for stream, events in loaded.items()}


def fresh_id() -> str:
    """An identifier nobody has used."""
    return str(uuid.uuid4())
