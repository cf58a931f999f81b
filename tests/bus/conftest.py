"""A sender's and a reader's empty store, on SQLite and on PostgreSQL."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bus.hearing import Hearing
from tests.store.ground import Ground, PostgresGround, SqliteGround
from tests.store.ledger import LEDGER


@dataclass(frozen=True)
class Grounds:
    """Where the two stores lie, and the service that hears."""

    sender: Ground
    reader: Ground
    hearing: Hearing


@pytest.fixture(params=["sqlite", "postgres"])
def grounds(request: pytest.FixtureRequest, tmp_path: Path) -> Grounds:
    """Empty stores on each of the two databases."""
    hearing = Hearing()
    if request.param == "sqlite":
        return Grounds(SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service), hearing)
    server = request.getfixturevalue("postgres")
    return Grounds(
        PostgresGround(tmp_path / "s", server, LEDGER), PostgresGround(tmp_path / "r", server, hearing.service), hearing
    )


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Grounds:
    """Empty stores on SQLite."""
    hearing = Hearing()
    return Grounds(SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service), hearing)
