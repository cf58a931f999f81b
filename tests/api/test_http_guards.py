"""Bodies that are refused before anything looks at them, and that ordinary ones come through."""

import json
import math
import os
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.guards import GUARDS_ON_BYTES, KINDS, MAX_BYTES, BadBody, read_json, read_object

DEEP = os.environ.get("TOLDONCE_DEEP") == "1"
thorough = settings(max_examples=20_000 if DEEP else 400, deadline=None, derandomize=not DEEP, database=None)

SECRET = "Secretname"


def kind_of(raw: bytes, **how: Any) -> str:
    with pytest.raises(BadBody) as caught:
        read_json(raw, **how)
    return caught.value.kind


@pytest.mark.parametrize(
    "raw, kind",
    [
        (b"", "not_json"),
        (b" ", "not_json"),
        (b"{", "not_json"),
        (b"{} {}", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": 1,}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"NaN", "not_json"),
        (b'{"a": Infinity}', "not_json"),
        (b"[-Infinity]", "not_json"),
        (b'"\x01"', "not_json"),
        (b'"\\x41"', "not_json"),
        (b"[01]", "not_json"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (b'"\xc0\x80"', "not_utf8"),
        ('{"a": 1}'.encode("utf-16"), "not_utf8"),
        ('{"a": 1}'.encode("utf-16-le"), "nul"),
        (b'{"a": "\0"}', "nul"),
        (b'{"a": "\\u0000"}', "nul"),
        (b'{"a\\u0000": 1}', "nul"),
        (b'"\\\\\\u0000"', "nul"),
        (b'"\\ud800"', "surrogate"),
        (b'"\\uDE00"', "surrogate"),
        (b'"\\ude00\\ud83d"', "surrogate"),
        (b'"\\ud83d\\ude00\\ude00"', "surrogate"),
        (b'"\\ud800\\ud800\\udc00"', "surrogate"),
        (b'"\\\\ud83d\\ude00"', "surrogate"),
        (b'{"\\ud800": 1}', "surrogate"),
        (b"[" * 21 + b"]" * 21, "depth"),
        (b'{"a":' * 21 + b"1" + b"}" * 21, "depth"),
        (b"[" * 100_000, "depth"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "duplicate_key"),
        (b'[{"x":{"b":1,"c":2,"b":3}}]', "duplicate_key"),
        (b"9223372036854775808", "number"),
        (b"[-9223372036854775809]", "number"),
        (b"1e999", "number"),
        (b"[-1e999]", "number"),
        (b"1" * 100_000, "number"),
        (b" " * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_a_body_that_two_readers_may_understand_differently_is_refused(raw: bytes, kind: str) -> None:
    assert kind_of(raw) == kind


@pytest.mark.parametrize(
    "raw, value",
    [
        (b"{}", {}),
        (b'\r\n\t {"a" : [1, -2.5, true, null, "x"]} ', {"a": [1, -2.5, True, None, "x"]}),
        (b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)]),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        ('"Zoë"'.encode(), "Zoë"),
        (b'{"a":{"x":1},"b":{"x":1}}', {"a": {"x": 1}, "b": {"x": 1}}),
        (b"1e-999", 0.0),
        (b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"a": "[" * 28}),
    ],
)
def test_what_is_plain_json_comes_through(raw: bytes, value: Any) -> None:
    assert read_json(raw) == value


def test_twenty_levels_are_the_limit_whatever_stands_beside_them() -> None:
    twenty = b"[" * 20 + b"]" * 20
    assert read_json(twenty)
    wide = b"[" + b",".join([b"[[[]]]"] * 500) + b"]"
    assert len(read_json(wide)) == 500
    assert kind_of(b'["\\"]]]]", ' + twenty + b"]") == "depth"
    assert kind_of(b"[" * 19 + b'{"a":[]}' + b"]" * 19) == "depth"


def test_only_an_object_is_an_object() -> None:
    assert read_object(b'{"a": 1}') == {"a": 1}
    for raw in (b"[]", b"1", b'"x"', b"null"):
        with pytest.raises(BadBody) as caught:
            read_object(raw)
        assert (caught.value.kind, caught.value.status) == ("not_object", 400)


def test_a_number_too_large_can_be_kept_as_text_so_that_a_worry_is_taken_with_it() -> None:
    raw = b'{"a": 1e999, "b": 9223372036854775808, "c": 7, "d": 1.5}'
    assert read_object(raw, numbers_as_text=True) == {"a": "1e999", "b": "9223372036854775808", "c": 7, "d": 1.5}
    assert not BadBody("number").on_bytes
    for kind in ("not_json", "not_object", "nul", "surrogate", "depth", "duplicate_key", "too_large", "not_utf8"):
        assert BadBody(kind).on_bytes
    assert set(KINDS) - GUARDS_ON_BYTES == {"number"}
    assert kind_of(b'{"a": 1e999, "a": 2}', numbers_as_text=True) == "duplicate_key"
    assert kind_of(b"[NaN]", numbers_as_text=True) == "not_json"


def test_the_fault_says_where_and_never_what() -> None:
    for raw in (
        b'{"' + SECRET.encode() + b'": 1, "' + SECRET.encode() + b'": 2}',
        b'{"a": "' + SECRET.encode() + b'\\ud800"}',
        b'{"a": ' + SECRET.encode() + b"}",
        b'"' + SECRET.encode() + b'\xff"',
    ):
        with pytest.raises(BadBody) as caught:
            read_json(raw)
        fault = caught.value
        assert SECRET not in f"{fault} {fault!r} {vars(fault)} {fault.pointer}"
        assert fault.__cause__ is None
        assert fault.__suppress_context__ or fault.__context__ is None
    with pytest.raises(BadBody) as caught:
        read_json(b'{"a": "\\u0041\\ud800"}')
    assert caught.value.at == 13


def test_too_large_is_another_status() -> None:
    assert BadBody("too_large").status == 413
    assert read_json(b'"' + b"x" * (MAX_BYTES - 2) + b'"')
    assert kind_of(b"[]", max_bytes=1) == "too_large"


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * MAX_BYTES,
        b"]" * MAX_BYTES,
        b'{"a":' * (MAX_BYTES // 5),
        b"[" + b"[]," * (MAX_BYTES // 3 - 2) + b"[]]",
        b'"' + b'\\"' * (MAX_BYTES // 2 - 2),
        b'"' + b"\\\\" * (MAX_BYTES // 2 - 2) + b'"',
        b'"' + b"\\ud83d\\ude00" * (MAX_BYTES // 12 - 2) + b'"',
        b"[" + b'"[",' * (MAX_BYTES // 4 - 2) + b'""]',
        b"1." + b"1" * (MAX_BYTES - 3),
        b"1e" + b"9" * (MAX_BYTES - 3),
    ],
)
def test_no_body_of_full_size_holds_the_service_up(raw: bytes) -> None:
    began = time.process_time()
    with suppress(BadBody):
        read_json(raw)
    # Some 50 ms here; a reader that is quadratic takes minutes.
    assert time.process_time() - began < 2


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@thorough
@given(values, st.booleans())
def test_every_value_comes_back_as_it_was_written(value: Any, ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode(), max_depth=40) == value


pieces = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "\\\\",
        "\\u",
        "ud83d",
        "\\ud83d",
        "\\ude00",
        "\\u0000",
        "0",
        "1e9",
        "-",
        '"a"',
        '"a":',
        "NaN",
        " ",
        "\0",
        "é",
        "true",
    ]
)


@thorough
@given(st.lists(pieces, max_size=12).map("".join) | st.text(max_size=20), st.booleans())
def test_what_is_accepted_is_clean_json_and_the_rest_is_a_bad_body(text: str, in_string: bool) -> None:
    raw = (f'["{text}"]' if in_string else text).encode("utf-8", "surrogatepass")
    try:
        value = read_json(raw)
    except BadBody:
        return
    assert value == json.loads(raw)
    for leaf in leaves(value):
        if isinstance(leaf, str):
            assert "\0" not in leaf
            leaf.encode()
        if isinstance(leaf, float):
            assert math.isfinite(leaf)


@thorough
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(BadBody):
        read_json(raw)


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for pair in value.items() for one in pair for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]
