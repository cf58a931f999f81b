"""One case, read: its file, its audit trail, its clocks, and who looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.qa.api import answers
from services.qa.api.after import Elsewhere, wait_for_all
from services.qa.api.answering import (
    NOES,
    NOT_MODIFIED,
    PROTECTED,
    After,
    IfNoneMatch,
    Read,
    answered,
    listed,
    not_modified,
    reader_of,
    shown_fields,
    tag_of,
)
from services.qa.api.held_up import Watch, items_of
from services.qa.api.opening import Opened, opened_file
from services.qa.api.seeing import Seen, see, see_one
from services.qa.views.audit_trail import trail_of
from services.qa.views.case_file import file_of
from services.qa.views.cases import READS, linked_by, on_the_case, sortable
from services.qa.views.clocks import clocks_in, row_of
from services.qa.views.held_up import since_when
from services.qa.views.papers import Papers, papers_of
from services.qa.views.words import instant
from services.qa.views.worklist import there_at
from shared.access.caller import Caller
from shared.access.masks import Group, Mask
from shared.access.showing import masked
from shared.http.house import House
from shared.http.paging import Page, PageCursor, PageLimit, decode_cursor, encode_cursor
from shared.http.problems import not_found
from shared.kernel.fields import Instant
from shared.kernel.letters import Letter
from shared.store.gatherer import letters_about
from shared.store.projector import get_rows

AsAt = Annotated[Instant | None, Query(description="What was true at this instant, as it is known now.")]
KnownAt = Annotated[Instant | None, Query(description="What had been recorded by this instant.")]
Row = dict[str, Any]


@dataclass(frozen=True)
class Cut:
    """The moment that is asked about. as_at: what was true then; known_at: what was recorded by then."""

    as_at: datetime | None
    known_at: datetime | None

    @property
    def now(self) -> bool:
        """Whether it is this moment."""
        return self.as_at is None and self.known_at is None

    def said(self) -> Row:
        """As an answer repeats it."""
        asked = {"as_at": self.as_at, "known_at": self.known_at}
        return {name: instant(moment) for name, moment in asked.items() if moment is not None}


def case_routes(house: House, opened: Opened, elsewhere: Elsewhere | None, watch: Watch) -> APIRouter:
    """`/cases/{case_id}` and what lies below it."""
    router = APIRouter(tags=["cases"])

    async def reader(request: Request) -> Caller:
        return await reader_of(house, request)

    async def seen_by(caller: Caller, request: Request, case_id: str, after: str | None) -> tuple[Read, Seen]:
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        return read, await see_one(house, read.store, caller, case_id)

    @router.get(
        "/cases/{case_id}",
        operation_id="ReadCase",
        summary="The case file: what came in, how it was decided, where each child stands, what is open.",
        response_model=answers.CaseFile,
        responses={**NOES, **NOT_MODIFIED},
        openapi_extra=PROTECTED,
    )
    async def case_file(
        case_id: str,
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        as_at: AsAt = None,
        known_at: KnownAt = None,
        after: After = None,
        none_match: IfNoneMatch = None,
    ) -> Response:
        read, seen = await seen_by(caller, request, case_id, after)
        cut = Cut(as_at, known_at)
        if cut.now:
            file = seen.row["file"]
        else:
            papers, seen = await _papers(read, seen, cut)
            file = file_of(papers, house.protocol_for)
        file = await _waiting(read, seen, file, watch, cut) | cut.said() | {"mask": seen.mask.name}
        tag = tag_of(masked(file, seen.mask), seen.mask, seen.leave)
        if read.unchanged(tag):
            await _recorded(read, seen, _children_in(file))
            return not_modified(tag)
        whole = await opened_file(read, seen, file, opened)
        body = masked({**whole, "read_id": read.read_id}, seen.mask)
        await _recorded(read, seen, _children_in(body))
        # What lacks a part is nothing to hold on to.
        return answered(body, None if whole["missing_parts"] else tag)

    @router.get(
        "/cases/{case_id}/audit-trail",
        operation_id="ReadAuditTrail",
        summary="Every event of the case: who, when, by which rule, and where it is proved.",
        response_model=answers.AuditTrail,
        responses={**NOES, **NOT_MODIFIED},
        openapi_extra=PROTECTED,
    )
    async def audit_trail(
        case_id: str,
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        as_at: AsAt = None,
        known_at: KnownAt = None,
        after: After = None,
        none_match: IfNoneMatch = None,
    ) -> Response:
        read, seen = await seen_by(caller, request, case_id, after)
        cut = Cut(as_at, known_at)
        papers, seen = await _papers(read, seen, cut)
        return await _shown(read, seen, cut, {"trail": trail_of(papers)})

    @router.get(
        "/cases/{case_id}/clocks",
        operation_id="ReadClocks",
        summary="Every deadline of the case: running, met, missed or cancelled, by which event and rule.",
        response_model=answers.Clocks,
        responses={**NOES, **NOT_MODIFIED},
        openapi_extra=PROTECTED,
    )
    async def clocks(
        case_id: str,
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        as_at: AsAt = None,
        known_at: KnownAt = None,
        after: After = None,
        none_match: IfNoneMatch = None,
    ) -> Response:
        read, seen = await seen_by(caller, request, case_id, after)
        cut = Cut(as_at, known_at)
        papers, seen = await _papers(read, seen, cut)
        # Met or missed at the moment asked about, not by what has passed since.
        judged_at = min(moment for moment in (as_at, known_at, house.now()) if moment is not None)
        rows = [row_of(clock) for clock in clocks_in(papers, house.protocol_for, judged_at)]
        return await _shown(read, seen, cut, {"clocks": rows})

    @router.get(
        "/cases/{case_id}/reads",
        operation_id="ListReads",
        summary="Who looked at the case, when, why and at which parts.",
        response_model=Page[answers.Looked],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def reads(
        case_id: str,
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "reads", str, str) if cursor else ()
        read, seen = await seen_by(caller, request, case_id, after)
        if Group.AUDIT not in seen.mask.groups:
            raise not_found()
        looked = await _looked(read, seen)
        later = [letter for letter in looked if _read_place(letter) > place]
        last = later[limit - 1] if len(later) > limit else None
        following = encode_cursor("reads", *_read_place(last)) if last else None
        await _recorded(read, seen, ())
        return listed(request, [_read_row(letter) for letter in later[:limit]], following)

    return router


async def _papers(read: Read, seen: Seen, cut: Cut) -> tuple[Papers, Seen]:
    """The papers of the moment asked about, and what the caller sees of them. Raises the one 404.

    Another case may have been linked then that is not now: nobody reads it here who may not read it where it is.
    """
    letters = on_the_case(await letters_about(read.store, seen.case_id, linked_by))
    papers = papers_of(seen.case_id, letters, as_at=cut.as_at, known_at=cut.known_at)
    others = papers.case_ids - seen.case_ids
    if others:
        rows = await get_rows(read.store, "cases", sorted(others))
        also = await see(read.house, read.store, read.caller, rows)
        if set(also) != others:
            raise not_found()
        seen = replace(seen, mask=_both(seen.mask, [other.mask for other in also.values()]))
    return papers, seen


def _both(mask: Mask, others: Sequence[Mask]) -> Mask:
    groups = mask.groups.intersection(*(other.groups for other in others))
    return replace(mask, groups=groups, of_child={})


async def _waiting(read: Read, seen: Seen, file: Row, watch: Watch, cut: Cut) -> Row:
    """The file, saying since when letters of the case wait to be read somewhere, and whose work that is now."""
    held = [one for one in await watch.held_up(read.store) if one.about in seen.case_ids]
    moment = min(moment for moment in (cut.as_at, cut.known_at, read.house.now()) if moment is not None)
    file = {**file, "incomplete_since": since_when(held), "worklist": there_at(file["worklist"], moment)}
    if not held or not cut.now:
        return file
    protocol = read.house.protocol_for(seen.row["authority"], read.house.now())
    items = [item for each in (await items_of(read.store, held, protocol)).values() for item in each]
    listed_ones = [{name: item[name] for name in item if name not in ("desks", "next_due_at")} for item in items]
    return {**file, "worklist": [*listed_ones, *file["worklist"]]}


async def _shown(read: Read, seen: Seen, cut: Cut, part: Row) -> Response:
    body = masked(
        {"case_id": seen.case_id, "authority": seen.row["authority"], "mask": seen.mask.name, **cut.said(), **part},
        seen.mask,
    )
    # A trail or a list of clocks of which nothing is shown is an empty one.
    body |= {name: [] for name in part if name not in body}
    tag = tag_of(body, seen.mask, seen.leave)
    await _recorded(read, seen, _children_in(body))
    return not_modified(tag) if read.unchanged(tag) else answered({**body, "read_id": read.read_id}, tag)


async def _recorded(read: Read, seen: Seen, child_ids: Sequence[str]) -> None:
    await read.recorded(seen.case_id, child_ids, shown_fields(seen.mask), seen.mask.grants)


def _children_in(body: Mapping[str, Any]) -> list[str]:
    entries = [*body.get("children", ()), *body.get("trail", ()), *body.get("clocks", ())]
    named = [one for entry in entries for one in (entry.get("child_id"), *entry.get("child_ids", ()))]
    return [one for one in named if one]


async def _looked(read: Read, seen: Seen) -> list[Letter]:
    letters = await letters_about(read.store, seen.case_id, linked_by)
    looked = (letter for letter in letters if letter.title == READS and letter.case_id in seen.case_ids)
    return sorted(looked, key=_read_place)


def _read_place(letter: Letter) -> tuple[str, str]:
    return sortable(letter.recorded_at), letter.event_id


def _read_row(letter: Letter) -> Row:
    data = letter.data
    return {
        "read_id": data["read_id"],
        "service": letter.service,
        "at": instant(letter.recorded_at),
        "reader": data["reader"],
        "purpose": data["purpose"],
        "fields": data.get("fields", []),
        "child_ids": data.get("child_ids", []),
        "route": data["route"],
        "grant_id": data.get("grant_id"),
        "warrant_id": data.get("warrant_id"),
    }
