"""The tables themselves: what is written stays, making them again harms nothing, keys lie wrapped."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from shared.log.sealer import seal_page
from shared.store.append import Append, Kept, Stored
from shared.store.keyring import Keyring
from shared.store.program import Query
from shared.store.store import Store
from tests.store.ground import Ground, PostgresGround
from tests.store.ledger import counting, keep, noting, run

RECORD = ("events", "leaves", "nodes", "inbox")


def fill(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 3, "Somebody"), counting("child/c1", 2))
            kept = Kept("planning/main", "inc", 1, 0, "e1", "case-1", "planning.X", "2026-11-24T09:30:00+00:00", b"{}")
            await store.append(Append(kept=[kept]))
            assert await seal_page(store, 6) == 2

    run(story())


@pytest.mark.parametrize("table", RECORD)
def test_no_later_statement_changes_or_removes_a_row_of_the_record(ground: Ground, table: str) -> None:
    fill(ground)
    before = ground.rows(f"SELECT * FROM {table}")
    assert before
    column = {"events": "topic", "leaves": "part", "nodes": "hash", "inbox": "name"}[table]
    for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="insert-only"):
            ground.rows(sql)
    if isinstance(ground, PostgresGround):
        with pytest.raises(Exception, match="insert-only"):
            ground.rows(f"TRUNCATE {table} CASCADE")
    assert ground.rows(f"SELECT * FROM {table}") == before


def test_an_insert_that_would_replace_a_row_is_refused_too(ground: Ground) -> None:
    fill(ground)
    sql = (
        "INSERT INTO nodes (level, idx, hash) VALUES (0, 0, %s)"
        " ON CONFLICT (level, idx) DO UPDATE SET hash = excluded.hash"
    )
    with pytest.raises(Exception, match="insert-only"):
        ground.rows(sql, b"forged")


def test_making_the_tables_again_keeps_everything(ground: Ground) -> None:
    fill(ground)
    before = {table: ground.rows(f"SELECT * FROM {table}") for table in (*RECORD, "settings", "keys", "places")}
    ground.migrate()
    ground.migrate()
    assert {table: ground.rows(f"SELECT * FROM {table}") for table in before} == before

    async def story() -> None:
        async with ground.opened() as store:
            assert [(store.incarnation,)] == ground.rows("SELECT value FROM settings WHERE name = 'incarnation'")

    run(story())


def test_tables_of_an_earlier_version_are_completed_and_keep_what_they_hold(ground: Ground) -> None:
    ground.rows("ALTER TABLE beliefs DROP COLUMN revision")
    ground.rows("INSERT INTO beliefs (source, about, sequence, facts) VALUES ('s', 'a', 7, %s)", b"[]")
    ground.migrate()
    ground.migrate()

    async def story() -> None:
        async with ground.opened() as store:
            (belief,) = await store.beliefs(["a"])
            assert (belief.sequence, belief.revision) == (7, 0)
            assert isinstance(await store.append(Append(beliefs={("s", "a"): 0})), Stored)

    run(story())


def test_every_store_has_an_incarnation_of_its_own(tmp_path: Path, on_sqlite: Ground, on_postgres: Ground) -> None:
    (one,), (two,) = (ground.rows("SELECT value FROM settings") for ground in (on_sqlite, on_postgres))
    assert one != two


def test_data_keys_lie_wrapped_and_the_key_that_wraps_them_elsewhere(ground: Ground) -> None:
    fill(ground)
    ((wrapped,),) = ground.rows("SELECT wrapped FROM keys")
    kek = base64.b64decode(json.loads(ground.key_file.read_text())["1"])
    assert len(kek) == 32
    key = aes_key_unwrap(kek, bytes(wrapped))
    assert len(key) == 32
    written = b"".join(path.read_bytes() for path in ground.files())
    for secret in (key, kek, base64.b64encode(kek)):
        assert secret not in written


def test_the_file_of_the_wrapping_key_is_its_owners_alone(ground: Ground) -> None:
    fill(ground)
    assert stat.S_IMODE(os.stat(ground.key_file).st_mode) == 0o600
    assert stat.S_ISREG(os.stat(ground.key_file).st_mode)


def test_another_wrapping_key_opens_nothing(ground: Ground, tmp_path: Path) -> None:
    fill(ground)

    async def story() -> None:
        stranger = Store(ground.service, "main", ground.backend(), Keyring(tmp_path / "other" / "kek.json"))
        await stranger.start()
        try:
            with pytest.raises(InvalidUnwrap):
                await stranger.load_open("child/c1")
            # What is structural can be read without any key: replay asks nobody.
            assert (await stranger.load("child/c1"))["child/c1"][0].data.level == 3
        finally:
            await stranger.stop()

    run(story())


def test_what_was_sealed_under_a_destroyed_epoch_stays_closed(ground: Ground) -> None:
    fill(ground)
    ground.key_file.write_text(json.dumps({"2": base64.b64encode(bytes(32)).decode()}))

    async def story() -> None:
        async with ground.opened() as store:
            first, second = (await store.load_open("child/c1"))["child/c1"]
            assert (first.data.level, first.data.name.clear) == (3, None)
            assert second.data.n == 1
            await keep(store, noting("child/c1", 3, 2, "Another"))
            assert (await store.load_open("child/c1"))["child/c1"][2].data.name.clear == "Another"

    run(story())
    assert sorted(ground.rows("SELECT epoch FROM keys")) == [(1,), (2,)]


def test_a_blind_index_tells_the_same_of_the_same_and_nothing_else(tmp_path: Path) -> None:
    one, same, other = (Keyring(tmp_path / name) for name in ("a.json", "a.json", "b.json"))
    assert one.blind("943 476 5919") == same.blind("943 476 5919")
    assert len({one.blind("943 476 5919"), one.blind("943 476 5918"), other.blind("943 476 5919")}) == 3


def test_postgres_keeps_what_it_says_it_kept(on_postgres: PostgresGround) -> None:
    """The promise that an acknowledged write survives a crash rests on these."""
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert on_postgres.rows("SELECT setting FROM pg_settings WHERE name = %s", name) == [("on",)]


def test_sqlite_flushes_every_commit(on_sqlite: Ground) -> None:
    async def story() -> None:
        async with on_sqlite.opened() as store:
            mode, flush = await store.read(Query("PRAGMA journal_mode"), Query("PRAGMA synchronous"))
            assert (mode, flush) == ([("wal",)], [(2,)])

    run(story())
