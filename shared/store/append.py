"""One write: what is to be stored together, and what must still stand for it to be stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.store.keyring import NewKey
from shared.store.program import Statement


@dataclass(frozen=True)
class StoredRow:
    """An event as it is stored."""

    stream: str
    version: int
    topic: str
    state: bytes


@dataclass(frozen=True)
class Once:
    """A command's key: repeated with the same request it gives the first outcome again.

    caller: whose key; request: hash of method, path and canonical body; outcome: the sealed answer.
    """

    caller: str
    key: str
    request: bytes
    outcome: bytes


@dataclass(frozen=True)
class Move:
    """A reader's place moves: only from where the reader believes it to be."""

    reader: str
    source: str
    part: int
    incarnation: str
    before: int
    after: int


@dataclass(frozen=True)
class Kept:
    """A letter for the inbox, unchanged."""

    source: str
    incarnation: str
    sequence: int
    part: int
    event_id: str
    about: str
    name: str
    occurred_at: str
    letter: bytes


@dataclass(frozen=True)
class Append:
    """Everything one decision, or one page of letters, writes in one transaction.

    expects: stream -> the version it was read at, for the streams written and those only read;
    beliefs: (source, about) -> the revision it was read at; also: further rows.
    tells: somebody may be waiting for those further rows, so they are woken as for an event.
    """

    events: Sequence[StoredRow] = ()
    expects: Mapping[str, int] = field(default_factory=dict)
    beliefs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    keys: Sequence[NewKey] = ()
    once: Once | None = None
    moves: Sequence[Move] = ()
    kept: Sequence[Kept] = ()
    also: Sequence[Statement] = ()
    tells: bool = False

    def touches(self) -> set[str]:
        """What no other write of the same batch may touch."""
        own = set(self.expects)
        if self.once:
            own.add(f"{self.once.caller} {self.once.key}")
        own.update(f"{move.reader} {move.source} {move.part}" for move in self.moves)
        return own

    @property
    def wakes(self) -> bool:
        """Whether others have something to do because of it."""
        return bool(self.events or self.kept or self.tells)


@dataclass(frozen=True)
class Stored:
    """The write happened. sequences: (stream, version) -> place in the log."""

    sequences: Mapping[tuple[str, int], int]


@dataclass(frozen=True)
class Seen:
    """The key was used before: what was asked then and what was answered."""

    request: bytes
    outcome: bytes


@dataclass(frozen=True)
class Stale:
    """Something the decision rested on has moved: decide again. streams: those that moved."""

    streams: frozenset[str] = frozenset()


Outcome = Stored | Seen | Stale
