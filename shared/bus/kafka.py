"""The bus over Apache Kafka. The library is synchronous: each client has one thread of its own."""

# The type checker ships its own, older description of this library.
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError, TopicAlreadyExistsError

from shared.bus.reader import Page, Places
from shared.bus.relay import BusDown
from shared.bus.wire import Message, UnreadableLetter, read_message
from shared.kernel.letters import Letter

PRODUCER: Mapping[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "linger_ms": 5,
    "batch_size": 131_072,
    # Below what the topics take: what the broker refuses ends an idempotent producer.
    "max_request_size": 3_145_728,
    "max_block_ms": 5_000,
    "request_timeout_ms": 5_000,
    "delivery_timeout_ms": 15_000,
    "reconnect_backoff_max_ms": 1_000,
    "bootstrap_timeout_ms": 5_000,
}
CONSUMER: Mapping[str, Any] = {
    "enable_auto_commit": False,
    "group_id": None,
    # A place outside the log must be an error: "earliest" would read everything again without a word.
    "auto_offset_reset": "none",
    "reconnect_backoff_max_ms": 1_000,
    "bootstrap_timeout_ms": 5_000,
}
SEND_SECONDS = 20
POLL_MS = 500
ASK_MS = 5_000
ALIVE_SECONDS = 5
TAIL = 20

log = structlog.get_logger("kafka")


@dataclass(frozen=True)
class Topic:
    """A topic with its fixed number of partitions. settings: its configuration on the broker."""

    name: str
    partitions: int
    settings: Mapping[str, str]


def make_topics(bootstrap: str, topics: Sequence[Topic]) -> None:
    """Create the topics that are missing. Raises BusDown, ValueError when one has another number of partitions."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=5_000)
    except KafkaError as down:
        raise BusDown("no broker") from down
    try:
        for topic in topics:
            with contextlib.suppress(TopicAlreadyExistsError):
                admin.create_topics(
                    {topic.name: {"num_partitions": topic.partitions, "configs": dict(topic.settings)}},
                    wait_for_metadata=True,
                )
        for told in admin.describe_topics([topic.name for topic in topics]):
            wanted = next(topic for topic in topics if topic.name == told["name"])
            if len(told["partitions"]) != wanted.partitions:
                raise ValueError(f"{wanted.name} has {len(told['partitions'])} partitions, not {wanted.partitions}")
    except KafkaError as down:
        raise BusDown("topics") from down
    finally:
        admin.close()


class KafkaSender:
    """Sends letters to one topic, idempotently; a producer that failed once is replaced."""

    def __init__(self, bootstrap: str, topic: str):
        self._bootstrap = bootstrap
        self._topic = topic
        self._producer: KafkaProducer | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka-send")

    async def send(self, messages: list[Message]) -> None:
        """Send all and wait for every acknowledgement. Raises BusDown."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._send, messages)

    def _send(self, messages: list[Message]) -> None:
        try:
            if self._producer is None:
                self._producer = KafkaProducer(bootstrap_servers=self._bootstrap, **PRODUCER)
            producer = self._producer
            futures = [
                producer.send(self._topic, value=m.value, key=m.key, headers=m.headers, partition=m.part)
                for m in messages
            ]
            # Not flush(): it may return while a batch that the broker made the client split is still on its way.
            for future in futures:
                future.get(timeout=SEND_SECONDS)
        except KafkaError as down:
            self._drop()
            raise BusDown(type(down).__name__) from down

    def _drop(self) -> None:
        # An idempotent producer that was refused once refuses for ever.
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError):
                producer.close(timeout=1)

    async def stop(self) -> None:
        """Close the client."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown()


class KafkaReader:
    """Reads every partition of several topics. A topic may carry the letters of several sources."""

    def __init__(self, bootstrap: str, topics: Sequence[Topic]):
        self._bootstrap = bootstrap
        self._topics = topics
        self._consumer: KafkaConsumer | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka-read")
        self._heard = time.monotonic()
        self._offsets: dict[tuple[str, int], int] = {}
        self.unreadable = 0

    async def start(self, places: Places, offsets: Places) -> None:
        self._offsets = dict(offsets)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._open)

    def _open(self) -> None:
        self._close()
        try:
            self._consumer = consumer = KafkaConsumer(bootstrap_servers=self._bootstrap, **CONSUMER)
            partitions = [TopicPartition(t.name, part) for t in self._topics for part in range(t.partitions)]
            # Also finds out a missing right or topic, which reading alone would never report.
            consumer.end_offsets(partitions, timeout_ms=ASK_MS)
            consumer.assign(partitions)
            for partition in partitions:
                consumer.seek(partition, self._offsets.get((partition.topic, partition.partition), 0))
        except KafkaError as down:
            self._close()
            raise BusDown(type(down).__name__) from down
        self._heard = time.monotonic()

    async def pages(self, places: Places, timeout: float) -> list[Page]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._poll, timeout)

    def _poll(self, timeout: float) -> list[Page]:
        if self._consumer is None:
            self._open()
        consumer = self._consumer
        assert consumer is not None
        try:
            polled = consumer.poll(timeout_ms=min(POLL_MS, int(timeout * 1000)), max_records=2_000)
            if polled:
                self._heard = time.monotonic()
            elif time.monotonic() - self._heard > ALIVE_SECONDS:
                # An empty poll says nothing about the broker; this does.
                consumer.end_offsets(list(consumer.assignment()), timeout_ms=2_000)
                self._heard = time.monotonic()
        except OffsetOutOfRangeError as lost:
            # The broker lost letters, or the topic was made anew. Reading again is harmless; gaps are seen and filled.
            log.warning("letters missing on the broker", count=len(lost.args[0]))
            for partition in lost.args[0]:
                consumer.seek_to_beginning(partition)
            return []
        except KafkaError:
            return []
        pages = []
        for partition, records in polled.items():
            by_source: dict[str, list[Letter]] = defaultdict(list)
            for record in records:
                try:
                    letter = read_message(record.value, record.headers)
                except UnreadableLetter as strange:
                    self.unreadable += 1
                    log.error("unreadable message", error_class=strange.what, source=record.topic)
                    continue
                by_source[letter.source].append(letter)
            # The count goes with the last: with an earlier one it would pass over those of the others after a crash.
            read = [Page(source, partition.partition, letters) for source, letters in by_source.items()]
            pages += [*read[:-1], *(replace(page, offset=records[-1].offset + 1) for page in read[-1:])]
        return pages

    async def stop(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError):
                consumer.close()

    def silent_for(self) -> float:
        return time.monotonic() - self._heard


def highest_sequences(bootstrap: str, topic: Topic) -> dict[tuple[str, str], int]:
    """(source, incarnation) -> the highest sequence on the broker, by the ends of its partitions. Raises BusDown."""
    highest: dict[tuple[str, str], int] = {}
    try:
        consumer = KafkaConsumer(bootstrap_servers=bootstrap, **CONSUMER)
        try:
            partitions = [TopicPartition(topic.name, part) for part in range(topic.partitions)]
            ends = consumer.end_offsets(partitions, timeout_ms=ASK_MS)
            waiting = {partition for partition in partitions if ends[partition] > 0}
            consumer.assign(sorted(waiting))
            for partition in waiting:
                consumer.seek(partition, max(0, ends[partition] - TAIL))
            until = time.monotonic() + ALIVE_SECONDS
            while waiting and time.monotonic() < until:
                for partition, records in consumer.poll(timeout_ms=POLL_MS).items():
                    for record in records:
                        # What is no letter of ours tells nothing of any log.
                        with contextlib.suppress(UnreadableLetter):
                            letter = read_message(record.value, record.headers)
                            key = (letter.source, letter.incarnation)
                            highest[key] = max(highest.get(key, 0), letter.sequence)
                    if (consumer.position(partition) or 0) >= ends[partition]:
                        waiting.discard(partition)
        finally:
            consumer.close()
    except KafkaError as down:
        raise BusDown(type(down).__name__) from down
    return highest
