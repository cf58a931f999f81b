"""What lets a write in and what turns it away: keys used before, versions, streams only read, beliefs, places."""

import asyncio
from collections import Counter

import pytest

from shared.kernel.beliefs import Belief
from shared.store import committer
from shared.store.append import Append, Move, Seen, Stale, Stored
from shared.store.program import Query
from tests.store.ground import Ground, together
from tests.store.ledger import counting, keep, noting, once, run, write


def test_a_key_used_before_gives_the_first_answer_whatever_comes_with_it(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            key, new = once(store, "agency", "key-1", b"asked", b"the first answer")
            assert isinstance(await store.append(write(store, [counting("child/c1", 1)], key, keys=[new])), Stored)
            again, newer = once(store, "agency", "key-1", b"asked otherwise", b"the second answer")
            seen = await store.append(write(store, [counting("child/c1", 2)], again, keys=[newer]))
            assert isinstance(seen, Seen)
            assert seen.request == b"asked"
            assert await store.open_outcome("agency", "key-1", seen.outcome) == b"the first answer"
            assert await store.seen("agency", "key-1") == seen
            assert await store.head() == 1
            # The same key of somebody else is another key.
            assert await store.seen("another", "key-1") is None
            theirs, newest = once(store, "another", "key-1", b"asked", b"theirs")
            assert isinstance(
                await store.append(write(store, [counting("child/c1", 2)], theirs, keys=[newest])), Stored
            )
        async with ground.opened() as store:
            assert await store.open_outcome("agency", "key-1", seen.outcome) == b"the first answer"

    run(story())


def test_an_answer_dies_with_the_key_of_the_person_it_is_about(ground: Ground) -> None:
    async def story() -> bytes:
        async with ground.opened() as store:
            key, new = once(store, "agency", "key-1", b"asked", b"the first answer")
            await store.append(write(store, [counting("child/c1", 1)], key, keys=[new]))
            return key.outcome

    outcome = run(story())
    assert b"the first answer" not in outcome
    ground.rows("UPDATE keys SET wrapped = NULL")

    async def later() -> None:
        async with ground.opened() as store:
            assert await store.open_outcome("agency", "key-1", outcome) is None

    run(later())


def test_the_second_of_two_who_decided_on_one_version_decides_again(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            outcomes = await together(*(keep(store, counting("child/c1", 1, n)) for n in range(100)))
            assert Counter(type(one) for one in outcomes) == {Stored: 1, Stale: 99}
            assert {one for one in outcomes if isinstance(one, Stale)} == {Stale(frozenset({"child/c1"}))}
            assert len((await store.load("child/c1"))["child/c1"]) == 1

    run(story())


def test_a_version_that_was_never_reached_is_as_stale_as_one_left_behind(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            assert await keep(store, counting("child/c1", 2)) == Stale(frozenset({"child/c1"}))
            await keep(store, counting("child/c1", 1))
            assert await keep(store, counting("child/c1", 3)) == Stale(frozenset({"child/c1"}))
            assert isinstance(await keep(store, counting("child/c1", 2)), Stored)

    run(story())


def test_a_stream_that_was_only_read_must_stand_unchanged(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, counting("family/f1", 1))
            decided = write(store, [counting("child/c1", 1)], expects={"family/f1": 1})
            await keep(store, counting("family/f1", 2))
            assert await store.append(decided) == Stale(frozenset({"family/f1"}))
            unborn = write(store, [counting("child/c1", 1)], expects={"family/f2": 0, "family/f1": 2})
            assert isinstance(await store.append(unborn), Stored)
            assert await store.head() == 3
            assert len((await store.load("family/f1"))["family/f1"]) == 2

    run(story())


def test_a_belief_that_a_decision_rested_on_must_still_stand(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            belief = Belief(source="planning/main", about="case-1", sequence=70, revision=7)
            await store.append(Append(also=[store.believe([belief])]))
            assert await store.beliefs(["case-1", "case-2"]) == [belief]
            row = ("planning/main", "case-1")
            stands = write(store, [counting("child/c1", 1)], beliefs={row: 7})
            assert isinstance(await store.append(stands), Stored)
            for sequence in (6, 8, 0):
                moved = write(store, [counting("child/c1", 2)], beliefs={row: sequence})
                assert await store.append(moved) == Stale(frozenset())
            nothing = write(store, [counting("child/c1", 2)], beliefs={("planning/main", "case-2"): 0})
            assert isinstance(await store.append(nothing), Stored)

    run(story())


def test_a_place_moves_only_from_where_its_reader_believes_it(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            move = Move("intake", "planning/main", 3, "inc", 0, 9)
            assert await store.append(Append(moves=[move])) == Stored({})
            assert await store.append(Append(moves=[move])) == Stale()
            assert await store.append(Append(moves=[Move("intake", "planning/main", 3, "inc", 9, 12)])) == Stored({})
            assert await store.places("intake") == {("planning/main", 3): ("inc", 12)}
            assert await store.places("relay") == {}

    run(story())


def test_all_of_a_write_or_nothing(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, counting("child/c1", 1))
            key, new = once(store, "agency", "key-1", b"asked", b"answer")
            stale = write(
                store,
                [noting("child/c2", 1, 3, "Somebody"), counting("child/c1", 1)],
                key,
                keys=[new],
                moves=[Move("intake", "planning/main", 0, "inc", 0, 5)],
                also=[Query("INSERT INTO settings (name, value) VALUES ('left', 'behind')")],
            )
            assert isinstance(await store.append(stale), Stale)
            assert await store.head() == 1
            assert await store.seen("agency", "key-1") is None
            assert await store.places("intake") == {}
            assert await store.setting("left") is None

    run(story())
    assert ground.rows("SELECT count(*) FROM keys") == [(0,)]


def test_what_touches_one_stream_or_key_never_shares_a_batch(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[list[set[str]]] = []
    real = committer.commit

    def watched(dialect, batch):  # type: ignore[no-untyped-def]
        batches.append([one.touches() for one in batch])
        return real(dialect, batch)

    monkeypatch.setattr(committer, "commit", watched)

    async def story() -> None:
        async with ground.opened() as store:
            writes = [write(store, [counting(f"child/c{n % 8}", n // 8 + 1)]) for n in range(64)]
            for n in range(8):
                key, new = once(store, "agency", "one-key", b"asked", b"answer %d" % n)
                writes.append(write(store, [counting(f"child/k{n}", 1)], key, keys=[new]))
            writes.append(write(store, [counting("child/last", 1)], expects={"child/c0": 8}))
            outcomes = await together(*(store.append(one) for one in writes))
            # Each stream's eight came in order, each in a batch of its own, so that all could be stored.
            assert Counter(type(one) for one in outcomes[:64]) == {Stored: 64}
            assert Counter(type(one) for one in outcomes[64:72]) == {Stored: 1, Seen: 7}
            assert isinstance(outcomes[72], Stored)

    run(story())
    for batch in batches:
        touched = [name for own in batch for name in own]
        assert len(touched) == len(set(touched))
    assert max(len(batch) for batch in batches) >= 8


def test_one_that_the_database_refuses_harms_none_of_the_other_63(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            writes = [write(store, [noting(f"child/c{n}", 1, 2, f"Child {n}")]) for n in range(64)]
            poison = write(
                store,
                [counting("child/poison", 1)],
                # The incarnation is there already.
                also=[Query("INSERT INTO settings (name, value) VALUES ('incarnation', 'another')")],
            )
            writes[31] = poison
            outcomes = await together(*(store.append(one) for one in writes))
            assert isinstance(outcomes[31], Exception)
            assert not isinstance(outcomes[31], Stale)
            others = [one for n, one in enumerate(outcomes) if n != 31]
            assert Counter(type(one) for one in others) == {Stored: 63}
            loaded = await store.load_open(*(f"child/c{n}" for n in range(64)), "child/poison")
            assert {stream: len(events) for stream, events in loaded.items()} == {
                **{f"child/c{n}": 1 for n in range(64) if n != 31},
                "child/c31": 0,
                "child/poison": 0,
            }
            # It goes on as if nothing had been, over the hole that the refused batch left.
            assert isinstance(await keep(store, counting("child/after", 1)), Stored)
            sequences = [sequence for sequence, _ in await store.log(0, 100)]
            assert sequences == sorted(set(sequences))
            assert len(sequences) == 64
            for one in (one for one in others if isinstance(one, Stored)):
                assert set(one.sequences.values()) <= set(sequences)

    run(story())


def test_a_poison_for_the_driver_itself_is_turned_away_alone(ground: Ground) -> None:
    """A text with NUL never reaches PostgreSQL; SQLite would take it, and the edge lets none in."""

    async def story() -> None:
        async with ground.opened() as store:
            poison = write(store, [counting("child/c1", 1)], also=[Query("SELECT %s, %s", ("only one",))])
            outcomes = await together(
                store.append(poison), *(keep(store, counting(f"child/o{n}", 1)) for n in range(20))
            )
            assert isinstance(outcomes[0], Exception)
            assert Counter(type(one) for one in outcomes[1:]) == {Stored: 20}

    run(story())


def test_waiting_callers_may_give_up_without_harm_to_the_others(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            tasks = [asyncio.create_task(keep(store, counting(f"child/c{n}", 1))) for n in range(30)]
            await asyncio.sleep(0)
            for task in tasks[::3]:
                task.cancel()
            outcomes = await together(*tasks)
            assert all(isinstance(one, Stored) for n, one in enumerate(outcomes) if n % 3)
            assert isinstance(await keep(store, counting("child/after", 1)), Stored)

    run(story())
