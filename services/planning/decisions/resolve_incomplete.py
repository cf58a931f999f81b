"""Saying that something which was missing of a record of planning is there now, or is not needed."""

from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.own_acts import ResolveIncomplete
from shared.protocol.own_acts_on_case import resolved_in

__all__ = ["ResolveIncomplete", "resolve_incomplete"]


def resolve_incomplete(matter: Matter, known: Known, command: ResolveIncomplete, act: Act) -> tuple[Fact, ...]:
    """The item closed. Raises Refused."""
    return resolved_in(matter, "planning", command, act)
