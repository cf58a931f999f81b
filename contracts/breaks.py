"""What a changed schema would break: a reader that knows the old one, or a letter that was written under it.

Adding is free; anything else is a new version of the event beside the old one.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.letter_schema import PARTS

Schema = Mapping[str, Any]

SAYS_NOTHING = frozenset({"$schema", "$comment", "title", "description", "default", "examples", "deprecated", PARTS})
"""Keywords that no letter can break; `x-` ones are such too."""

_MANY = ("allOf", "anyOf", "oneOf")


def breaks(old: Schema, new: Schema) -> list[str]:
    """What a schema no longer promises, or newly asks, as "<where>: <what>"; empty if each reads the other's letters.

    old, new: whole schemas of one event, with their own parts. A word added to a closed list breaks a reader that
    knows the list; a word removed, the letters that hold it. A field more breaks nobody: readers pass over it.
    """
    return list(_breaks(old, new, (old, new), "letter", frozenset()))


def _breaks(
    old: Schema, new: Schema, whole: tuple[Schema, Schema], where: str, met: frozenset[tuple[str, str]]
) -> Iterator[str]:
    refs = (_own_ref(old), _own_ref(new))
    if any(refs):
        # A part that holds itself would be walked for ever.
        if (pair := (refs[0] or where, refs[1] or where)) in met:
            return
        met |= {pair}
        old, new = _resolved(old, whole[0]), _resolved(new, whole[1])
    yield from _fields(old, new, whole, where, met)
    yield from _words(old, new, where)
    for word, now in sorted(_required(old, new).items()):
        yield f"{where}.{word}: {now}"
    for keyword in _MANY:
        before, after = old.get(keyword, []), new.get(keyword, [])
        if len(before) != len(after):
            yield f"{where}: other alternatives ({keyword})"
            continue
        for one, other in zip(before, after, strict=True):
            yield from _breaks(one, other, whole, where, met)
    for keyword, into in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(old.get(keyword), dict) and isinstance(new.get(keyword), dict):
            yield from _breaks(old[keyword], new[keyword], whole, f"{where}{into}", met)
    yield from _others(old, new, where)


def _fields(
    old: Schema, new: Schema, whole: tuple[Schema, Schema], where: str, met: frozenset[tuple[str, str]]
) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before):
        if name not in after:
            yield f"{where}.{name}: removed"
        else:
            yield from _breaks(before[name], after[name], whole, f"{where}.{name}", met)


def _words(old: Schema, new: Schema, where: str) -> Iterator[str]:
    if "enum" in old and "enum" in new:
        added = [str(word) for word in new["enum"] if word not in old["enum"]]
        gone = [str(word) for word in old["enum"] if word not in new["enum"]]
        if added:
            yield f"{where}: words added to a closed list: {', '.join(sorted(added))}"
        if gone:
            yield f"{where}: words removed from a closed list: {', '.join(sorted(gone))}"


def _required(old: Schema, new: Schema) -> dict[str, str]:
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    return dict.fromkeys(after - before, "newly required") | dict.fromkeys(before - after, "no longer required")


def _others(old: Schema, new: Schema, where: str) -> Iterator[str]:
    walked = {"properties", "required", "$ref", *_MANY}
    for keyword in sorted({*old, *new} - walked - SAYS_NOTHING):
        before, after = old.get(keyword), new.get(keyword)
        inside = keyword in ("items", "additionalProperties", "enum") and type(before) is type(after) is not bool
        if not keyword.startswith("x-") and not inside and before != after:
            yield f"{where}: {keyword} was {_said(before)}, is {_said(after)}"
    if old.get("$ref") != new.get("$ref") and not (_own_ref(old) or _own_ref(new)):
        yield f"{where}: $ref was {_said(old.get('$ref'))}, is {_said(new.get('$ref'))}"


def _said(value: Any) -> str:
    return "absent" if value is None else json.dumps(value, sort_keys=True)


def _own_ref(schema: Schema) -> str | None:
    ref = schema.get("$ref", "")
    return ref if ref.startswith(f"#/{PARTS}/") else None


def _resolved(schema: Schema, whole: Schema) -> Schema:
    ref = _own_ref(schema)
    return whole[PARTS][ref.rsplit("/", 1)[1]] if ref else schema


def broken_schemas(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """The breaks of all schemas, by file name; a schema that is gone is one."""
    lines = []
    for name in sorted(old):
        found = breaks(old[name], new[name]) if name in new else ["removed; letters of it are kept for ever"]
        lines += [f"{name}: {line}" for line in found]
    return lines
