"""Who is asked to a meeting of the managers, and who is there: people of the registers, or names."""

from collections.abc import Iterable, Sequence

from pydantic import ConfigDict, Field

from services.allocation.events import Attendee
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id, Name, Word
from shared.kernel.fields import Sent
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, here


class Attending(Sent):
    """One person. for: the post in which they come; name: of somebody whom no register knows."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    person_id: Id | None = None
    for_: Word | None = Field(default=None, alias="for")
    name: Name | None = None


def attendees(matter: Matter, known: Known, people: Iterable[Attending], act: Act) -> tuple[Attendee, ...]:
    """Each once, a registered person filled in as of the meeting; whom no register knows as they were named."""
    found: dict[str, Attendee] = {}
    for place, one in enumerate(people):
        found.setdefault(one.person_id or f"/{place}", _attendee(matter, known, one, act))
    return tuple(found.values())


def by_id(matter: Matter, known: Known, person_id: str, act: Act) -> Person | None:
    """A registered person as of the meeting; None if no register knows them."""
    return person_at(known.of(person_id), person_id, matter.protocol.authority, act.occurred_at)


def is_known(attendee: Attendee) -> bool:
    """Whether the registers say who this is."""
    said = (attendee.role, attendee.team, attendee.employer, attendee.social_worker)
    return attendee.id is not None and any(one is not None for one in said)


def unknown(matter: Matter, people: Sequence[Attendee], field: str) -> Weighed:
    """Those of a list whom no register knows."""
    weighed = Weighed()
    for place, one in enumerate(people):
        weighed += here(matter.protocol, is_known(one), f"/{field}/{place}/person_id")
    return Weighed(refusals=weighed.refusals)


def _attendee(matter: Matter, known: Known, one: Attending, act: Act) -> Attendee:
    name = Sealed(f"note/{act.new_id()}", one.name) if one.name is not None else None
    if one.person_id is None:
        return Attendee(role=one.for_, name=name)
    told = known.of(one.person_id)
    person = person_at(told, one.person_id, matter.protocol.authority, act.occurred_at, post=one.for_)
    if person is None:
        return Attendee(id=one.person_id, name=name)
    return Attendee(
        id=person.id,
        role=person.role,
        team=person.team,
        employer=person.employer,
        employer_kind=person.employer_kind,
        sector=person.sector,
        social_worker=person.social_worker,
    )
