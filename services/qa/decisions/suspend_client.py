"""Shutting an agency's system out, at once or from a date, until it is registered again."""

from pydantic import Field

from services.qa.client import Client
from services.qa.events import ClientSuspended
from shared.access.fields import Code, Command, Id, Instant, Words
from shared.access.refusing import Ask, insist
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol


class SuspendClient(Command):
    """What the register officer sends. from: now, if it is not said."""

    client_id: Id
    from_: Instant | None = Field(default=None, alias="from")
    reason_code: Code
    reason_note: Words | None = None


def suspend_client(
    state: Client, known: Known, command: SuspendClient, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The suspension; nothing if it has begun by then already. Raises Refused."""
    begins = command.from_ or act.occurred_at
    inputs = {"registered": state.entry is not None, "reason_code": command.reason_code}
    ours = state.entry is not None and state.entry.authority == protocol.authority
    insist(protocol, (Ask(ours, "SYS-ACC-06", "client_id"),), inputs)
    if state.is_suspended_by(begins):
        return ()
    note = Sealed(f"client/{command.client_id}", command.reason_note) if command.reason_note else None
    suspended = ClientSuspended(
        client_id=command.client_id, from_=begins, reason_code=command.reason_code, reason_note=note
    )
    return (Fact(stream=f"client/{command.client_id}", event=suspended, inputs=inputs),)
