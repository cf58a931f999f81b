"""PostgreSQL as a backend: one writing connection, a few reading ones, and one that listens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_loads

from shared.store.bell import Bell
from shared.store.program import (
    DatabaseGone,
    Dialect,
    Insert,
    Last,
    Program,
    Query,
    Round,
    Row,
    StoreUnavailable,
)
from shared.store.sending import asked, rows_of

T = TypeVar("T")
LOST = (psycopg.OperationalError, psycopg.InterfaceError)
# Disk full, out of memory, too many connections: the database is there and cannot take it now.
NOT_NOW = ("53", "57")
LEAD_SECONDS = 0.5
# Every statement here finds its rows by an index. A plan made while a table was empty would go on reading all of it.
OPTIONS = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off"
EVENTS = {"originator_id": "text", "originator_version": "big", "topic": "text", "state": "bytes"}


class PostgresDialect:
    """How PostgreSQL says it."""

    name = "postgres"
    numbers_events = False

    def among(self, column: str) -> str:
        return f"{column} = ANY(%s)"

    def listed(self, values: Sequence[Any]) -> Any:
        return list(values)

    def lock_log(self) -> Round:
        # EXCLUSIVE lets readers in: ids are issued and committed under it, so no reader passes a gap.
        return [Query("LOCK TABLE events IN EXCLUSIVE MODE")]

    def insert_events(self, rows: Sequence[tuple[str, int, str, bytes]], head: int) -> Insert:
        return Insert("events", EVENTS, rows, "RETURNING originator_id, originator_version, notification_id")

    def wake(self) -> Round:
        return [Query("NOTIFY toldonce_log")]


async def _cancel_when_lost(connection: AsyncConnection, working: asyncio.Task[object]) -> None:
    try:
        while True:
            await asyncio.sleep(LEAD_SECONDS)
            await connection.execute("SELECT 1")
    except LOST:
        working.cancel()


class PostgresBackend:
    """Runs programs on one PostgreSQL database. readers: how many reading connections are kept."""

    def __init__(self, url: str, readers: int = 8):
        self.dialect: Dialect = PostgresDialect()
        self._url = url
        self._writer: AsyncConnection | None = None
        self._writing = asyncio.Lock()
        self._idle: asyncio.LifoQueue[AsyncConnection | None] = asyncio.LifoQueue()
        for _ in range(readers):
            self._idle.put_nowait(None)
        self.bell = Bell()
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        set_json_loads(lambda raw: raw)
        self._writer = await self._connect()
        self._listener = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self._listener:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        connections = [self._writer]
        while not self._idle.empty():
            connections.append(self._idle.get_nowait())
        for connection in connections:
            if connection is not None:
                await connection.close()

    async def _connect(self) -> AsyncConnection:
        try:
            return await AsyncConnection.connect(
                self._url,
                autocommit=True,
                prepare_threshold=0,
                connect_timeout=5,
                application_name="toldonce",
                options=OPTIONS,
            )
        except LOST as gone:
            raise StoreUnavailable from gone

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute("LISTEN toldonce_log")
                    async for _ in connection.notifies():
                        self.bell.ring()
            except (StoreUnavailable, *LOST):
                self.bell.ring()
                await asyncio.sleep(0.5)

    @contextlib.asynccontextmanager
    async def lead(self, work: str) -> AsyncIterator[None]:
        number = int.from_bytes(sha256(work.encode()).digest()[:8], "big", signed=True)
        connection = await self._connect()
        working = asyncio.current_task()
        assert working is not None
        watch: asyncio.Task[None] | None = None
        try:
            while not await self._is_mine(connection, number):
                await asyncio.sleep(LEAD_SECONDS)
            watch = asyncio.create_task(_cancel_when_lost(connection, working))
            yield
        except LOST as gone:
            raise StoreUnavailable from gone
        except asyncio.CancelledError:
            # Cancelled by the watch: with the connection went the lock, and somebody else may hold it by now.
            if watch is not None and watch.done() and working.uncancel() == 0:
                raise StoreUnavailable from None
            raise
        finally:
            if watch is not None:
                watch.cancel()
            with contextlib.suppress(psycopg.Error):
                await connection.close()

    async def _is_mine(self, connection: AsyncConnection, number: int) -> bool:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (number,))
        row = await cursor.fetchone()
        return bool(row and row[0])

    async def read(self, program: Callable[[], Program[T]]) -> T:
        connection = await self._idle.get()
        try:
            while True:
                fresh = connection is None or connection.closed
                if connection is None or connection.closed:
                    connection = await self._connect()
                try:
                    return await self._drive(connection, program())
                except LOST as gone:
                    await connection.close()
                    # An idle connection may have died unnoticed: one more try, on a new one.
                    if fresh:
                        raise StoreUnavailable from gone
        finally:
            self._idle.put_nowait(connection)

    async def write(self, program: Callable[[], Program[T]]) -> T:
        async with self._writing:
            connection = self._writer
            if connection is None or connection.closed or connection.broken:
                self._writer = connection = await self._connect()
            course = _Course()
            try:
                return await self._transact(connection, program(), course)
            except LOST as gone:
                if course.certainly_failed(connection):
                    await self._roll_back(connection)
                    if (gone.sqlstate or "")[:2] in NOT_NOW:
                        raise StoreUnavailable from gone
                    raise
                await connection.close()
                self._writer = None
                raise DatabaseGone(unknown=course.committing) from gone
            except BaseException:
                await self._roll_back(connection)
                raise

    async def _roll_back(self, connection: AsyncConnection) -> None:
        try:
            await connection.execute("ROLLBACK")
        except psycopg.Error:
            await connection.close()

    async def _transact(self, connection: AsyncConnection, program: Program[T], course: "_Course") -> T:
        """Run a program in a transaction: BEGIN goes with its first round, COMMIT with its last."""
        todo: Round = next(program)
        result: list[T] = []
        async with connection.pipeline():
            await connection.execute("BEGIN", prepare=True)
            while not isinstance(todo, Last):
                cursors = await asked(connection, todo)
                try:
                    todo = program.send([await rows_of(cursor) for cursor in cursors])
                except StopIteration as done:
                    result, todo = [done.value], Last()
            cursors = await asked(connection, todo)
            course.committing = True
            await connection.execute("COMMIT", prepare=True)
        return result[0] if result else _ended(program, [await rows_of(cursor) for cursor in cursors])

    async def _drive(self, connection: AsyncConnection, program: Program[T]) -> T:
        """Send each round in one trip and give the program its rows."""
        try:
            todo = next(program)
            while True:
                if len(todo) == 1:
                    cursors = await asked(connection, todo)
                else:
                    async with connection.pipeline():
                        cursors = await asked(connection, todo)
                todo = program.send([await rows_of(cursor) for cursor in cursors])
        except StopIteration as done:
            return done.value


@dataclass
class _Course:
    """How far a transaction has come. committing: COMMIT is on its way, and may have happened whatever is heard."""

    committing: bool = False

    def certainly_failed(self, connection: AsyncConnection) -> bool:
        """Whether the server is still there and says that nothing was stored."""
        if connection.broken or connection.closed:
            return False
        # An error of COMMIT itself leaves no transaction behind, and may come from a server that is ending.
        return not self.committing or connection.info.transaction_status == TransactionStatus.INERROR


def _ended(program: Program[T], rows: list[list[Row]]) -> T:
    try:
        program.send(rows)
    except StopIteration as done:
        return done.value
    raise RuntimeError("a program went on after its last round")
