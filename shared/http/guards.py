"""A body from bytes to values: what JSON leaves open is refused here, before anything else looks at it.

Two parsers that read one text differently are how a guard is walked around. So a key given twice, half a surrogate
pair, a NUL or a number that some reader would round is refused and never settled by a silent choice.
"""

import json
import math
import re
from typing import Any

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20

KINDS = {
    "too_large": "The body is larger than 1 MiB.",
    "not_utf8": "The body is not UTF-8 text.",
    "not_json": "The body is not JSON (RFC 8259); NaN and Infinity are not JSON either.",
    "not_object": "The body is JSON, but not one object.",
    "nul": "The body holds the character U+0000.",
    "surrogate": "The body holds half of a surrogate pair, which is no character.",
    "depth": f"The body nests deeper than {MAX_DEPTH} levels.",
    "duplicate_key": "An object in the body has the same key twice.",
    "number": "A number in the body does not fit into 64 bits.",
}
"""What can be wrong with a body, in words that repeat nothing of it."""

GUARDS_ON_BYTES = frozenset(KINDS) - {"number"}
"""The kinds that refuse even a worry; a number too large is a misfit of one field, and a worry is taken with it."""


class BadBody(Exception):
    """A body that cannot be read safely.

    kind: one of KINDS; at: how many characters (bytes, for not_utf8) stand before the fault, None if not known.
    pointer: always the whole document, because the keys on the way to the fault are the caller's own words.
    """

    pointer = "#"

    def __init__(self, kind: str, at: int | None = None):
        super().__init__(kind)
        self.kind = kind
        self.at = at

    @property
    def status(self) -> int:
        """413 if it is only too long, else 400."""
        return 413 if self.kind == "too_large" else 400

    @property
    def on_bytes(self) -> bool:
        """Whether it refuses a worry too."""
        return self.kind in GUARDS_ON_BYTES


_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE = bytes.maketrans(b"{}", b"[]")
_BAD_ESCAPE = re.compile(
    r"(?P<nul>\\u0000)"
    r"|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]",
    re.DOTALL,
)


def read_json(
    raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, numbers_as_text: bool = False
) -> Any:
    """The value that a JSON text stands for. Raises BadBody.

    numbers_as_text: a number beyond 64 bits comes back as its own digits instead of refusing the body, so that
    one field can be said to misfit and the rest be kept.
    """
    if len(raw) > max_bytes:
        raise BadBody("too_large")
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        raise BadBody("not_utf8", fault.start) from None
    if "\0" in text:
        raise BadBody("nul", text.index("\0"))
    if raw.count(b"[") + raw.count(b"{") > max_depth and _too_deep(raw, max_depth):
        raise BadBody("depth")
    try:
        value = (_TAKING if numbers_as_text else _STRICT).decode(text)
    except json.JSONDecodeError as fault:
        # The error carries the whole body: it must not travel on as anybody's cause.
        raise BadBody("not_json", fault.pos) from None
    if "\\u" in text:
        _check_escapes(text)
    return value


def read_object(
    raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, numbers_as_text: bool = False
) -> dict[str, Any]:
    """The one object that a JSON text stands for. Raises BadBody."""
    value = read_json(raw, max_bytes=max_bytes, max_depth=max_depth, numbers_as_text=numbers_as_text)
    if not isinstance(value, dict):
        raise BadBody("not_object", 0)
    return value


def _too_deep(raw: bytes, most: int) -> bool:
    # Counted before parsing, because a parser that recurses is what deep nesting attacks. Each round takes away
    # the innermost pairs; what is left open or unbalanced can lead the parser no deeper than `most` again.
    left = _STRING.sub(b"", raw).translate(_ALL_SQUARE, _NOT_BRACKETS)
    for _ in range(most):
        if not left:
            return False
        left = left.replace(b"[]", b"")
    return b"[]" in left or left.count(b"[") > most


def _check_escapes(text: str) -> None:
    # An escaped backslash is blotted out first, at equal length, so that each one left begins an escape.
    found = _BAD_ESCAPE.search(text.replace("\\\\", ".."))
    if found:
        raise BadBody("nul" if found["nul"] else "surrogate", found.start())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadBody("duplicate_key")
    return made


def _int(digits: str) -> int:
    if len(digits) > 20 or not -(2**63) <= (number := int(digits)) < 2**63:
        raise BadBody("number")
    return number


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadBody("number")
    return number


def _int_or_text(digits: str) -> int | str:
    try:
        return _int(digits)
    except BadBody:
        return digits


def _float_or_text(digits: str) -> float | str:
    number = float(digits)
    return digits if math.isinf(number) else number


def _no_constant(_: str) -> Any:
    raise BadBody("not_json")


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_no_constant)
_TAKING = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_int_or_text, parse_float=_float_or_text, parse_constant=_no_constant
)
