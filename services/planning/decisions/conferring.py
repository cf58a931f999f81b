"""Conferences and core groups as they are told: who was asked, who came, and what such a record lacks.

They are facts: an id that no register knows is left out and named as missing, and nothing is refused for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.invitations import Invitation, invited
from services.planning.decisions.present import Answer
from services.planning.decisions.recording import protection_of, standing_of
from services.planning.events import Attendance, Invited
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.kernel.people import Person
from shared.protocol.leads import CP_LEAD, FAMILY_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, asked, here, softened

_THERE = frozenset({"ATTENDED", "CONTRIBUTED"})
_OWNER = "CP_LEAD"


class Meeting(Command):
    """Who was asked and who came. occurred_at: when it was held.

    corrects: any event of an earlier record of the same meeting, of which this fills gaps.
    """

    invited: Annotated[tuple[Invitation, ...], Field(max_length=50)] = ()
    attendance: Annotated[tuple[Answer, ...], Field(max_length=50)] = ()
    corrects: Id | None = None


class Conference(Meeting):
    """A meeting that somebody chairs."""

    chair_id: Id | None = None


def people_of(meeting: Meeting) -> tuple[str, ...]:
    """Whom it names."""
    chair = meeting.chair_id if isinstance(meeting, Conference) else None
    named = (chair, *(one.person_id for one in (*meeting.invited, *meeting.attendance)))
    return tuple(dict.fromkeys(person for person in named if person))


def came(
    matter: Matter, known: Known, meeting: Meeting, act: Act, child: str
) -> tuple[tuple[Invited, ...], tuple[Attendance, ...], Weighed]:
    """Who was asked and who came, with who they are, and what is missing of them for one child."""
    asked_, weighed = invited(matter, known, meeting.invited, act, child)
    answers: list[Attendance] = []
    for place, one in enumerate(meeting.attendance):
        person, lacks = named(matter, known, one.person_id, act, child, f"/attendance/{place}/person_id")
        weighed += lacks
        answers.append(Attendance(person=person, agency=one.agency, answer=one.answer))
    return asked_, tuple(answers), weighed


def named(
    matter: Matter, known: Known, person_id: str | None, act: Act, child: str, field: str
) -> tuple[Person | None, Weighed]:
    """A person as the registers have them; one whom they do not know is missing, and that is noted."""
    if person_id is None:
        return None, Weighed()
    person = person_at(known.of(person_id), person_id, matter.protocol.authority, act.occurred_at)
    return person, softened(here(matter.protocol, person is not None, field), act, _OWNER, child)


def around(matter: Matter, meeting: Meeting, child: str) -> dict[str, Any]:
    """The circumstances that the rows on meetings of child protection ask about, by the packs' words."""
    leads, ids = leads_in(matter.facts), matter.linked.ids_of(child)
    family_lead, cp_lead = active(leads, FAMILY_LEAD), active(leads, CP_LEAD, ids)
    present = _named_in(meeting)
    return {
        **protection_of(matter, child),
        "state": standing_of(matter, child).state or "UNKNOWN",
        "fhlp": "NONE" if family_lead is None else "INVITED" if family_lead.person.id in present else "LEFT_OUT",
        "cp_lead": cp_lead.person.id if cp_lead is not None and cp_lead.person.id in present else None,
    }


def leads_one(matter: Matter, children: Iterable[str], act: Act) -> bool:
    """Whether this person is the child protection lead of one of the children."""
    leads = leads_in(matter.facts)
    found = (active(leads, CP_LEAD, matter.linked.ids_of(child)) for child in children)
    return any(lead is not None and lead.person.id == act.by.id for lead in found)


def corrected(matter: Matter, name: str, meeting: Meeting, child: str) -> Told | None:
    """What the record of a meeting takes the place of, for one child: of that name, of the same time."""
    one = matter.basis(meeting.corrects) if meeting.corrects else None
    if one is None or one.name != name:
        return None
    same = (fact for fact in matter.about(child, matter.facts) if fact.name == name)
    return next((fact for fact in same if fact.occurred_at == one.occurred_at), None)


def fits(matter: Matter, name: str, meeting: Meeting, children: Sequence[str], said: Sequence[str]) -> Weighed:
    """A correction fills gaps of a record that is here. said: what was decided for each child, as it was before."""
    if meeting.corrects is None:
        return Weighed()
    found = [corrected(matter, name, meeting, child) for child in children]
    weighed = here(matter.protocol, all(found), "/corrects")
    same = all(
        fact is None or fact.data.get("decision", decision) == decision
        for fact, decision in zip(found, said, strict=True)
    )
    return weighed + asked(matter.protocol, same, "SYS-PLAN-03", "/corrects")


def taken(matter: Matter, name: str, held: str, meeting: Meeting, decisions: Mapping[str, str], act: Act) -> Weighed:
    """Who may record it, about children who are known here. decisions: of each child. Raises Refused."""
    weighed = here(matter.protocol, all(matter.about(child, matter.facts) for child in decisions), "/children")
    weighed += allowed(matter.protocol, name, act, leads=leads_one(matter, decisions, act))
    weighed += fits(matter, held, meeting, [*decisions], [*decisions.values()])
    weighed.insist({"decisions": [*decisions.values()]})
    return Weighed(rules=weighed.rules)


def in_its_place(fact: Fact, before: Told | None) -> Fact:
    """The same, standing where what it corrects stood in time."""
    return fact if before is None else replace(fact, corrects=before.event_id, occurred_at=before.occurred_at)


def _named_in(meeting: Meeting) -> frozenset[str]:
    came = (one.person_id for one in meeting.attendance if one.answer in _THERE)
    return frozenset(person for person in (*(one.person_id for one in meeting.invited), *came) if person)
