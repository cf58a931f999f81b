"""The same over a real broker: letters travel, outages and strangers are survived, and a restored log is found out."""

import asyncio
import contextlib

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from deploy.settings import Settings
from shared.bus.intake import OFFSETS, READER
from shared.bus.kafka import KafkaReader, KafkaSender, Topic, highest_sequences, make_topics
from shared.bus.relay import BusDown
from shared.bus.wire import Message
from shared.store.append import Append, Move
from tests.bus.conftest import Grounds
from tests.bus.line import a_line, all_read, all_sent, ends_of, reading
from tests.bus.world import PARTITIONS, a_world
from tests.store.ledger import run
from tests.store.servers import Kafka, free_ports


def test_letters_travel_once_and_in_order_and_reading_goes_on_where_it_was(on_sqlite: Grounds, kafka: Kafka) -> None:
    async def story() -> None:
        async with (
            a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world,
            a_line(kafka) as line,
        ):
            for _ in range(3):
                await world.record(30)
                await all_sent(world, line)
                async with reading(world, line) as (intake, reader):
                    await all_read(world, intake)
                    assert reader.silent_for() < 5
            await world.assert_once_and_in_order()
            # A reader that goes back, as after a crash before its place was saved, changes nothing.
            head = await world.reader.head()
            moves = [
                Move(OFFSETS, topic, part, "", at, 0)
                for (topic, part), (_, at) in (await world.reader.places(OFFSETS)).items()
            ]
            assert sum(move.before for move in moves) == 90
            await world.reader.append(Append(moves=moves))
            await world.record(5)
            await all_sent(world, line)
            async with reading(world, line) as (intake, _):
                await all_read(world, intake)
            await world.assert_once_and_in_order()
            assert await world.reader.head() > head - 1

    run(story())


def test_the_broker_is_killed_while_letters_are_sent_and_read(on_sqlite: Grounds, kafka: Kafka) -> None:
    async def story() -> None:
        async with (
            a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world,
            a_line(kafka) as line,
            reading(world, line) as (intake, _),
        ):
            sending, rounds = True, asyncio.Queue[int]()

            async def keep_sending() -> None:
                while sending:
                    await world.record(3)
                    await all_sent(world, line)
                    rounds.put_nowait(world.told)

            async def some_rounds() -> None:
                for _ in range(4):
                    await rounds.get()

            busy = asyncio.create_task(keep_sending())
            await some_rounds()
            await asyncio.to_thread(kafka.script, "kill")
            while not rounds.empty():
                rounds.get_nowait()
            await asyncio.to_thread(kafka.script, "start")
            await some_rounds()
            sending = False
            await busy
            await all_sent(world, line)
            await all_read(world, intake)
            assert world.told > 20
            await world.assert_once_and_in_order()

    run(story())


def test_a_producer_that_was_refused_once_is_replaced(kafka: Kafka) -> None:
    async def story() -> None:
        async with a_line(kafka, **{"max.message.bytes": "20000"}) as line:
            small = [Message(b"k", b"{}", [("ce_id", b"1")], 0)]
            await line.sender.send(small)
            with pytest.raises(BusDown):
                await line.sender.send([Message(b"k", b"x" * 60_000, [], 0)])
            await line.sender.send(small)
            with pytest.raises(BusDown):
                # The client itself refuses this one.
                await line.sender.send([Message(b"k", b"x" * 4_000_000, [], 1)])
            await line.sender.send(small)

    run(story())


def test_a_letter_of_several_megabytes_passes(kafka: Kafka) -> None:
    """None is so long; if one ever were, those behind it would not wait for somebody to notice."""
    settings = {key: str(value) for key, value in Settings().topic_table["referral"].settings.items()}

    async def story() -> None:
        async with a_line(kafka, **settings) as line:
            await line.sender.send([Message(b"k", b"x" * 3_000_000, [], 0), Message(b"k", b"{}", [], 0)])

    run(story())


def test_without_a_broker_both_ways_say_so(on_sqlite: Grounds) -> None:
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    topic = Topic("ledger.events.none", 1, {})
    with pytest.raises(BusDown):
        make_topics(nowhere, [topic])

    async def story() -> None:
        sender, reader = KafkaSender(nowhere, topic.name), KafkaReader(nowhere, [topic])
        both = await asyncio.gather(
            sender.send([Message(b"k", b"{}", [], 0)]), reader.start({}, {}), return_exceptions=True
        )
        assert [type(one) for one in both] == [BusDown, BusDown]
        await sender.stop()
        await reader.stop()

    run(story())


def test_a_topic_is_made_once_and_its_partitions_are_for_ever(kafka: Kafka) -> None:
    topic = Topic("ledger.events.fixed", 2, {"retention.ms": "-1"})
    for _ in range(2):
        make_topics(kafka.bootstrap, [topic])
    with pytest.raises(ValueError, match="2 partitions, not 3"):
        make_topics(kafka.bootstrap, [Topic("ledger.events.fixed", 3, {})])

    async def story() -> None:
        absent = KafkaReader(kafka.bootstrap, [Topic("ledger.events.absent", 1, {})])
        with pytest.raises(BusDown):
            await absent.start({}, {})
        await absent.stop()

    run(story())


def test_what_a_stranger_sends_is_passed_over(on_sqlite: Grounds, kafka: Kafka) -> None:
    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world, a_line(kafka) as line:
            await world.record(20)
            await all_sent(world, line)
            producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
            for part in range(PARTITIONS):
                for value, headers in ((b"{}", []), (None, [("ce_id", b"\xff")]), (b"\xff", [("ce_id", b"1")])):
                    producer.send(line.topic.name, value=value, key=b"k", headers=headers, partition=part).get(10)
            producer.close()
            await world.record(20)
            await all_sent(world, line)
            async with reading(world, line) as (intake, reader):
                await all_read(world, intake)
                assert reader.unreadable == 3 * PARTITIONS
            await world.assert_once_and_in_order()
            assert highest_sequences(kafka.bootstrap, line.topic) == {
                (world.sender.source, world.sender.incarnation): await world.sender.head()
            }

    run(story())


def test_letters_that_the_broker_lost_come_from_their_origin(on_sqlite: Grounds, kafka: Kafka) -> None:
    """The topic was made anew: the saved counts point behind its end, and its first letter is not the first."""

    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world, a_line(kafka) as line:
            await world.record(60)
            await all_sent(world, line)
            async with reading(world, line) as (intake, _):
                await all_read(world, intake)
            await world.record(20)
            await all_sent(world, line)
            admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
            admin.delete_topics([line.topic.name])
            admin.close()
            for _ in range(100):
                with contextlib.suppress(Exception):
                    make_topics(kafka.bootstrap, [line.topic])
                    break
                await asyncio.sleep(0.1)
            await world.record(30)
            await all_sent(world, line)
            async with reading(world, line) as (intake, _):
                await all_read(world, intake)
            await world.assert_once_and_in_order()

    run(story())


def test_places_are_the_sources_own_and_not_the_brokers(on_sqlite: Grounds, kafka: Kafka) -> None:
    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world, a_line(kafka) as line:
            await world.record(12)
            await all_sent(world, line)
            async with reading(world, line) as (intake, _):
                await all_read(world, intake)
            places = await world.reader.places(READER)
            assert {part: at for (_, part), (_, at) in places.items()} == dict(await ends_of(world))
            assert {incarnation for incarnation, _ in places.values()} == {world.sender.incarnation}

    run(story())
