"""How often people were refused, by which rules: for auditors, who see from it where a protocol does not fit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.qa.api import answers
from services.qa.api.after import Elsewhere, wait_for_all
from services.qa.api.answering import NOES, PROTECTED, After, Read, answered
from services.qa.views.cases import NEVER, sortable
from shared.access.caller import Caller
from shared.access.scopes import AUDITOR, could_read
from shared.http.callers import caller_of
from shared.http.house import House
from shared.http.problems import ProblemError
from shared.kernel.fields import Instant
from shared.store.program import Query as Sql

COUNTED = (
    "SELECT service, command, rules, count(*) FROM view_rejections WHERE authority = %s AND at >= %s AND at < %s"
    " GROUP BY service, command, rules ORDER BY count(*) DESC, service, command, rules"
)


def rejection_routes(house: House, elsewhere: Elsewhere | None) -> APIRouter:
    """`/rejections`."""
    router = APIRouter(tags=["audit"])

    async def reader(request: Request) -> Caller:
        caller = await caller_of(house, request)
        posts = {one.post for one in caller.appointments if one.authority == caller.authority}
        if not could_read("qa", caller, about_a_person=True) or AUDITOR not in posts:
            raise ProblemError(403, "forbidden", "What was refused is counted for auditors.")
        return caller

    @router.get(
        "/rejections",
        operation_id="ListRejections",
        summary="What rules refused, counted by command and rules.",
        response_model=answers.Rejections,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def rejections(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        since: Annotated[Instant | None, Query(alias="from", description="Refused at this instant or later.")] = None,
        until: Annotated[Instant | None, Query(description="Refused before this instant.")] = None,
        after: After = None,
    ) -> Response:
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        span = (sortable(since) if since else "", sortable(until) if until else NEVER)
        (rows,) = await read.store.read(Sql(COUNTED, (caller.authority, *span)))
        await read.recorded(None, (), ["rejections"])
        items = [
            {"service": service, "command": command, "rules": rules.split(), "count": count}
            for service, command, rules, count in rows
        ]
        return answered({"items": items})

    return router
