"""kill -9 of everything in turn, at random instants, while referrals are sent and decided on."""

import asyncio
import time
from collections.abc import Callable
from random import Random

import httpx2
import pytest

from tests.faults.deployment import Deployment
from tests.faults.partners import Partners
from tests.faults.proof import assert_nothing_lost_nothing_twice, wait_until_quiet
from tests.store.ledger import run
from tests.store.servers import share

REFERRALS = max(60, round(2000 * share()))
"""In each test, of the whole of 2,000; there are five of these tests."""
KILLS = max(2, round(16 * share()))


async def beside(partners: Partners, harm: Callable[[], object], times: int, chance: Random) -> None:
    """Send referrals, and do harm at random instants meanwhile, at least once before the last is answered."""
    sending = asyncio.create_task(partners.send(REFERRALS))
    for _ in range(times):
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        if not sending.done():
            await asyncio.to_thread(harm)
    await sending


def proved(deployment: Deployment, partners: Partners) -> None:
    wait_until_quiet(deployment)
    assert_nothing_lost_nothing_twice(deployment, partners.taken)


@pytest.mark.parametrize("name", ["referral", "qa", "allocation", "planning"])
def test_a_service_is_killed(deployment: Deployment, partners: Partners, name: str) -> None:
    """Of the front door this kills the relay too, at any point between sending and remembering."""
    restarts: list[float] = []

    def harm() -> None:
        deployment.kill(name)
        deployment.start(name)
        restarts.append(deployment.ready(name))

    before = len(partners.taken)
    times = KILLS if name == "referral" else max(1, KILLS // 2)
    run(beside(partners, harm, times, Random(name)))
    assert restarts
    assert len(partners.taken) == before + REFERRALS
    proved(deployment, partners)
    # The bar is ten seconds; a busy machine is allowed ten times as long.
    assert max(restarts) < 100


def test_the_database_server_is_killed(deployment: Deployment, partners: Partners) -> None:
    recovered: list[float] = []

    def harm() -> None:
        deployment.postgres.kill()
        began = time.monotonic()
        deployment.postgres.script("start", "toldonce_test")
        deployment.ready()
        recovered.append(time.monotonic() - began)

    run(beside(partners, harm, max(1, KILLS // 2), Random(5)))
    # No service had to be started again.
    assert all(process.poll() is None for process in deployment.processes.values())
    assert recovered
    proved(deployment, partners)
    assert max(recovered) < 200


def test_the_broker_is_killed_and_the_front_door_stays_open(deployment: Deployment, partners: Partners) -> None:
    refused_before = dict(partners.refused)

    def harm() -> None:
        deployment.kafka.script("kill")
        time.sleep(2)
        deployment.kafka.script("start")

    run(beside(partners, harm, max(1, KILLS // 2), Random(6)))
    # Not one referral had to be sent twice because there was no broker. Reads wait for a view, and may be sent again.
    assert partners.refused.get(503, 0) == refused_before.get(503, 0)
    proved(deployment, partners)


def test_everything_that_was_sent_again_got_its_first_answer(deployment: Deployment, partners: Partners) -> None:
    async def story() -> None:
        url = f"{deployment.url_of('referral')}/referral/v1/referrals"
        again = Partners(deployment, Random(20261124))
        async with httpx2.AsyncClient(timeout=15) as client:
            for number in range(1, 21):
                key = f"faults-key-{number:06}"
                headers = {"Authorization": f"Bearer {partners.tokens['agency']}", "Idempotency-Key": key}
                (first,) = [one for one in partners.taken if one.key == key]
                answer = await client.post(url, json=partners.sent[number], headers=headers)
                assert (answer.status_code, answer.json()["referral_id"]) == (201, first.referral_id)
                other = await client.post(url, json=again.form(number + 1000), headers=headers)
                assert other.status_code == 422

    run(story())
