"""What the front door and a referrer may read here: what waits, one referral, its status, who may be who."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from services.referral.api.around import around_referral
from services.referral.api.checking import check
from services.referral.api.seeing import about_near, look_at_referral
from services.referral.decisions.submit_referral import SubmitReferral
from services.referral.views.front_door import DECIDED, WAITS
from services.referral.views.turned_away import OPEN
from shared.access.caller import Caller, Kind
from shared.access.desks import front_door_desks, sits_at
from shared.access.masks import Group, Mask
from shared.access.policy import may
from shared.access.scopes import could, could_ask_status, could_read
from shared.http.callers import caller_of
from shared.http.command import Deciding
from shared.http.contract import takes
from shared.http.etags import etag, not_modified, unchanged
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.paging import PageCursor, PageLimit, decode_cursor, encode_cursor, next_link, page
from shared.http.positions import wait_for_after
from shared.http.problems import ProblemError, not_found
from shared.http.reading import record_read
from shared.store.projector import find_rows, get_rows

After = Annotated[str | None, Header(alias="Toldonce-After", description="A Toldonce-Position: wait until it is in.")]
NOES = noes(400, 401, 403, 404, 422, 429, 503)


def routes(house: House) -> APIRouter:
    """The reads of the front door, and the check of a referral that stores nothing."""
    router = APIRouter(tags=["reads"])

    def offer(path: str, name: str, summary: str, answer: Callable[..., Awaitable[Response]]) -> None:
        router.get(path, operation_id=name, summary=summary, responses=NOES)(answer)

    async def waiting(
        request: Request, after: After = None, limit: PageLimit = 50, cursor: PageCursor = None
    ) -> Response:
        caller = await _of_the_front_door(house, request)
        store = house.store_of(str(caller.authority))
        await wait_for_after(store, after)
        place = decode_cursor(cursor, "front-door", str, str) if cursor else ()
        where = {"authority": str(caller.authority), "waits": WAITS}
        rows = await find_rows(store, "front_door", where, "urgency", place, limit + 1)
        shown = [_line(row) for _, row in rows[:limit]]
        children = [child for row in shown for child in row["children"]]
        await _seen(house, request, caller, None, children, ["door"])
        last = rows[limit - 1] if len(rows) > limit else None
        following = encode_cursor("front-door", _urgency(last[1]), last[0]) if last else None
        return _listed(request, shown, following)

    async def turned_away(
        request: Request, after: After = None, limit: PageLimit = 50, cursor: PageCursor = None
    ) -> Response:
        caller = await _of_the_front_door(house, request)
        store = house.store_of(str(caller.authority))
        await wait_for_after(store, after)
        place = decode_cursor(cursor, "turned-away", str, str) if cursor else ()
        where = {"authority": str(caller.authority), "state": OPEN}
        rows = await find_rows(store, "turned_away", where, "at", place, limit + 1)
        kept = ("turned_away_id", "agency", "status", "reason_code", "at", "version")
        shown = [{name: row[name] for name in kept} for _, row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        await _seen(house, request, caller, None, (), ["turned_away"])
        following = encode_cursor("turned-away", last[1]["at"], last[0]) if last else None
        return _listed(request, shown, following)

    async def one(referral_id: str, request: Request, after: After = None) -> Response:
        caller = await caller_of(house, request)
        if not could_ask_status(caller):
            raise ProblemError(403, "forbidden")
        deciding = Deciding(house, house.store_of(str(caller.authority)), caller, {"referral_id": referral_id})
        await wait_for_after(deciding.store, after)
        return await _one(deciding, request)

    offer("/worklists/front-door", "ListFrontDoor", "What waits to be triaged, most urgent first.", waiting)
    offer(
        "/worklists/turned-away", "ListTurnedAway", "Who was turned away at the door and has to be rung.", turned_away
    )
    offer(
        "/referrals/{referral_id}",
        "ReadReferral",
        "One referral: its status for who sent it, whole for who works it.",
        one,
    )

    @router.post(
        "/referral-checks",
        operation_id="CheckReferral",
        summary="Check a referral without storing it.",
        responses=noes(400, 401, 403, 409, 413, 422, 429, 503),
        openapi_extra=takes(SubmitReferral),
    )
    async def checked(request: Request) -> JSONResponse:
        caller = await caller_of(house, request)
        if not could("CheckReferral", caller, "referral"):
            raise ProblemError(403, "forbidden")
        return JSONResponse(await check(house, caller, request))

    return router


async def _of_the_front_door(house: House, request: Request) -> Caller:
    caller = await caller_of(house, request)
    protocol = house.protocol_for(str(caller.authority), house.now())
    mine = [one for one in caller.appointments if one.authority == caller.authority]
    if not could_read("referral", caller, about_a_person=True) or not sits_at(mine, front_door_desks(protocol)):
        raise ProblemError(403, "forbidden")
    return caller


def _urgency(row: dict[str, Any]) -> str:
    from services.referral.views.front_door import FRONT_DOOR

    return str(FRONT_DOOR.search(row)["urgency"])


def _line(row: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "referral_id",
        "case_id",
        "children",
        "ages",
        "agency_type",
        "request_kind",
        "marks",
        "received_at",
        "decision_due_at",
        "decision_due_rule",
        "status",
        "incomplete",
        "triaged",
        "version",
    )
    return {name: row.get(name) for name in kept}


def _listed(request: Request, shown: list[dict[str, Any]], following: str | None) -> JSONResponse:
    headers = {"Link": next_link(request.query_params.multi_items(), following)} if following else {}
    return JSONResponse(page(shown, following), headers=headers)


async def _one(deciding: Deciding, request: Request) -> Response:
    house, caller, store = deciding.house, deciding.caller, deciding.store
    stream = f"referral/{deciding.ids['referral_id']}"
    await deciding.read(stream)
    state = deciding.state(stream)
    await look_at_referral(deciding)
    mask = may(caller, about_near(deciding), house.now())
    if mask is None:
        raise not_found()
    version = deciding.versions()[stream]
    row = (await get_rows(store, "front_door", [str(state.case_id)])).get(str(state.case_id), {})
    opened = (await store.load_open(stream))[stream][0].data
    if caller.kind is Kind.SYSTEM:
        await _seen(house, request, caller, state.case_id, state.child_ids, ["status"])
        reference = opened.agency_reference.clear if opened.agency_reference else None
        return _held(request, _status(row, house, caller, reference) | {"versions": {"referral": version}}, mask)
    await _seen(house, request, caller, state.case_id, state.child_ids, sorted(str(group) for group in mask.groups))
    await around_referral(deciding)
    body = _line(row) | {"status": row.get("status"), "mask": mask.name, "versions": await _versions(deciding, state)}
    around = deciding.extra["around"]
    if Group.NARRATIVE in mask.groups:
        body["concern"] = opened.concern.clear if opened.concern else None
        body["as_sent"] = opened.as_sent.clear if opened.as_sent else None
    if Group.WHO in mask.groups:
        body["referrer"] = opened.referrer.clear if opened.referrer else None
        body["who"] = {child_id: _who(child) for child_id, child in around.children.items()}
    if Group.LINKS in mask.groups:
        answered = _linked_children(deciding)
        body["matches"] = [
            {"child_id": m.child, "by": m.by, "other_child_id": m.other_child_id, "other_case_id": m.other_case_id}
            for m in around.matches
            if frozenset((m.child, m.other_child_id)) not in answered
        ]
    return _held(request, _plain(body), mask)


def _held(request: Request, body: dict[str, Any], mask: Mask) -> Response:
    """The answer, or that the caller holds it: by all that it says, of which the referral's own version is one part."""
    said = JSONResponse(body)
    tag = etag(sha256(bytes(said.body)).hexdigest()[:32], *sorted(mask.grants))
    if unchanged(request.headers.get("if-none-match"), tag):
        return not_modified(tag)
    said.headers["ETag"] = tag
    return said


def _status(row: dict[str, Any], house: House, caller: Caller, reference: str | None) -> dict[str, Any]:
    protocol = house.protocol_for(str(caller.authority), house.now())
    groups = {protocol.group_of(one["outcome"]) for one in row.get("triaged", {}).values()}
    return {
        "referral_id": row.get("referral_id"),
        "agency_reference": reference,
        "status": row.get("status"),
        "outcome_groups": sorted(group for group in groups if group) if row.get("status") == DECIDED else [],
        "received_at": row.get("received_at"),
        "acknowledged_at": row.get("acknowledged_at"),
        "decision_due_at": row.get("decision_due_at"),
        "decision_due_rule": row.get("decision_due_rule"),
        "information_wanted": row.get("items_needed", []) if row.get("status") == "INFORMATION_WANTED" else [],
    }


async def _versions(deciding: Deciding, state: Any) -> dict[str, Any]:
    family = f"family/{state.case_id}"
    children = [f"child/{child}" for child in state.child_ids]
    await deciding.read(family, *children)
    at = deciding.versions()
    return {
        "referral": at[f"referral/{state.referral_id}"],
        "family": at[family],
        "child": {child.split("/", 1)[1]: at[child] for child in children},
    }


def _linked_children(deciding: Deciding) -> set[frozenset[str]]:
    """Pairs that somebody said are one child: no question any more."""
    families = [deciding.state(stream) for stream in deciding.loaded if stream.startswith("family/")]
    links = [link for family in families for link in family.standing_links]
    return {frozenset((pair.kept, pair.joined)) for link in links for pair in link.children}


def _who(child: Any) -> dict[str, Any]:
    return {
        "name": child.name,
        "date_of_birth": child.date_of_birth.isoformat() if child.date_of_birth else None,
        "identifiers": child.identifiers,
    }


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


async def _seen(
    house: House, request: Request, caller: Caller, case_id: str | None, children: Any, fields: list[str]
) -> None:
    await record_read(
        house,
        house.store_of(str(caller.authority)),
        caller,
        case_id=case_id,
        child_ids=list(children),
        fields=fields,
        route=request.scope["route"].path,
        correlation_id=request.scope["correlation_id"],
    )
