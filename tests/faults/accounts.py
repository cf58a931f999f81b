"""The reckoning: when everything has arrived, what was promised beside what is held and shown."""

import asyncio
from collections.abc import Iterable, Iterator

import httpx2

from deploy.settings import SERVICES
from deploy.settling import decoded, is_settled
from tests.faults.deployment import Deployment, until
from tests.faults.posting import CLIENTS, Clients
from tests.faults.proof import prove

SETTLED_SECONDS = 180


async def unsent(deployment: Deployment, name: str) -> int:
    """How many events of a service are not known to be with the broker."""
    async with httpx2.AsyncClient(timeout=10) as client:
        told = (await client.get(f"{deployment.url_of(name)}/{name}/readyz")).json()
    return sum(store["unsent"] for store in told["stores"].values())


async def settled(deployment: Deployment, seconds: float) -> None:
    """Return when nothing is on its way any more, in any service or to the broker."""

    async def asked() -> bool:
        async with httpx2.AsyncClient(timeout=10) as client:
            told = [(await client.get(f"{deployment.url_of(name)}/dev/readings")).json() for name in SERVICES]
        left = [await unsent(deployment, name) for name in SERVICES]
        return not any(left) and is_settled(reading for one in told for reading in decoded(one))

    await until(asked, seconds, "all letters are in")


async def caught_up(deployment: Deployment, seconds: float) -> None:
    """Return when qa holds, and shows, all that the front door's store holds when this is asked."""

    async def head() -> int:
        rows = await asyncio.to_thread(deployment.rows, "referral", "SELECT max(notification_id), count(*) FROM events")
        return rows[0][0]

    async def shown() -> bool:
        query = (
            "SELECT count(*), max(arrived) <= (SELECT sequence FROM places WHERE reader = 'gather')"
            " FROM inbox WHERE source = 'referral/main' AND sequence <= %s"
        )
        (held, folded), *_ = await asyncio.to_thread(deployment.rows, "qa", query, (goal,))
        count = "SELECT count(*) FROM events WHERE notification_id <= %s"
        (stored,), *_ = await asyncio.to_thread(deployment.rows, "referral", count, (goal,))
        return held == stored and bool(folded)

    goal = await until(head, seconds, "the front door's store")
    await until(shown, seconds, "qa has caught up")


async def check(deployment: Deployment, clients: Clients, new: Iterable[str]) -> None:
    """Everything that was promised is there once, in order, and shown. new: the keys to be looked up one by one."""
    await settled(deployment, SETTLED_SECONDS)
    ledger = clients.ledger
    await asyncio.to_thread(prove, deployment, ledger)
    left = iter(new)
    await asyncio.gather(*(_looked_up(clients, left) for _ in range(CLIENTS)))
    # What was sent again just now was not done again, and what the reads recorded has arrived too.
    await settled(deployment, SETTLED_SECONDS)
    await asyncio.to_thread(prove, deployment, ledger)


async def _looked_up(clients: Clients, keys: Iterator[str]) -> None:
    """The case file of each, and once more the answer to those that were sent more than once."""
    for key in keys:
        referral = clients.ledger.taken[key]
        file = await clients.read(f"/qa/v1/cases/{referral['case_id']}", "qa")
        assert file["case_id"] == referral["case_id"]
        if key in clients.ledger.again:
            assert (await clients.refer(key))["referral_id"] == referral["referral_id"]
