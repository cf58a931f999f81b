"""Finding a child by number, or by name and date of birth: asked by the front door, answered with ids alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from services.referral.api.around import proposals
from shared.access.desks import front_door_desks, sits_at
from shared.access.scopes import could_read
from shared.http.bodies import body_of, fit
from shared.http.callers import caller_of
from shared.http.contract import takes
from shared.http.guards import read_object
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.paging import page
from shared.http.problems import ProblemError, invalid
from shared.http.reading import record_read
from shared.kernel.command import Name
from shared.kernel.fields import IsoDate, NhsNumber, Sent, Upn

ASKED = "asked"


class ChildSearch(Sent):
    """Whom to look for: by number, or by whole name and date of birth. It stands in a body, never in an address."""

    nhs_number: NhsNumber | None = None
    unique_pupil_number: Upn | None = None
    first_name: Name | None = None
    surname: Name | None = None
    date_of_birth: Annotated[IsoDate | None, Field(description="Needed with a name.")] = None


def search_routes(house: House) -> APIRouter:
    """`POST /child-searches`, for the front door."""
    router = APIRouter(tags=["reads"])

    @router.post(
        "/child-searches",
        operation_id="SearchChildren",
        summary="Find a child by number, or by name and date of birth.",
        responses=noes(400, 401, 403, 413, 422, 429, 503),
        openapi_extra=takes(ChildSearch),
    )
    async def search(request: Request) -> JSONResponse:
        caller = await caller_of(house, request)
        authority = str(caller.authority)
        protocol = house.protocol_for(authority, house.now())
        mine = [one for one in caller.appointments if one.authority == authority]
        if not could_read("referral", caller, about_a_person=True) or not sits_at(mine, front_door_desks(protocol)):
            raise ProblemError(403, "forbidden")
        asked = fit(ChildSearch, read_object(await body_of(request)))
        if not (
            asked.nhs_number
            or asked.unique_pupil_number
            or (asked.first_name and asked.surname and asked.date_of_birth)
        ):
            raise invalid("", "nothing_to_find", "Give a number, or a whole name with a date of birth.")
        store = house.store_of(authority)
        names = {"first_name": asked.first_name or "", "surname": asked.surname or ""}
        numbers = {"nhs_number": asked.nhs_number, "unique_pupil_number": asked.unique_pupil_number}
        found = await proposals(store, authority, {ASKED: (names, asked.date_of_birth, numbers)})
        await record_read(
            house,
            store,
            caller,
            case_id=None,
            child_ids=[match.other_child_id for match in found],
            fields=["search"],
            route=request.scope["route"].path,
            correlation_id=request.scope["correlation_id"],
        )
        shown: list[dict[str, Any]] = [
            {"child_id": match.other_child_id, "case_id": match.other_case_id, "by": match.by} for match in found
        ]
        return JSONResponse(page(shown, None))

    return router
