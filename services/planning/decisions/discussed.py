"""A strategy discussion as a command tells it: who was there, and for each child the facts that the rules ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.invitations import FOLLOWED_UP_BY, Invitation, in_each_post
from services.planning.events import Participant, Recommendation
from shared.kernel.act import Act
from shared.kernel.agencies import sector_of
from shared.kernel.beliefs import Known
from shared.kernel.command import Held, Id, Name, Narrative, Word
from shared.kernel.fields import Code, Sent
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.leads import FAMILY_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, here, softened

COMMAND = "RecordStrategyDiscussion"
OUTCOMES = ("S47", "S17", "NFA", "FAMILY_HELP_NOT_S17", "CONTINUE_FAMILY_HELP")
RISKS = ("HIGH", "DYNAMIC", "COMPLEX")
QUALIFICATIONS = ("AQ_ACCEPTABLE", "SOCIAL_WORKER")


class Recommended(Sent):
    """Who should lead: qualified how, of which employer, or a person of the register."""

    qualification: Annotated[str, Code(QUALIFICATIONS)]
    employer: Id | None = None
    lead_id: Id | None = None

    def as_recorded(self) -> Recommendation:
        """The same, as an event keeps it."""
        return Recommendation(qualification=self.qualification, employer=self.employer, lead_id=self.lead_id)


class Discussed(Sent):
    """One child. outcome: one of the protocol's; fhlp_recommendation: who should lead Family Help, if it goes there."""

    child_id: Id
    outcome: Word | None = None
    fhlp_recommendation: Recommended | None = None


class TookPart(Sent):
    """Who was there. role: in which post; person_id: by the registers; name: of somebody who is in none."""

    agency: Word
    role: Word | None = None
    person_id: Id | None = None
    name: Name | None = None


class RecordStrategyDiscussion(Held):
    """A strategy discussion that was held, and what it came to for each child. held_at: now, if it is not said.

    held_by: the team; lead_id: the social worker who leads an enquiry that begins with it; record: what was said.
    corrects: the record of this discussion that this one takes the place of.
    """

    children: Annotated[tuple[Discussed, ...], Field(min_length=1, max_length=50)]
    held_by: Word | None = None
    convened_by_id: Id | None = None
    chair_id: Id | None = None
    participants: Annotated[tuple[TookPart, ...], Field(max_length=50)] = ()
    invited: Annotated[tuple[Invitation, ...], Field(max_length=50)] = ()
    lead_id: Id | None = None
    risk_profile: Annotated[tuple[Annotated[str, Code(RISKS)], ...], Field(max_length=3)] = ()
    record: Narrative | None = None
    corrects: Id | None = None


def people_of(command: RecordStrategyDiscussion) -> tuple[str, ...]:
    """Whom it names."""
    named = (
        command.convened_by_id,
        command.chair_id,
        command.lead_id,
        *(one.person_id for one in command.participants),
        *(one.person_id for one in command.invited),
    )
    return tuple(dict.fromkeys(one for one in named if one is not None))


@dataclass(frozen=True)
class Meeting:
    """Who was there, as the registers know them. facts: what the rules ask about the meeting as a whole."""

    convened_by: Person | None
    chair: Person | None
    participants: tuple[Participant, ...]
    facts: Mapping[str, Any]


def meetings(matter: Matter, known: Known, command: RecordStrategyDiscussion, act: Act) -> tuple[Meeting, ...]:
    """The meeting, once for each pair of posts in which those who convened and chaired it may have done so."""
    authority = matter.protocol.authority
    conveners = in_each_post(known, command.convened_by_id, authority, act) or (None,)
    chairs = in_each_post(known, command.chair_id, authority, act) or (None,)
    participants = tuple(_participant(one, known, matter.protocol, act) for one in command.participants)
    lead = active(leads_in(matter.facts), FAMILY_LEAD)
    there = {one.person_id for one in (*command.participants, *command.invited)}
    qualified = "NONE" if lead is None else "SOCIAL_WORKER" if lead.person.social_worker else "ALTERNATIVE"
    facts = {
        "held_by": held_by(matter, command) or "UNKNOWN",
        "participants": dict.fromkeys(_agencies(participants), True),
        "posts": {one.role: True for one in participants if one.role},
        "fhlp": qualified,
        "invited": {FAMILY_LEAD: True} if lead and lead.person.id in there else {},
        "record": True if command.record else None,
        "risk_profile": list(command.risk_profile),
    }
    return tuple(
        Meeting(convener, chair, participants, {**facts, "convened_by": _of(convener), "chair": _of(chair)})
        for convener, chair in product(conveners, chairs)
    )


def unknown_people(matter: Matter, known: Known, command: RecordStrategyDiscussion, act: Act) -> Weighed:
    """Those named whom no register knows: what they did is taken, and who they are is asked."""
    named = {
        "/convened_by_id": command.convened_by_id,
        "/chair_id": command.chair_id,
        "/lead_id": command.lead_id,
        **{f"/participants/{place}/person_id": one.person_id for place, one in enumerate(command.participants)},
    }
    weighed = Weighed()
    for field, person_id in named.items():
        found = person_id is None or in_each_post(known, person_id, matter.protocol.authority, act)
        weighed += softened(here(matter.protocol, bool(found), field), act, FOLLOWED_UP_BY)
    return weighed


def held_by(matter: Matter, command: RecordStrategyDiscussion) -> str | None:
    """The team that held it, if the authority has such a team."""
    return command.held_by if command.held_by in matter.protocol.teams else None


def outcome_of(said: Discussed) -> str | None:
    """The outcome said for a child, if it is one of the vocabulary: what is none counts as not said."""
    return said.outcome if said.outcome in OUTCOMES else None


def _participant(said: TookPart, known: Known, protocol: Protocol, act: Act) -> Participant:
    """As what somebody took part: of the register, in the post that was said, or one that the rules ask for."""
    held = in_each_post(known, said.person_id, protocol.authority, act)
    asked = [person for person in held if person.role == said.role or person.role in _asked_for(protocol)]
    person = next(iter((*asked, *held)), None)
    return Participant(
        agency=said.agency,
        role=person.role if person else said.role,
        person=person,
        name=Sealed(f"note/{act.new_id()}", said.name) if said.name else None,
    )


def _asked_for(protocol: Protocol) -> frozenset[str]:
    """The posts of which the rules ask whether somebody in them was there."""
    needs = (need for block in protocol.records(COMMAND) for need in block.needs)
    return frozenset(need.removeprefix("posts.") for need in needs if need.startswith("posts."))


def _agencies(participants: Iterable[Participant]) -> list[str]:
    sectors = [one.person.sector for one in participants if one.person and one.person.sector]
    return [sector_of(word) for word in (*(one.agency for one in participants), *sectors)]


def _of(person: Person | None) -> dict[str, Any]:
    if person is None:
        return {}
    return {"role": person.role, "team": person.team, "social_worker": person.social_worker}
