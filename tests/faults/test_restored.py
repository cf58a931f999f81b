"""A store that was restored from an older copy does not start: its next events would take the places of lost ones."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from deploy.settings import SERVICES
from tests.faults.accounts import settled
from tests.faults.deployment import Deployment
from tests.faults.posting import Clients, Ledger

STARTED_SECONDS = 90
BEFORE, AFTER = 1_000_001, 1_000_002
"""Seeds of what is posted before the copy and after it: no key of one is used by the other, or by another test."""


@pytest.fixture
def old_copy(deployment: Deployment) -> Iterator[str]:
    """The URL of the front door's database as it was before its last events, all of which others have seen."""

    async def some_more(seed: int) -> None:
        clients = Clients(deployment, Ledger(), seed)
        try:
            async with clients.posting():
                await clients.more(5)
            await settled(deployment, STARTED_SECONDS)
        finally:
            await clients.close()

    asyncio.run(some_more(BEFORE))
    deployment.stop("referral")
    told = dict(line.split(maxsplit=1) for line in deployment.postgres.script("urls").splitlines() if " " in line)
    with psycopg.connect(told["postgres"], autocommit=True) as admin:
        # Copied while nobody is in it.
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier("faults_restored"), sql.Identifier("faults_referral")
            )
        )
    deployment.start("referral")
    deployment.ready("referral")
    asyncio.run(some_more(AFTER))
    deployment.stop("referral")
    try:
        yield deployment.databases["referral"].removesuffix("/faults_referral") + "/faults_restored"
    finally:
        deployment.start("referral")
        deployment.ready(*SERVICES)


def test_it_does_not_start_and_says_why(deployment: Deployment, old_copy: str) -> None:
    head = deployment.rows("referral", "SELECT max(notification_id) FROM events")[0][0]

    def refused() -> None:
        before = len(deployment.log_of("referral").read_text())
        process = deployment.start("referral", TOLDONCE_DATABASE_REFERRAL=old_copy)
        try:
            assert process.wait(STARTED_SECONDS) != 0
        finally:
            deployment.kill("referral")
        said = deployment.log_of("referral").read_text()[before:]
        assert "referral/main ends at" in said
        assert f"others have seen {head} of it" in said
        assert "It was restored from a copy" in said
        with psycopg.connect(old_copy) as copy:
            assert copy.execute("SELECT max(notification_id) < %s FROM events", (head,)).fetchone() == (True,)

    # The broker and qa have each seen it, and each of them is enough.
    refused()
    deployment.stop("qa")
    try:
        refused()
    finally:
        deployment.start("qa")
        deployment.ready("qa")
    deployment.kafka.script("stop")
    try:
        refused()
    finally:
        deployment.kafka.script("start")
