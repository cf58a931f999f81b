"""Worklists of allocation: which children wait for a lead, and of whom the managers have to talk."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.allocation.api.nearby import near
from services.allocation.views.meetings import MEETINGS, to_hold
from services.allocation.views.requests import REQUESTS, waiting
from shared.access.desks import Desk, sits_at
from shared.access.scopes import could_read
from shared.http.callers import caller_of
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.paging import page
from shared.http.problems import ProblemError
from shared.http.reading import record_read
from shared.kernel.beliefs import Known
from shared.kernel.service import Body, View
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.store.projector import find_rows
from shared.store.store import Store

MOST = 500


def worklist_routes(house: House) -> APIRouter:
    """What waits for the managers, for those on whose desk it lies."""
    router = APIRouter(tags=["reads"])

    @router.get(
        "/worklists/waiting-for-a-lead",
        operation_id="ListWaitingForALead",
        summary="Children who wait for a lead, the earliest due first.",
        responses=noes(400, 401, 403, 429, 503),
    )
    async def waiting_for_a_lead(request: Request) -> JSONResponse:
        return await _listed(house, request, REQUESTS, waiting, "waiting")

    @router.get(
        "/worklists/meetings",
        operation_id="ListMeetingsToHold",
        summary="What the managers have to talk about, the most overdue first.",
        responses=noes(400, 401, 403, 429, 503),
    )
    async def meetings_to_hold(request: Request) -> JSONResponse:
        return await _listed(house, request, MEETINGS, to_hold, "meetings")

    return router


async def _listed(
    house: House,
    request: Request,
    view: View,
    still: Callable[[Iterable[Body], Callable[[str], Matter]], list[Body]],
    field: str,
) -> JSONResponse:
    """The rows of a view that still wait and lie on the caller's desk, once the read is on record."""
    caller = await caller_of(house, request)
    if not could_read("allocation", caller, about_a_person=True):
        raise ProblemError(403, "forbidden")
    authority = str(caller.authority)
    store = house.store_of(authority)
    rows = await _every_row(store, view, authority)
    known, loaded = await near(store, {row["case_id"] for row in rows})
    protocol = house.protocol_for(authority, house.now())

    def of(case_id: str) -> Matter:
        own = [house.service.fold(stream, loaded[stream]) for stream in _streams(case_id, known)]
        return matter_of(case_id, known, [fact for state in own for fact in state.facts], protocol)

    shown = [row for row in still(rows, of) if _is_theirs(row, caller)]
    await record_read(
        house,
        store,
        caller,
        case_id=None,
        child_ids=sorted({child for row in shown for child in row.get("child_ids") or [row["child_id"]]}),
        fields=[field],
        route=request.scope["route"].path,
        correlation_id=request.scope["correlation_id"],
    )
    return JSONResponse(page(shown, None))


async def _every_row(store: Store, view: View, authority: str) -> list[Body]:
    """The rows of an authority, a page at a time: what waits is among them, wherever it stands."""
    found: list[tuple[str, Body]] = []
    after: tuple[str, ...] = ()
    while page_of := await find_rows(store, view.name, {"authority": authority}, after=after, limit=MOST):
        found += page_of
        after = (page_of[-1][0],)
    return [row for _, row in found]


def _streams(case_id: str, known: Known) -> list[str]:
    return [f"case/{case}" for case in cases_of(case_id, known)]


def _is_theirs(row: Mapping[str, Any], caller: Any) -> bool:
    mine = [one for one in caller.appointments if one.authority == caller.authority]
    desks = [Desk(team=team, post=post) for team in row["teams"] for post in row["posts"] or [None]]
    return sits_at(mine, desks)
