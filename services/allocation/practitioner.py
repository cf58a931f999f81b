"""A person in the practitioner register: their entry as it stands, what they have learnt, and since when they left."""

from datetime import datetime

import msgspec

from services.allocation.events import (
    EquivalenceAccepted,
    PractitionerDeregistered,
    PractitionerRegistered,
    TrainingRecorded,
)
from shared.kernel.events import Recorded


class Practitioner(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about a practitioner needs. entry: the last one, None before the first; authority: its own.

    trained: course -> as it was last recorded; equivalents: course -> the training last accepted for it.
    """

    practitioner_id: str
    authority: str | None = None
    entry: PractitionerRegistered | None = None
    deregistered_from: datetime | None = None
    trained: dict[str, TrainingRecorded] = {}
    equivalents: dict[str, EquivalenceAccepted] = {}

    @property
    def courses(self) -> frozenset[str]:
        """The courses they hold: done, or by training that was accepted as equal."""
        done = (code for code, training in self.trained.items() if training.status == "COMPLETED")
        return frozenset((*done, *self.equivalents))

    def is_of(self, authority: str) -> bool:
        """Whether they were entered in the register, and by this authority."""
        return self.entry is not None and self.authority == authority

    def is_managed_by(self, person_id: str) -> bool:
        """Whether the entry names this person as line manager or supervisor, here or at the employer."""
        entry = self.entry
        return entry is not None and person_id in (entry.line_manager, entry.supervisor, entry.employer_supervisor)


def unknown(practitioner_id: str) -> Practitioner:
    """A person nobody has registered."""
    return Practitioner(practitioner_id=practitioner_id)


def evolve(practitioner: Practitioner, recorded: Recorded) -> Practitioner:
    """The person after one more event of their stream. Registering again takes them back in."""
    match recorded.data:
        case PractitionerRegistered() as entry:
            return msgspec.structs.replace(
                practitioner,
                practitioner_id=entry.practitioner_id,
                authority=recorded.authority,
                entry=entry,
                deregistered_from=None,
            )
        case PractitionerDeregistered(from_=from_):
            return msgspec.structs.replace(practitioner, deregistered_from=from_)
        case TrainingRecorded(code=code) as training:
            return msgspec.structs.replace(practitioner, trained={**practitioner.trained, code: training})
        case EquivalenceAccepted(code=code) as accepted:
            return msgspec.structs.replace(practitioner, equivalents={**practitioner.equivalents, code: accepted})
        case _:
            return practitioner
