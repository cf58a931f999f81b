"""A server and a broker that may be killed, so none that other tests rest on, and a deployment over them."""

from collections.abc import Iterator

import pytest

from tests.faults.deployment import Deployment, deployed
from tests.store.servers import Kafka, Postgres, a_kafka, a_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all faults, removed afterwards."""
    with a_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """One Kafka broker for all faults, stopped afterwards."""
    with a_kafka() as broker:
        yield broker


@pytest.fixture(scope="session")
def deployment(postgres: Postgres, kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The product, started once: what one fault leaves, the next has to live with."""
    with deployed(tmp_path_factory.mktemp("deployment"), postgres, kafka) as running:
        yield running
