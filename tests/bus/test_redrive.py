"""A parked letter is applied when its cause is mended, and those behind it with it, in their order, each once."""

import asyncio

import pytest

from shared.bus.parking import WAITS
from shared.bus.redrive import NotFirst, NotParked, StillFails, parked_letters, redrive
from shared.store.append import Append, Stale, Stored
from shared.store.store import Store
from tests.bus.conftest import Grounds
from tests.bus.hearing import POISON
from tests.bus.world import NOW, World, a_world
from tests.store.ledger import run


async def again(store: Store, event_id: str) -> list[str]:
    numbers = iter(range(1000))
    return await redrive(
        store, event_id, lambda authority, at: None, lambda: NOW, lambda: f"{event_id}-{next(numbers)}"
    )


async def poisoned(world: World) -> None:
    await world.record(50, poison=True)
    await world.relay()
    await world.read_everything()


def test_it_and_those_behind_it_take_effect_in_order(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await poisoned(world)
            parked = await parked_letters(world.reader)
            assert [one.error for one in parked] == ["ValueError"] + [WAITS] * (len(parked) - 1)
            assert {one.since for one in parked} == {NOW.isoformat()}
            first, second, *_ = parked
            with pytest.raises(NotParked):
                await again(world.reader, "no such event")
            with pytest.raises(NotFirst) as refused:
                await again(world.reader, second.event_id)
            assert refused.value.first == first.event_id
            with pytest.raises(StillFails) as failed:
                await again(world.reader, first.event_id)
            assert (failed.value.error, failed.value.done) == ("ValueError", 0)
            assert "too much" not in str(failed.value)
            assert await parked_letters(world.reader) == parked
            grounds.hearing.mended = True
            assert await again(world.reader, first.event_id) == [one.event_id for one in parked]
            assert await parked_letters(world.reader) == []
            await world.assert_once_and_in_order()
            # The case goes on as any other.
            await world.record(20)
            await world.relay()
            await world.read_everything()
            await world.assert_once_and_in_order()
            assert len(grounds.reader.rows("SELECT 1 FROM inbox")) == world.told

    run(story())


def test_two_who_redrive_at_once_apply_it_once(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world, grounds.reader.opened() as other:
            await poisoned(world)
            grounds.hearing.mended = True
            first, *_ = await parked_letters(world.reader)
            tries = await asyncio.gather(
                *(again(store, first.event_id) for store in (world.reader, other)), return_exceptions=True
            )
            assert any(isinstance(one, list) for one in tries), tries
            while left := await parked_letters(world.reader):
                await again(world.reader, left[0].event_id)
            await world.assert_once_and_in_order()

    run(story())


def test_what_may_not_wait_passes_the_one_that_is_parked(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await world.record(60, poison=True)
            counted = await world.counted()
            (bad,) = [case for case, numbers in counted.items() if POISON in numbers]
            before, after = _around(counted[bad])
            urgent = after[len(after) // 2]
            grounds.hearing.urgent = {urgent}
            await world.relay()
            await world.read_everything()
            assert (await world.heard())[bad] == [*before, urgent]
            (belief,) = await world.reader.beliefs([bad])
            assert urgent in [fact.data.get("n") for fact in belief.facts]
            assert POISON not in [fact.data.get("n") for fact in belief.facts]
            parked = await parked_letters(world.reader)
            assert parked[0].error == "ValueError"
            assert belief.sequence > parked[0].sequence
            # Redriven, the others take their places before it; whoever decided without them decides again.
            grounds.hearing.mended = True
            await again(world.reader, parked[0].event_id)
            assert (await world.heard())[bad] == [*before, urgent, POISON, *(n for n in after if n != urgent)]
            (whole,) = await world.reader.beliefs([bad])
            believed = sorted(whole.facts, key=lambda fact: fact.sequence)
            loaded = await world.sender.load(f"child/{bad}")
            assert [fact.event_id for fact in believed] == [event.event_id for event in loaded[f"child/{bad}"]]
            row = (belief.source, bad)
            assert await world.reader.append(Append(beliefs={row: belief.revision})) == Stale(frozenset())
            assert isinstance(await world.reader.append(Append(beliefs={row: whole.revision})), Stored)

    run(story())


def _around(numbers: list[int]) -> tuple[list[int], list[int]]:
    place = numbers.index(POISON)
    return numbers[:place], numbers[place + 1 :]
