"""What all layers of tests share: a PostgreSQL server, a Kafka broker, and a note of how long these took to start."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.servers import Kafka, Postgres, a_kafka, a_postgres

PARTS = frozenset({"postgres", "kafka"})
"""Fixtures that start a part of the system: their time is told apart from that of the tests."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run, removed afterwards."""
    with a_postgres() as server:
        server.databases()
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """One Kafka broker for the whole run, stopped afterwards."""
    with a_kafka() as broker:
        yield broker


class Parts:
    """Notes how long the parts took to start. folder: where a run of all layers reads it, a file for each process."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._started: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Any:
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            if fixturedef.argname in PARTS:
                took = time.perf_counter() - began
                self._started[fixturedef.argname] = self._started.get(fixturedef.argname, 0) + took

    def pytest_sessionfinish(self) -> None:
        (self._folder / f"{os.getpid()}.json").write_text(json.dumps(self._started))


def pytest_configure(config: pytest.Config) -> None:
    # As a plugin of its own: a conftest is not asked about fixtures that outlive its folder.
    if folder := os.environ.get("TOLDONCE_PARTS"):
        config.pluginmanager.register(Parts(Path(folder)))
