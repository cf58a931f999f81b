"""What a service is, as one table: its events, the commands it takes, what it believes, reacts to and shows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Event, Fact, Recorded
from shared.kernel.letters import Letter

Body = dict[str, Any]


@dataclass(frozen=True)
class View:
    """A saved fold of a service's own events.

    name: of its table; reads: the titles folded, all others are passed over.
    keys: which rows an event touches; project: the row after it (None: the row goes).
    columns: what rows are searched by; search: their values, each text or None.
    opens: True when keys and project need the sealed fields; it stores no personal data.
    blind: True when its keys are personal data: the store keeps them hashed with a key of its own.
    """

    name: str
    reads: frozenset[str]
    keys: Callable[[Recorded], Sequence[str]]
    project: Callable[[Body | None, Recorded, str], Body | None]
    columns: tuple[str, ...] = ()
    search: Callable[[Body], Mapping[str, str | None]] = lambda body: {}
    opens: bool = False
    blind: bool = False


@dataclass(frozen=True)
class Gathering:
    """A view over several services: for each case a fold of all its letters, in whatever order they came.

    keys: what a letter is about; related: what else belongs to the same fold (linked cases).
    fold: (about, letters) -> the row, None for no row.
    """

    name: str
    keys: Callable[[Letter], Sequence[str]]
    related: Callable[[Sequence[Letter]], Iterable[str]]
    fold: Callable[[str, Sequence[Letter]], Body | None]
    columns: tuple[str, ...] = ()
    search: Callable[[Body], Mapping[str, str | None]] = lambda body: {}


@dataclass(frozen=True)
class Stream:
    """A stream a decision reads. fold: an empty state and its evolve."""

    kind: str
    empty: Callable[[str], Any]
    evolve: Callable[[Any, Recorded], Any]


@dataclass(frozen=True)
class Reaction:
    """What a service records because of another's letter.

    name: of the letter; streams: which of its own streams the decision reads, first the one it writes.
    decide: (states by stream, known, letter, protocol, act) -> facts.
    """

    name: str
    streams: Callable[[Letter, Known], Sequence[str]]
    decide: Callable[[Mapping[str, Any], Known, Letter, Any, Act], Sequence[Fact]]


@dataclass(frozen=True)
class Service:
    """One service. beliefs: letter name -> what it is about (case ids, person ids); keeps_all: the inbox of qa.

    is_urgent: (letter, protocol) -> whether it tells of an immediate act of safeguarding, which waits behind nothing.
    """

    name: str
    title: str
    events: tuple[type[Event], ...]
    streams: Mapping[str, Stream] = field(default_factory=dict)
    beliefs: Mapping[str, Callable[[Letter], Sequence[str]]] = field(default_factory=dict)
    reactions: tuple[Reaction, ...] = ()
    views: tuple[View, ...] = ()
    gatherings: tuple[Gathering, ...] = ()
    keeps_all: bool = False
    is_urgent: Callable[[Letter, Any], bool] = lambda letter, protocol: False

    def event_called(self, name: str) -> type[Event]:
        """The class of a stored event, from this table alone. Raises KeyError."""
        return self._classes[name]

    def fold(self, stream: str, events: Iterable[Recorded]) -> Any:
        """The state of one of its streams. Raises KeyError for a kind it does not have."""
        kind = self.streams[stream.split("/", 1)[0]]
        return reduce(kind.evolve, events, kind.empty(stream))

    @cached_property
    def _classes(self) -> dict[str, type[Event]]:
        return {f"{self.name}.{event.title()}": event for event in self.events}
