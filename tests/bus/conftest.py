"""A sender's and a reader's empty store, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bus.hearing import Hearing
from tests.store.ground import Ground, PostgresGround, SqliteGround
from tests.store.ledger import LEDGER
from tests.store.servers import Postgres


@dataclass(frozen=True)
class Grounds:
    """Where the two stores lie, and the service that hears."""

    sender: Ground
    reader: Ground
    hearing: Hearing


@pytest.fixture(params=["sqlite", "postgres"])
def grounds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Grounds]:
    """Empty stores on each of the two databases."""
    hearing = Hearing()
    if request.param == "sqlite":
        made = Grounds(SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service), hearing)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        sender, reader = (PostgresGround(tmp_path / one.name, server, one) for one in (LEDGER, hearing.service))
        made = Grounds(sender, reader, hearing)
    yield made
    for ground in (made.sender, made.reader):
        ground.give_back()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Grounds:
    """Empty stores on SQLite."""
    hearing = Hearing()
    return Grounds(SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service), hearing)
