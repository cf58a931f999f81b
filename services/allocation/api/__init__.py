"""Who leads, over HTTP: the practitioner register, and which children wait for a lead."""

from fastapi import APIRouter

from services.allocation.api.leads import LEADS
from services.allocation.api.meetings import MEETINGS
from services.allocation.api.records import RECORDS
from services.allocation.api.register import REGISTER, REGISTERINGS
from services.allocation.api.worklists import worklist_routes
from shared.http.command import Command
from shared.http.house import House

__all__ = ["COMMANDS", "REGISTERINGS", "routes"]

COMMANDS: tuple[Command, ...] = (*REGISTER, *LEADS, *MEETINGS, *RECORDS)


def routes(house: House) -> APIRouter:
    """The worklists of allocation."""
    return worklist_routes(house)
