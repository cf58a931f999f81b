"""The deadlines of teams, day by day: for managers and auditors, who see from it whether teams meet."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.qa.api import report_answers
from services.qa.api.after import Elsewhere, wait_for_all
from services.qa.api.answering import NOES, PROTECTED, After, Read, answered
from services.qa.api.reports import report_reader
from services.qa.views.clocks import row_of
from services.qa.views.desktops import desktops_of
from services.qa.views.team_days import nil_days, team_and_day, team_clocks
from shared.access.caller import Caller
from shared.http.house import House


def team_day_routes(house: House, elsewhere: Elsewhere | None) -> APIRouter:
    """`/team-clocks`."""
    router = APIRouter(tags=["reports"])
    reader = report_reader(house)

    @router.get(
        "/team-clocks",
        operation_id="ReadTeamClocks",
        summary="The deadlines of each team's working days, and the days that asked for nothing.",
        response_model=report_answers.TeamClocks,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def team_days(caller: Annotated[Caller, Depends(reader)], request: Request, after: After = None) -> Response:
        read = Read.by(house, caller, request)
        await wait_for_all(read.store, after, elsewhere)
        now, authority = house.now(), str(caller.authority)
        protocol = house.protocol_for(authority, now)
        rows = await desktops_of(read.store, authority, now)
        clocks = team_clocks(rows, protocol, now)
        await read.recorded(None, (), ["clocks"])
        shown = [{**row_of(clock), "team": team_and_day(clock)[0], "day": team_and_day(clock)[1]} for clock in clocks]
        return answered({"clocks": shown, "nil_days": nil_days(rows, protocol, now)})

    return router
