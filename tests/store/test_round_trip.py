"""What is stored comes back as it was, and what is personal in it never lies in clear."""

import base64
from dataclasses import replace

import msgspec
import pytest

from shared.kernel.sealed import Sealed
from shared.store.append import Stored
from shared.store.mapper import Mapper
from shared.store.sealing import Tampered
from tests.store.ground import Ground
from tests.store.ledger import LEDGER, Member, Noted, counting, keep, noting, recorded, run, write

NAME = "Marjoram Quillfeather-Testcase"
BORN = {"year": 2019, "month": 2, "day": 28}
SISTER = "Tansy Quillfeather-Testcase"


def whole() -> Noted:
    return Noted(
        level=4,
        name=Sealed("child/c1", NAME),
        born=Sealed("child/c1", BORN),
        family=(Member(relation="sister", name=Sealed("child/c2", SISTER)),),
    )


def test_events_come_back_in_order_and_as_they_were(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            first, second, other = recorded("child/c1", 1, whole()), counting("child/c1", 2, 7), counting("child/c9", 1)
            outcome = await keep(store, first, second, other)
            assert isinstance(outcome, Stored)
            places = [outcome.sequences[place] for place in (("child/c1", 1), ("child/c1", 2), ("child/c9", 1))]
            assert places == sorted(places)
        # A second start reads what the first one wrote, with keys that it has to unwrap.
        async with ground.opened() as store:
            loaded = await store.load_open("child/c1", "child/c9", "child/never")
            assert loaded == {"child/c1": [first, second], "child/c9": [other], "child/never": []}
            assert loaded["child/c1"][0].data.family[0].name.clear == SISTER
            closed = (await store.load("child/c1"))["child/c1"][0].data
            assert closed.level == 4
            assert closed.name is not None
            assert (closed.name.subject, closed.name.clear) == ("child/c1", None)
            assert [sequence for sequence, _ in await store.log(0, 10)] == places
            assert await store.head() == places[-1]

    run(story())


def test_each_subject_of_a_write_has_a_key_of_its_own(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, recorded("child/c1", 1, whole()))
            await keep(store, noting("child/c1", 2, 3, NAME))

    run(story())
    subjects = [row[0] for row in ground.rows("SELECT subject FROM keys ORDER BY subject")]
    assert subjects == ["child/c1", "child/c1", "child/c2"]


def test_no_name_lies_in_clear_in_anything_the_database_writes(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, recorded("child/c1", 1, whole()))
            # What is not secret has to be found, or this test would look in the wrong place.
            written = b"".join(path.read_bytes() for path in ground.files())
            assert b"ledger.Noted" in written
            for secret in (NAME, SISTER, NAME.split()[1], '"day":28'):
                assert secret.encode() not in written
                assert base64.b64encode(secret.encode())[:-4] not in written

    run(story())


def test_a_sealed_value_moved_elsewhere_is_never_shown(ground: Ground) -> None:
    """Two levels swapped by somebody who can write the database would look like an honest record."""

    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 4, NAME))
            await keep(store, noting("child/c2", 1, 1, SISTER))
            await keep(store, recorded("child/c3", 1, whole()))
            (_, one), (_, two), (_, third) = await store.log(0, 10)
            for moved in (_with_box_of(one, two), _at(one, stream="child/c2"), _at(one, stream_version=2)):
                with pytest.raises(Tampered):
                    await store.open([moved])
            with pytest.raises(Tampered):
                await store.open([_with_paths_swapped(third)])
            with pytest.raises(Tampered):
                await store.open([_with_one_bit_turned(one)])
            assert (await store.open([one]))[0].data.name.clear == NAME

    run(story())


def _with_box_of(state: bytes, other: bytes) -> bytes:
    mine, theirs = msgspec.json.decode(state), msgspec.json.decode(other)
    mine["data"]["name"] = theirs["data"]["name"]
    return msgspec.json.encode(mine)


def _at(state: bytes, **where: object) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(state) | where)


def _with_paths_swapped(state: bytes) -> bytes:
    mine = msgspec.json.decode(state)
    data = mine["data"]
    data["name"], data["born"] = data["born"], data["name"]
    return msgspec.json.encode(mine)


def _with_one_bit_turned(state: bytes) -> bytes:
    mine = msgspec.json.decode(state)
    raw = bytearray(base64.b64decode(mine["data"]["name"]["box"]))
    raw[-1] ^= 1
    mine["data"]["name"]["box"] = base64.b64encode(raw).decode()
    return msgspec.json.encode(mine)


def test_another_service_or_a_name_that_is_not_in_the_table_opens_nothing(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 4, NAME))
            ((_, state),) = await store.log(0, 10)
            stranger = state.replace(b"ledger.Noted", b"os.system")
            with pytest.raises(KeyError):
                store.mapper.recorded(stranger)
            # The same bytes under another service's name are bound elsewhere.
            elsewhere = Mapper(replace(LEDGER, name="elsewhere"), store.keyring, {})
            moved = state.replace(b"ledger.Noted", b"elsewhere.Noted")
            cipher = {key_id: store.keyring.known(key_id) for key_id in _keys_of(state)}
            with pytest.raises(Tampered):
                elsewhere.open(moved, cipher)

    run(story())


def _keys_of(state: bytes) -> list[str]:
    return [msgspec.json.decode(state)["data"]["name"]["$sealed"]]


def test_a_value_already_sealed_for_another_event_is_not_stored_again(ground: Ground) -> None:
    """It is bound to its first place: stored under a second one it could never be opened."""

    async def story() -> None:
        async with ground.opened() as store:
            await keep(store, noting("child/c1", 1, 4, NAME))
            closed = (await store.load("child/c1"))["child/c1"][0].data.name
            with pytest.raises(ValueError, match="sealed"):
                store.rows([recorded("child/c1", 2, Noted(level=3, name=closed))])
            opened = (await store.load_open("child/c1"))["child/c1"][0].data.name
            await keep(store, recorded("child/c1", 2, Noted(level=3, name=opened)))
            assert (await store.load_open("child/c1"))["child/c1"][1].data.name.clear == NAME

    run(story())


def test_a_write_without_events_stores_nothing_but_is_answered(ground: Ground) -> None:
    async def story() -> None:
        async with ground.opened() as store:
            assert await store.append(write(store, [])) == Stored({})
            assert await store.head() == 0

    run(story())
