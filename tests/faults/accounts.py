"""The reckoning: what was promised beside what the stores, the broker and qa hold."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
from kafka import KafkaConsumer, TopicPartition

from deploy.settings import SERVICES
from deploy.settling import decoded, is_settled
from shared.bus.kafka import CONSUMER
from shared.bus.wire import read_message
from shared.log.leaf import leaf_hash
from tests.faults.deployment import Deployment, until
from tests.faults.posting import CLIENTS, Clients, Ledger

SETTLED_SECONDS = 180
OPENED = "referral.ReferralReceived"


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
    _each_referral_once(deployment, ledger)
    for name in SERVICES:
        _each_event_sealed_once(deployment, name)
        _each_letter_once(deployment, name)
        _each_letter_sent(deployment, name)
    left = iter(new)
    await asyncio.gather(*(_looked_up(clients, left) for _ in range(CLIENTS)))
    _each_referral_once(deployment, ledger)


async def _looked_up(clients: Clients, keys: Iterator[str]) -> None:
    """The case file of each, and once more the answer to those that were sent more than once."""
    for key in keys:
        referral = clients.ledger.taken[key]
        file = await clients.read(f"/qa/v1/cases/{referral['case_id']}", "qa")
        assert file["case_id"] == referral["case_id"]
        if key in clients.ledger.again:
            assert (await clients.refer(key))["referral_id"] == referral["referral_id"]


def _each_referral_once(deployment: Deployment, ledger: Ledger) -> None:
    rows = deployment.rows(
        "referral", "SELECT originator_id, originator_version FROM events WHERE topic = %s", (OPENED,)
    )
    stored = Counter(stream.removeprefix("referral/") for stream, _ in rows)
    promised = Counter(referral["referral_id"] for referral in ledger.taken.values())
    # All clients had their answer in the end, so what nobody was promised was stored twice.
    assert stored == promised
    assert max(stored.values()) == 1
    assert {version for _, version in rows} == {1}
    keys = {key for (key,) in deployment.rows("referral", "SELECT key FROM commands")}
    assert ledger.taken.keys() <= keys
    triaged = deployment.rows(
        "referral", "SELECT originator_id FROM events WHERE topic = 'referral.ReferralTriaged'"
    )
    assert sorted(stream.removeprefix("referral/") for (stream,) in triaged) == sorted(ledger.triaged)


def _each_event_sealed_once(deployment: Deployment, name: str) -> None:
    events = deployment.rows(
        name, "SELECT notification_id, originator_id, originator_version, topic, state FROM events ORDER BY 1"
    )
    leaves = deployment.rows(name, "SELECT idx, sequence, hash FROM leaves ORDER BY idx")
    assert [index for index, _, _ in leaves] == list(range(len(events)))
    assert [(sequence, hashed) for _, sequence, hashed in leaves] == [
        (event[0], leaf_hash(*event)) for event in events
    ]


def _each_letter_once(deployment: Deployment, name: str) -> None:
    """qa's inbox beside the log of a source: the same events, and of each case in the order of that log."""
    sequences = [row[0] for row in deployment.rows(name, "SELECT notification_id FROM events ORDER BY 1")]
    held = deployment.rows(
        "qa", "SELECT sequence, event_id, about FROM inbox WHERE source = %s ORDER BY arrived", (f"{name}/main",)
    )
    assert sorted(sequence for sequence, _, _ in held) == sequences
    assert len({event_id for _, event_id, _ in held}) == len(held)
    of_case: dict[str, list[int]] = defaultdict(list)
    for sequence, _, about in held:
        of_case[about].append(sequence)
    assert all(arrived == sorted(arrived) for arrived in of_case.values())
    assert deployment.rows(name, "SELECT count(*) FROM parked") == [(0,)]


def _each_letter_sent(deployment: Deployment, name: str) -> None:
    """A reader who knows nothing yet and reads the topic from its beginning finds every event, each case in order."""
    topic = deployment.settings().topic_table[name]
    sent: dict[int, list[int]] = {part: [] for part in range(topic.partitions)}
    options: dict[str, Any] = {**CONSUMER, "auto_offset_reset": "earliest"}
    consumer = KafkaConsumer(bootstrap_servers=deployment.kafka.bootstrap, **options)
    try:
        partitions = [TopicPartition(topic.name, part) for part in sent]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for partition, records in consumer.poll(timeout_ms=500).items():
                letters = [read_message(record.value, record.headers) for record in records]
                sent[partition.partition] += [letter.sequence for letter in letters]
    finally:
        consumer.close()
    first = {part: _first_of_each(sequences) for part, sequences in sent.items()}
    assert all(sequences == sorted(sequences) for sequences in first.values())
    events = deployment.rows(name, "SELECT notification_id FROM events ORDER BY 1")
    assert sorted(sequence for part in first.values() for sequence in part) == [row[0] for row in events]


def _first_of_each(sequences: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(sequences))
