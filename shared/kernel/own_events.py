"""What every service records of its own events and readers: withdrawn, completed, refused, read, erased."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Actor, Person
from shared.kernel.sealed import Sealed


class IncompleteResolved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was missing of an event has been supplied, or turned out not to be needed.

    of_event, what, rule: the item as the event lists it. value_ref: the event or record that fills it.
    """

    of_event: str
    what: str
    rule: str
    by: Person
    value_ref: str | None = None
    resolved_as: Literal["FILLED", "NOT_NEEDED"]
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class RecordWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event counts as not having been: clocks it started are cancelled, those it stopped run on."""

    of_event: str
    reason_code: Literal["RECORDED_IN_ERROR", "WRONG_CHILD", "DUPLICATE"]
    reason_note: Sealed[str] | None = None


class CommandRejected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was refused, with the rules that said no. stream: the first that the command speaks of.

    inputs: the structural facts that counted, never what was sent.
    """

    command: str
    stream: str | None = None
    rules: tuple[str, ...]
    inputs: dict[str, Any] = msgspec.field(default_factory=dict)
    at: datetime


class RecordRead(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody was shown a record of a person; written before the first byte is sent.

    fields: the classes of fields shown; grant_id, warrant_id: what allowed it, where a role on the case did not.
    """

    read_id: str
    reader: Actor
    child_ids: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    purpose: str
    grant_id: str | None = None
    route: str
    warrant_id: str | None = None


class ErasureConfirmed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """This service has destroyed the keys of an erased subject."""

    erasure_id: str
    service: str


OWN_EVENTS: tuple[type[Event], ...] = (
    IncompleteResolved,
    RecordWithdrawn,
    CommandRejected,
    RecordRead,
    ErasureConfirmed,
)
"""The events that every service has in its table besides its own."""
