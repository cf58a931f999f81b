"""The store that cannot take a write now: it says so, keeps no endless queue, and loses nothing that it took."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from shared.store import committer
from shared.store.append import Append, Seen, Stored
from shared.store.postgres import PostgresBackend
from shared.store.program import Program, Query, StoreUnavailable
from shared.store.store import Store
from tests.store.ground import Ground, PostgresGround, SqliteGround, together
from tests.store.ledger import counting, keep, once, run, write


@contextlib.contextmanager
def nobody_writes(ground: Ground) -> Iterator[None]:
    """Holds the lock that every write needs."""
    if isinstance(ground, PostgresGround):
        with psycopg.connect(ground.url) as connection:
            connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")
            yield
            connection.rollback()
    else:
        assert isinstance(ground, SqliteGround)
        with contextlib.closing(sqlite3.connect(ground.file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


def test_a_full_queue_is_said_at_once_and_what_was_taken_is_stored(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "WAITING", 40)

    async def story() -> None:
        async with ground.opened() as store:
            with nobody_writes(ground):
                first = asyncio.create_task(keep(store, counting("child/first", 1)))
                await asyncio.sleep(0.05)
                taken = [asyncio.create_task(keep(store, counting(f"child/c{n}", 1))) for n in range(40)]
                await asyncio.sleep(0)
                for n in range(5):
                    with pytest.raises(StoreUnavailable):
                        await keep(store, counting(f"child/over{n}", 1))
                # Reads go on.
                assert await store.head() == 0
            outcomes = await together(first, *taken)
            assert Counter(type(one) for one in outcomes) == {Stored: 41}
            assert isinstance(await keep(store, counting("child/after", 1)), Stored)
            assert len(await store.log(0, 100)) == 42

    run(story())


def test_a_command_that_cannot_be_stored_in_time_is_answered_and_may_be_sent_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "PATIENCE_SECONDS", 0.2)

    async def story() -> None:
        async with ground.opened() as store:

            def command(answer: bytes) -> Append:
                key, new = once(store, "agency", "key-1", b"asked", answer)
                return write(store, [counting("child/c1", 1)], key, keys=[new])

            with nobody_writes(ground):
                with pytest.raises(StoreUnavailable):
                    await store.append(command(b"first"))
                # What nobody will send again is waited for.
                reading = asyncio.create_task(keep(store, counting("child/read", 1)))
                await asyncio.sleep(0.4)
                assert not reading.done()
            assert isinstance(await reading, Stored)
            again = await store.append(command(b"second"))
            assert isinstance(again, Seen)
            assert await store.open_outcome("agency", "key-1", again.outcome) == b"first"
            assert len((await store.load("child/c1"))["child/c1"]) == 1

    run(story())


def test_a_fault_of_ours_leaves_nobody_waiting(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            monkeypatch.setattr(committer, "_answer", lambda waiting, outcome: 1 / 0)
            outcomes = await together(*(keep(store, counting(f"child/c{n}", 1)) for n in range(5)))
            assert [type(one) for one in outcomes] == [ZeroDivisionError] * 5
            monkeypatch.undo()
            assert isinstance(await keep(store, counting("child/after", 1)), Stored)

    run(story())


def test_what_waits_at_the_end_is_stored_before_it_ends(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            waiting = [asyncio.create_task(keep(store, counting(f"child/c{n}", 1))) for n in range(300)]
            await asyncio.sleep(0)
            await store.stop()
            assert Counter(type(one) for one in await together(*waiting)) == {Stored: 300}
            with pytest.raises(StoreUnavailable):
                await keep(store, counting("child/late", 1))
            # Stopped is stopped: the fixture's own stop finds nothing to do.
            store.stop = _nothing  # type: ignore[method-assign]

    run(story())
    assert ground.rows("SELECT count(*) FROM events") == [(300,)]


async def _nothing() -> None:
    return None


def test_a_database_locked_by_a_stranger_is_unavailable_not_broken(
    on_sqlite: SqliteGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with on_sqlite.opened() as store:
            await _say(store, "PRAGMA busy_timeout=50")
            with nobody_writes(on_sqlite), pytest.raises(StoreUnavailable):
                await keep(store, counting("child/c1", 1))
            assert isinstance(await keep(store, counting("child/c1", 1)), Stored)

    run(story())


async def _say(store: Store, sql: str) -> int:
    """Say it on the writing connection, which belongs to a thread of its own."""

    def program() -> Program[int]:
        (rows,) = yield [Query(sql)]
        return rows[0][0] if rows else 0

    return await store.backend.write(program)


def test_a_full_disk_is_unavailable_and_harms_nothing(on_sqlite: SqliteGround) -> None:
    async def story() -> None:
        async with on_sqlite.opened() as store:
            await keep(store, counting("child/c1", 1))
            await _say(store, f"PRAGMA max_page_count={await _say(store, 'PRAGMA page_count')}")
            kept = 0
            with pytest.raises(StoreUnavailable):
                for n in range(2000):
                    await keep(store, counting(f"child/n{n}", 1))
                    kept += 1
            await _say(store, "PRAGMA max_page_count=1000000")
            assert isinstance(await keep(store, counting("child/after", 1)), Stored)
            assert len(await store.log(0, 5000)) == kept + 2

    run(story())


def test_no_database_is_unavailable_at_the_start(on_postgres: PostgresGround) -> None:
    async def story() -> None:
        nowhere = PostgresBackend("postgresql://nobody@127.0.0.1:1/none")
        with pytest.raises(StoreUnavailable):
            async with on_postgres.opened(backend=nowhere):
                pass

    run(story())


def test_connections_that_died_while_idle_are_replaced(on_postgres: PostgresGround) -> None:
    async def story() -> None:
        async with on_postgres.opened() as store:
            await together(*(store.head() for _ in range(8)))
            on_postgres.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'toldonce' AND datname = current_database()"
            )
            outcomes = await together(*(store.head() for _ in range(8)), keep(store, counting("child/c1", 1)))
            assert set(outcomes[:8]) <= {0, 1}
            assert isinstance(outcomes[8], Stored)
            assert await store.head() == 1

    run(story())
