"""What only the front door holds, opened for one read under a warrant: who the children are, what was written."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.referral.child import Child
from shared.access.caller import Caller, Kind
from shared.access.masks import Group
from shared.access.signed import BadToken
from shared.access.warrants import Warrant
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.problems import ProblemError, not_found
from shared.http.reading import record_read
from shared.store.projector import get_rows

ROUTE = "/referral/v1/cases/{case_id}/sealed"


def sealed_routes(house: House, verify: Callable[[str], Warrant]) -> APIRouter:
    """`GET /cases/{case_id}/sealed`, for who shows a warrant."""
    router = APIRouter(tags=["services"])

    @router.get(
        "/cases/{case_id}/sealed",
        operation_id="ReadSealed",
        summary="Names and words of one case, for one read under a warrant.",
        responses=noes(401, 404, 503),
    )
    async def sealed(case_id: str, request: Request) -> JSONResponse:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise BadToken("FORM")
            warrant = verify(token.strip())
        except BadToken:
            raise ProblemError(401, "not-signed-in", headers={"WWW-Authenticate": "Bearer"}) from None
        shown = await opened(house, warrant, request.scope["correlation_id"]) if warrant.case_id == case_id else None
        if shown is None:
            raise not_found()
        return JSONResponse(shown)

    return router


async def opened(house: House, warrant: Warrant, correlation_id: str) -> dict[str, Any] | None:
    """The sealed parts that a warrant names; None for a case that is not here. Raises ProblemError (503).

    The read is on record before anything is given; a warrant used again finds its record there and gives nothing.
    """
    store = house.store_of(warrant.authority)
    row = (await get_rows(store, "cases", [warrant.case_id])).get(warrant.case_id)
    if row is None or row["authority"] != warrant.authority:
        return None
    if (await store.load(f"read/{warrant.read_id}"))[f"read/{warrant.read_id}"]:
        return None
    reader = Caller(
        kind=Kind.PERSON,
        id=warrant.practitioner,
        client_id="warrant",
        authority=warrant.authority,
        person_id=warrant.practitioner,
        purpose=warrant.purpose,
    )
    children = [child for child in row["children"] if child in warrant.child_ids]
    await record_read(
        house,
        store,
        reader,
        case_id=warrant.case_id,
        child_ids=children,
        fields=sorted(warrant.fields),
        route=ROUTE,
        correlation_id=correlation_id,
        read_id=warrant.read_id,
        warrant_id=warrant.read_id,
    )
    shown: dict[str, Any] = {"children": {}, "referrals": {}}
    if {Group.WHO, Group.ADDRESS} & warrant.fields:
        streams = [f"child/{child}" for child in children]
        loaded = await store.load_open(*streams) if streams else {}
        for stream in streams:
            shown["children"][stream.split("/", 1)[1]] = _who(house.service.fold(stream, loaded[stream]), warrant)
    if Group.NARRATIVE in warrant.fields:
        for referral_id in row["referrals"]:
            events = (await store.load_open(f"referral/{referral_id}"))[f"referral/{referral_id}"]
            received = events[0].data
            shown["referrals"][referral_id] = {
                name: value.clear
                for name in ("referrer", "concern", "agency_reference", "as_sent")
                if (value := getattr(received, name)) is not None
            }
    return shown


ADDRESS = ("address", "postcode")


def _who(child: Child, warrant: Warrant) -> dict[str, Any]:
    identifiers = child.identifiers or {}
    said: dict[str, Any] = {}
    if Group.WHO in warrant.fields:
        said["name"] = child.name
        said["date_of_birth"] = child.date_of_birth.isoformat() if child.date_of_birth else None
        said["identifiers"] = {name: value for name, value in identifiers.items() if name not in ADDRESS}
    if Group.ADDRESS in warrant.fields:
        said["address"] = {name: identifiers[name] for name in ADDRESS if name in identifiers} or None
    return said
