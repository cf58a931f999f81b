"""Recording that a child becomes looked after, is placed, or is looked after no longer."""

from typing import Annotated

from pydantic import Field, model_validator

from services.planning.decisions.stating import note, stated
from services.planning.events import LookedAfterEnded, LookedAfterStarted, PlacementStarted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Event, Fact
from shared.kernel.fields import Code, IsoDate, Sent, StrictBool, misfit
from shared.protocol.linked import Matter

ROUTES = ("INTERIM_ORDER", "S20_RETURN_HOME", "PLACED_WITH_PARENTS", "CONNECTED_CARER_REG24", "OTHER")
STATUSES = ("INTERIM_CARE_ORDER", "CARE_ORDER", "S20", "PLACEMENT_ORDER", "EPO", "POLICE_PROTECTION", "OTHER")
ENDS = ("HOME", "OTHER_ORDER", "ADOPTED", "TURNED_18", "OTHER")


class LookedAfterFrom(Sent):
    """From when a child is looked after, and by which route."""

    started_on: IsoDate
    legal_route: Annotated[str, Code(ROUTES)] | None = None
    return_home_plan: StrictBool | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


class Placement(Sent):
    """From when and by which status a child is placed."""

    started_on: IsoDate
    legal_status: Annotated[str, Code(STATUSES)]
    with_parent: StrictBool | None = None


class Ending(Sent):
    """From when a child is looked after no longer, and where it went."""

    ended_on: IsoDate
    to: Annotated[str, Code(ENDS)]
    reason_code: Word | None = None
    reason_note: Note | None = None


class RecordLookedAfter(Command):
    """At least one of a beginning, a placement and an ending, for each child alike."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    started: LookedAfterFrom | None = None
    placed: Placement | None = None
    ended: Ending | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordLookedAfter":
        if not (self.started or self.placed or self.ended):
            raise misfit("nothing_said", "Give started, placed or ended.")
        return self


def record_looked_after(matter: Matter, known: Known, command: RecordLookedAfter, act: Act) -> tuple[Fact, ...]:
    """For each child what was said of it. Raises Refused for who may not record it."""

    def events(child: str) -> tuple[Event, ...]:
        found: list[Event] = []
        if (began := command.started) is not None:
            found.append(
                LookedAfterStarted(
                    started_on=began.started_on,
                    legal_route=began.legal_route,
                    return_home_plan=began.return_home_plan,
                    reason_code=began.reason_code,
                    reason_note=note(began.reason_note, act),
                )
            )
        if (placed := command.placed) is not None:
            found.append(
                PlacementStarted(
                    started_on=placed.started_on, legal_status=placed.legal_status, with_parent=placed.with_parent
                )
            )
        if (over := command.ended) is not None:
            why = note(over.reason_note, act)
            found.append(
                LookedAfterEnded(ended_on=over.ended_on, to=over.to, reason_code=over.reason_code, reason_note=why)
            )
        return tuple(found)

    return stated(matter, "RecordLookedAfter", command.child_ids, events, act)
