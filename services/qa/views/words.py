"""How facts are written in a view: instants as UTC text, structures as plain lists and maps."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.kernel.calendar import LONDON

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def instant(moment: datetime) -> str:
    """An aware instant as UTC text, to the microsecond where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(written: object) -> datetime | None:
    """The instant that a payload wrote as text; None if it is not one with an offset."""
    if isinstance(written, datetime):
        return written if written.tzinfo else None
    if not isinstance(written, str):
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else None


def given(data: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Those of the fields that the payload holds, in the order asked for."""
    return {field: plain(data[field]) for field in fields if data.get(field) is not None}


def plain(value: Any) -> Any:
    """A value as JSON holds it: instants and dates as text, structs as maps, every sequence a list."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(inner) for inner in value)
    return plain(msgspec.to_builtins(value, str_keys=True))


def day_in_words(moment: datetime) -> str:
    """`Tuesday 29 December 2026`, the day it is in London."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}"


def time_in_words(moment: datetime) -> str:
    """`23:59`, the time it is in London."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def counted(length: str) -> str:
    """A length that starts with a number, with small numbers as words: `one working day`."""
    number, _, unit = length.partition(" ")
    if unit and number.isdigit() and int(number) < len(_NUMBERS):
        return f"{_NUMBERS[int(number)]} {unit}"
    return length


def encode(row: object) -> bytes:
    """A view as bytes: the same facts always give the same bytes."""
    return msgspec.json.encode(row, order="deterministic")
