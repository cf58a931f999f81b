"""What does not fit, said without what was sent.

The framework's own 422 quotes the input, and some of pydantic's sentences do too. In this work that would copy a
child's data into a partner's log.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

MOST = 100
_PLACES = frozenset({"body", "path", "query", "header", "cookie"})
_OUR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_DOES_NOT_FIT = "This value does not fit; the contract says what does."

_QUOTING = frozenset({
    "assertion_error", "bytes_invalid_encoding", "date_from_datetime_parsing", "date_parsing",
    "datetime_from_date_parsing", "datetime_object_invalid", "datetime_parsing", "get_attribute_error",
    "iteration_error", "json_invalid", "mapping_type", "no_such_attribute", "time_delta_parsing", "time_parsing",
    "timezone_offset", "url_parsing", "url_syntax_violation", "uuid_parsing", "value_error",
})  # fmt: skip
"""The codes whose sentence holds something of the value, or of an exception that may quote it."""

_IN_OUR_WORDS = {
    "missing": "This field is needed.",
    "model_type": "Send an object here.",
    "union_tag_invalid": "This is not one of the kinds that the contract lists.",
    "uuid_parsing": "Write an identifier as a UUID.",
}


_ONE_CODE = {"model_attributes_type": "model_type"}
"""Where the framework and pydantic name one fault in two ways, by who did the checking."""


def spoken(errors: Iterable[Mapping[str, Any]], body: Any = None) -> list[dict[str, str]]:
    """Validation errors as {in, pointer, code, message}, each once, the first `MOST` of them.

    errors: as pydantic and the framework give them, loc first naming the place. body: what was checked, to count its
    fields: a megabyte may hold a hundred thousand that are not ours, and nobody reads that many.
    """
    said = (_said(error, body) for error in islice(errors, MOST))
    return list({tuple(fault.values()): fault for fault in said}.values())


def _said(error: Mapping[str, Any], body: Any) -> dict[str, str]:
    place, *way = error["loc"] or ("body",)
    if place not in _PLACES:
        place, way = "body", [place, *way]
    code: str = error["type"]
    code = _ONE_CODE.get(code, code)
    if code == "extra_forbidden":
        # The name of a field that is not ours is the caller's text: it is counted, not repeated.
        message = _which(body, way) if place == "body" else "This is not known here."
        way = way[:-1]
    elif code in _IN_OUR_WORDS:
        message = _IN_OUR_WORDS[code]
    else:
        message = _DOES_NOT_FIT if code in _QUOTING else error["msg"]
    return {"in": place, "pointer": _pointer(way), "code": code, "message": message}


def _which(body: Any, way: list[Any]) -> str:
    parent: Any = body
    for step in way[:-1]:
        try:
            parent = parent[step]
        except (LookupError, TypeError):
            parent = None
    if isinstance(parent, Mapping) and way and way[-1] in parent:
        return f"Field {list(parent).index(way[-1]) + 1} of this object is not known here."
    return "This object has a field that is not known here."


def _pointer(way: Iterable[Any]) -> str:
    steps = (str(step) if isinstance(step, int) or _OUR_NAME.fullmatch(str(step)) else "*" for step in way)
    return "".join(["#", *(f"/{step}" for step in steps)])
