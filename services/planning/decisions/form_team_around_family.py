"""Forming the team round a family: who helps it, each knowing of the others."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.authors import family_of, roles_of
from services.planning.decisions.filling import closed
from services.planning.decisions.plan_story import of_plan, once
from services.planning.decisions.present import known_person
from services.planning.events import TeamAroundFamilyFormed, TeamMember
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Word
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Sent
from shared.protocol.leads import CP_LEAD, FAMILY_LEAD
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here


class Member(Sent):
    """A person of the registers, or an agency, and what for."""

    person_id: Id | None = None
    agency: Id | None = None
    role: Word | None = None


class FormTeamAroundFamily(Command):
    """Who is in it."""

    members: Annotated[tuple[Member, ...], Field(min_length=1, max_length=50)]


def people_of(command: FormTeamAroundFamily) -> tuple[str, ...]:
    """Whom it names."""
    return tuple(dict.fromkeys(one.person_id for one in command.members if one.person_id))


def form_team_around_family(matter: Matter, known: Known, command: FormTeamAroundFamily, act: Act) -> tuple[Fact, ...]:
    """The team. A review that was recorded before it lacks it no longer. Raises Refused."""
    children = family_of(matter)
    weighed = here(matter.protocol, bool(children))
    leads = bool({FAMILY_LEAD, CP_LEAD} & {*roles_of(matter, act.by.id)})
    weighed += allowed(matter.protocol, "FormTeamAroundFamily", act, leads=leads)
    weighed.insist({"members": len(command.members)})
    members: list[TeamMember] = []
    for place, one in enumerate(command.members):
        person, lacks = known_person(matter, known, one.person_id, act, f"/members/{place}/person_id")
        weighed += lacks
        members.append(TeamMember(person=person, agency=one.agency, role=one.role))
    formed = TeamAroundFamilyFormed(members=tuple(members))
    reviews = (fact for fact in matter.facts if fact.title == "PlanReviewed")
    filled = (fact for review in reviews for fact in closed(matter, review, lambda gap: gap.what == "team", act))
    recorded = of_plan(matter, children, formed, once(weighed), act, {"members": len(members)})
    return bringing(recorded, filled, act.new_id)
