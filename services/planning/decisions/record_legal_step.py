"""Recording the steps before care proceedings: a legal planning meeting, the letter to the parents."""

from typing import Annotated

from pydantic import Field, model_validator

from services.planning.decisions.stating import stated
from services.planning.events import LegalPlanningMeetingHeld, PreProceedingsLetterSent
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Event, Fact
from shared.kernel.fields import Instant, IsoDate, misfit
from shared.protocol.linked import Matter


class RecordLegalStep(Command):
    """When the meeting was held, when the letter was sent; at least one of them."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    meeting_held_at: Instant | None = None
    letter_sent_on: IsoDate | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordLegalStep":
        if self.meeting_held_at is None and self.letter_sent_on is None:
            raise misfit("nothing_said", "Give meeting_held_at, or letter_sent_on.")
        return self


def record_legal_step(matter: Matter, known: Known, command: RecordLegalStep, act: Act) -> tuple[Fact, ...]:
    """For each child what was done. Raises Refused for who may not record it."""
    steps: list[Event] = []
    if command.meeting_held_at is not None:
        steps.append(LegalPlanningMeetingHeld(held_at=command.meeting_held_at))
    if command.letter_sent_on is not None:
        steps.append(PreProceedingsLetterSent(sent_on=command.letter_sent_on))
    return stated(matter, "RecordLegalStep", command.child_ids, lambda child: steps, act)
