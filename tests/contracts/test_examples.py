"""The frozen examples: each still fits its schema, loads as the event it was, and is understood by all who read it.

They are written by hand and never changed: what was sent once is kept for ever. A new version of an event gets an
example of its own beside the old one.
"""

import asyncio
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from contracts.letter_schema import is_sealed, schema_file
from contracts.readers import readers_of
from deploy.services import COMMANDS, SERVICES
from shared.bus.page import plan_page
from shared.bus.wire import read_letter
from shared.kernel.beliefs import told_by
from shared.kernel.letters import Letter
from shared.kernel.sealed import Sealed
from shared.kernel.service import Service
from shared.protocol.load import protocol_of
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_sqlite
from shared.store.sqlite import SqliteBackend
from shared.store.store import Store
from shared.store.upcasts import UPCASTS
from tests.contracts.reading import EXAMPLES, body_schema, faults, openapi, operations, read, schemas

EVENT_EXAMPLES = sorted(file for file in EXAMPLES.glob("*/*.json") if file.parent.name != "requests")
REQUEST_EXAMPLES = sorted((EXAMPLES / "requests").glob("*.json"))
NOW = datetime(2026, 6, 1, tzinfo=UTC)

each_event = pytest.mark.parametrize("file", EVENT_EXAMPLES, ids=lambda file: f"{file.parent.name}.{file.stem}")


def test_every_event_has_an_example() -> None:
    """Of the version that is recorded now; those of earlier versions stay."""
    wanted = {
        f"{service.name}/{event.title()}.v{event.version}.json"
        for service in SERVICES.values()
        for event in service.events
    }
    there = {file.relative_to(EXAMPLES).as_posix() for file in EVENT_EXAMPLES}
    assert wanted - there == set()


@each_event
def test_an_example_fits_its_schema(file: Path) -> None:
    """Every example is a letter of the event that its path names."""
    letter = read(file)
    assert file.relative_to(EXAMPLES).as_posix() == _path_of(letter["name"], letter["version"])
    schema = schemas()[schema_file(letter["name"], letter["version"])]
    assert faults(schema, letter, schemas()) == []
    described = schema["properties"]["data"]["properties"]
    assert set(letter["data"]) <= set(described)


def _path_of(name: str, version: int) -> str:
    service, title = name.split(".", 1)
    return f"{service}/{title}.v{version}.json"


@each_event
def test_an_example_loads_as_its_event(file: Path) -> None:
    """Through the upcasts into today's class, which keeps every field of it. What was sealed stayed behind."""
    letter = read_letter(file.read_bytes())
    kind = SERVICES[letter.service].event_called(letter.name)
    data: dict[str, Any] = letter.data
    for version in range(letter.version, kind.version):
        data = UPCASTS[(letter.name, version)](data)
    event = msgspec.convert(_with_closed_boxes(data, kind), kind, dec_hook=_closed)
    kept = msgspec.to_builtins(event, enc_hook=lambda sealed: None)
    assert json.loads(msgspec.json.encode(_without_none(kept))) == _without_none(data)


def _with_closed_boxes(data: Any, struct: type[msgspec.Struct]) -> Any:
    told = types.type_info(struct)
    assert isinstance(told, types.StructType)
    closed = {each.encode_name: {} for each in told.fields if each.required and is_sealed(each.type)}
    return {**data, **closed}


def _closed(kind: type, value: Any) -> Any:
    assert value == {}
    return Sealed("child/c-1")


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_without_none(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Readers:
    """An empty store of each service, and the loop that they live in."""

    stores: Mapping[str, Store]
    loop: asyncio.Runner


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """Every service, ready to read."""
    folder = tmp_path_factory.mktemp("stores")
    stores = {name: _store(folder, service) for name, service in SERVICES.items()}
    with asyncio.Runner() as loop:
        for store in stores.values():
            loop.run(store.start())
        yield Readers(stores, loop)
        for store in stores.values():
            loop.run(store.stop())


def _store(folder: Path, service: Service) -> Store:
    file = folder / f"{service.name}.db"
    migrate_sqlite(file, [*service.views, *service.gatherings])
    return Store(service, "main", SqliteBackend(file), Keyring(folder / f"{service.name}.json"))


@each_event
def test_every_reader_understands_an_example(file: Path, readers: Readers) -> None:
    """Read as its intake reads it, into an empty store: beliefs folded, reactions decided, views gathered.

    With fields that nobody knows yet, at every depth, it means the same.
    """
    today, later = read_letter(file.read_bytes()), read_letter(json.dumps(_of_later(read(file))).encode())
    for reader in readers_of(today.name, SERVICES):
        assert _understood(readers, reader, today) == _understood(readers, reader, later)


def _of_later(letter: dict[str, Any]) -> dict[str, Any]:
    data = {name: _grown(value) for name, value in letter["data"].items()}
    grown = {name: _grown(value) for name, value in letter.items() if name != "receipt"}
    return {**letter, **grown, "data": {**data, "of_a_later_version": {"so": "it is"}}, "of_a_later_version": 1}


def _grown(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _grown(inner) for name, inner in value.items()}, "of_a_later_version": True}
    return [_grown(inner) for inner in value] if isinstance(value, list) else value


def _understood(readers: Readers, reader: str, letter: Letter) -> tuple[Any, ...]:
    store = readers.stores[reader]
    plan = readers.loop.run(plan_page(store, [letter], frozenset(), protocol_of, NOW, lambda: str(uuid.uuid4())))
    assert store.service.keeps_all == bool(plan.kept)
    recorded = [(row.stream, row.version, row.topic) for row in plan.events]
    told = told_by(letter)
    assert told.data is letter.data
    views = [
        (gathering.name, about, _known(gathering.fold(about, [letter])))
        for gathering in store.service.gatherings
        for about in gathering.keys(letter)
    ]
    return sorted(plan.read), recorded, views


def _known(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: _known(inner) for name, inner in row.items() if name != "of_a_later_version"}
    return [_known(inner) for inner in row] if isinstance(row, list | tuple) else row


def _bodies() -> list[Any]:
    return [
        pytest.param(service, operation, id=f"{service}.{operation['operationId']}")
        for service, _, _, operation in operations()
        if body_schema(operation) is not None
    ]


@pytest.mark.parametrize("service, operation", _bodies())
def test_every_request_has_an_example_that_fits(service: str, operation: dict[str, Any]) -> None:
    """Each body that an operation takes, by its operationId, against the schema of its document."""
    file = EXAMPLES / "requests" / f"{operation['operationId']}.json"
    assert file.exists()
    document = {"openapi.json": openapi(service)}
    schema = json.loads(json.dumps(body_schema(operation)).replace('"#/', '"openapi.json#/'))
    assert faults(schema, read(file), document) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_loads_as_its_command(service: str) -> None:
    """The example of each command is one that its form takes."""
    for command in COMMANDS[service]:
        command.model.model_validate(read(EXAMPLES / "requests" / f"{command.name}.json"))


def test_there_is_no_example_of_what_is_not_there() -> None:
    """An example of a request that no operation takes would be believed."""
    names = {operation["operationId"] for _, _, _, operation in operations()}
    assert {file.stem for file in REQUEST_EXAMPLES} <= names
