"""Recording what happens in court: proceedings issued, a care order, proceedings concluded."""

from typing import Annotated

from pydantic import Field, model_validator

from services.planning.decisions.stating import note, stated
from services.planning.events import CareOrderGranted, CareProceedingsConcluded, CareProceedingsIssued
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Event, Fact
from shared.kernel.fields import Code, IsoDate, Sent, StrictBool, misfit
from shared.protocol.linked import Matter

ORDERS = ("INTERIM", "FULL")
OUTCOMES = ("CARE_ORDER", "SUPERVISION_ORDER", "SPECIAL_GUARDIANSHIP", "OTHER_ORDER", "NO_ORDER", "WITHDRAWN")


class Issued(Sent):
    """When the application was issued. urgent_reason: why without what else comes first."""

    issued_on: IsoDate
    urgent_reason: Word | None = None
    urgent_reason_note: Note | None = None


class Order(Sent):
    """A care order: its date and kind, and whether the child is placed with its parents."""

    order_date: IsoDate
    order_type: Annotated[str, Code(ORDERS)]
    placed_with_parents: StrictBool | None = None


class ProceedingsEnded(Sent):
    """When the proceedings ended, and how."""

    concluded_on: IsoDate
    outcome: Annotated[str, Code(OUTCOMES)]


class RecordCourtStep(Command):
    """At least one of proceedings issued, an order granted and proceedings concluded, for each child alike."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    issued: Issued | None = None
    order: Order | None = None
    concluded: ProceedingsEnded | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordCourtStep":
        if not (self.issued or self.order or self.concluded):
            raise misfit("nothing_said", "Give issued, order or concluded.")
        return self


def record_court_step(matter: Matter, known: Known, command: RecordCourtStep, act: Act) -> tuple[Fact, ...]:
    """For each child what the court did. Raises Refused for who may not record it."""

    def events(child: str) -> tuple[Event, ...]:
        found: list[Event] = []
        if (began := command.issued) is not None:
            found.append(
                CareProceedingsIssued(
                    issued_on=began.issued_on,
                    urgent_reason=began.urgent_reason,
                    urgent_reason_note=note(began.urgent_reason_note, act),
                )
            )
        if (order := command.order) is not None:
            found.append(
                CareOrderGranted(
                    order_date=order.order_date,
                    order_type=order.order_type,
                    placed_with_parents=order.placed_with_parents,
                )
            )
        if (over := command.concluded) is not None:
            found.append(CareProceedingsConcluded(concluded_on=over.concluded_on, outcome=over.outcome))
        return tuple(found)

    return stated(matter, "RecordCourtStep", command.child_ids, events, act)
