"""The connection is lost around COMMIT: each caller gets what became of their write, and nothing is written twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from shared.store import committer
from shared.store.append import Append, Move, Seen, Stored
from shared.store.postgres import PostgresBackend
from shared.store.program import Query, StoreUnavailable
from shared.store.store import Store
from tests.store.cutting import COMMITTED, LOCKED, Wire
from tests.store.ground import PostgresGround, together
from tests.store.ledger import counting, keep, once, run, write
from tests.store.servers import seeds


async def over_a_wire(ground: PostgresGround, story: Callable[[Store, Wire], Coroutine[Any, Any, None]]) -> None:
    wire = Wire(ground.server.port)
    async with wire.listening() as port:
        url = ground.url.replace(f":{ground.server.port}/", f":{port}/")
        async with ground.opened(backend=PostgresBackend(url)) as store:
            await story(store, wire)


def command(store: Store, name: str) -> Append:
    key, new = once(store, "agency", name, f"asked {name}".encode(), f"answer {name}".encode())
    return write(store, [counting(f"child/{name}", 1)], key, keys=[new])


async def answer(store: Store, name: str, write: Append, outcome: Any) -> bytes | None:
    """What this caller is told: its own answer, or the one kept with its key."""
    kept = outcome.outcome if isinstance(outcome, Seen) else write.once.outcome if write.once else b""
    assert isinstance(outcome, (Stored, Seen)), outcome
    return await store.open_outcome("agency", name, kept)


@pytest.mark.parametrize("cut", [COMMITTED, LOCKED], ids=["after COMMIT", "before COMMIT"])
def test_the_reply_is_cut_with_64_in_flight(on_postgres: PostgresGround, cut: bytes) -> None:
    async def story(store: Store, wire: Wire) -> None:
        for round_ in seeds(200):
            names = [f"r{round_}-{n}" for n in range(64)]
            writes = [command(store, name) for name in names]
            wire.armed = cut
            outcomes = await together(*(store.append(one) for one in writes))
            for name, one, outcome in zip(names, writes, outcomes, strict=True):
                assert await answer(store, name, one, outcome) == f"answer {name}".encode()
            # And the same again, as their clients would after a time-out.
            again = await together(*(store.append(command(store, name)) for name in names))
            assert Counter(type(one) for one in again) == {Seen: 64}
            assert wire.cuts == round_ + 1
        rounds = len(seeds(200))
        assert await store.head() >= 64 * rounds
        assert len(await store.log(0, 100_000)) == 64 * rounds

    run(over_a_wire(on_postgres, story))


@pytest.mark.parametrize("cut", [COMMITTED, LOCKED], ids=["after COMMIT", "before COMMIT"])
def test_writes_without_a_key_are_looked_up_by_their_event_or_place(on_postgres: PostgresGround, cut: bytes) -> None:
    async def story(store: Store, wire: Wire) -> None:
        events = [write(store, [counting(f"child/c{n}", 1), counting(f"child/c{n}", 2)]) for n in range(20)]
        wire.armed = cut
        outcomes = await together(*(store.append(one) for one in events))
        logged = [sequence for sequence, _ in await store.log(0, 1000)]
        told = [sequence for one in outcomes for sequence in one.sequences.values()]
        assert sorted(told) == logged
        move = Append(moves=[Move("intake", "planning/main", 0, "inc", 0, 7)])
        wire.armed = cut
        assert await store.append(move) == Stored({})
        assert await store.places("intake") == {("planning/main", 0): ("inc", 7)}
        assert wire.cuts == 2

    run(over_a_wire(on_postgres, story))


def test_a_place_that_stays_says_nothing_about_what_came_with_it(on_postgres: PostgresGround) -> None:
    """A rebuilt view is put in place where the reader stands: that the place is right does not show that it was."""

    async def story(store: Store, wire: Wire) -> None:
        await store.append(Append(moves=[Move("views", store.source, 0, "inc", 0, 7)]))
        wire.armed = LOCKED
        also = [Query("INSERT INTO settings (name, value) VALUES ('put', 'in place')")]
        stays = Append(moves=[Move("views", store.source, 0, "inc", 7, 7)], also=also)
        assert await store.append(stays) == Stored({})
        assert await store.setting("put") == "in place"

    run(over_a_wire(on_postgres, story))


def test_a_database_that_stays_away_is_said_at_once_and_the_commands_can_be_sent_again(
    on_postgres: PostgresGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "RECONNECTS", 4)

    async def story(store: Store, wire: Wire) -> None:
        names = [f"n{n}" for n in range(64)]
        wire.armed, wire.falls = COMMITTED, True
        waiting = [asyncio.create_task(store.append(command(store, name))) for name in names]
        await wire.cut.wait()
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcomes = await together(*waiting)
        assert Counter(type(one) for one in outcomes) == {StoreUnavailable: 64}
        # One wait for all of them, not one for each.
        assert loop.time() - began < 2 * 4 * committer.PAUSE_SECONDS
        with pytest.raises(StoreUnavailable):
            await keep(store, counting("child/while-away", 1))
        with pytest.raises(StoreUnavailable):
            await store.head()
        wire.down = False
        again = await together(*(store.append(command(store, name)) for name in names))
        assert Counter(type(one) for one in again) == {Seen: 64}
        assert len(await store.log(0, 1000)) == 64

    run(over_a_wire(on_postgres, story))


def test_a_line_that_is_cut_every_time_ends_in_an_answer(on_postgres: PostgresGround) -> None:
    async def story(store: Store, wire: Wire) -> None:
        async def keep_cutting() -> None:
            while True:
                wire.armed = LOCKED
                await asyncio.sleep(0)

        cutting = asyncio.create_task(keep_cutting())
        with pytest.raises(StoreUnavailable):
            await keep(store, counting("child/c1", 1))
        cutting.cancel()
        wire.armed = None
        assert isinstance(await keep(store, counting("child/c1", 1)), Stored)

    run(over_a_wire(on_postgres, story))


def test_connections_cut_at_any_moment_lose_and_double_nothing(on_postgres: PostgresGround) -> None:
    """Cuts at random instants while eight callers write; each repeats a command until it has an answer."""

    async def story(store: Store, wire: Wire) -> None:
        chance = random.Random(20261124)
        cutting = True

        async def cut() -> None:
            while cutting:
                await asyncio.sleep(chance.uniform(0.01, 0.08))
                wire.cut_all()

        async def caller(number: int) -> None:
            for n in range(40):
                name = f"c{number}-{n}"
                while True:
                    one = command(store, name)
                    try:
                        outcome = await store.append(one)
                    except StoreUnavailable:
                        continue
                    assert isinstance(outcome, (Stored, Seen)), outcome
                    break

        knife = asyncio.create_task(cut())
        await asyncio.gather(*(caller(number) for number in range(8)))
        cutting = False
        await knife
        log = await store.log(0, 10_000)
        assert len(log) == 8 * 40

    run(over_a_wire(on_postgres, story))
    assert on_postgres.rows("SELECT count(*) FROM commands") == [(320,)]
    assert on_postgres.rows("SELECT count(*) FROM keys") == [(320,)]
