"""The store alone: loading a stream, appending events, and what sealing costs, each beside plain statements."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
from psycopg_pool import AsyncConnectionPool

from shared.kernel.sealed import Sealed
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres
from shared.store.postgres import PostgresBackend
from shared.store.store import Store
from tests.store.ledger import LEDGER, Member, Noted, noting, recorded, write
from tests.store.servers import Postgres

AT_ONCE = 16
ROUNDS = 7
SEALED_FIELDS = 10
_SELECT = "SELECT state FROM events WHERE originator_id = %s ORDER BY originator_version"
_INSERT = "INSERT INTO plain (stream, version, topic, state) VALUES (%s, %s, %s, %s)"
_PLAIN = (
    "CREATE TABLE plain (stream text, version bigint, topic text NOT NULL, state bytea NOT NULL,"
    " PRIMARY KEY (stream, version))"
)


@dataclass(frozen=True)
class Kept:
    """Ratios within a round, the middle of the rounds; sealing in seconds for a write of ten fields, two subjects."""

    load: float
    append: float
    sealing: float


def measure(postgres: Postgres, count: int = 1_000) -> Kept:
    """Load a stream of 100 events; append `count` events, sixteen at once; seal."""
    url = postgres.database(f"bench_store_{uuid4().hex[:8]}")
    migrate_postgres(url, LEDGER.views)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_PLAIN)
    with TemporaryDirectory() as folder:
        return asyncio.run(_measured(url, count, Path(folder)))


async def _measured(url: str, count: int, folder: Path) -> Kept:
    store = Store(LEDGER, "main", PostgresBackend(url), Keyring(folder / "kek.json"))
    await store.start()
    plain = {"autocommit": True, "prepare_threshold": 0}
    async with AsyncConnectionPool(url, min_size=AT_ONCE, max_size=AT_ONCE, open=False, kwargs=plain) as pool:
        try:
            return Kept(await _load(store, pool, count), await _append(store, pool, count), await _sealing(store))
        finally:
            await store.stop()


async def _load(store: Store, pool: AsyncConnectionPool, count: int) -> float:
    events = [noting("child/long", n, n % 5) for n in range(1, 101)]
    await store.append(write(store, events))

    async def raw() -> None:
        async with pool.connection() as connection:
            await (await connection.execute(_SELECT, ("child/long",))).fetchall()

    async def ours() -> None:
        store.service.fold("child/long", (await store.load("child/long"))["child/long"])

    return await _middle(ours, raw, max(count // 10, 1))


async def _append(store: Store, pool: AsyncConnectionPool, count: int) -> float:
    """Our rate to that of one INSERT per event."""

    async def ours() -> None:
        await store.append(write(store, [noting(f"child/{uuid4().hex}", 1, 2)]))

    async def raw() -> None:
        event = noting(f"child/{uuid4().hex}", 1, 2)
        (row,), _ = store.rows([event])
        async with pool.connection() as connection:
            await connection.execute(_INSERT, (row.stream, row.version, row.topic, row.state))

    return 1 / await _middle(lambda: _together(ours), lambda: _together(raw), max(count // AT_ONCE, 1))


async def _sealing(store: Store) -> float:
    """Seconds that sealing adds to making the rows of one event."""

    def event(sealed: bool) -> Noted:
        if not sealed:
            return Noted(level=2)
        members = tuple(
            Member(relation="SIBLING", name=Sealed(f"child/{n % 2}", f"A name of {n}")) for n in range(SEALED_FIELDS)
        )
        return Noted(level=2, family=members)

    def of(sealed: bool) -> float:
        began = time.process_time()
        for _ in range(500):
            store.rows([recorded("child/1", 1, event(sealed))])
        return (time.process_time() - began) / 500

    return median(of(True) - of(False) for _ in range(ROUNDS))


async def _together(work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _middle(ours: Callable[[], Awaitable[None]], raw: Callable[[], Awaitable[None]], times: int) -> float:
    """The middle of the ratios of their times, each within a round."""
    ratios = []
    for _ in range(ROUNDS):
        took = []
        for work in (ours, raw):
            began = time.perf_counter()
            for _ in range(times):
                await work()
            took.append(time.perf_counter() - began)
        ratios.append(took[0] / took[1])
    return median(ratios)
