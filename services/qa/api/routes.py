"""Everything that qa answers, as one router."""

from fastapi import APIRouter

from services.qa.api.after import Elsewhere
from services.qa.api.cases import case_routes
from services.qa.api.held_up import Watch
from services.qa.api.lists import list_routes
from services.qa.api.opening import Opened
from services.qa.api.registers import register_routes
from services.qa.api.rejected import rejection_routes
from services.qa.api.reports import report_routes
from services.qa.api.standards import standard_routes
from services.qa.api.team_days import team_day_routes
from shared.http.house import House


def routes(house: House, opened: Opened, elsewhere: Elsewhere | None = None) -> APIRouter:
    """The reads of qa. opened: asks the owner of sealed parts, with a warrant.

    elsewhere: the feeds of the other services, for `Toldonce-After`; without them qa waits for its own inbox alone.
    """
    router = APIRouter()
    watch = Watch(elsewhere)
    for part in (
        list_routes(house, elsewhere, watch),
        case_routes(house, opened, elsewhere, watch),
        register_routes(house),
        rejection_routes(house, elsewhere),
        report_routes(house, elsewhere),
        team_day_routes(house, elsewhere),
        standard_routes(house),
    ):
        router.include_router(part)
    return router
