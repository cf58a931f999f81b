"""Running a command of a register without a request: for the command line and for development tokens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.http.house import House
from shared.http.positions import position
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact, Recorded
from shared.kernel.people import SYSTEM, Actor
from shared.kernel.stamp import Decided, stamp
from shared.protocol.protocol import Protocol
from shared.store.append import Append, Stale, Stored
from shared.store.program import StoreUnavailable
from shared.store.store import versions

TRIES = 8


@dataclass(frozen=True)
class Registering:
    """A command of a register. stream: of a body; abouts: whose facts it asks for, given (authority, body)."""

    name: str
    model: type[BaseModel]
    stream: Callable[[Any], str]
    decide: Callable[[Any, Known, Any, Any, Act], Sequence[Fact]]
    abouts: Callable[[str, Any], Sequence[str]] = lambda authority, body: ()


async def register(
    house: House, registering: Registering, authority: str, body: Mapping[str, Any], actor: Actor = SYSTEM
) -> str | None:
    """Run it; the position of what was recorded, None when it stood so already. Raises Refused, ValidationError."""
    command = registering.model.model_validate(body)
    store = house.store_of(authority)
    for _ in range(TRIES):
        facts, known, loaded, act, protocol = await _decided(house, registering, authority, command, actor)
        if not facts:
            return None
        recorded = stamp(
            Decided(registering.name, facts, known.used()),
            service=house.service.name,
            authority=authority,
            edition=protocol.edition,
            act=act,
            versions=versions(loaded),
            correlation_id=house.new_id(),
        )
        rows, keys = store.rows(recorded)
        outcome = await store.append(Append(events=rows, expects=versions(loaded), beliefs=known.rows(), keys=keys))
        if isinstance(outcome, Stored):
            written = [
                (one.case_id or one.stream, outcome.sequences[(one.stream, one.stream_version)]) for one in recorded
            ]
            return position(store, written, house.partitions)
        assert isinstance(outcome, Stale)
    raise StoreUnavailable


async def would_record(
    house: House, registering: Registering, authority: str, body: Mapping[str, Any], actor: Actor = SYSTEM
) -> bool:
    """Whether running it would record anything; nothing is kept. Raises as `register` would."""
    command = registering.model.model_validate(body)
    return bool((await _decided(house, registering, authority, command, actor))[0])


async def _decided(
    house: House, registering: Registering, authority: str, command: Any, actor: Actor
) -> tuple[Sequence[Fact], Known, dict[str, list[Recorded]], Act, Protocol]:
    store = house.store_of(authority)
    stream = registering.stream(command)
    loaded = await store.load_open(stream)
    known = Known(await store.beliefs(registering.abouts(authority, command)))
    now = house.now()
    act = Act(occurred_at=now, recorded_at=now, by=actor, new_id=house.new_id)
    protocol = house.protocol_for(authority, now)
    facts = registering.decide(house.service.fold(stream, loaded[stream]), known, command, protocol, act)
    return facts, known, loaded, act, protocol
