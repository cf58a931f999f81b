"""The four services, each with what the composition needs of it, as one table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, FastAPI

from deploy.feeding import feed_routes
from deploy.opening import Opener
from deploy.registering import Registering
from deploy.signing import Credentials
from services.allocation.api import COMMANDS as ALLOCATION_COMMANDS
from services.allocation.api import REGISTERINGS as ALLOCATION_REGISTERINGS
from services.allocation.api import routes as allocation_routes
from services.allocation.service import SERVICE as ALLOCATION
from services.planning.api import COMMANDS as PLANNING_COMMANDS
from services.planning.api import routes as planning_routes
from services.planning.service import SERVICE as PLANNING
from services.qa.api import COMMANDS as QA_COMMANDS
from services.qa.api import REGISTERINGS as QA_REGISTERINGS
from services.qa.api import routes as qa_routes
from services.qa.api.after import Elsewhere
from services.qa.service import SERVICE as QA
from services.qa.tick import next_due as qa_next_due
from services.qa.tick import tick as qa_tick
from services.referral.api.commands import COMMANDS as REFERRAL_COMMANDS
from services.referral.api.edge import telephone
from services.referral.api.reads import routes as referral_routes
from services.referral.api.sealed import sealed_routes
from services.referral.api.searching import ChildSearch, search_routes
from services.referral.api.submitting import at_the_door
from services.referral.service import SERVICE as REFERRAL
from services.referral.tick import tick as referral_tick
from shared.http.app import Edges, Health, service_app
from shared.http.command import Command
from shared.http.house import House
from shared.http.metrics import Meter
from shared.kernel.service import Service
from shared.store.store import Store

SERVICES: Mapping[str, Service] = {service.name: service for service in (REFERRAL, ALLOCATION, PLANNING, QA)}

REGISTERINGS: Mapping[str, Registering] = {
    name: Registering(name, *parts) for name, parts in {**QA_REGISTERINGS, **ALLOCATION_REGISTERINGS}.items()
}

COMMANDS: Mapping[str, Sequence[Command]] = {
    "referral": REFERRAL_COMMANDS,
    "allocation": ALLOCATION_COMMANDS,
    "planning": PLANNING_COMMANDS,
    "qa": QA_COMMANDS,
}


def app_of(
    name: str,
    house: House,
    credentials: Credentials,
    opener: Opener,
    health: Health,
    elsewhere: Elsewhere | None = None,
) -> FastAPI:
    """The application of one service. opener: asks the owner of sealed parts, with a warrant.

    elsewhere: the feeds of the other services, for who waits for a write of theirs.
    """
    api = APIRouter()
    api.include_router(_routes(name, house, opener, elsewhere))
    api.include_router(feed_routes(house, credentials))
    if name == "referral":
        api.include_router(sealed_routes(house, opener.verify))
        api.include_router(search_routes(house))
    return service_app(
        Edges(
            house=house,
            commands=COMMANDS[name],
            api=api,
            health=health,
            meter=Meter(name),
            also=telephone(house) if name == "referral" else None,
            bodies=(ChildSearch,) if name == "referral" else (),
            wraps={"SubmitReferral": lambda request, run: at_the_door(house, request, run)},
        )
    )


def _routes(name: str, house: House, opener: Opener, elsewhere: Elsewhere | None) -> APIRouter:
    match name:
        case "referral":
            return referral_routes(house)
        case "allocation":
            return allocation_routes(house)
        case "planning":
            return planning_routes(house)
        case _:
            return qa_routes(house, opener.open, elsewhere)


Tick = Callable[[House, Store], Callable[[], Awaitable[None]]]


def _no_tick(house: House, store: Store) -> Callable[[], Awaitable[None]]:
    async def nothing() -> None:
        return

    return nothing


TICKS: Mapping[str, Tick] = {
    "referral": referral_tick,
    "allocation": _no_tick,
    "planning": _no_tick,
    "qa": qa_tick,
}

NEXT_DUE: Mapping[str, Callable[[House, Store], Awaitable[datetime | None]]] = {"qa": qa_next_due}
"""When something is due next, of the services to which time alone brings something at an instant."""
