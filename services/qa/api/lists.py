"""Lists over many cases: those a caller may see, and the open items on the caller's desks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.qa.api import answers
from services.qa.api.after import Elsewhere, wait_for_all
from services.qa.api.answering import NOES, PROTECTED, After, Read, listed, reader_of, shown_fields
from services.qa.api.finding import cases_at_hand, cases_for, cases_with_work
from services.qa.api.held_up import Watch, items_of
from services.qa.api.seeing import Seen, see
from services.qa.views.cases import by_urgency, sortable
from services.qa.views.held_up import since_when
from services.qa.views.worklist import there_at
from shared.access.caller import Caller
from shared.access.desks import Desk, sits_at
from shared.access.fields import IsoDate
from shared.access.showing import masked
from shared.bus.parking import HeldUp
from shared.http.house import House
from shared.http.paging import Page, PageCursor, PageLimit, decode_cursor, encode_cursor
from shared.kernel.calendar import add_working_days, end_of_day, local_date
from shared.store.projector import get_rows

CHUNK = 200
_PLACE = (str,) * 7


def list_routes(house: House, elsewhere: Elsewhere | None, watch: Watch) -> APIRouter:
    """`/cases` and `/worklists`."""
    router = APIRouter(tags=["cases"])

    async def reader(request: Request) -> Caller:
        return await reader_of(house, request)

    @router.get(
        "/cases",
        operation_id="ListCases",
        summary="The cases that you may see, and where their children stand.",
        response_model=Page[answers.ListedCase],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def cases(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        (place,) = decode_cursor(cursor, "cases", str) if cursor else ("",)
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        found = await _visible(read, place, limit + 1)
        shown = found[:limit]
        await read.recorded(None, _children_of(shown), _fields_of(shown))
        following = encode_cursor("cases", shown[-1].case_id) if len(found) > limit else None
        held = await watch.held_up(read.store)
        return listed(request, [_line(seen, held) for seen in shown], following)

    @router.get(
        "/worklists",
        operation_id="ListWorklist",
        summary="What is open on your desks, the most overdue first.",
        response_model=Page[answers.WorklistItem],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def worklist(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "worklist", *_PLACE) if cursor else ()
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        held = await watch.held_up(read.store)
        rows = await get_rows(read.store, "cases", sorted({one.about for one in held}))
        seen = await see(house, read.store, caller, rows | await cases_with_work(read.store, caller))
        protocol = house.protocol_for(str(caller.authority), house.now())
        waiting = await items_of(read.store, (one for one in held if one.about in seen), protocol)
        items = _items(seen.values(), waiting, caller, place, house.now())
        shown = items[:limit]
        children = [item["child_id"] for _, item in shown if item["child_id"]]
        await read.recorded(None, children, ["state", "holder"])
        following = encode_cursor("worklist", *shown[-1][0]) if len(items) > limit else None
        return listed(request, [item for _, item in shown], following)

    @router.get(
        "/deadlines",
        operation_id="ListDeadlines",
        summary="What is due in the cases at your hand by a day, and what is overdue, the most overdue first.",
        response_model=Page[answers.Deadline],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def deadlines(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        by: Annotated[IsoDate | None, Query(description="Due by this day; in two working days, if not said.")] = None,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        place = decode_cursor(cursor, "deadlines", *_PLACE[:5]) if cursor else ()
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        day = by or add_working_days(local_date(house.now()), 2)
        seen = await see(house, read.store, caller, await cases_at_hand(read.store, caller))
        dues = _dues(seen.values(), sortable(end_of_day(day)), house.now(), place)
        shown = dues[:limit]
        await read.recorded(None, [due["child_id"] for _, due in shown if due["child_id"]], ["clocks"])
        following = encode_cursor("deadlines", *shown[-1][0]) if len(dues) > limit else None
        return listed(request, [due for _, due in shown], following)

    return router


def _dues(
    cases: Iterable[Seen], until: str, now: datetime, after: tuple[str, ...]
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """(place in the list, deadline) of what is due until an instant, behind a place. Of linked cases once."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for seen in cases:
        file = masked(seen.row["file"], seen.mask)
        for date in file.get("next_dates", ()):
            if date["what"] != "clock":
                continue
            due_at = sortable(datetime.fromisoformat(date["at"]))
            case_id = seen.row["file"]["kept_case_id"]
            place = (due_at, case_id, date["rule"], date["child_id"] or "", date["started_by"])
            if due_at <= until and place > after:
                kept = ("rule", "says", "child_id", "started_by", "alerts", "force")
                overdue = due_at < sortable(now)
                row = {"case_id": case_id, "due_at": date["at"], "overdue": overdue, **{w: date[w] for w in kept}}
                found.setdefault(place, row)
    return sorted(found.items(), key=lambda entry: entry[0])


async def _visible(read: Read, after: str, wanted: int) -> list[Seen]:
    """The next cases that the caller may see, by id."""
    found: list[Seen] = []
    while len(found) < wanted:
        rows = await cases_for(read.house, read.store, read.caller, after, CHUNK)
        seen = await see(read.house, read.store, read.caller, dict(rows))
        found += [seen[case_id] for case_id, _ in rows if case_id in seen]
        if len(rows) < CHUNK:
            break
        after = rows[-1][0]
    return found[:wanted]


def _line(seen: Seen, held: Iterable[HeldUp]) -> dict[str, Any]:
    kept = ("case_id", "incomplete_since", "children", "linked_ids")
    since = since_when(one for one in held if one.about in seen.case_ids)
    shown = masked({**seen.row["file"], "incomplete_since": since}, seen.mask)
    return {"mask": seen.mask.name, **{name: shown[name] for name in kept if name in shown}}


def _children_of(cases: Iterable[Seen]) -> list[str]:
    return [child["child_id"] for seen in cases for child in seen.row["file"]["children"]]


def _fields_of(cases: Iterable[Seen]) -> list[str]:
    listed_groups = {"reference", "ages", "state", "level", "holder", "links"}
    return sorted({group for seen in cases for group in shown_fields(seen.mask)} & listed_groups)


def _items(
    cases: Iterable[Seen],
    waiting: Mapping[str, Sequence[dict[str, Any]]],
    caller: Caller,
    after: tuple[str, ...],
    now: datetime,
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """(place in the list, item) of what lies on the caller's desks, behind a place. An item of linked cases once."""
    mine = [one for one in caller.appointments if one.authority == caller.authority]
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for seen in cases:
        for item in there_at((*seen.row["items"], *waiting.get(seen.case_id, ())), now):
            desks = [Desk(team=desk["team"], post=desk["post"]) for desk in item["desks"] if not desk.get("person")]
            own = any(desk.get("person") == caller.person_id for desk in item["desks"] if desk.get("person"))
            if (own or sits_at(mine, desks)) and by_urgency(item) > after:
                found.setdefault(by_urgency(item), {name: value for name, value in item.items() if name != "desks"})
    return sorted(found.items(), key=lambda entry: entry[0])
