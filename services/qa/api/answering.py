"""One read of qa from the question to the answer: the trace is on record before the first byte, also of a 304."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import Header, Request, Response

from services.qa.views.words import encode
from shared.access.caller import Caller
from shared.access.masks import Mask
from shared.access.scopes import could_read
from shared.http.callers import caller_of
from shared.http.etags import etag, not_modified, unchanged
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.paging import next_link
from shared.http.problems import ProblemError
from shared.http.reading import record_read
from shared.http.routes import route_template
from shared.store.store import Store

After = Annotated[
    str | None,
    Header(
        alias="Toldonce-After",
        description="A Toldonce-Position: wait until that write, and what others had to record because of it, is in.",
    ),
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag of an answer that you hold already.")
]
NOES = noes(400, 401, 403, 404, 422, 429, 503)
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The answer that you hold is still the one."}}
PROTECTED: dict[str, Any] = {"security": [{"bearer": []}]}


async def reader_of(house: House, request: Request) -> Caller:
    """Who reads a record of people. Raises ProblemError (401, 403)."""
    caller = await caller_of(house, request)
    if not could_read("qa", caller, about_a_person=True):
        raise ProblemError(403, "forbidden", "Only a signed-in person reads a record, with a purpose and the scope.")
    return caller


@dataclass(frozen=True)
class Read:
    """One read by one caller. read_id: of its RecordRead."""

    house: House
    store: Store
    caller: Caller
    request: Request
    read_id: str

    @staticmethod
    def by(house: House, caller: Caller, request: Request) -> "Read":
        """A read that begins now."""
        return Read(house, house.store_of(str(caller.authority)), caller, request, house.new_id())

    async def recorded(
        self, case_id: str | None, child_ids: Iterable[str], fields: Iterable[str], grants: Collection[str] = ()
    ) -> None:
        """Put it on record. Raises ProblemError (503): without a trace nothing is shown."""
        await record_read(
            self.house,
            self.store,
            self.caller,
            case_id=case_id,
            child_ids=sorted(set(child_ids)),
            fields=sorted(set(fields)),
            route=route_template(self.request.scope),
            correlation_id=self.request.scope["correlation_id"],
            read_id=self.read_id,
            grant_id=min(grants, default=None),
        )

    def unchanged(self, tag: str) -> bool:
        """Whether the caller holds the answer of this tag."""
        return unchanged(self.request.headers.get("if-none-match"), tag)


def shown_fields(mask: Mask) -> list[str]:
    """The groups of fields that a mask shows, of anybody."""
    return sorted(str(group) for group in mask.groups.union(*mask.of_child.values()))


def tag_of(body: Mapping[str, Any], mask: Mask, leave: str) -> str:
    """The entity tag of an answer: of what it says, under which mask, by which leave."""
    groups = [shown_fields(mask), sorted(mask.of_child)]
    digest = sha256(encode(body) + msgspec.json.encode([groups, sorted(mask.grants)]))
    return etag(digest.hexdigest()[:32], leave)


def answered(body: Mapping[str, Any], tag: str | None = None) -> Response:
    """The body as JSON."""
    headers = {} if tag is None else {"ETag": tag}
    return Response(encode(body), headers=headers, media_type="application/json")


def listed(request: Request, items: list[Any], following: str | None) -> Response:
    """One page of a list."""
    headers = {"Link": next_link(request.query_params.multi_items(), following)} if following else {}
    return Response(encode({"items": items, "next": following}), headers=headers, media_type="application/json")


__all__ = [
    "NOES",
    "NOT_MODIFIED",
    "PROTECTED",
    "After",
    "IfNoneMatch",
    "Read",
    "answered",
    "listed",
    "not_modified",
    "reader_of",
    "shown_fields",
    "tag_of",
]
