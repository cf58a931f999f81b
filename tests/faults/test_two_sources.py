"""Two stores of a service write to one topic: who ends between the pages of one and the other reads the other again."""

import asyncio
from datetime import UTC, datetime

from shared.bus.kafka import KafkaReader, KafkaSender, Topic, make_topics
from shared.bus.reader import Page
from shared.bus.wire import message_of
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM
from tests.store.servers import Kafka

TOPIC = Topic("faults.two-sources", 1, {})
READ_SECONDS = 60
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def letter(source: str, sequence: int) -> Letter:
    """Of one case, the sources in turn."""
    return Letter(
        event_id=f"{source} {sequence}",
        name="ledger.Counted",
        version=1,
        authority="WLV",
        stream="count/1",
        stream_version=sequence,
        occurred_at=AT,
        recorded_at=AT,
        actor=SYSTEM,
        edition="none",
        correlation_id="none",
        data={},
        source=source,
        incarnation="first",
        partition=0,
        sequence=sequence,
        previous=sequence - 1,
        log_index=sequence - 1,
        leaf_hash="",
    )


def test_what_stands_in_a_later_page_is_read_again(kafka: Kafka) -> None:
    sources = ("ledger/main", "ledger/north")

    async def read_from(offset: int) -> list[Page]:
        reader = KafkaReader(kafka.bootstrap, [TOPIC])
        until = asyncio.get_running_loop().time() + READ_SECONDS
        try:
            await reader.start({}, {(TOPIC.name, 0): offset})
            pages: list[Page] = []
            while {page.source for page in pages} != set(sources):
                assert asyncio.get_running_loop().time() < until
                pages += await reader.pages({}, 0.5)
            return pages
        finally:
            await reader.stop()

    async def story() -> None:
        sender = KafkaSender(kafka.bootstrap, TOPIC.name)
        try:
            await sender.send([message_of(letter(source, n)) for n in range(1, 4) for source in sources])
        finally:
            await sender.stop()
        first, *_ = await read_from(0)
        # Applied, and its count with it; then the process was killed.
        again = await read_from(first.offset or 0)
        other = [page for page in again if page.source != first.source]
        assert [one.sequence for page in other for one in page.letters] == [1, 2, 3]
        # Once all are applied, none comes again.
        assert again[-1].offset == 2 * 3

    make_topics(kafka.bootstrap, [TOPIC])
    asyncio.run(story())
