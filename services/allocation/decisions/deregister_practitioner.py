"""Taking a person out of the practitioner register: they have left, and somebody else has to hold what they held."""

from collections.abc import Sequence

from pydantic import Field

from services.allocation.events import PractitionerDeregistered
from services.allocation.practitioner import Practitioner
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Instant
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, coded, here


class DeregisterPractitioner(Command):
    """What the employer's manager or the register officer sends. from: now, if it is not said."""

    from_: Instant | None = Field(default=None, alias="from")
    reason_code: Word
    reason_note: Note | None = None


def deregister_practitioner(
    state: Practitioner,
    known: Known,
    command: DeregisterPractitioner,
    protocol: Protocol,
    act: Act,
    open_case_ids: Sequence[str] = (),
) -> tuple[Fact, ...]:
    """That they are in it no longer; nothing if it stands so already. Raises Refused.

    open_case_ids: cases on which they hold a role. It holds nothing up: what becomes of those is asked at once.
    """
    entry = state.entry
    weighed = (
        allowed(protocol, "DeregisterPractitioner", act, manages=state.is_managed_by(act.by.id))
        + here(protocol, state.is_of(protocol.authority))
        + coded(protocol, "DeregisterPractitioner.reason_code", command.reason_code, command.reason_note)
    )
    inputs = {"reason_code": command.reason_code, "cases": len(open_case_ids)}
    weighed.insist(inputs)
    ends = command.from_ or act.occurred_at
    if entry is None or (state.deregistered_from is not None and state.deregistered_from <= ends):
        return ()
    event = PractitionerDeregistered(
        practitioner_id=state.practitioner_id,
        profession=entry.profession,
        from_=ends,
        reason_code=command.reason_code,
        reason_note=Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None,
        open_case_ids=tuple(open_case_ids),
    )
    return (Fact(stream=f"practitioner/{state.practitioner_id}", event=event, rules=weighed.rules, inputs=inputs),)
