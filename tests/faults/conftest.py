"""One deployment for all the faults of this folder: each test adds to what the ones before it left."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.deployment import Deployment, a_deployment
from tests.faults.partners import Partners
from tests.store.ledger import run


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Four services, a PostgreSQL server and a broker that may all be killed."""
    folder: Path = tmp_path_factory.mktemp("faults")
    with a_deployment(folder) as running:
        yield running


@pytest.fixture(scope="session")
def partners(deployment: Deployment) -> Partners:
    """Those who send referrals, signed in."""
    sending = Partners(deployment, Random(20261124))
    run(sending.sign_in())
    return sending
