"""Recording that a practitioner has done a course: of the authority's lists or any other."""

from services.allocation.events import TrainingRecorded
from services.allocation.practitioner import Practitioner
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command, Word
from shared.kernel.events import Fact, cite
from shared.kernel.fields import IsoDate
from shared.protocol.competence import COURSES
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, asked, here, weigh


class RecordTraining(Command):
    """code: the course; completed_on: the day it was completed, if that is known."""

    code: Word
    status: Word = "COMPLETED"
    completed_on: IsoDate | None = None


def record_training(
    state: Practitioner, known: Known, command: RecordTraining, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The course, and which are still to do; nothing if it stands so already. Raises Refused.

    A course outside the lists is kept as well: what somebody has learnt is never turned away.
    """
    lists = protocol.competences(*COURSES)
    of = next((block for block in lists if command.code in block.codes), None)
    facts = {"code": command.code if of or not lists else None, "status": command.status}
    done = command.completed_on is None or command.completed_on <= local_date(act.recorded_at)
    weighed = (
        allowed(protocol, "RecordTraining", act, manages=state.is_managed_by(act.by.id))
        + here(protocol, state.is_of(protocol.authority))
        + asked(protocol, done, "SYS-TRAIN-01", "/completed_on")
        + weigh(protocol, "RecordTraining", facts, act)
    )
    inputs = {"code": command.code, "status": command.status, "listed": of.kind if of else None}
    weighed.insist(inputs)
    before = state.trained.get(command.code)
    if before and (before.status, before.completed_on) == (command.status, command.completed_on):
        return ()
    held = {*state.courses, command.code}
    event = TrainingRecorded(
        practitioner_id=state.practitioner_id,
        code=command.code,
        status=command.status,
        completed_on=command.completed_on,
        open_topics=tuple(code for block in lists for code in block.codes if code not in held),
    )
    return (
        Fact(
            stream=f"practitioner/{state.practitioner_id}",
            event=event,
            rules=cite(of.rule if of else (), weighed.rules),
            warnings=weighed.warnings,
            inputs=inputs,
        ),
    )
