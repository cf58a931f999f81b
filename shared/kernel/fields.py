"""Types for the fields of a request: each says in words what it wants, and none repeats what it got.

Left to itself pydantic reads `0`, `"0"` and `"1577836800"` as dates and `0` as false. A date of birth must be
written out, and a yes must be a yes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, LiteralString

import phonenumbers
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from stdnum.gb import nhs, upn

__all__ = [
    "Code",
    "Instant",
    "IsoDate",
    "NhsNumber",
    "Phone",
    "Postcode",
    "Sent",
    "StrictBool",
    "StrictInt",
    "Text",
    "Upn",
    "misfit",
]

FIRST_YEAR, LAST_YEAR = 1900, 2200


class Sent(BaseModel):
    """The body of a request: a field that is not known is refused, and no error shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def misfit(code: LiteralString, message: str) -> PydanticCustomError:
    """An error to raise in a validator: its message reaches the caller, so it must hold nothing of the value.

    A plain ValueError is answered with a general sentence, because those of Python quote what they were given.
    """
    # A brace would be read as the place of a value.
    return PydanticCustomError(code, "{message}", {"message": message})


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _iso_date(value: Any) -> date:
    if type(value) is date:
        found = value
    elif isinstance(value, str) and _DATE.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise misfit("iso_date", "This day is not in the calendar.") from None
    else:
        raise misfit("iso_date", "Write a date as text, YYYY-MM-DD.")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise misfit("iso_date", f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.")
    return found


def _instant(value: Any) -> datetime:
    how = "Write an instant as text with its offset: 2026-03-27T16:10:00Z or 2026-07-01T09:00:00+01:00."
    if isinstance(value, datetime) and value.utcoffset() is not None:
        found = value
    elif isinstance(value, str) and (parts := _INSTANT.fullmatch(value)):
        day, clock, fraction, offset = parts.groups()
        # Some clients send seven or nine places; Python keeps six.
        micros = (fraction or "")[:6].ljust(6, "0")
        offset = "+00:00" if offset in "Zz" else offset
        try:
            found = datetime.fromisoformat(f"{day}T{clock}.{micros}{offset}")
        except ValueError:
            raise misfit("instant", "This day, time or offset does not exist.") from None
    else:
        raise misfit("instant", how)
    try:
        found = found.astimezone(UTC)
    except OverflowError:
        raise misfit("instant", f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise misfit("instant", f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.")
    return found


IsoDate = Annotated[date, BeforeValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A day written YYYY-MM-DD, of the years 1900 to 2200."""

Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
"""An RFC 3339 date-time with its offset, kept in UTC to the microsecond; never a naive one."""


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INK = re.compile(r"[^\t\n\r \xa0]")
_OK = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*"
_WRITTEN = rf"^{_OK}[^\u0000-\u0020\u007f-\u00a0]{_OK}$"
"""The same two checks as a pattern for the contract."""


@dataclass(frozen=True)
class Text:
    """Text of 1 to `most` characters, not blank, with no control character but tab and line break.

    Use as Annotated[str, Text(200)]. Line breaks come out as a single line feed, however a client wrote them.
    """

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, core_schema.str_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.most, "pattern": _WRITTEN}

    def _check(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self.most:
            raise misfit("text_too_long", f"Write at most {self.most} characters.")
        if not _INK.search(text):
            raise misfit("text_blank", "Write something here, or leave the field out.")
        if _CONTROL.search(text):
            raise misfit("text_control", "Leave out control characters other than tab and line break.")
        return text


class Code:
    """One word of a closed list. Use as Annotated[str, Code(LEVELS)]."""

    def __init__(self, words: Iterable[str]):
        self.words = tuple(dict.fromkeys(words))
        self._known = frozenset(self.words)
        # A long list is looked up in the contract; a short one saves the caller that walk.
        listed = f": {', '.join(self.words)}" if len(self.words) <= 25 else "; the contract lists them"
        self._message = f"Send one of the codes of this list{listed}."

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, core_schema.str_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    def _check(self, word: str) -> str:
        if word not in self._known:
            raise misfit("code", self._message)
        return word


def _text(value: Any, code: LiteralString, most: int) -> str:
    if not isinstance(value, str):
        raise misfit(code, "Send this as text.")
    if len(value) > most:
        raise misfit(code, f"Write at most {most} characters.")
    return value.strip()


def _nhs_number(value: Any) -> str:
    digits = nhs.compact(_text(value, "nhs_number", 20))
    if not nhs.is_valid(digits):
        raise misfit("nhs_number", "An NHS number has ten digits, of which the last checks the others.")
    # Ten equal digits pass the check, and are what a form gets when nobody knows the number.
    if len(set(digits)) == 1:
        raise misfit("nhs_number", "Leave the NHS number out when it is not known.")
    return digits


_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")


def _upn(value: Any) -> str:
    number = upn.compact(_text(value, "upn", 20))
    # Not upn.validate: its list of authorities is of 2011 and lacks those formed since.
    if not _UPN.fullmatch(number) or upn.calc_check_digit(number[1:]) != number[0]:
        raise misfit("upn", "A UPN is a check letter, eleven digits, and a digit or letter.")
    return number


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9](?:[0-9]|[A-Z])?|GIR) ?([0-9][A-Z]{2})")


_ROUGHLY = "^[A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}$"


def _postcode(value: Any) -> str:
    found = _POSTCODE.fullmatch(" ".join(_text(value, "postcode", 12).upper().split()))
    if not found:
        raise misfit("postcode", "Write a full UK postcode, as in SW1A 2AA.")
    return f"{found[1]} {found[2]}"


_DIALLED = re.compile(r"\+?[0-9 ()./-]{3,30}(?: ?(?:ext\.?|x|#) ?[0-9]{1,7})?", re.IGNORECASE)


def _phone(value: Any) -> str:
    dialled = _text(value, "phone", 40)
    try:
        # The parser would take a number out of the middle of a sentence and drop the rest.
        number = phonenumbers.parse(dialled, "GB") if _DIALLED.fullmatch(dialled) else None
    except phonenumbers.NumberParseException:
        number = None
    # A number that can only be dialled within its own town is of no use to whoever has to ring.
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != possible:
        raise misfit("phone", "Write a telephone number in full, as dialled in the UK or with its country code.")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written} ext {number.extension}" if number.extension else written


def _written(example: str, **schema: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema, "examples": [example]})


NhsNumber = Annotated[
    str,
    BeforeValidator(_nhs_number),
    _written("999 123 4004", pattern="^[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}$"),
]
"""An NHS number, kept as ten digits."""

Upn = Annotated[str, BeforeValidator(_upn), _written("B801200005001", pattern="^[A-Z][0-9]{11}[0-9A-Z]$")]
"""A unique pupil number, permanent or temporary, kept in capitals without spaces."""

Postcode = Annotated[str, BeforeValidator(_postcode), _written("SW1A 2AA", pattern=_ROUGHLY)]
"""A full UK postcode, kept in capitals with one space."""

Phone = Annotated[str, BeforeValidator(_phone), _written("01632 960123", maxLength=40)]
"""A telephone number, kept as +441632960123, with ` ext 12` after it where there is one."""
