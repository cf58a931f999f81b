"""A topic of its own on the real broker, with what sends to it and what reads from it."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.bus.intake import Intake
from shared.bus.kafka import KafkaReader, KafkaSender, Topic, make_topics
from shared.bus.relay import BusDown, relay_page
from shared.log.sealer import seal_page
from tests.bus.world import NOW, PARTITIONS, Origin, World
from tests.store.servers import Kafka

_TOPICS = itertools.count(1)


@dataclass
class Line:
    """A topic with its sender."""

    topic: Topic
    sender: KafkaSender
    bootstrap: str

    def reader(self) -> KafkaReader:
        return KafkaReader(self.bootstrap, [self.topic])


@contextlib.asynccontextmanager
async def a_line(kafka: Kafka, **settings: str) -> AsyncIterator[Line]:
    topic = Topic(f"ledger.events.t{next(_TOPICS)}", PARTITIONS, settings)
    make_topics(kafka.bootstrap, [topic])
    sender = KafkaSender(kafka.bootstrap, topic.name)
    try:
        yield Line(topic, sender, kafka.bootstrap)
    finally:
        await sender.stop()


@contextlib.asynccontextmanager
async def reading(world: World, line: Line) -> AsyncIterator[tuple[Intake, KafkaReader]]:
    """An intake that runs, on a reader of its own."""
    reader = line.reader()
    numbers = itertools.count(1)
    intake = Intake(
        world.reader,
        reader,
        Origin(world.sender),
        lambda authority, at: None,
        lambda: NOW,
        lambda: f"real-{next(numbers)}-{time.monotonic_ns()}",
        lambda source: line.topic.name,
    )
    task = asyncio.create_task(intake.run())
    try:
        yield intake, reader
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await reader.stop()


async def all_sent(world: World, line: Line) -> None:
    """Seal and relay everything, for as long as the broker is away."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            while await seal_page(world.sender, PARTITIONS):
                pass
            while await relay_page(world.sender, line.sender):
                pass
            return
        except BusDown:
            await asyncio.sleep(0.2)
    raise AssertionError("the broker did not come back")


async def all_read(world: World, intake: Intake, timeout: float = 20) -> None:
    """Wait until the intake has applied the last letter of every partition."""
    for part, last in dict(await ends_of(world)).items():
        assert await intake.wait_for(world.sender.source, part, last, timeout), f"partition {part} stands still"


async def ends_of(world: World) -> list[tuple[int, int]]:
    ends: dict[int, int] = {}
    for one in await world.sender.sealed(0, 100_000):
        ends[one.part] = one.sequence
    return list(ends.items())
