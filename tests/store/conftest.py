"""Stores to try things on: each test gets an empty one, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.ground import Ground, PostgresGround, SqliteGround
from tests.store.servers import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """An empty, migrated store on each of the two databases."""
    if request.param == "sqlite":
        yield SqliteGround(tmp_path)
    else:
        yield from _given(PostgresGround(tmp_path, request.getfixturevalue("postgres")))


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Postgres) -> Iterator[PostgresGround]:
    """An empty, migrated store on PostgreSQL."""
    yield from _given(PostgresGround(tmp_path, postgres))


@pytest.fixture
def on_sqlite(tmp_path: Path) -> SqliteGround:
    """An empty, migrated store on SQLite."""
    return SqliteGround(tmp_path)


def _given(ground: PostgresGround) -> Iterator[PostgresGround]:
    yield ground
    ground.give_back()
