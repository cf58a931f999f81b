"""How the commands of the registers are written: ids, codes, dates and instants, as text and nothing else."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = range(1900, 2201)


def _instant(value: Any) -> datetime:
    # A number would be taken for seconds since 1970, and a wrong unit for a wrong century.
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime) or value.tzinfo is None or value.year not in _YEARS:
        raise ValueError("an instant with its offset, as 2026-03-27T16:10:00Z")
    return value


def _date(value: Any) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime) or value.year not in _YEARS:
        raise ValueError("a date, as 2026-03-27")
    return value


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
"""An instant with an offset, written as text."""

IsoDate = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A date written as text, YYYY-MM-DD."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An identifier as it may stand in a path and in the name of a stream."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_]{0,63}$")]
"""A word of a closed list."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
"""What somebody wrote: a name, a contact, a note."""


class Command(BaseModel):
    """A command as it was sent: frozen, and a field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
