"""Stores to try things on: each test gets an empty one, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.store.ground import Ground, PostgresGround, SqliteGround
from tests.store.servers import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """An empty, migrated store on each of the two databases."""
    if request.param == "sqlite":
        return SqliteGround(tmp_path)
    return PostgresGround(tmp_path, request.getfixturevalue("postgres"))


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Postgres) -> PostgresGround:
    """An empty, migrated store on PostgreSQL."""
    return PostgresGround(tmp_path, postgres)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> SqliteGround:
    """An empty, migrated store on SQLite."""
    return SqliteGround(tmp_path)
