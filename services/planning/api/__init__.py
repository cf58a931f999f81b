"""What happens, over HTTP: what is done about a family, case by case. What is known of it is read at qa."""

from fastapi import APIRouter

from services.planning.api.conferences import CONFERENCES
from services.planning.api.plans import PLANS
from services.planning.api.protection import PROTECTION
from services.planning.api.records import RECORDS
from services.planning.api.statutory import STATUTORY
from services.planning.api.talks import TALKS
from services.planning.api.threshold import THRESHOLD
from services.planning.api.work import WORK
from shared.http.command import Command
from shared.http.house import House

COMMANDS: tuple[Command, ...] = (
    *CONFERENCES,
    *PLANS,
    *PROTECTION,
    *RECORDS,
    *STATUTORY,
    *TALKS,
    *THRESHOLD,
    *WORK,
)


def routes(house: House) -> APIRouter:
    """No reads of its own: qa shows the whole case."""
    return APIRouter()
