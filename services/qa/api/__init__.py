"""qa over HTTP: the registers' commands, and what may be read of cases, clocks, worklists and registers."""

from services.qa.api.registers import COMMANDS, REGISTERINGS
from services.qa.api.routes import routes

__all__ = ["COMMANDS", "REGISTERINGS", "routes"]
