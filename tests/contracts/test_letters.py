"""What every event's letter holds: all that is clear, nothing that is sealed, and no text that could be somebody's."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect as types

from contracts.generate import schemas
from contracts.letter_schema import is_sealed, schema_file
from deploy.services import SERVICES
from shared.bus.wire import letter_of, message_of, read_message
from shared.kernel.events import Event, Receipt, Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import Actor
from shared.kernel.service import Service
from shared.store.keyring import Keyring
from shared.store.mapper import Mapper
from shared.store.sealing import MARK
from shared.store.store import Sealed as StoredEvent
from tests.contracts.clear_words import CLEAR_TEXT, IDENTIFIES
from tests.contracts.instances import SECRET, Maker
from tests.contracts.reading import faults

EVENTS = [
    pytest.param(service, event, id=f"{service.name}.{event.title()}")
    for service in SERVICES.values()
    for event in service.events
]
SCHEMAS = {path.removeprefix("schemas/"): schema for path, schema in schemas(SERVICES).items()}


def recorded(service: Service, data: Event) -> Recorded:
    """An event as a service would record it."""
    return Recorded(
        event_id="5f0f7d0e-0c4d-4c43-9d0b-2f1f37a6a1b1",
        name=f"{service.name}.{data.title()}",
        version=data.version,
        authority="ZZZ",
        stream="case/c-1",
        stream_version=3,
        case_id="c-1",
        child_ids=("ch-1",),
        occurred_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        recorded_at=datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC),
        actor=Actor(id="p-1", role="SOCIAL_WORKER"),
        edition="fiction/2026-01-01",
        rules=("SYS-REF-01",),
        correlation_id="cor-1",
        causation_id="e-0",
        receipt=Receipt(command="Something", edition="fiction/2026-01-01", rules=("SYS-REF-01",)),
        data=data,
    )


def sent(service: Service, event: Recorded, keys: Path) -> Letter:
    """The letter of an event, by way of the bytes that the store keeps and those that the bus carries."""
    state = Mapper(service, Keyring(keys), {}).stored(event, {})
    assert MARK.encode() in state or not types_sealed(type(event.data))
    stored = StoredEvent(sequence=7, part=0, previous=5, index=6, leaf=bytes(32), state=state)
    message = message_of(letter_of(stored, f"{service.name}/main", "00000000-0000-4000-8000-000000000001"))
    assert SECRET.encode() not in b"".join((message.key, message.value, *(value for _, value in message.headers)))
    assert MARK.encode() not in message.value
    return read_message(message.value, message.headers)


def types_sealed(struct: type[msgspec.Struct]) -> bool:
    """Whether a struct has a sealed field of its own."""
    told = types.type_info(struct)
    assert isinstance(told, types.StructType)
    return any(is_sealed(each.type) for each in told.fields)


@pytest.mark.parametrize("service, event", EVENTS)
def test_a_letter_holds_all_that_is_clear_and_nothing_sealed(
    service: Service, event: type[Event], tmp_path: Path
) -> None:
    """With every field filled in: each clear value arrives as it was, each sealed one is nowhere in the message."""
    maker = Maker()
    data, clear = maker.whole(event)
    assert isinstance(data, Event)
    letter = sent(service, recorded(service, data), tmp_path / "keys.json")
    assert letter.data == clear
    schema = SCHEMAS[schema_file(letter.name, letter.version)]
    assert faults(schema, json.loads(msgspec.json.encode(letter)), SCHEMAS) == []


@pytest.mark.parametrize("service, event", EVENTS)
def test_a_schema_requires_the_envelope_alone(service: Service, event: type[Event], tmp_path: Path) -> None:
    """Any field of a payload may be absent, none of the envelope's own."""
    data, _ = Maker().whole(event)
    assert isinstance(data, Event)
    letter = json.loads(msgspec.json.encode(sent(service, recorded(service, data), tmp_path / "keys.json")))
    schema = SCHEMAS[schema_file(letter["name"], letter["version"])]
    assert faults(schema, {**letter, "data": {}}, SCHEMAS) == []
    for needed in ("event_id", "occurred_at", "recorded_at", "sequence", "data"):
        without = {name: value for name, value in letter.items() if name != needed}
        assert faults(schema, without, SCHEMAS) != []


def clear_texts(struct: type[msgspec.Struct], within: frozenset[type] = frozenset()) -> Iterator[str]:
    """The names of all clear fields of text or of no fixed form, those of parts included."""
    if struct in within:
        return
    told = types.type_info(struct)
    assert isinstance(told, types.StructType)
    for each in told.fields:
        if not is_sealed(each.type):
            yield from _texts(each.type, each.name, within | {struct})


def _texts(kind: types.Type, name: str, within: frozenset[type]) -> Iterator[str]:
    match kind:
        case types.StrType() | types.AnyType() | types.DictType():
            yield name
        case types.UnionType(types=members):
            for member in members:
                yield from _texts(member, name, within)
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            yield from _texts(item, name, within)
        case types.StructType(cls=cls):
            yield from clear_texts(cls, within)


@pytest.mark.parametrize("service, event", EVENTS)
def test_no_clear_text_could_be_somebodys(service: Service, event: type[Event]) -> None:
    """A clear text is an id, a code or a word of a list, and was looked at by a person; all other text is sealed."""
    texts = set(clear_texts(event))
    unseen = {name for name in texts if name not in CLEAR_TEXT and not IDENTIFIES.search(name)}
    assert not unseen, f"seal these, or enter each with what it is in clear_words.py: {sorted(unseen)}"


def test_the_list_of_clear_texts_is_no_longer_than_it_must_be() -> None:
    """A name that no event has any more would let the next field of that name in unseen."""
    used = {name for service in SERVICES.values() for event in service.events for name in clear_texts(event)}
    assert sorted(set(CLEAR_TEXT) - used) == []
