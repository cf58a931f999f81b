"""Where a test's store lies: a SQLite file or a PostgreSQL database, with its keys beside it."""

import asyncio
import contextlib
import itertools
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from shared.kernel.service import Service
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres, migrate_sqlite
from shared.store.postgres import PostgresBackend
from shared.store.program import Backend
from shared.store.sqlite import SqliteBackend
from shared.store.store import Store
from tests.store.ledger import LEDGER
from tests.store.servers import Postgres

_NAMES = itertools.count(1)
_FREE: dict[Path, list[str]] = {}
"""Of each server, the databases that wait for their next test."""


class Ground(ABC):
    """A place for one store. `opened` may be entered several times, as by several processes."""

    kind: str

    def __init__(self, folder: Path, service: Service = LEDGER):
        self.folder = folder
        self.service = service
        self.key_file = folder / "keys" / "kek.json"

    @abstractmethod
    def migrate(self) -> None:
        """Make the tables."""

    @abstractmethod
    def give_back(self) -> None:
        """The test is over."""

    @abstractmethod
    def backend(self) -> Backend:
        """A backend on this place, not started."""

    @abstractmethod
    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself, past the store. Raises what the database raises."""

    @abstractmethod
    def files(self) -> list[Path]:
        """Everything the database has written."""

    @contextlib.asynccontextmanager
    async def opened(self, name: str = "main", backend: Backend | None = None) -> AsyncIterator[Store]:
        """The store, started; stopped at the end."""
        store = Store(self.service, name, backend or self.backend(), Keyring(self.key_file))
        await store.start()
        try:
            yield store
        finally:
            await store.stop()


class SqliteGround(Ground):
    """A file."""

    kind = "sqlite"

    def __init__(self, folder: Path, service: Service = LEDGER):
        super().__init__(folder, service)
        self.file = folder / f"{service.name}.db"
        self.migrate()

    def give_back(self) -> None:
        """Its file goes with its folder."""

    def migrate(self) -> None:
        migrate_sqlite(self.file, [*self.service.views, *self.service.gatherings])

    def backend(self) -> SqliteBackend:
        return SqliteBackend(self.file)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection:
            return connection.execute(sql.replace("%s", "?"), params).fetchall()

    def files(self) -> list[Path]:
        return [path for path in self.folder.glob(f"{self.service.name}.db*") if path.is_file()]


class PostgresGround(Ground):
    """A database on a test server; when it is given back, the next test finds it empty."""

    kind = "postgres"

    def __init__(self, folder: Path, server: Postgres, service: Service = LEDGER):
        super().__init__(folder, service)
        self.server = server
        free = _FREE.setdefault(server.run, [])
        self.url = free.pop() if free else server.database(f"t_{next(_NAMES)}")
        self.migrate()

    def give_back(self) -> None:
        """Empty it for another test: a new database each time would be seconds of copying and removing."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        _FREE[self.server.run].append(self.url)

    def migrate(self) -> None:
        migrate_postgres(self.url, [*self.service.views, *self.service.gatherings])

    def backend(self) -> PostgresBackend:
        return PostgresBackend(self.url)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(sql, params)
            return cursor.fetchall() if cursor.description else []

    def files(self) -> list[Path]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            (oid,) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        data = self.server.data
        return [path for part in ("pg_wal", f"base/{oid}") for path in (data / part).rglob("*") if path.is_file()]


async def together(*works: Any) -> Sequence[Any]:
    """What each came to, exceptions among them, all begun before any ends."""
    return await asyncio.gather(*works, return_exceptions=True)
