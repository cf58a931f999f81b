"""Ending a person's post: in every team in which they hold it, at once or from a date."""

from pydantic import Field

from services.qa.events import StaffEnded
from services.qa.staff import Staff
from shared.access.fields import Code, Command, Id, Instant, Words
from shared.access.refusing import Ask, insist
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol


class EndStaff(Command):
    """What the register officer sends. from: now, if it is not said."""

    staff_id: Id
    post: Code
    from_: Instant | None = Field(default=None, alias="from")
    reason_code: Code
    reason_note: Words | None = None


def end_staff(state: Staff, known: Known, command: EndStaff, protocol: Protocol, act: Act) -> tuple[Fact, ...]:
    """The end of the post; nothing if it is over by then already. Raises Refused."""
    ends = command.from_ or act.occurred_at
    held = tuple(one for one in state.to(command.post) if one.authority == protocol.authority)
    inputs = {"post": command.post, "held": bool(held), "reason_code": command.reason_code}
    insist(protocol, (Ask(bool(held), "SYS-ACC-11", "post"),), inputs)
    if all(one.until is not None and one.until <= ends for one in held):
        return ()
    note = Sealed(f"staff/{command.staff_id}", command.reason_note) if command.reason_note else None
    ended = StaffEnded(
        staff_id=command.staff_id, post=command.post, from_=ends, reason_code=command.reason_code, reason_note=note
    )
    return (Fact(stream=f"staff/{command.staff_id}", event=ended, inputs=inputs),)
