"""Random histories of crashes, rewinds, losses and repeats: every letter takes effect once, a case's in their order."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from shared.bus.relay import BusDown
from shared.store.append import Append
from shared.store.program import Query
from tests.bus.conftest import Grounds
from tests.bus.hearing import Hearing
from tests.bus.world import Died, Dying, DyingSender, Origin, World, a_world
from tests.store.ground import SqliteGround
from tests.store.ledger import LEDGER, run

HISTORIES = 25
LIVES = 14


async def live_dangerously(world: World) -> None:
    """One history: recording, relaying and reading in turns, each of which may die anywhere."""
    chance = world.chance
    for _ in range(LIVES):
        await world.record(chance.randrange(8))
        sending = replace(world, sender=Dying(world.sender, chance, 0.15))  # type: ignore[arg-type]
        with contextlib.suppress(Died, BusDown):
            await sending.relay(DyingSender(world.broker, chance))
        with contextlib.suppress(Died, BusDown):
            await read_dangerously(world)
    await world.relay()
    await world.read_everything()


async def read_dangerously(world: World) -> None:
    """A reader starts anywhere at or before its place, is shown pages with holes, and may die at each write."""
    chance = world.chance
    origin = Origin(world.sender, away=0.2, chance=chance)
    dying = Dying(world.reader, chance, 0.12)
    intake = await world.started(world.intake(origin, dying))  # type: ignore[arg-type]
    parts = [part for part, log in enumerate(world.broker.logs) if log]
    for _ in range(3):
        if not parts:
            return
        part = chance.choice(parts)
        start = chance.randrange(len(world.broker.logs[part]))
        page = world.page(part, start, start + chance.randint(1, 9))
        if chance.random() < 0.3:
            page = replace(page, letters=[letter for letter in page.letters if chance.random() < 0.7])
        await intake.take(page)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_exactly_once_and_in_order(tmp_path: Path, seed: int) -> None:
    hearing = Hearing()
    sender, reader = SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service)

    async def story() -> None:
        async with a_world(sender, reader, hearing, seed) as world:
            await live_dangerously(world)
            await world.assert_once_and_in_order()
            (rows,) = [reader.rows("SELECT sequence, event_id FROM inbox ORDER BY sequence")]
            assert len({event_id for _, event_id in rows}) == len(rows) == world.told

    run(story())


def test_the_same_on_both_databases(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing, 99) as world:
            await live_dangerously(world)
            await world.assert_once_and_in_order()

    run(story())


def test_a_reader_that_lost_its_place_would_be_found_out(tmp_path: Path) -> None:
    """The test of the test: without a place that is kept with the effects, reading again does harm."""
    hearing = Hearing()
    hearing.service = replace(hearing.service, keeps_all=False)
    sender, reader = SqliteGround(tmp_path / "s", LEDGER), SqliteGround(tmp_path / "r", hearing.service)

    async def story() -> None:
        async with a_world(sender, reader, hearing, 3) as world:
            await world.record(30)
            await world.relay()
            await world.read_everything()
            await world.assert_once_and_in_order()
            await world.reader.append(Append(also=[Query("DELETE FROM places")]))
            await world.read_everything()
            with pytest.raises(AssertionError):
                await world.assert_once_and_in_order()

    run(story())
