"""A person in the practitioner register: their entry as it stands, and since when they are out of it."""

from datetime import datetime

import msgspec

from services.allocation.events import PractitionerDeregistered, PractitionerRegistered
from shared.kernel.events import Recorded


class Practitioner(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about a practitioner needs. entry: the last one, None before the first; authority: its own."""

    practitioner_id: str
    authority: str | None = None
    entry: PractitionerRegistered | None = None
    deregistered_from: datetime | None = None


def unknown(practitioner_id: str) -> Practitioner:
    """A person nobody has registered."""
    return Practitioner(practitioner_id=practitioner_id)


def evolve(practitioner: Practitioner, recorded: Recorded) -> Practitioner:
    """The person after one more event of their stream. Registering again takes them back in."""
    match recorded.data:
        case PractitionerRegistered() as entry:
            return Practitioner(practitioner_id=entry.practitioner_id, authority=recorded.authority, entry=entry)
        case PractitionerDeregistered(from_=from_):
            return msgspec.structs.replace(practitioner, deregistered_from=from_)
        case _:
            return practitioner
