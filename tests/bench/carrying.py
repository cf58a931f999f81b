"""Letters over the real broker: relay and intake beside kafka-python alone, which sends and reads the same bytes."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from services.qa.service import SERVICE as QA
from shared.bus.intake import Intake
from shared.bus.kafka import CONSUMER, PRODUCER, KafkaReader, KafkaSender, Topic, make_topics
from shared.bus.relay import relay_page
from shared.log.sealer import seal_page
from shared.protocol.load import protocol_of
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres
from shared.store.postgres import PostgresBackend
from shared.store.store import Store, fresh_id
from tests.store.ledger import LEDGER, noting, write
from tests.store.servers import Kafka, Postgres

PARTITIONS = 3
EACH_WRITE = 200


@dataclass(frozen=True)
class Carried:
    """Letters per second: sent by the relay and by a bare producer, read with all effects and by a bare consumer."""

    letters: int
    relay: float
    produce: float
    intake: float
    consume: float


def measure(postgres: Postgres, kafka: Kafka, count: int) -> Carried:
    """Record, seal, relay and read so many events; then send and read their bytes without us."""
    topic = Topic(f"ledger.events.bench{uuid4().hex[:6]}", PARTITIONS, {})
    bare = Topic(f"{topic.name}.bare", PARTITIONS, {})
    make_topics(kafka.bootstrap, [topic, bare])
    with TemporaryDirectory() as folder:
        relay, intake = asyncio.run(_ours(postgres, kafka, topic, count, Path(folder)))
    consume, messages = _consume(kafka, topic, count)
    produce = _produce(kafka, bare, messages)
    return Carried(count, relay, produce, intake, consume)


async def _ours(postgres: Postgres, kafka: Kafka, topic: Topic, count: int, folder: Path) -> tuple[float, float]:
    sender, reader = _store(postgres, LEDGER, folder), _store(postgres, QA, folder)
    out, into = KafkaSender(kafka.bootstrap, topic.name), KafkaReader(kafka.bootstrap, [topic])
    nowhere: Any = None
    await sender.start()
    await reader.start()
    try:
        for first in range(0, count, EACH_WRITE):
            numbers = range(first, min(first + EACH_WRITE, count))
            noted = [noting(f"child/{n}", 1, n % 5, f"Name {n}", f"case-{n % 997}") for n in numbers]
            await sender.append(write(sender, noted))
        while await seal_page(sender, PARTITIONS):
            pass
        relayed = await _timed(lambda: relay_page(sender, out))
        intake = Intake(
            reader, into, nowhere, protocol_of, lambda: datetime.now(UTC), fresh_id, lambda source: topic.name
        )
        ends = {one.part: one.sequence for one in await sender.sealed(0, count)}
        began = time.perf_counter()
        task = asyncio.create_task(intake.run())
        arrived = asyncio.create_task(_arrived(intake, sender.source, ends))
        await asyncio.wait({task, arrived}, return_when=asyncio.FIRST_COMPLETED)
        read = time.perf_counter() - began
        if task.done():
            await task
        task.cancel()
        return count / relayed, count / read
    finally:
        await out.stop()
        await into.stop()
        await sender.stop()
        await reader.stop()


async def _arrived(intake: Intake, source: str, ends: dict[int, int]) -> None:
    """The last letter of every partition has been applied."""

    def all_there() -> bool:
        return all(intake.places.get((source, part), ("", 0))[1] >= last for part, last in ends.items())

    async with intake.applied:
        await intake.applied.wait_for(all_there)


def _store(postgres: Postgres, service: Any, folder: Path) -> Store:
    url = postgres.database(f"bench_{service.name}_{uuid4().hex[:8]}")
    migrate_postgres(url, [*service.views, *service.gatherings])
    return Store(service, "main", PostgresBackend(url), Keyring(folder / f"{service.name}.json"))


async def _timed(step: Callable[[], Any]) -> float:
    began = time.perf_counter()
    while await step():
        pass
    return time.perf_counter() - began


def _consume(kafka: Kafka, topic: Topic, count: int) -> tuple[float, list[Any]]:
    consumer = KafkaConsumer(bootstrap_servers=kafka.bootstrap, **CONSUMER)
    try:
        partitions = [TopicPartition(topic.name, part) for part in range(topic.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        read: list[Any] = []
        began = time.perf_counter()
        while len(read) < count:
            for records in consumer.poll(timeout_ms=500, max_records=2_000).values():
                read += records
        return count / (time.perf_counter() - began), read
    finally:
        consumer.close()


def _produce(kafka: Kafka, topic: Topic, messages: list[Any]) -> float:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, **PRODUCER)
    try:
        began = time.perf_counter()
        sent = [
            producer.send(topic.name, value=m.value, key=m.key, headers=m.headers, partition=m.partition)
            for m in messages
        ]
        for future in sent:
            future.get(timeout=60)
        return len(messages) / (time.perf_counter() - began)
    finally:
        producer.close()
