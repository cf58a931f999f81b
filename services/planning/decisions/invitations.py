"""Who is asked to come to a discussion or was there: agencies, and of them people whom the registers know."""

from collections.abc import Iterable

from services.planning.events import Invited
from shared.access.registers import appointments_at, person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id, Word
from shared.kernel.fields import Sent
from shared.kernel.people import Person
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, here, softened

FOLLOWED_UP_BY = "FRONT_DOOR"


class Invitation(Sent):
    """One agency. person_id: whom of it, by the registers."""

    agency: Word
    person_id: Id | None = None


def invited(
    matter: Matter, known: Known, invitations: Iterable[Invitation], act: Act, child_id: str | None = None
) -> tuple[tuple[Invited, ...], Weighed]:
    """Those asked, with who they are now, and which of them no register knows: their agency is asked all the same."""
    asked: list[Invited] = []
    weighed = Weighed()
    for place, one in enumerate(invitations):
        person = None
        if one.person_id is not None:
            authority = matter.protocol.authority
            person = person_at(known.of(one.person_id), one.person_id, authority, act.occurred_at)
            unknown = here(matter.protocol, person is not None, f"/invited/{place}/person_id")
            weighed += softened(unknown, act, FOLLOWED_UP_BY, child_id)
        asked.append(Invited(agency=one.agency, person=person))
    return tuple(asked), weighed


def in_each_post(known: Known, person_id: str | None, authority: str, act: Act) -> tuple[Person, ...]:
    """The person named, once in each post they hold; nobody, where no register knows the id."""
    if person_id is None:
        return ()
    told, at = known.of(person_id), act.occurred_at
    posts = appointments_at(told, person_id, authority, at)
    held = (person_at(told, person_id, authority, at, post=one.post, team=one.team) for one in posts)
    alone = person_at(told, person_id, authority, at)
    return tuple(person for person in held if person) or ((alone,) if alone else ())
