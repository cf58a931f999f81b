"""Events of an older shape are read as today's: the stored bytes stay, sealed parts open where they were sealed."""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from shared.kernel.events import Event
from shared.kernel.sealed import Sealed
from shared.store.mapper import Mapper
from shared.store.store import Store
from tests.store.ground import Ground
from tests.store.ledger import LEDGER, keep, noting, recorded, run


class Named(Event, frozen=True, kw_only=True):
    """How a part of it is kept since the third version."""

    words: Sealed[str]
    kind: str


class Noted(Event, frozen=True, kw_only=True):
    """The third version: a scale of four became one of five, and the name has a kind."""

    version: ClassVar[int] = 3
    level: int
    called: Named


TODAY = replace(LEDGER, events=(Noted,))


def scale(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"level": data["level"] + 1}


def called(data: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in data.items() if name != "name"}
    return rest | {"called": {"words": data["name"], "kind": "given"}}


UPCASTS = {("ledger.Noted", 1): scale, ("ledger.Noted", 2): called}


def upgraded(store: Store) -> None:
    store.service = TODAY
    store.mapper = Mapper(TODAY, store.keyring, UPCASTS)


def test_an_old_event_is_read_as_the_newest_and_its_name_still_opens(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 3, "Somebody Old"))
            stored = await store.log(0, 10)
            upgraded(store)
            new = Noted(level=5, called=Named(words=Sealed("child/c1", "Somebody New"), kind="chosen"))
            await keep(store, recorded("child/c1", 2, new))
            closed = (await store.load("child/c1"))["child/c1"]
            assert [event.data.level for event in closed] == [4, 5]
            assert [event.data.called.words.clear for event in closed] == [None, None]
            opened = (await store.load_open("child/c1"))["child/c1"]
            assert [event.data.called.words.clear for event in opened] == ["Somebody Old", "Somebody New"]
            assert [event.data.called.kind for event in opened] == ["given", "chosen"]
            # Reading never rewrites: the envelope says what was stored, and the bytes are the first ones.
            assert [event.version for event in opened] == [1, 3]
            assert (await store.log(0, 10))[:1] == stored

    run(story())


def test_a_shape_that_nobody_says_how_to_read_is_an_error_at_once(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 3, "Somebody"))
            store.service = TODAY
            store.mapper = Mapper(TODAY, store.keyring, {("ledger.Noted", 2): called})
            with pytest.raises(KeyError):
                await store.load("child/c1")

    run(story())
