"""The contracts on disk are those of the code, and each says what really travels."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from contracts.events_api import HEADERS, SOMETIMES, events_api
from contracts.generate import HERE, contracts, leftover, stale, write, written
from contracts.letter_schema import event_schema
from contracts.lint import offline
from deploy.services import SERVICES
from shared.bus.wire import message_of
from shared.kernel.events import Event
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM
from shared.kernel.sealed import Sealed
from shared.kernel.service import Service
from tests.contracts.reading import faults

TOPICS = {
    "settings": {"cleanup.policy": "delete", "retention.ms": "-1"},
    "topics": {f"{name}.events.v1": {"partitions": 3} for name in ("house", "garden")},
}


class Room(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A room of a house."""

    room_id: str
    seen: Sealed[date] | None = None
    notes: tuple[Sealed[str], ...] = ()


class Built(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A house stands.

    rooms: those with a door.
    """

    from_: datetime = msgspec.field(name="from")
    kind: Literal["BRICK", "WOOD"] | None = None
    rooms: tuple[Room, ...] = ()
    owner: Sealed[str]
    facts: dict[str, Any]


class Sold(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A house has gone to somebody else."""

    version = 2

    on: date


HOUSE = Service("house", "House", (Built, Sold))
GARDEN = Service("garden", "Garden", (), beliefs={"house.Built": lambda letter: (), "house.Burnt": lambda letter: ()})
FICTION = {"house": HOUSE, "garden": GARDEN}


def test_the_files_are_those_of_the_code() -> None:
    """What `make contracts` would write is there already."""
    wanted = {path: written(document) for path, document in contracts(SERVICES).items()}
    assert list(stale(HERE, wanted)) == []


def test_a_schema_holds_what_is_clear_and_names_what_is_sealed() -> None:
    """Sealed fields go wherever they stand: at the top, in a part, in a list of parts, in a list of their own."""
    schema = event_schema("house", Built)
    assert schema["x-sealed-fields"] == ["owner", "rooms[].notes", "rooms[].seen"]
    assert schema["properties"]["data"]["properties"] == {
        "from": {"type": "string", "format": "date-time"},
        "kind": {"enum": ["BRICK", "WOOD"]},
        "rooms": {"type": "array", "items": {"$ref": "#/definitions/Room"}},
        "facts": {"type": "object"},
    }
    assert schema["definitions"]["Room"]["properties"] == {"room_id": {"type": "string"}}
    assert "required" not in json.dumps(schema)
    assert schema["description"] == "A house stands.\n\nrooms: those with a door."


def test_a_type_that_json_does_not_have_is_refused() -> None:
    """Better no contract than one that says anything goes."""

    class Odd(Event, frozen=True, kw_only=True):
        """Something odd."""

        what: complex

    with pytest.raises(TypeError):
        event_schema("house", Odd)


def test_stale_files_are_named(tmp_path: Path) -> None:
    """Missing, out of date, left over; a schema of an earlier version is none of these."""
    wanted = {"schemas/house.Built.v2.json": "{}\n", "openapi/house.json": "{}\n"}
    write(tmp_path, {**wanted, "schemas/house.Built.v1.json": "{}\n", "schemas/house.Sold.v1.json": "{}\n"})
    (tmp_path / "openapi/house.json").write_text("{ }\n")
    (tmp_path / "schemas/house.Built.v2.json").unlink()
    assert list(stale(tmp_path, wanted)) == [
        "out of date: openapi/house.json",
        "missing: schemas/house.Built.v2.json",
        "of nothing that is there: schemas/house.Sold.v1.json",
    ]
    write(tmp_path, wanted)
    assert leftover(tmp_path, wanted) == []
    assert (tmp_path / "schemas/house.Built.v1.json").exists()
    assert write(tmp_path, wanted) == []


def test_an_events_document_says_who_sends_and_who_reads() -> None:
    """The sender's document names its readers; a reader's, the letters it lists, also one that nobody sends yet."""
    there = {"house.Built.v1.json", "house.Sold.v2.json"}
    house, garden = (events_api(each, FICTION, TOPICS, "1.0", there) for each in (HOUSE, GARDEN))
    assert house["components"]["messages"]["house.Built"]["x-readers"] == ["garden"]
    assert house["components"]["messages"]["house.Sold"]["payload"] == {"$ref": "../schemas/house.Sold.v2.json"}
    assert [each["action"] for each in house["operations"].values()] == ["send"]
    assert list(garden["channels"]["houseEvents"]["messages"]) == ["house.Built", "house.Burnt"]
    assert garden["components"]["messages"]["house.Burnt"]["payload"] == {"$ref": "../schemas/letter.v1.json"}
    assert house["channels"]["houseEvents"]["bindings"]["kafka"]["partitions"] == 3


def test_the_headers_are_those_that_are_sent() -> None:
    """Every header of a message is described, and every one described is sent."""
    letter = Letter(
        event_id="e-1",
        name="house.Built",
        version=1,
        authority="ZZZ",
        stream="house/h-1",
        stream_version=1,
        occurred_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        recorded_at=datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC),
        actor=SYSTEM,
        edition="",
        correlation_id="c-1",
        causation_id="e-0",
        data={},
        source="house/main",
        incarnation="00000000-0000-4000-8000-000000000001",
        partition=0,
        sequence=1,
        previous=0,
        log_index=0,
        leaf_hash="00",
    )
    headers = {name: value.decode() for name, value in message_of(letter).headers}
    assert set(headers) == set(HEADERS)
    described = events_api(HOUSE, FICTION, TOPICS, "1.0", ())["components"]["messageTraits"]["letter"]["headers"]
    assert faults(described, headers, {}) == []
    without = {name: value for name, value in headers.items() if name not in SOMETIMES}
    assert faults(described, without, {}) == []
    assert faults(described, {**headers, "ce_specversion": "0.3"}, {}) != []


def test_a_page_fetches_no_logo() -> None:
    """The pages are read where there is no network, and nobody else learns that they are."""
    assert offline("src:e?`https://cdn.example.org/redoc/logo-mini.svg`:`x`") == "src:e?`data:,`:`x`"
