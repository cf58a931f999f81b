"""What happens, over HTTP: nothing is taken yet but health and letters; the levels are read in the case file."""

from fastapi import APIRouter

from shared.http.command import Command
from shared.http.house import House

COMMANDS: tuple[Command, ...] = ()


def routes(house: House) -> APIRouter:
    """No reads of its own at this stage: qa shows the whole case."""
    return APIRouter()
