"""Rebuilding qa's case file from its inbox, beside PostgreSQL's own copy of the same rows in binary form."""

import asyncio
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from services.qa.service import SERVICE
from services.qa.views.cases import CASES
from shared.bus.wire import ENCODER
from shared.store.gatherer import regather
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres
from shared.store.postgres import PostgresBackend
from shared.store.store import Store
from tests.bench.letters import letters
from tests.bench.processes import cost_of
from tests.store.servers import Postgres

COPY_IN = (
    "COPY inbox (source, incarnation, sequence, part, event_id, about, name, occurred_at, letter, arrived)"
    " FROM STDIN (FORMAT binary)"
)
KINDS = ("text", "text", "int8", "int8", "text", "text", "text", "text", "bytea", "int8")
COPY_OUT = "\\copy (SELECT letter FROM inbox ORDER BY arrived) TO '/dev/null' (FORMAT binary)"
COPIES = 3


@dataclass(frozen=True)
class Rebuilt:
    """events; seconds of the rebuild and of the copy (the best of three); grown: bytes this process grew by."""

    events: int
    rebuild: float
    copy: float
    grown: int


def filled(postgres: Postgres, count: int) -> str:
    """The URL of a store of qa whose inbox holds so many letters."""
    url = postgres.database(f"bench_rebuild_{uuid4().hex[:8]}")
    migrate_postgres(url, [*SERVICE.views, *SERVICE.gatherings])
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.cursor() as cursor, cursor.copy(COPY_IN) as copy:
            copy.set_types(KINDS)
            for arrived, letter in enumerate(letters(count), 1):
                copy.write_row(
                    (
                        letter.source,
                        letter.incarnation,
                        letter.sequence,
                        0,
                        letter.event_id,
                        letter.key,
                        letter.name,
                        letter.occurred_at.isoformat(),
                        ENCODER.encode(letter),
                        arrived,
                    )
                )
        connection.execute("ANALYZE inbox")
    return url


def measure(postgres: Postgres, count: int) -> Rebuilt:
    """Fill, copy and rebuild."""
    url = filled(postgres, count)
    copies = []
    for _ in range(COPIES):
        began = time.perf_counter()
        subprocess.run(["psql", url, "-qXc", COPY_OUT], check=True)
        copies.append(time.perf_counter() - began)
    before = cost_of(os.getpid()).resident
    return Rebuilt(count, asyncio.run(_rebuilt(url)), min(copies), cost_of(os.getpid()).most - before)


async def _rebuilt(url: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(SERVICE, "main", PostgresBackend(url), Keyring(Path(folder) / "kek.json"))
        await store.start()
        try:
            began = time.perf_counter()
            await regather(store, CASES, lambda done, of: None)
            return time.perf_counter() - began
        finally:
            await store.stop()
