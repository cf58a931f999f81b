"""A command as the edge offers it: one POST, its body, the streams it reads and the decision it asks for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from shared.access.about import About
from shared.access.caller import Caller
from shared.access.masks import Mask
from shared.http.house import House
from shared.kernel.act import Act
from shared.kernel.beliefs import NOTHING_KNOWN, Known
from shared.kernel.events import Fact, Recorded
from shared.protocol.protocol import Protocol
from shared.store.store import Store, versions


@dataclass
class Deciding:
    """One command on its way to a decision, with all that it may rest on.

    ids: of the path; body: the parsed command; raw: as it was sent; loaded: the streams read; known: the beliefs.
    extra: what a command's own `prepare` found besides.
    """

    house: House
    store: Store
    caller: Caller
    ids: Mapping[str, str]
    raw: Any = None
    body: Any = None
    loaded: dict[str, list[Recorded]] = field(default_factory=dict)
    known: Known = NOTHING_KNOWN
    abouts: set[str] = field(default_factory=set)
    act: Act | None = None
    protocol: Protocol | None = None
    mask: Mask | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def state(self, stream: str) -> Any:
        """The state of a stream that was read."""
        return self.house.service.fold(stream, self.loaded[stream])

    def versions(self) -> dict[str, int]:
        """The version each stream was read at."""
        return versions(self.loaded)

    async def read(self, *streams: str, opened: bool = False) -> None:
        """Read more streams. opened: with their sealed parts."""
        new = [stream for stream in streams if stream not in self.loaded]
        if new:
            self.loaded.update(await (self.store.load_open(*new) if opened else self.store.load(*new)))

    async def believe(self, *abouts: str) -> None:
        """Learn what is known of more cases and persons."""
        new = set(abouts) - self.abouts
        if new:
            self.abouts |= new
            self.known = Known(await self.store.beliefs(sorted(self.abouts)))


@dataclass(frozen=True)
class Command:
    """One thing people may do, as the edge offers it.

    name: in the catalogue, also the operationId; path: below the service's prefix; model: the body.
    streams: from the path's ids; the first is the one If-Match speaks of. creates: it opens that one, so none.
    record: it says what happened, so it rests on no version either.
    decide: pure, given everything; prepare: reads what the body names besides (streams, beliefs, proposals).
    look: reads what the policy needs to know, before it is asked. opens: its streams are read with sealed parts open.
    about: what the policy needs to know, None for a command that looks at no case; besides: the same of further cases
    that it writes on, each of which the caller has to be allowed.
    at_once: the body asks for an immediate safeguarding act, which neither version nor sight of the case stops.
    answer: what the 201 says besides receipt, events and versions; subject: whose key seals the kept answer.
    parse: turns the raw body into the model where that takes more than validation.
    """

    name: str
    path: str
    model: type[BaseModel]
    summary: str
    streams: Callable[[Mapping[str, str]], Sequence[str]]
    decide: Callable[[Deciding], Sequence[Fact]]
    about: Callable[[Deciding], About | None]
    besides: Callable[[Deciding], Sequence[About]] = lambda deciding: ()
    prepare: Callable[[Deciding], Awaitable[None]] | None = None
    creates: bool = False
    record: bool = False
    at_once: Callable[[Any, Protocol], bool] | None = None
    answer: Callable[[Deciding, Sequence[Recorded]], dict[str, Any]] = lambda deciding, recorded: {}
    subject: Callable[[Sequence[Recorded]], str] = lambda recorded: recorded[0].stream
    parse: Callable[[Deciding], BaseModel] | None = None
    description: str = ""
    look: Callable[[Deciding], Awaitable[None]] | None = None
    opens: bool = False

    @property
    def takes_version(self) -> bool:
        """Whether If-Match is asked for."""
        return not (self.creates or self.record)

    def is_at_once(self, raw: Any, protocol: Protocol) -> bool:
        """Whether this body asks for an act that nothing may stop or delay."""
        return self.at_once is not None and self.at_once(raw, protocol)
