"""The JSON Schema of a letter, from the types of its event: what travels is written down, what is sealed is only named.

A schema requires the envelope alone. A field of the payload may be absent wherever the event's `incomplete` names it,
or no row of the authority speaks of it, so no reader may count on one.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect as types

from shared.kernel.events import Event
from shared.kernel.letters import Letter
from shared.kernel.sealed import Sealed

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE_FILE = "letter.v1.json"
# Not `$defs`: AsyncAPI's own schema dialect knows only the older word, and JSON Schema still reads both.
PARTS = "definitions"

Schema = dict[str, Any]

_PLAIN: dict[type[types.Type], Schema] = {
    types.AnyType: {},
    types.BoolType: {"type": "boolean"},
    types.DateTimeType: {"type": "string", "format": "date-time"},
    types.DateType: {"type": "string", "format": "date"},
    types.FloatType: {"type": "number"},
    types.IntType: {"type": "integer"},
    types.NoneType: {"type": "null"},
    types.StrType: {"type": "string"},
    types.UUIDType: {"type": "string", "format": "uuid"},
}


def schema_file(name: str, version: int) -> str:
    """Where the schema of an event's version stands: `referral.ReferralTriaged.v1.json`."""
    return f"{name}.v{version}.json"


def envelope_schema() -> Schema:
    """The schema of every letter; `data` is left open, each event says what its own holds."""
    parts: dict[str, Schema] = {}
    own = _struct(Letter, parts, needs=True)
    return {"$schema": DIALECT, **own, "title": "Letter", PARTS: parts}


def event_schema(service: str, event: type[Event]) -> Schema:
    """The schema of an event's letter: the envelope, with the clear fields of the payload as `data`.

    TypeError for a field of a type that has no form in JSON.
    """
    name = f"{service}.{event.title()}"
    parts: dict[str, Schema] = {}
    data = _struct(event, parts, needs=False)
    schema: Schema = {
        "$schema": DIALECT,
        "title": name,
        "description": _doc(event),
        "allOf": [{"$ref": ENVELOPE_FILE}],
        "properties": {
            "name": {"const": name},
            "version": {"const": event.version},
            "data": {key: data[key] for key in ("type", "properties")},
        },
        "x-sealed-fields": sorted(sealed_fields(event)),
    }
    return {**schema, PARTS: parts} if parts else schema


def sealed_fields(struct: type[msgspec.Struct]) -> Iterator[str]:
    """The names of what never travels, as `name` or `children[].expected_date_of_delivery`."""
    for field in _fields(struct):
        if is_sealed(field.type):
            yield field.encode_name
        else:
            for inner, many in _structs_in(field.type):
                for name in sealed_fields(inner):
                    yield f"{field.encode_name}{'[]' if many else ''}.{name}"


def is_sealed(kind: types.Type) -> bool:
    """Whether a field is sealed, also where it may be absent or is a list of sealed values."""
    match kind:
        case types.CustomType(cls=cls):
            return (getattr(cls, "__origin__", None) or cls) is Sealed
        case types.UnionType(types=members):
            return any(is_sealed(member) for member in members)
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            return is_sealed(item)
        case _:
            return False


def _fields(struct: type[msgspec.Struct]) -> tuple[types.Field, ...]:
    told = types.type_info(struct)
    assert isinstance(told, types.StructType)
    return told.fields


def _structs_in(kind: types.Type) -> Iterator[tuple[type[msgspec.Struct], bool]]:
    match kind:
        case types.StructType(cls=cls):
            yield cls, False
        case types.UnionType(types=members):
            for member in members:
                yield from _structs_in(member)
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            for struct, _ in _structs_in(item):
                yield struct, True


def _struct(struct: type[msgspec.Struct], parts: dict[str, Schema], *, needs: bool) -> Schema:
    fields = [field for field in _fields(struct) if not is_sealed(field.type)]
    schema: Schema = {
        "title": struct.__name__,
        "description": _doc(struct),
        "type": "object",
        "properties": {field.encode_name: _field(field, parts, needs) for field in fields},
    }
    required = sorted(field.encode_name for field in fields if field.required)
    return {**schema, "required": required} if needs and required else schema


def _field(field: types.Field, parts: dict[str, Schema], needs: bool) -> Schema:
    kind = field.type
    if isinstance(kind, types.UnionType) and field.default is None:
        # A field that is None is left out of a letter, so no reader ever meets a null there.
        kept = tuple(member for member in kind.types if not isinstance(member, types.NoneType))
        kind = kept[0] if len(kept) == 1 else types.UnionType(kept)
    return _of(kind, parts, needs)


def _of(kind: types.Type, parts: dict[str, Schema], needs: bool) -> Schema:
    if type(kind) in _PLAIN:
        return dict(_PLAIN[type(kind)])
    match kind:
        case types.LiteralType(values=values):
            return {"enum": sorted(values, key=str)}
        case types.EnumType(cls=cls):
            return {"enum": [member.value for member in cls]}
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            return {"type": "array", "items": _of(item, parts, needs)}
        case types.SetType(item_type=item) | types.FrozenSetType(item_type=item):
            return {"type": "array", "items": _of(item, parts, needs), "uniqueItems": True}
        case types.DictType(value_type=value):
            inner = _of(value, parts, needs)
            return {"type": "object", "additionalProperties": inner} if inner else {"type": "object"}
        case types.UnionType(types=members):
            return {"anyOf": [_of(member, parts, needs) for member in members]}
        case types.StructType(cls=cls):
            if cls.__name__ not in parts:
                parts[cls.__name__] = {}
                parts[cls.__name__] = _struct(cls, parts, needs=needs)
            return {"$ref": f"#/{PARTS}/{cls.__name__}"}
        case _:
            raise TypeError(f"no form in JSON for {type(kind).__name__}")


def _doc(struct: type) -> str:
    # cleandoc, because from Python 3.13 on the compiler already takes the indentation away and older ones do not.
    return inspect.cleandoc(struct.__doc__ or "")
