"""Recording that the authority was told of a private fostering, or that one has ended."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from services.planning.decisions.stating import note, stated
from services.planning.events import PrivateFosteringEnded, PrivateFosteringNotified
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Event, Fact
from shared.kernel.fields import IsoDate, misfit
from shared.protocol.linked import Matter


class RecordPrivateFostering(Command):
    """notified_on: when the authority was told; aware_from: since when it knew, that day if not said."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    notified_on: IsoDate | None = None
    aware_from: IsoDate | None = None
    ended_on: IsoDate | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RecordPrivateFostering":
        if self.notified_on is None and self.ended_on is None:
            raise misfit("nothing_said", "Give notified_on, or ended_on.")
        return self


def record_private_fostering(
    matter: Matter, known: Known, command: RecordPrivateFostering, act: Act
) -> tuple[Fact, ...]:
    """For each child the notification, the ending, or both. Raises Refused for who may not record it."""

    def events(child: str) -> tuple[Event, ...]:
        begun = () if command.notified_on is None else (_notified(command, command.notified_on),)
        if command.ended_on is None:
            return begun
        why = note(command.reason_note, act)
        return (
            *begun,
            PrivateFosteringEnded(ended_on=command.ended_on, reason_code=command.reason_code, reason_note=why),
        )

    return stated(matter, "RecordPrivateFostering", command.child_ids, events, act)


def _notified(command: RecordPrivateFostering, on: date) -> PrivateFosteringNotified:
    return PrivateFosteringNotified(aware_from=command.aware_from or on, notified_on=on)
