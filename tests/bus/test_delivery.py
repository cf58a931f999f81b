"""Single turns of fate, one at a time: repeats, gaps, a second reader, a letter that cannot be taken."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from shared.bus.feed import applied
from shared.bus.intake import OFFSETS, READER
from shared.bus.parking import WAITS
from shared.bus.reader import Page
from shared.bus.relay import BusDown, relay_page
from shared.kernel.letters import Letter
from shared.log.sealer import seal_page
from tests.bus.conftest import Grounds
from tests.bus.hearing import POISON
from tests.bus.world import Origin, World, a_world, without
from tests.store.ledger import run


async def told(world: World, events: int, poison: bool = False) -> None:
    await world.record(events, poison=poison)
    await world.relay()


def fullest(world: World) -> int:
    return max(range(len(world.broker.logs)), key=lambda part: len(world.broker.logs[part]))


def test_a_repeated_letter_changes_nothing(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 20)
            await world.read_everything()
            head, places = await world.reader.head(), await world.reader.places(READER)
            await world.broker.send([message for log in list(world.broker.logs) for message in log])
            await world.read_everything()
            assert (await world.reader.head(), await world.reader.places(READER)) == (head, places)
            await world.assert_once_and_in_order()
            # The broker's own count went on, so that the repeats are not read for ever.
            offsets = await world.reader.places(OFFSETS)
            assert {part: at for (_, part), (_, at) in offsets.items()} == {
                part: len(log) for part, log in enumerate(world.broker.logs) if log
            }

    run(story())


@pytest.mark.parametrize("lost", ["the first", "in the middle", "several"])
def test_a_gap_is_filled_from_the_origin(grounds: Grounds, lost: str) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 40)
            part = fullest(world)
            origin = Origin(world.sender)
            intake = await world.started(world.intake(origin))
            whole = world.page(part, 0)
            sequences = [letter.sequence for letter in whole.letters]
            gone = {"the first": sequences[:2], "in the middle": sequences[3:5], "several": sequences[:-1:2]}[lost]
            await intake.take(without(whole, *gone))
            assert origin.asked == (len(gone) if lost == "several" else 1)
            assert intake.places[(world.sender.source, part)][1] == sequences[-1]
            await world.read_everything()
            await world.assert_once_and_in_order()

    run(story())


def test_a_gap_that_cannot_be_filled_yet_is_waited_for(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 30)
            part = fullest(world)
            whole = world.page(part, 0)
            sequences = [letter.sequence for letter in whole.letters]
            holed = without(whole, sequences[4])
            intake = await world.started(world.intake(Origin(world.sender, away=1.0)))
            with pytest.raises(BusDown):
                await intake.take(holed)
            # What stands before the gap has taken effect; the broker's count has not gone past what waits.
            assert (await world.reader.places(READER))[(world.sender.source, part)][1] == sequences[3]
            assert await world.reader.places(OFFSETS) == {}
            await (await world.started(world.intake())).take(holed)
            await world.read_everything()
            await world.assert_once_and_in_order()

    run(story())


def test_a_second_reader_that_was_ahead_is_not_repeated(grounds: Grounds) -> None:
    """Two replicas read one page; one has come half-way with it when the other begins."""

    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 40)
            part = fullest(world)
            slow, quick = await world.started(world.intake()), await world.started(world.intake())
            whole = world.page(part, 0)
            assert len(whole.letters) > 6
            await quick.take(replace(whole, letters=whole.letters[:5], offset=5))
            await slow.take(whole)
            await quick.take(whole)
            await world.read_everything()
            await world.assert_once_and_in_order()

    run(story())


def test_two_readers_at_once_take_each_letter_once(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 60)

            async def read(size: int) -> None:
                intake = await world.started(world.intake())
                for part, log in enumerate(world.broker.logs):
                    for start in range(0, len(log), size):
                        await intake.take(world.page(part, start, start + size))

            await asyncio.gather(read(3), read(7), read(100))
            await world.assert_once_and_in_order()

    run(story())


def test_a_letter_that_cannot_be_taken_stops_its_case_alone(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 60, poison=True)
            await world.read_everything()
            counted, heard = await world.counted(), await world.heard()
            (bad,) = [case for case, numbers in counted.items() if POISON in numbers]
            for case, numbers in counted.items():
                expected = numbers[: numbers.index(POISON)] if case == bad else numbers
                assert heard[case] == expected
            parked = grounds.reader.rows("SELECT about, error, name, letter FROM parked ORDER BY sequence")
            assert {about for about, *_ in parked} == {bad}
            assert [error for _, error, _, _ in parked] == ["ValueError"] + [WAITS] * (len(parked) - 1)
            assert len(parked) > 2
            first = msgspec.json.decode(bytes(parked[0][3]), type=Letter)
            assert first.data["n"] == POISON
            # All are in the inbox, and the place has gone past them: nothing waits behind the one.
            assert len(grounds.reader.rows("SELECT 1 FROM inbox")) == world.told
            # What comes later of that case waits too, and nobody else does.
            await told(world, 20)
            await world.read_everything()
            heard, counted = await world.heard(), await world.counted()
            assert {case: heard[case] == counted[case] for case in counted} == {case: case != bad for case in counted}

    run(story())


def test_a_version_that_nobody_here_can_read_is_parked(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 12)
            part = fullest(world)
            page = world.page(part, 0)
            newer = [msgspec.structs.replace(letter, version=2) for letter in page.letters[:1]]
            await (await world.started(world.intake())).take(replace(page, letters=[*newer, *page.letters[1:]]))
            parked = grounds.reader.rows("SELECT error, about FROM parked ORDER BY sequence")
            assert parked[0] == ("UnknownVersion", page.letters[0].key)
            # A name that nobody listens for is kept whatever its version.
            strange = msgspec.structs.replace(page.letters[0], name="ledger.Unheard", version=9, case_id="case-x")
            other = await world.started(world.intake())
            last = other.places[(world.sender.source, part)][1]
            strange = msgspec.structs.replace(strange, sequence=last + 1, previous=last, event_id="strange")
            await other.take(Page(page.source, part, [strange]))
            assert grounds.reader.rows("SELECT 1 FROM inbox WHERE event_id = 'strange'") == [(1,)]
            assert len(grounds.reader.rows("SELECT 1 FROM parked WHERE event_id = 'strange'")) == 0

    run(story())


def test_a_relay_overtaken_by_another_does_not_move_the_place_back(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await world.record(10)
            while await seal_page(world.sender, 3):
                pass

            class Overtaken:
                async def send(self, messages):  # type: ignore[no-untyped-def]
                    await relay_page(world.sender, world.broker)
                    await world.broker.send(messages)

            assert await relay_page(world.sender, Overtaken()) == 0
            assert await relay_page(world.sender, world.broker) == 0
            (place,) = (await world.sender.places("relay")).values()
            assert place == (world.sender.incarnation, await world.sender.head())
            await world.read_everything()
            await world.assert_once_and_in_order()

    run(story())


def test_waiting_for_a_letter_ends_when_it_has_been_applied(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await told(world, 10)
            part = fullest(world)
            page = world.page(part, 0)
            last = page.letters[-1].sequence
            intake = await world.started(world.intake())
            assert not await intake.wait_for(world.sender.source, part, last, 0.01)
            waiting = asyncio.create_task(intake.wait_for(world.sender.source, part, last, 5))
            await asyncio.sleep(0)
            await intake.take(page)
            assert await waiting
            assert await intake.wait_for(world.sender.source, part, last, 0)
            (told_,) = [place for place in await applied([world.reader]) if place.partition == part]
            assert (told_.source, told_.sequence, told_.incarnation) == (
                world.sender.source,
                last,
                world.sender.incarnation,
            )

    run(story())
