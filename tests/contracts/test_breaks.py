"""A change that an old reader or an old letter could not bear is found; one that both can is not."""

from copy import deepcopy
from typing import Any

import pytest

from contracts.breaks import breaks, broken_schemas

OLD: dict[str, Any] = {
    "title": "house.Happened",
    "allOf": [{"$ref": "letter.v1.json"}],
    "required": ["data"],
    "properties": {
        "version": {"const": 1},
        "data": {
            "type": "object",
            "properties": {
                "colour": {"enum": ["BLUE", "RED"]},
                "count": {"type": "integer"},
                "at": {"type": "string", "format": "date-time"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "free": {"type": "object"},
                "shape": {"anyOf": [{"type": "integer"}, {"$ref": "#/definitions/Shape"}]},
                "parts": {"type": "array", "items": {"$ref": "#/definitions/Part"}},
            },
        },
    },
    "definitions": {
        "Part": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}, "inner": {"$ref": "#/definitions/Part"}},
        },
        "Shape": {"type": "object", "properties": {"sides": {"type": "integer"}}},
    },
}


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """OLD with one place changed; None takes the place away."""
    new = deepcopy(OLD)
    *above, last = path
    place = new
    for step in above:
        place = place[step]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return new


DATA = ("properties", "data", "properties")
PART = ("definitions", "Part")


@pytest.mark.parametrize(
    "new, said",
    [
        (changed(*DATA, "count", to=None), "letter.data.count: removed"),
        (changed(*DATA, "count", to={"type": "string"}), 'letter.data.count: type was "integer", is "string"'),
        (changed(*DATA, "count", to={"type": "number"}), 'letter.data.count: type was "integer", is "number"'),
        (changed(*DATA, "count", "maximum", to=9), "letter.data.count: maximum was absent, is 9"),
        (changed(*DATA, "at", "format", to="date"), 'letter.data.at: format was "date-time", is "date"'),
        (changed(*DATA, "colour", "enum", to=["BLUE", "GREEN", "RED"]), "words added to a closed list: GREEN"),
        (changed(*DATA, "colour", "enum", to=["BLUE"]), "words removed from a closed list: RED"),
        (changed(*DATA, "colour", to={"type": "string"}), "letter.data.colour: enum was"),
        (changed(*DATA, "tags", "items", to={"type": "integer"}), "letter.data.tags[]: type was"),
        (changed(*DATA, "free", "additionalProperties", to=False), "letter.data.free: additionalProperties was absent"),
        (changed(*DATA, "shape", "anyOf", to=[{"type": "integer"}]), "letter.data.shape: other alternatives (anyOf)"),
        (changed(*DATA, "parts", "items", to={"$ref": "#/definitions/Shape"}), "letter.data.parts[].id: removed"),
        (changed("properties", "data", "required", to=["count"]), "letter.data.count: newly required"),
        (changed("required", to=None), "letter.data: no longer required"),
        (changed("properties", "version", to={"const": 2}), "letter.version: const was 1, is 2"),
        (changed(*PART, "properties", "id", to=None), "letter.data.parts[].id: removed"),
        (changed("definitions", "Shape", "properties", "sides", to=None), "letter.data.shape.sides: removed"),
        (changed("allOf", 0, to={"$ref": "letter.v2.json"}), 'letter: $ref was "letter.v1.json"'),
    ],
)
def test_a_planted_break_is_found(new: dict[str, Any], said: str) -> None:
    """Each way in which a schema can go back on its word."""
    assert any(said in line for line in breaks(OLD, new)), breaks(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        changed(*DATA, "more", to={"type": "string"}),
        changed(*PART, "properties", "more", to={"type": "string"}),
        changed(*DATA, "count", to={"type": "integer", "description": "How many."}),
        changed("x-sealed-fields", to=["note"]),
        changed("title", to=None),
    ],
)
def test_what_breaks_nobody_is_not_found(new: dict[str, Any]) -> None:
    """Fields more, and words about fields."""
    assert breaks(OLD, new) == []


def test_a_part_moved_under_another_name_is_the_same_part() -> None:
    """Only what travels counts, not how the schema is cut up."""
    new = changed("definitions", "Piece", to=OLD["definitions"]["Part"])
    new["properties"]["data"]["properties"]["parts"]["items"] = {"$ref": "#/definitions/Piece"}
    assert breaks(OLD, new) == []


def test_a_schema_that_is_gone_breaks_and_a_new_one_does_not() -> None:
    """Letters are kept for ever, so is what they look like."""
    assert broken_schemas({"a.v1.json": OLD}, {"a.v2.json": OLD}) == [
        "a.v1.json: removed; letters of it are kept for ever"
    ]
    assert broken_schemas({"a.v1.json": OLD}, {"a.v1.json": OLD, "a.v2.json": OLD}) == []
