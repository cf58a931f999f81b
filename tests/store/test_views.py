"""Views of a store's own events: folded as it grows, folded again from the first event, the same bytes."""

import asyncio
import random

import pytest

from shared.store import projector
from shared.store.append import Stored
from shared.store.projector import every_row, find_rows, get_rows, project_page, rebuild
from shared.store.store import Store
from tests.store.ground import Ground
from tests.store.ledger import LEVELS, NAMES, counting, keep, noting, run


async def fold_all(store: Store) -> int:
    folded = 0
    while count := await project_page(store):
        folded += count
    return folded


async def live_a_little(store: Store, chance: random.Random, versions: dict[str, int], events: int) -> None:
    for _ in range(events):
        stream = f"child/c{chance.randrange(6)}"
        versions[stream] = versions.get(stream, 0) + 1
        case = f"case-{stream[-1]}"
        if chance.random() < 0.5:
            event = noting(stream, versions[stream], chance.randrange(1, 6), f"Name {stream[-1]}", case)
        else:
            event = counting(stream, versions[stream], chance.randrange(0, 4), case)
        assert isinstance(await keep(store, event), Stored)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.mark.parametrize("page", [1, 3, 500])
def test_a_view_folded_again_is_the_live_one_byte_for_byte(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(projector, "PAGE", page)

    async def story() -> None:
        async with ground.opened() as store:
            chance, versions = random.Random(page), {}
            folded = 0
            for _ in range(5):
                await live_a_little(store, chance, versions, 12)
                folded += await fold_all(store)
            assert folded == 60
            for view in (LEVELS, NAMES):
                live = await every_row(store, view.name)
                assert live
                for _ in range(2):
                    assert await rebuild(store, view, quiet) == 60
                    assert await every_row(store, view.name) == live
            # And it goes on from there.
            await live_a_little(store, chance, versions, 5)
            assert await fold_all(store) == 5
            live = await every_row(store, "levels")
            await rebuild(store, LEVELS, quiet)
            assert await every_row(store, "levels") == live

    run(story())


def test_a_view_spoiled_or_new_is_made_whole_while_it_is_read(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await live_a_little(store, random.Random(1), {}, 40)
            await fold_all(store)
            live = await every_row(store, "levels")
            ground.rows("DELETE FROM view_levels WHERE key = (SELECT min(key) FROM view_levels)")
            ground.rows("INSERT INTO view_levels (key, body) VALUES ('case-never', %s)", b'{"count":1,"levels":[]}')
            spoiled = await every_row(store, "levels")

            def reading(done: int, total: int) -> None:
                assert dict(ground.rows("SELECT key, body FROM view_levels")).keys() == spoiled.keys()

            await rebuild(store, LEVELS, reading)
            assert await every_row(store, "levels") == live

    run(story())


def test_a_rebuild_beside_writers_and_the_live_fold_misses_and_doubles_nothing(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            chance, versions, writing = random.Random(7), {}, True
            await live_a_little(store, chance, versions, 30)

            async def keep_folding() -> None:
                while writing:
                    await project_page(store)
                    await asyncio.sleep(0.001)

            folding = asyncio.create_task(keep_folding())
            living = asyncio.create_task(live_a_little(store, chance, versions, 60))
            for _ in range(3):
                await rebuild(store, LEVELS, quiet)
            await living
            writing = False
            await folding
            await fold_all(store)
            live = await every_row(store, "levels")
            await rebuild(store, LEVELS, quiet)
            assert await every_row(store, "levels") == live

    run(story())


def test_two_who_fold_at_once_fold_each_event_once(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store, ground.opened() as replica:
            await live_a_little(store, random.Random(3), {}, 50)
            await asyncio.gather(*(fold_all(one) for one in (store, replica, store, replica)))
            live = await every_row(store, "levels")
            await rebuild(store, LEVELS, quiet)
            assert await every_row(store, "levels") == live

    run(story())


def test_rows_are_found_by_key_and_by_what_they_are_searched_by(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            for n in range(7):
                await keep(store, noting(f"child/c{n}", 1, n % 2, None, f"case-{n}"))
            await fold_all(store)
            assert await get_rows(store, "levels", ["case-3", "case-none"]) == {"case-3": {"levels": [1], "count": 0}}
            assert await get_rows(store, "levels", []) == {}
            ones = await find_rows(store, "levels", {"last": "1"})
            assert [key for key, _ in ones] == ["case-1", "case-3", "case-5"]
            first = await find_rows(store, "levels", {}, order="last", limit=4)
            rest = await find_rows(store, "levels", {}, order="last", after=("0", first[-1][0]), limit=10)
            assert [key for key, _ in first] == ["case-0", "case-2", "case-4", "case-6"]
            assert [key for key, _ in rest] == ["case-1", "case-3", "case-5"]

    run(story())


def test_keys_that_are_personal_are_stored_blind(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 2, "Somebody Findable"))
            await keep(store, noting("child/c2", 1, 2, "Somebody Findable"))
            await fold_all(store)
            rows = await get_rows(store, "names", [store.keyring.blind("Somebody Findable")])
            assert list(rows.values()) == [{"streams": ["child/c1", "child/c2"]}]
            assert not any("Findable" in key for key in await every_row(store, "names"))

    run(story())
