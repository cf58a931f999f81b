"""Several replicas on one store: they start at once, write at once, and a reader of the log misses nothing."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.utils import strtobool

from shared.store.append import Stored
from shared.store.migrate import UnsafeSetting, migrate_postgres, refuse_unsafe_settings
from shared.store.program import StoreUnavailable
from shared.store.store import Store
from tests.store.ground import PostgresGround, SqliteGround
from tests.store.ledger import LEDGER, counting, keep, run

ROOT = Path(__file__).parents[2]
WRITERS = 8
EACH = 120


@contextlib.contextmanager
def writers(url: str, keys: Path, count: int, *more: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ready to write and wait for the word."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.writing", url, str(keys), f"w{n}", str(count), *more],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(WRITERS)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def go(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


async def tail(store: Store, processes: list[subprocess.Popen[str]]) -> list[int]:
    """The log as a reader sees it that goes on from where it is, until all writers have ended and nothing is new."""
    seen: list[int] = []
    while True:
        ended = all(process.poll() is not None for process in processes)
        page = await store.log(seen[-1] if seen else 0, 100)
        seen += [sequence for sequence, _ in page]
        if ended and not page:
            return seen
        await asyncio.sleep(0)


def test_a_reader_beside_eight_writing_processes_misses_nothing(on_postgres: PostgresGround) -> None:
    async def story() -> list[int]:
        async with on_postgres.opened() as store:
            with writers(on_postgres.url, on_postgres.key_file, EACH) as processes:
                go(processes)
                seen = await tail(store, processes)
                assert [process.returncode for process in processes] == [0] * WRITERS, processes[0].stderr.read()
        return seen

    seen = run(story())
    stored = [row[0] for row in on_postgres.rows("SELECT notification_id FROM events ORDER BY notification_id")]
    assert len(stored) == WRITERS * EACH
    assert seen == stored


def test_a_reader_beside_eight_writers_of_one_process_misses_nothing(on_sqlite: SqliteGround) -> None:
    async def story() -> None:
        async with on_sqlite.opened() as store:
            writing = True
            seen: list[int] = []

            async def read() -> None:
                while True:
                    last = not writing
                    page = await store.log(seen[-1] if seen else 0, 100)
                    seen.extend(sequence for sequence, _ in page)
                    if last and not page:
                        return

            async def writer(name: int) -> None:
                for n in range(60):
                    assert isinstance(await keep(store, counting(f"child/{name}-{n}", 1)), Stored)

            reader = asyncio.create_task(read())
            await asyncio.gather(*(writer(name) for name in range(WRITERS)))
            writing = False
            await reader
            assert seen == list(range(1, 60 * WRITERS + 1))

    run(story())


def test_no_writer_overtakes_another_that_has_a_number_and_not_committed(on_postgres: PostgresGround) -> None:
    """The way to lose an event for a reader: number 1 commits after number 2 was read."""

    async def story() -> None:
        async with on_postgres.opened() as store:
            insert = (
                "INSERT INTO events (originator_id, originator_version, topic, state)"
                " VALUES ('child/slow', 1, 'ledger.Counted', %s) RETURNING notification_id"
            )
            with psycopg.connect(on_postgres.url) as slow:
                slow.execute("LOCK TABLE events IN EXCLUSIVE MODE")
                (first,) = slow.execute(insert, (b"{}",)).fetchone()
                overtaking = asyncio.create_task(keep(store, counting("child/fast", 1)))
                done, _ = await asyncio.wait({overtaking}, timeout=0.3)
                assert not done
                # Readers are not kept out meanwhile.
                assert await store.log(0, 10) == []
                slow.commit()
            outcome = await overtaking
            assert isinstance(outcome, Stored)
            assert [sequence for sequence, _ in await store.log(0, 10)] == [first, outcome.sequences[("child/fast", 1)]]

    run(story())


@pytest.mark.parametrize("value", ["y", "yes", "t", "true", "on", "1", "Y", "TRUE"])
def test_the_insert_that_loses_events_is_refused_at_start(
    on_postgres: PostgresGround, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    assert strtobool(value)
    with pytest.raises(UnsafeSetting, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
        refuse_unsafe_settings()
    with pytest.raises(UnsafeSetting):
        migrate_postgres(on_postgres.url, LEDGER.views)


@pytest.mark.parametrize("value", ["", "n", "no", "false", "off", "0"])
def test_the_setting_may_be_there_and_off(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    refuse_unsafe_settings()


def test_the_library_itself_is_never_asked_for_that_insert() -> None:
    """Its own default, should a later version change it."""
    datastore = PostgresDatastore(dbname="none", host="127.0.0.1", port="1", user="none", password="none")
    try:
        assert datastore.enable_db_functions is False
    finally:
        datastore.close()


def test_eight_replicas_migrate_and_start_at_once(on_postgres: PostgresGround, tmp_path: Path) -> None:
    url = on_postgres.server.database("t_eight_at_once")
    keys = tmp_path / "eight" / "kek.json"
    with writers(url, keys, 3, "migrate") as processes:
        go(processes)
        told = [process.communicate(timeout=60) for process in processes]
        assert [process.returncode for process in processes] == [0] * WRITERS, told
    # One store: one incarnation, one key-encryption key, every event there.
    assert len({out for out, _ in told}) == 1
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (3 * WRITERS,)
        assert connection.execute("SELECT count(*) FROM settings").fetchone() == (1,)
    assert [path.name for path in keys.parent.iterdir()] == ["kek.json"]


def test_one_leads_and_another_takes_over_when_its_connection_is_lost(on_postgres: PostgresGround) -> None:
    async def story() -> None:
        async with on_postgres.opened() as one, on_postgres.opened() as two:
            ended: list[str] = []
            leads = {"one": asyncio.Event(), "two": asyncio.Event()}

            async def work(name: str, store: Store) -> None:
                try:
                    async with store.backend.lead("workers"):
                        leads[name].set()
                        await asyncio.sleep(60)
                except StoreUnavailable:
                    ended.append(name)

            first = asyncio.create_task(work("one", one))
            await leads["one"].wait()
            second = asyncio.create_task(work("two", two))
            await asyncio.sleep(0.7)
            assert not leads["two"].is_set()
            on_postgres.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database"
                " WHERE datname = current_database())"
            )
            await asyncio.wait_for(asyncio.gather(first, leads["two"].wait()), 10)
            assert ended == ["one"]
            # Told to end, it ends as any task does.
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second

    run(story())


def test_the_environment_of_these_tests_is_as_the_product_starts() -> None:
    assert "POSTGRES_ENABLE_DB_FUNCTIONS" not in os.environ
