"""Whether who acts manages in the authority, in somebody else's employ, or not at all."""

from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.protocol.linked import Matter


def managed_from(matter: Matter, known: Known, act: Act) -> str:
    """AUTHORITY, ELSEWHERE or NONE: who employs the manager that acts, if it is one.

    Whom no register says to work elsewhere the authority employs.
    """
    if act.client or not matter.protocol.is_manager(act.by):
        return "NONE"
    person = person_at(known.of(act.by.id), act.by.id, matter.protocol.authority, act.occurred_at)
    return "ELSEWHERE" if person and person.employer_kind not in (None, "AUTHORITY") else "AUTHORITY"
