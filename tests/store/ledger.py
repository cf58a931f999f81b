"""A small service of these tests: children are noted with sealed names, and counted. Nobody in it is real."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import msgspec

from shared.kernel.events import Event, Recorded
from shared.kernel.people import SYSTEM
from shared.kernel.sealed import Sealed
from shared.kernel.service import Body, Service, Stream, View
from shared.store.append import Append, Once, Outcome
from shared.store.store import Store

T = TypeVar("T")
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_IDS = count(1)


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody of the family. name: sealed with a key of their own."""

    relation: str
    name: Sealed[str]


class Noted(Event, frozen=True, kw_only=True):
    """A child was noted. level: structural, so it travels."""

    level: int
    name: Sealed[str] | None = None
    born: Sealed[dict[str, int]] | None = None
    family: tuple[Member, ...] = ()


class Counted(Event, frozen=True, kw_only=True):
    """One more."""

    n: int


def _row(row: Body | None, event: Recorded, key: str) -> Body | None:
    row = row or {"levels": [], "count": 0}
    if isinstance(event.data, Noted):
        return row | {"levels": [*row["levels"], event.data.level]}
    # A count of nought takes the row away, so that rebuilding must forget it too.
    return None if event.data.n == 0 else row | {"count": row["count"] + event.data.n}


LEVELS = View(
    name="levels",
    reads=frozenset({"Noted", "Counted"}),
    keys=lambda event: [event.case_id or event.stream],
    project=_row,
    columns=("last",),
    search=lambda body: {"last": str(body["levels"][-1]) if body["levels"] else None},
)


def _named(row: Body | None, event: Recorded, key: str) -> Body | None:
    return {"streams": sorted({*(row or {"streams": []})["streams"], event.stream})}


NAMES = View(
    name="names",
    reads=frozenset({"Noted"}),
    keys=lambda event: [event.data.name.clear] if event.data.name and event.data.name.clear else [],
    project=_named,
    opens=True,
    blind=True,
)

LEDGER = Service(
    name="ledger",
    title="the ledger",
    events=(Noted, Counted),
    streams={"child": Stream("child", lambda stream: 0, lambda state, event: state + 1)},
    views=(LEVELS, NAMES),
)


def recorded(stream: str, version: int, event: Event, case_id: str | None = None, at: datetime = AT) -> Recorded:
    """An event in an envelope. Its id is fresh."""
    number = next(_IDS)
    return Recorded(
        event_id=f"event-{number}",
        name=f"ledger.{event.title()}",
        version=event.version,
        authority="TST",
        stream=stream,
        stream_version=version,
        case_id=case_id,
        occurred_at=at,
        recorded_at=at,
        actor=SYSTEM,
        edition="test/2026-01-01",
        correlation_id=f"correlation-{number}",
        data=event,
    )


def noting(stream: str, version: int, level: int, name: str | None = None, case_id: str | None = None) -> Recorded:
    """A child noted, with a name sealed with its own key."""
    return recorded(stream, version, Noted(level=level, name=Sealed(stream, name) if name else None), case_id)


def counting(stream: str, version: int, n: int = 1, case_id: str | None = None) -> Recorded:
    """One more counted."""
    return recorded(stream, version, Counted(n=n), case_id)


def write(store: Store, events: Sequence[Recorded], once: Once | None = None, **more: Any) -> Append:
    """These events as a write that expects each stream just below its first event."""
    rows, keys = store.rows(events)
    expects: dict[str, int] = {}
    for event in events:
        expects.setdefault(event.stream, event.stream_version - 1)
    return Append(
        events=rows, keys=[*keys, *more.pop("keys", ())], expects=expects | more.pop("expects", {}), once=once, **more
    )


async def keep(store: Store, *events: Recorded) -> Outcome:
    """Store these events in one write."""
    return await store.append(write(store, events))


def once(store: Store, caller: str, key: str, request: bytes, answer: bytes) -> tuple[Once, Any]:
    """A command's key with its sealed answer, and the data key to store with it."""
    outcome, new = store.seal_outcome(f"command/{key}", caller, key, answer)
    return Once(caller, key, request, outcome), new


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one coroutine on a loop of its own."""
    return asyncio.run(work)
