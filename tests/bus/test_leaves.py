"""What was recorded stands in the transparency log: each once, in order, under a root that others compute too."""

import asyncio
import random

import pytest
from pymerkle import InmemoryTree

from shared.kernel.partitions import partition_of
from shared.log import sealer
from shared.log.leaf import preimage
from shared.log.sealer import seal_page
from shared.log.tree import root
from shared.store.program import Query
from shared.store.store import Store
from tests.bus.conftest import Grounds
from tests.bus.world import PARTITIONS, a_world, letters_of
from tests.store.ground import Ground
from tests.store.ledger import counting, keep, run, write


def oracle(ground: Ground) -> tuple[bytes, int]:
    """The root that another implementation gives for what lies in the store, and how many leaves that is."""
    row_id = "rowid" if ground.kind == "sqlite" else "notification_id"
    tree = InmemoryTree(algorithm="sha256")
    rows = ground.rows(
        f"SELECT {row_id}, originator_id, originator_version, topic, state FROM events ORDER BY {row_id}"
    )
    for sequence, stream, version, topic, state in rows:
        tree.append_entry(preimage(sequence, stream, version, topic, bytes(state)))
    return tree.get_root(), len(rows)


def root_of(ground: Ground) -> bytes:
    """The root of the stored nodes."""
    nodes = {
        (level, index): bytes(digest) for level, index, digest in ground.rows("SELECT level, idx, hash FROM nodes")
    }
    ((size,),) = ground.rows("SELECT count(*) FROM leaves")
    return root(size, lambda level, index: nodes[(level, index)])


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_the_root_is_the_one_that_another_implementation_gives(
    grounds: Grounds, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(sealer, "PAGE", page)

    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing, page) as world:
            for events in (1, 5, 30, 1, 13):
                await world.record(events)
                await _with_a_hole(world.sender)
                while await seal_page(world.sender, PARTITIONS):
                    pass
                assert (root_of(grounds.sender), grounds.sender.rows("SELECT count(*) FROM leaves")[0][0]) == oracle(
                    grounds.sender
                )

    run(story())


async def _with_a_hole(store: Store) -> None:
    """A write that is refused after its numbers were given out."""
    bad = Query("INSERT INTO settings (name, value) VALUES ('incarnation', 'x')")
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.append(write(store, [counting("child/refused", 1)], also=[bad]))


def test_leaves_are_dense_and_know_which_came_before_on_their_partition(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await world.record(10)
            await _with_a_hole(world.sender)
            await world.record(30)
            await keep(world.sender, counting("child/no-case", 1))
            await world.relay()
            letters = [letter for log in world.broker.logs for letter in letters_of(log)]
            assert sorted(letter.log_index for letter in letters) == list(range(41))
            assert len({letter.leaf_hash for letter in letters}) == 41
            for part, log in enumerate(world.broker.logs):
                last = 0
                for letter in letters_of(log):
                    assert (letter.previous, letter.partition) == (last, part)
                    assert partition_of(letter.case_id or letter.stream, PARTITIONS) == part
                    last = letter.sequence

    run(story())


def test_two_sealers_at_once_add_each_event_once(grounds: Grounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "PAGE", 4)

    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world, grounds.sender.opened() as other:
            await world.record(30)
            stores = [world.sender, other]
            chance = random.Random(2)
            while True:
                counts = await asyncio.gather(*(seal_page(chance.choice(stores), PARTITIONS) for _ in range(3)))
                if not any(counts) and not await seal_page(world.sender, PARTITIONS):
                    break

    run(story())
    assert (root_of(grounds.sender), 30) == oracle(grounds.sender)


def test_nothing_is_sent_that_does_not_stand_in_the_log(grounds: Grounds) -> None:
    async def story() -> None:
        async with a_world(grounds.sender, grounds.reader, grounds.hearing) as world:
            await world.record(5)
            assert await world.sender.sealed(0, 100) == []
            await seal_page(world.sender, PARTITIONS)
            assert len(await world.sender.sealed(0, 100)) == 5

    run(story())
