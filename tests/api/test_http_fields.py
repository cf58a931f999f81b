"""The field types: what they take, what they keep, and that an error never shows the value."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum.gb import upn

from shared.kernel.fields import (
    Code,
    Instant,
    IsoDate,
    NhsNumber,
    Phone,
    Postcode,
    Sent,
    StrictBool,
    StrictInt,
    Text,
    Upn,
)

Note = Annotated[str, Text(20)]
Level = Annotated[str, Code(("GREEN", "AMBER", "RED"))]


def takes(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refuses(kind: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        takes(kind, value)
    (error,) = caught.value.errors(include_input=False, include_url=False)
    return error["msg"]


@pytest.mark.parametrize(
    "value",
    [
        0,
        "0",
        "1577836800",
        1577836800,
        True,
        None,
        1.5,
        "2020-1-1",
        "20200101",
        "2020-01-01T00:00:00Z",
        "01/02/2020",
        "2020-02-30",
        "1899-12-31",
        "2201-01-01",
        "٢٠٢٠-01-01",
        " 2020-01-01",
        "2020-01-01\n",
        "2020-W01-1",
        "",
        datetime(2020, 1, 1),
    ],
)
def test_a_date_is_written_out(value: Any) -> None:
    refuses(IsoDate, value)


def test_dates_are_kept_as_days() -> None:
    assert takes(IsoDate, "2016-02-29") == date(2016, 2, 29)
    assert takes(IsoDate, "1900-01-01") == date(1900, 1, 1)
    assert takes(IsoDate, date(2200, 12, 31)) == date(2200, 12, 31)
    assert TypeAdapter(IsoDate).dump_json(date(2020, 1, 2)) == b'"2020-01-02"'


@pytest.mark.parametrize(
    "value",
    [
        0,
        "1577836800",
        "2026-03-27",
        "2026-03-27T16:10:00",
        "2026-03-27T16:10Z",
        "2026-03-27 16:10:00Z",
        "2026-03-27T24:00:00Z",
        "2026-03-27T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-03-27T16:10:00+25:00",
        "1899-12-31T23:59:59Z",
        "2200-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-03-27T16:10:00.Z",
        datetime(2026, 3, 27),
        date(2026, 3, 27),
        None,
        True,
    ],
)
def test_an_instant_has_its_offset(value: Any) -> None:
    refuses(Instant, value)


@pytest.mark.parametrize(
    "text, instant",
    [
        ("2026-03-27T16:10:00Z", datetime(2026, 3, 27, 16, 10, tzinfo=UTC)),
        ("2026-07-01T09:00:00+01:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-03-27t16:10:00.5z", datetime(2026, 3, 27, 16, 10, 0, 500_000, tzinfo=UTC)),
        ("2026-03-27T16:10:00.1234567Z", datetime(2026, 3, 27, 16, 10, 0, 123_456, tzinfo=UTC)),
        ("2026-03-27T16:10:00-00:00", datetime(2026, 3, 27, 16, 10, tzinfo=UTC)),
    ],
)
def test_instants_are_kept_in_utc(text: str, instant: datetime) -> None:
    kept = takes(Instant, text)
    assert kept == instant
    assert kept.utcoffset() == instant.utcoffset()


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30), timezones=st.timezones()))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_an_instant_written_by_python_is_that_instant(instant: datetime) -> None:
    offset = instant.utcoffset()
    if offset is not None and not offset.total_seconds() % 60:
        assert takes(Instant, instant.isoformat()) == instant


@pytest.mark.parametrize(
    "value", ["", " \n", "\u00a0\t", "a\0b", "a\x07", "a\x7f", "a\x85", "x" * 21, 5, None, ["a"], "\ud800"]
)
def test_text_says_something_and_hides_nothing(value: Any) -> None:
    refuses(Note, value)


def test_text_keeps_its_lines_however_they_were_broken() -> None:
    assert takes(Note, "one\r\ntwo\rthree\tx") == "one\ntwo\nthree\tx"
    assert takes(Note, "\r\n".join("abcdefg")) == "\n".join("abcdefg")
    assert takes(Note, " Zoë \U0001f600 ") == " Zoë \U0001f600 "


def test_the_contract_of_text_takes_what_the_type_takes() -> None:
    schema = TypeAdapter(Note).json_schema()
    assert (schema["minLength"], schema["maxLength"]) == (1, 20)
    pattern = re.compile(schema["pattern"])
    for good in ("a", " a ", "a\nb", "\ta\n\n", "ö"):
        assert takes(Note, good)
        assert pattern.search(good)
    for bad in ("", " ", "\n \t", "a\0", "\x1ba", "a\x80"):
        assert refuses(Note, bad)
        assert not pattern.search(bad)


def test_a_code_is_a_word_of_its_list() -> None:
    assert takes(Level, "AMBER") == "AMBER"
    assert "GREEN, AMBER, RED" in refuses(Level, "Secretname")
    for wrong in ("amber", "", None, 1):
        refuses(Level, wrong)
    assert TypeAdapter(Level).json_schema() == {"type": "string", "enum": ["GREEN", "AMBER", "RED"]}
    assert "contract" in refuses(Annotated[str, Code(f"W{n}" for n in range(40))], "W99")


@pytest.mark.parametrize("given", ["9991234004", "999 123 4004", " 999-123-4004 "])
def test_an_nhs_number_is_kept_as_ten_digits(given: str) -> None:
    assert takes(NhsNumber, given) == "9991234004"


@pytest.mark.parametrize("kind", [NhsNumber, Upn, Postcode, Phone])
def test_the_example_in_the_contract_is_one_that_is_taken(kind: Any) -> None:
    schema = TypeAdapter(kind).json_schema()
    assert takes(kind, schema["examples"][0])
    assert re.search(schema.get("pattern", ""), schema["examples"][0])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "9991234005",
        "999123456",
        "99912345601",
        9991234004,
        None,
        "0000000000",
        "1111111111",
        "999x1234560",
        "9" * 500,
    ],
)
def test_what_is_no_nhs_number_is_refused(value: Any) -> None:
    refuses(NhsNumber, value)


def test_a_upn_has_its_check_letter() -> None:
    assert takes(Upn, " b801200005001 ") == "B801200005001"
    for wrong in ("A801200005001", "B80120000500", "B8012000050011", "", 5, None, "B80120000500I", "X80120000A001"):
        refuses(Upn, wrong)


def test_a_upn_of_an_authority_formed_lately_is_one() -> None:
    for body in ("839200005001", "94020000512A"):
        number = upn.calc_check_digit(body) + body
        assert takes(Upn, number) == number


@pytest.mark.parametrize(
    "given, kept",
    [
        ("wv1 1sh", "WV1 1SH"),
        ("SW1A2AA", "SW1A 2AA"),
        (" m1  1ae ", "M1 1AE"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("ZZ99 3VZ", "ZZ99 3VZ"),
        ("W1T 1AA", "W1T 1AA"),
        ("gir 0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_is_kept_in_one_form(given: str, kept: str) -> None:
    assert takes(Postcode, given) == kept


@pytest.mark.parametrize(
    "value", ["", "WV1", "1SH WV1", "WV1 1S", "WV1-1SH", "WV123 1SH", 5, None, "W V1 1SH", "ＷV1 1SH"]
)
def test_what_is_no_postcode_is_refused(value: Any) -> None:
    refuses(Postcode, value)


@pytest.mark.parametrize(
    "given, kept",
    [
        ("01632 960123", "+441632960123"),
        ("+44 (0)1632 960123", "+441632960123"),
        ("07700 900123", "+447700900123"),
        ("01632 960123 ext 12", "+441632960123 ext 12"),
        ("+353 1 234 5678", "+35312345678"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(given: str, kept: str) -> None:
    assert takes(Phone, given) == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "12",
        "call 01632 960123",
        "01632 960123 after 5",
        "07700",
        "960123",
        "+",
        "0" * 60,
        7700900123,
        None,
        "-----",
        "+44 (0)",
    ],
)
def test_what_cannot_be_dialled_is_refused(value: Any) -> None:
    refuses(Phone, value)


class Asked(Sent):
    born: IsoDate | None = None
    agreed: StrictBool | None = None
    count: StrictInt | None = None


@pytest.mark.parametrize(
    "body", [{"agreed": 0}, {"agreed": "false"}, {"count": "1"}, {"count": 1.0}, {"count": True}, {"other": 1}]
)
def test_a_yes_is_a_yes_and_a_count_a_count_and_nothing_more_is_taken(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate(body)


@pytest.mark.parametrize("kind", [IsoDate, Instant, Note, Level, NhsNumber, Upn, Postcode, Phone])
def test_no_error_shows_the_value(kind: Any) -> None:
    class One(Sent):
        field: kind

    for value in ("Secretname {x} %s" * 20, "Secretname\0", {"Secretname": 1}):
        with pytest.raises(ValidationError) as caught:
            One.model_validate({"field": value})
        assert "Secretname" not in str(caught.value)
        assert "Secretname" not in repr([{**error, "input": None} for error in caught.value.errors()])
