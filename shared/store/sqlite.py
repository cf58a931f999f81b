"""SQLite as a backend: one writer thread and one reading thread on one file in WAL mode."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from shared.store.bell import Bell
from shared.store.program import Dialect, Insert, Program, Query, Round, Statement, StoreUnavailable

T = TypeVar("T")


class SqliteDialect:
    """How SQLite says it. woken: a program has something to tell those who wait, when it has ended."""

    name = "sqlite"
    numbers_events = True
    woken = False

    def among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(%s))"

    def listed(self, values: Sequence[Any]) -> Any:
        return json.dumps(list(values))

    def lock_log(self) -> Round:
        return []

    def insert_events(self, rows: Sequence[tuple[str, int, str, bytes]], head: int) -> Query:
        # One writer and nothing ever deleted: the next row ids are known, and can be given back without asking.
        numbered = [(head + n, *row) for n, row in enumerate(rows, 1)]
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(numbered))
        return Query(
            "INSERT INTO events (rowid, originator_id, originator_version, topic, state)"
            f" VALUES {places} RETURNING originator_id, originator_version, rowid",
            [value for row in numbered for value in row],
        )

    def wake(self) -> Round:
        self.woken = True
        return []


class SqliteBackend:
    """Runs programs on one SQLite file. full: every commit is flushed, as a record of decisions must be."""

    def __init__(self, path: Path):
        self._said = SqliteDialect()
        self.dialect: Dialect = self._said
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="sqlite-read")
        self.bell = Bell()
        self._write_connection: sqlite3.Connection
        self._read_connection: sqlite3.Connection

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write_connection = await loop.run_in_executor(self._writer, self._open)
        self._read_connection = await loop.run_in_executor(self._reader, self._open)

    async def stop(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._reader, self._read_connection.close)
        await loop.run_in_executor(self._writer, self._write_connection.close)
        self._writer.shutdown()
        self._reader.shutdown()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=5)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=5000")
        return connection

    @contextlib.asynccontextmanager
    async def lead(self, work: str) -> AsyncIterator[None]:
        # A SQLite store belongs to one process: there is nobody to share the work with.
        yield

    async def read(self, program: Callable[[], Program[T]]) -> T:
        def run() -> T:
            try:
                return _drive(self._read_connection, program())
            except sqlite3.OperationalError as gone:
                raise StoreUnavailable from gone

        return await asyncio.get_running_loop().run_in_executor(self._reader, run)

    async def write(self, program: Callable[[], Program[T]]) -> T:
        def run() -> T:
            connection = self._write_connection
            self._said.woken = False
            try:
                connection.execute("BEGIN IMMEDIATE")
                result = _drive(connection, program())
                connection.execute("COMMIT")
                return result
            except BaseException as wrong:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                if isinstance(wrong, sqlite3.OperationalError) and _not_now(wrong):
                    raise StoreUnavailable from wrong
                raise

        result = await asyncio.get_running_loop().run_in_executor(self._writer, run)
        if self._said.woken:
            self.bell.ring()
        return result


def _not_now(wrong: sqlite3.OperationalError) -> bool:
    # The low byte is the kind of error; what lies above it says more, and differs from case to case.
    return wrong.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _drive(connection: sqlite3.Connection, program: Program[T]) -> T:
    try:
        todo = next(program)
        while True:
            todo = program.send([_rows(connection, query) for query in todo])
    except StopIteration as done:
        return done.value


def _rows(connection: sqlite3.Connection, query: Statement) -> list[tuple[Any, ...]]:
    if isinstance(query, Insert):
        marks = ", ".join("?" * len(query.columns))
        head = f"INSERT INTO {query.table} ({', '.join(query.columns)})"
        connection.executemany(f"{head} VALUES ({marks}) {query.rest}", query.rows)
        return []
    sql = query.sql.replace("%s", "?")
    if query.many:
        connection.executemany(sql, query.params)
        return []
    return connection.execute(sql, query.params).fetchall()
