"""Views over several services: in whatever order letters arrive, and in whatever pages, the same bytes."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM
from shared.kernel.service import Body, Gathering
from shared.store import gatherer
from shared.store.append import Append, Kept
from shared.store.gatherer import gather_page, regather
from shared.store.projector import every_row
from shared.store.store import Store
from tests.store.ground import Ground, PostgresGround, SqliteGround
from tests.store.ledger import LEDGER, run
from tests.store.servers import Postgres

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCES = ("referral/main", "allocation/main", "planning/main", "qa/main")
CASES = tuple(f"case-{n}" for n in range(5))


def _related(letters: Sequence[Letter]) -> set[str]:
    named = {letter.key for letter in letters}
    return named | {letter.data["joined"] for letter in letters if "joined" in letter.data}


def _fold(about: str, letters: Sequence[Letter]) -> Body | None:
    ordered = sorted(letters, key=lambda letter: (letter.occurred_at, letter.source, letter.sequence))
    told = [[letter.source, letter.data["n"]] for letter in ordered]
    return {"about": about, "told": told, "of": sorted({letter.key for letter in letters})} if told else None


FILES = Gathering(
    name="files",
    keys=lambda letter: [letter.key, *([letter.data["joined"]] if "joined" in letter.data else [])],
    related=_related,
    fold=_fold,
    columns=("newest",),
    search=lambda body: {"newest": body["told"][-1][0]},
)
WATCHER = replace(LEDGER, name="watcher", views=(), gatherings=(FILES,), keeps_all=True)


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Ground]]:
    """Several empty stores of a service that keeps all letters."""
    folders = [tmp_path / str(n) for n in range(4)]
    made: list[Ground]
    if request.param == "sqlite":
        made = [SqliteGround(folder, WATCHER) for folder in folders]
    else:
        server: Postgres = request.getfixturevalue("postgres")
        made = [PostgresGround(folder, server, WATCHER) for folder in folders]
    yield made
    for ground in made:
        ground.give_back()


def letters(chance: random.Random, count: int) -> list[Letter]:
    """What four services sent, each in its own order; cases are linked now and then, which is told under both ids."""
    last = dict.fromkeys(SOURCES, 0)
    made: list[Letter] = []
    for n in range(count):
        source, case, other = chance.choice(SOURCES), *chance.sample(CASES, 2)
        at = START + timedelta(minutes=chance.randrange(2000))
        if chance.random() < 0.05:
            made += [_letter(source, last, case, at, n, joined=other), _letter(source, last, other, at, n, joined=case)]
        else:
            made.append(_letter(source, last, case, at, n))
    return made


def _letter(source: str, last: dict[str, int], case: str, at: datetime, n: int, **data: str) -> Letter:
    previous = last[source]
    last[source] = previous + 1 + n % 3
    return Letter(
        event_id=f"event-{source}-{last[source]}",
        name=f"{source.split('/')[0]}.Told",
        version=1,
        authority="TST",
        stream=f"case/{case}",
        stream_version=n + 1,
        case_id=case,
        occurred_at=at,
        recorded_at=START + timedelta(days=3),
        actor=SYSTEM,
        edition="test/2026-01-01",
        correlation_id=f"correlation-{n}",
        data={"n": n, **data},
        source=source,
        incarnation="inc",
        partition=0,
        sequence=last[source],
        previous=previous,
        log_index=n,
        leaf_hash="00",
    )


def interleaved(chance: random.Random, made: Sequence[Letter]) -> list[Letter]:
    """The same letters in another order of arrival: each source's own order is kept, nothing else."""
    queues = {source: [letter for letter in made if letter.source == source] for source in SOURCES}
    arrived: list[Letter] = []
    while any(queues.values()):
        queue = queues[chance.choice([source for source, left in queues.items() if left])]
        for _ in range(min(len(queue), chance.randint(1, 8))):
            arrived.append(queue.pop(0))
    return arrived


async def arrive(store: Store, arrived: Sequence[Letter]) -> None:
    kept = [
        Kept(
            letter.source,
            letter.incarnation,
            letter.sequence,
            letter.partition,
            letter.event_id,
            letter.key,
            letter.name,
            letter.occurred_at.isoformat(),
            msgspec.json.encode(letter),
        )
        for letter in arrived
    ]
    await store.append(Append(kept=kept))


def test_any_order_of_arrival_gives_the_same_bytes(places: list[Ground], monkeypatch: pytest.MonkeyPatch) -> None:
    made = letters(random.Random(20261124), 150)

    async def live(ground: Ground, number: int) -> dict[str, bytes]:
        chance = random.Random(number)
        monkeypatch.setattr(gatherer, "PAGE", chance.choice([3, 17, 500]))
        arrived = interleaved(chance, made)
        async with ground.opened() as store:
            while arrived:
                cut = chance.randint(1, 40)
                await arrive(store, arrived[:cut])
                arrived = arrived[cut:]
                while await gather_page(store, [FILES]):
                    pass
            rows = await every_row(store, "files")
            for _ in range(2):
                assert await regather(store, FILES, lambda done, total: None) == len(CASES)
                assert await every_row(store, "files") == rows
        return rows

    first, *others = [run(live(ground, number)) for number, ground in enumerate(places)]
    assert set(first) == set(CASES)
    assert others == [first] * (len(places) - 1)
    columns = [ground.rows("SELECT key, newest FROM view_files ORDER BY key") for ground in places]
    assert columns == [columns[0]] * len(places)


def test_two_who_gather_at_once_lose_nothing(places: list[Ground]) -> None:
    made = letters(random.Random(5), 60)

    async def story(ground: Ground) -> None:
        async with ground.opened() as store, ground.opened() as replica:
            await arrive(store, made)
            while await gather_page(store, [FILES]) or await gather_page(replica, [FILES]):
                pass
            rows = await every_row(store, "files")
            await regather(store, FILES, lambda done, total: None)
            assert await every_row(store, "files") == rows

    run(story(places[0]))


def test_the_inbox_keeps_each_letter_once_and_unchanged(places: list[Ground]) -> None:
    made = letters(random.Random(6), 20)

    async def story(ground: Ground) -> None:
        async with ground.opened() as store:
            await arrive(store, made)
            with pytest.raises(Exception, match=r"(?i)unique"):
                await arrive(store, made[:1])
            kept = ground.rows("SELECT letter FROM inbox ORDER BY arrived")
            assert [bytes(letter) for (letter,) in kept] == [msgspec.json.encode(letter) for letter in made]

    run(story(places[0]))
