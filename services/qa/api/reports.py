"""Counts and lists over many cases, for managers and auditors: nobody's name, and of a case only what one may see."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from services.qa.api import report_answers as answers
from services.qa.api.after import Elsewhere, wait_for_all
from services.qa.api.answering import NOES, PROTECTED, After, Read, answered, listed, reader_of
from services.qa.api.seeing import see
from services.qa.views.competence import gaps
from services.qa.views.counting import at_level, leads_of_level
from shared.access.caller import Caller
from shared.access.fields import IsoDate
from shared.access.masks import Group
from shared.access.scopes import AUDITOR, could_read
from shared.http.callers import caller_of
from shared.http.house import House
from shared.http.paging import Page, PageCursor, PageLimit, decode_cursor, encode_cursor
from shared.http.problems import ProblemError, not_found
from shared.kernel.calendar import local_date
from shared.protocol.reports import Report
from shared.store.program import Query as Sql
from shared.store.projector import get_rows

CHUNK = 500
_DECODE = msgspec.json.Decoder().decode

Row = dict[str, Any]
OnDay = Annotated[IsoDate | None, Query(description="As this day ended; today, if it is not said.")]


def report_reader(house: House) -> Callable[[Request], Awaitable[Caller]]:
    """Who reads reports: managers of the authority and auditors. Raises ProblemError (401, 403)."""

    async def reader(request: Request) -> Caller:
        caller = await caller_of(house, request)
        posts = {one.post for one in caller.appointments if one.authority == caller.authority}
        if could_read("qa", caller, about_a_person=True):
            protocol = house.protocol_for(str(caller.authority), house.now())
            if posts & {AUDITOR, *protocol.place.managers}:
                return caller
        raise ProblemError(403, "forbidden", "Reports are for managers and auditors.")

    return reader


def report_routes(house: House, elsewhere: Elsewhere | None) -> APIRouter:
    """`/reports` and `/training-programme`."""
    router = APIRouter(tags=["reports"])

    reader = report_reader(house)

    async def signed_in(request: Request) -> Caller:
        return await reader_of(house, request)

    async def begun(caller: Caller, request: Request, after: str | None) -> Read:
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        return read

    @router.get(
        "/reports/children-in-need",
        operation_id="CountChildrenInNeed",
        summary="How many children were Children in Need as a day ended, by their levels' history alone.",
        response_model=answers.ChildrenInNeed,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def children_in_need(
        caller: Annotated[Caller, Depends(reader)], request: Request, on: OnDay = None, after: After = None
    ) -> Response:
        read = await begun(caller, request, after)
        day = on or local_date(house.now())
        report = _asked(read, "CHILDREN_IN_NEED")
        found = [span for span, _ in at_level(await _rows(read, "oversight"), report.levels, day)]
        await read.recorded(None, (), ["level"])
        first = sum(1 for span in found if span["first"])
        said = {"on": day.isoformat(), "rules": [report.rule]}
        return answered({**said, "children": len(found), "by_first_determination": first})

    @router.get(
        "/reports/lead-mix",
        operation_id="CountLeadsBySector",
        summary="Who leads for Children in Need: the authority and its services, or which partners.",
        response_model=answers.LeadMix,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def lead_mix(
        caller: Annotated[Caller, Depends(reader)], request: Request, on: OnDay = None, after: After = None
    ) -> Response:
        read = await begun(caller, request, after)
        day = on or local_date(house.now())
        report = _asked(read, "LEAD_MIX")
        counted = leads_of_level(await _rows(read, "oversight"), report.levels, day)
        await read.recorded(None, (), ["level", "holder"])
        return answered({"on": day.isoformat(), "rules": [report.rule], **counted})

    @router.get(
        "/reports/lead-competence",
        operation_id="ListLeadCompetence",
        summary="What those who lead, or may lead, have not yet learnt or shown, by practitioner.",
        response_model=Page[answers.LeadCompetence],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def lead_competence(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        (place,) = decode_cursor(cursor, "lead-competence", str) if cursor else ("",)
        read = await begun(caller, request, after)
        _asked(read, "LEAD_COMPETENCE")
        protocol = house.protocol_for(str(caller.authority), house.now())
        leading = _leading(await _rows(read, "oversight"))
        found = [
            {
                **{word: entry[word] for word in ("practitioner_id", "employer_kind", "sector", "social_worker")},
                "leads": leading.get(entry["practitioner_id"], 0),
                **gaps(entry, protocol),
            }
            for entry in await _rows(read, "competence")
            if entry["until"] is None and (entry["lead_capable"] or entry["practitioner_id"] in leading)
        ]
        later = [row for row in sorted(found, key=lambda row: row["practitioner_id"]) if row["practitioner_id"] > place]
        await read.recorded(None, (), ["register"])
        following = encode_cursor("lead-competence", later[limit - 1]["practitioner_id"]) if later[limit:] else None
        return listed(request, later[:limit], following)

    @router.get(
        "/reports/warnings",
        operation_id="ListWarnings",
        summary="Rules that were not followed and did not refuse, over the cases that you may see.",
        response_model=Page[answers.WarningRow],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def warnings(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        rule: Annotated[str | None, Query(description="Of this rule alone.", max_length=32)] = None,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "warnings", str, str, str) if cursor else ()
        read = await begun(caller, request, after)
        listed_ones = [one for row in await _rows(read, "oversight") for one in row["warnings"]]
        found = [one for one in listed_ones if rule in (None, one["rule"])]
        return await _page(read, "warnings", found, lambda one: (one["at"], one["of_event"], one["rule"]), place, limit)

    @router.get(
        "/reports/incomplete",
        operation_id="ListIncomplete",
        summary="What records lack by a rule and nobody has supplied, over the cases that you may see.",
        response_model=Page[answers.IncompleteRow],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def incomplete(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        rule: Annotated[str | None, Query(description="Of this rule alone.", max_length=32)] = None,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "incomplete", *(str,) * 5) if cursor else ()
        read = await begun(caller, request, after)
        listed_ones = [one for row in await _rows(read, "oversight") for one in row["incomplete"]]
        found = [one for one in listed_ones if rule in (None, one["rule"])]
        return await _page(read, "incomplete", found, _incomplete_place, place, limit)

    @router.get(
        "/reports/decisions-at-risk",
        operation_id="ListDecisionsAtRisk",
        summary="Decisions on high, changing or complex risk: who decided, in what role, answerable to whom.",
        response_model=Page[answers.DecisionAtRisk],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def decisions_at_risk(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "decisions-at-risk", str, str) if cursor else ()
        read = await begun(caller, request, after)
        _asked(read, "DECISIONS_AT_RISK")
        found = [one for row in await _rows(read, "oversight") for one in row["decisions"]]
        return await _page(read, "decisions-at-risk", found, lambda one: (one["at"], one["event_id"]), place, limit)

    @router.get(
        "/training-programme",
        operation_id="ReadTrainingProgramme",
        summary="The training that is offered to whoever leads, and who provides it.",
        response_model=answers.TrainingProgramme,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def training_programme(caller: Annotated[Caller, Depends(signed_in)], request: Request) -> Response:
        protocol = house.protocol_for(str(caller.authority), house.now())
        offered = [course for block in protocol.local.programme for course in block.courses]
        return answered(
            {
                "edition": protocol.edition,
                "rules": [block.rule for block in protocol.local.programme],
                "courses": [{"code": one.code, "provider": one.provider, "rolling": one.rolling} for one in offered],
            }
        )

    return router


def _asked(read: Read, code: str) -> Report:
    """What the protocol asks for under a code. Raises the one 404 where it asks for nothing of the kind."""
    report = read.house.protocol_for(str(read.caller.authority), read.house.now()).report(code)
    if report is None:
        raise not_found()
    return report


async def _rows(read: Read, view: str) -> list[Row]:
    """Every row of a view of the caller's authority, page by page."""
    found: list[Row] = []
    at = ""
    while True:
        (rows,) = await read.store.read(
            Sql(
                f"SELECT key, body FROM view_{view} WHERE authority = %s AND key > %s ORDER BY key LIMIT %s",
                (read.caller.authority, at, CHUNK),
            )
        )
        found += [_DECODE(bytes(body)) for _, body in rows]
        if len(rows) < CHUNK:
            return found
        at = rows[-1][0]


async def _page(
    read: Read,
    name: str,
    found: Sequence[Row],
    place_of: Callable[[Row], tuple[str, ...]],
    place: tuple[str, ...],
    limit: int,
) -> Response:
    """One page of what was found in cases, those left out of which the caller may not see the trail."""
    cases = await get_rows(read.store, "cases", sorted({one["case_id"] for one in found}))
    seen = await see(read.house, read.store, read.caller, cases)
    visible = [one for one in found if one["case_id"] in seen and Group.AUDIT in seen[one["case_id"]].mask.groups]
    later = [one for one in sorted(visible, key=place_of) if place_of(one) > place]
    shown = later[:limit]
    await read.recorded(None, _children_of(shown), ["audit"])
    following = encode_cursor(name, *place_of(shown[-1])) if later[limit:] else None
    return listed(read.request, shown, following)


def _incomplete_place(one: Row) -> tuple[str, ...]:
    return one["since"], one["of_event"], one["rule"], one["what"], one["child_id"] or ""


def _children_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one for row in rows for one in (row.get("child_id"), *row.get("child_ids", ())) if one]


def _leading(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many families each person leads for now."""
    counted: dict[str, int] = {}
    for row in rows:
        people = {lead["person_id"] for lead in row["leads"] if lead["until"] is None and lead["person_id"]}
        for person in people:
            counted[person] = counted.get(person, 0) + 1
    return counted
