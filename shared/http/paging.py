"""Lists by pages: a cursor says where the last page ended, so that what is added meanwhile moves nothing."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field

from shared.http.problems import ProblemError

T = TypeVar("T")

MOST, USUAL = 100, 50
_LONGEST = 1024

PageLimit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most")]
PageCursor = Annotated[
    str | None,
    Query(max_length=_LONGEST, description="The `next` of the page before; leave out for the first page"),
]


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(None, description="Send it as `cursor` for the next page; null on the last one")


def encode_cursor(of: str, *place: int | str) -> str:
    """An opaque cursor. of: the list it belongs to; place: where the page ended, never anything about a person."""
    return base64.urlsafe_b64encode(msgspec.json.encode([of, *place])).decode().rstrip("=")


def decode_cursor(cursor: str, of: str, *kinds: type[int] | type[str]) -> tuple[Any, ...]:
    """The place in a cursor of this list, of these types. Raises ProblemError (400)."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        named, *place = msgspec.json.decode(raw, type=list[int | str])
        fits = named == of and [type(part) for part in place] == list(kinds)
        # One spelling only, so that a cursor is the one we gave.
        if not fits or encode_cursor(of, *place) != cursor:
            raise ValueError
        if any(isinstance(part, str) and "\0" in part for part in place):
            raise ValueError
        if any(isinstance(part, int) and not -(2**63) <= part < 2**63 for part in place):
            raise ValueError
    except (ValueError, binascii.Error, msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ProblemError(400, "bad-cursor") from None
    return tuple(place)


def page(items: Sequence[Any], next_cursor: str | None) -> dict[str, Any]:
    """The body of one page: always an object, never a bare list."""
    return {"items": list(items), "next": next_cursor}


def next_link(query: Iterable[tuple[str, str]], next_cursor: str) -> str:
    """The Link header of a page that is not the last. query: the arguments of this request."""
    kept = [(name, value) for name, value in query if name != "cursor"]
    return f'<?{urlencode([*kept, ("cursor", next_cursor)])}>; rel="next"'
