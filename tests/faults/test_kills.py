"""kill -9 of each part while referrals are posted: what was acknowledged is there, once, in order, and is shown.

TOLDONCE_SHARE: of 10,000 referrals and 50 kills, over all faults; at least one kill of each kind.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from random import Random

import pytest

from deploy.settings import SERVICES
from tests.faults.accounts import caught_up, check, unsent
from tests.faults.deployment import SECOND, Deployment
from tests.faults.posting import Clients, Ledger
from tests.store.servers import share

KINDS = 5
KILLS = max(1, round(50 * share() / KINDS))
REFERRALS = max(10, round(200 * share()))
"""Between one kill and the next, at least."""
AWAY = max(40, round(1_000 * share()))
"""Taken while the broker is away."""
SERVICE, POSTGRES, BROKER, DRAIN = 10, 20, 45, 60
"""Seconds from a kill, or from the broker's return, until all is caught up."""
ALLOWANCE = 1 if share() >= 1 else 4
"""An ordinary run shares its machine, so it only finds what stands still; the whole run holds us to the promise."""
LONGEST = 180

pytestmark = pytest.mark.timeout(300 if share() < 1 else 1_800)

Strike = Callable[[Deployment], None]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Of all faults together: none may harm what another left."""
    return Ledger()


@pytest.fixture
def took(record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]) -> Iterator[list[float]]:
    """How long each recovery took; said at the end, for whoever compares them with what is promised."""
    seconds: list[float] = []
    yield seconds
    shown = ", ".join(f"{one:.1f}" for one in seconds)
    record_property("seconds", shown)
    with capsys.disabled():
        print(f" {shown} s ", end="")


def the_front_door(deployment: Deployment) -> None:
    deployment.kill("referral")
    deployment.start("referral")


def qa(deployment: Deployment) -> None:
    deployment.kill("qa")
    deployment.start("qa")


def the_database(deployment: Deployment) -> None:
    deployment.postgres.kill()
    deployment.postgres.databases("faults_referral")


def the_broker(deployment: Deployment) -> None:
    deployment.kafka.script("kill")
    deployment.kafka.script("start")


@pytest.mark.parametrize(
    ("strike", "seconds"),
    [(the_front_door, SERVICE), (qa, SERVICE), (the_database, POSTGRES), (the_broker, BROKER)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_part_that_is_killed_and_started_again_loses_nothing(
    deployment: Deployment, ledger: Ledger, took: list[float], strike: Strike, seconds: float
) -> None:
    async def story(clients: Clients, random: Random) -> None:
        for _ in range(KILLS):
            await clients.more(random.randint(REFERRALS, REFERRALS + 10))
            began = time.monotonic()
            await asyncio.to_thread(strike, deployment)
            await asyncio.to_thread(deployment.ready, *SERVICES)
            await clients.more(1)
            await caught_up(deployment, LONGEST)
            took.append(time.monotonic() - began)
            await asyncio.to_thread(deployment.ready, *SERVICES)
        await clients.more(5)

    play(deployment, ledger, story)
    assert max(took) <= seconds * ALLOWANCE


def test_another_process_takes_over_when_the_one_that_relays_is_killed(
    deployment: Deployment, ledger: Ledger, took: list[float]
) -> None:
    async def story(clients: Clients, random: Random) -> None:
        leads, stands_by = "referral", SECOND
        deployment.start(stands_by)
        await asyncio.to_thread(deployment.ready, stands_by)
        clients.addresses = [leads, stands_by]
        for _ in range(KILLS):
            await clients.more(random.randint(REFERRALS, REFERRALS + 10))
            began = time.monotonic()
            deployment.kill(leads)
            await clients.more(1)
            await caught_up(deployment, LONGEST)
            took.append(time.monotonic() - began)
            # Only now: so it is the other that took over.
            deployment.start(leads)
            await asyncio.to_thread(deployment.ready, leads)
            leads, stands_by = stands_by, leads
        await clients.more(5)
        clients.addresses = ["referral"]

    try:
        play(deployment, ledger, story)
    finally:
        if SECOND in deployment.running:
            deployment.stop(SECOND)
    assert max(took) <= SERVICE * ALLOWANCE


def test_every_referral_is_taken_while_the_broker_is_away_and_sent_when_it_is_back(
    deployment: Deployment, ledger: Ledger, took: list[float]
) -> None:
    async def story(clients: Clients, random: Random) -> None:
        await clients.more(10)
        await asyncio.to_thread(deployment.kafka.script, "stop")
        before = ledger.answers.copy()
        await clients.more(AWAY)
        # At its first try, each of them.
        assert set(ledger.answers - before) <= {200, 201}
        assert await unsent(deployment, "referral") >= AWAY
        await asyncio.to_thread(deployment.kafka.script, "start")
        began = time.monotonic()
        await caught_up(deployment, DRAIN * ALLOWANCE)
        took.append(time.monotonic() - began)
        await asyncio.to_thread(deployment.ready, *SERVICES)

    play(deployment, ledger, story)


def play(deployment: Deployment, ledger: Ledger, story: Callable[[Clients, Random], Awaitable[None]]) -> None:
    """A story while four clients post, and the reckoning afterwards."""

    async def played() -> None:
        known, seed = set(ledger.taken), len(ledger.taken) + 1
        clients = Clients(deployment, ledger, seed)
        try:
            async with clients.posting():
                await story(clients, Random(seed))
            await check(deployment, clients, ledger.taken.keys() - known)
        finally:
            await clients.close()

    asyncio.run(played())
