"""Worklists of allocation: which children wait for a lead."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.allocation.api.nearby import near
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
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.store.projector import find_rows

MOST = 500


def worklist_routes(house: House) -> APIRouter:
    """`GET /worklists/waiting-for-a-lead`, for those on whose desktop a request is."""
    router = APIRouter(tags=["reads"])

    @router.get(
        "/worklists/waiting-for-a-lead",
        operation_id="ListWaitingForALead",
        summary="Children who wait for a lead, the earliest due first.",
        responses=noes(400, 401, 403, 429, 503),
    )
    async def waiting_for_a_lead(request: Request) -> JSONResponse:
        caller = await caller_of(house, request)
        if not could_read("allocation", caller, about_a_person=True):
            raise ProblemError(403, "forbidden")
        authority = str(caller.authority)
        store = house.store_of(authority)
        rows = [row for _, row in await find_rows(store, REQUESTS.name, {"authority": authority}, limit=MOST)]
        known, loaded = await near(store, {row["case_id"] for row in rows})
        protocol = house.protocol_for(authority, house.now())

        def of(case_id: str) -> Matter:
            own = [house.service.fold(stream, loaded[stream]) for stream in _streams(case_id, known)]
            return matter_of(case_id, known, [fact for state in own for fact in state.facts], protocol)

        shown = [row for row in waiting(rows, of) if _is_theirs(row, caller)]
        await record_read(
            house,
            store,
            caller,
            case_id=None,
            child_ids=[row["child_id"] for row in shown],
            fields=["waiting"],
            route=request.scope["route"].path,
            correlation_id=request.scope["correlation_id"],
        )
        return JSONResponse(page(shown, None))

    return router


def _streams(case_id: str, known: Known) -> list[str]:
    return [f"case/{case}" for case in cases_of(case_id, known)]


def _is_theirs(row: Mapping[str, Any], caller: Any) -> bool:
    mine = [one for one in caller.appointments if one.authority == caller.authority]
    desks = [Desk(team=team, post=post) for team in row["teams"] for post in row["posts"] or [None]]
    return sits_at(mine, desks)
