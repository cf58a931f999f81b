"""The bus inside one process: readers are woken when something was sent, and end at once when they are told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import count

import pytest

from shared.bus.in_process import InProcessBus, InProcessReader
from shared.bus.intake import Intake
from tests.bus.conftest import Grounds
from tests.bus.world import NOW, PARTITIONS, Origin, World, a_world
from tests.store.ledger import run


@contextlib.asynccontextmanager
async def reading(world: World, bus: InProcessBus) -> AsyncIterator[tuple[Intake, asyncio.Task[None]]]:
    """An intake that runs."""
    origin = Origin(world.sender)
    numbers = count(1)
    intake = Intake(
        world.reader,
        InProcessReader(bus, origin, [(world.sender.source, part) for part in range(PARTITIONS)]),
        origin,
        lambda authority, at: None,
        lambda: NOW,
        lambda: f"in-process-{id(intake)}-{next(numbers)}",
        lambda source: "no topic",
    )
    task = asyncio.create_task(intake.run())
    try:
        yield intake, task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def read_all(world: World, intake: Intake) -> None:
    ends = {one.part: one.sequence for one in await world.sender.sealed(0, 10_000)}
    for part, end in ends.items():
        assert await intake.wait_for(world.sender.source, part, end, 10)


def test_letters_take_effect_once_and_reading_goes_on_after_a_restart(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            bus = InProcessBus()
            for _ in range(2):
                async with reading(world, bus) as (intake, _):
                    for _ in range(3):
                        await world.record(10)
                        await world.relay(bus)
                        await read_all(world, intake)
            await world.assert_once_and_in_order()

    run(story())


def test_what_was_sent_while_nobody_read_is_read_at_the_start(on_sqlite: Grounds) -> None:
    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world:
            bus = InProcessBus()
            await world.record(20)
            await world.relay(bus)
            async with reading(world, bus) as (intake, _):
                await read_all(world, intake)
            await world.assert_once_and_in_order()

    run(story())


@pytest.mark.parametrize("pause", [0.0, 0.001, 0.02])
def test_told_to_end_it_ends_also_where_the_bell_rings_at_that_moment(on_sqlite: Grounds, pause: float) -> None:
    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world:
            bus = InProcessBus()
            for _ in range(15):
                async with reading(world, bus) as (intake, task):
                    assert not await intake.wait_for(world.sender.source, 0, 1, 0.02)
                    await bus.send([])
                    await asyncio.sleep(pause)
                    await bus.send([])
                    task.cancel()
                    done, _ = await asyncio.wait({task}, timeout=5)
                    assert done, "it was told to end and reads on"

    run(story())
