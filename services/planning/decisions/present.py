"""Who took part in a meeting about a family's plan: people of the registers, agencies, or names."""

from collections.abc import Iterable
from typing import Annotated

from services.planning.events import Attendance, Participant
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id, Name, Word
from shared.kernel.fields import Code, Sent
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, asked, here, softened

ANSWERS = ("ATTENDED", "APOLOGY", "ABSENT", "CONTRIBUTED")
FOLLOWED_UP_BY = "LEAD_PRACTITIONER"


class Present(Sent):
    """Somebody. person_id: of the registers; agency: of which kind; name: of whom no register knows."""

    person_id: Id | None = None
    agency: Word | None = None
    role: Word | None = None
    name: Name | None = None


class Answer(Sent):
    """Whether a person of the registers, or an agency, came."""

    person_id: Id | None = None
    agency: Word | None = None
    answer: Annotated[str, Code(ANSWERS)]


def happened(protocol: Protocol, behind: bool, field: str) -> Weighed:
    """What is recorded as having happened does not lie ahead."""
    return asked(protocol, behind, "SYS-PLAN-20", field)


def known_person(
    matter: Matter, known: Known, person_id: str | None, act: Act, field: str
) -> tuple[Person | None, Weighed]:
    """A person as the registers have them; one whom they do not know is noted as missing."""
    if person_id is None:
        return None, Weighed()
    person = person_at(known.of(person_id), person_id, matter.protocol.authority, act.occurred_at)
    return person, softened(here(matter.protocol, person is not None, field), act, FOLLOWED_UP_BY)


def participants(
    matter: Matter, known: Known, people: Iterable[Present], act: Act, field: str
) -> tuple[tuple[Participant, ...], Weighed]:
    """Those of a list with who they are now, and which of them no register knows."""
    found: list[Participant] = []
    weighed = Weighed()
    for place, one in enumerate(people):
        person, lacks = known_person(matter, known, one.person_id, act, f"/{field}/{place}/person_id")
        weighed += lacks
        found.append(
            Participant(
                agency=one.agency or (person.sector if person else None) or "UNKNOWN",
                role=one.role or (person.role if person else None),
                person=person,
                name=Sealed(f"note/{act.new_id()}", one.name) if one.name else None,
            )
        )
    return tuple(found), weighed


def attendance(
    matter: Matter, known: Known, answers: Iterable[Answer], act: Act
) -> tuple[tuple[Attendance, ...], Weighed]:
    """Who came of those asked, and which of them no register knows."""
    found: list[Attendance] = []
    weighed = Weighed()
    for place, one in enumerate(answers):
        person, lacks = known_person(matter, known, one.person_id, act, f"/attendance/{place}/person_id")
        weighed += lacks
        found.append(Attendance(person=person, agency=one.agency, answer=one.answer))
    return tuple(found), weighed
