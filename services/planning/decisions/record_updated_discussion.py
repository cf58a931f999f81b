"""Recording that a social worker and the family's lead have gone over what the family needs, together."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.authors import family_of, lead_of_the_family
from services.planning.decisions.plan_story import of_plan, once
from services.planning.decisions.present import FOLLOWED_UP_BY, known_person
from services.planning.events import UpdatedDiscussionCompleted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative
from shared.kernel.events import Fact
from shared.kernel.fields import Code
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here, softened, weigh

VIEWS_ON_THE_LEAD = ("NEEDED", "NOT_NEEDED", "NOT_APPLICABLE")
VIEWS_ON_THE_LEVEL = ("NO_CHANGE", "RECOMMEND_CHANGE", "NOT_APPLICABLE")


class RecordUpdatedDiscussion(Command):
    """Who went over it: ids of the registers. lead_change_view: whether a social worker should lead in the long run."""

    authors: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    lead_change_view: Annotated[str, Code(VIEWS_ON_THE_LEAD)] | None = None
    threshold_view: Annotated[str, Code(VIEWS_ON_THE_LEVEL)] | None = None
    note: Narrative | None = None


def people_of(command: RecordUpdatedDiscussion) -> tuple[str, ...]:
    """Whom it names."""
    return tuple(dict.fromkeys(command.authors))


def record_updated_discussion(
    matter: Matter, known: Known, command: RecordUpdatedDiscussion, act: Act
) -> tuple[Fact, ...]:
    """The discussion. What is missing of it is named and followed up, and refuses nothing."""
    children = family_of(matter)
    weighed = here(matter.protocol, bool(children))
    weighed.insist({})
    authors: list[Person] = []
    for place, person_id in enumerate(people_of(command)):
        person, lacks = known_person(matter, known, person_id, act, f"/authors/{place}")
        weighed += lacks
        authors += [person] if person else []
    lead = lead_of_the_family(matter)
    lead_id = lead.person.id if lead else None
    facts = {
        "fhlp": lead_id if lead_id in {one.id for one in authors} else None,
        # The social worker who was asked to add support is another person than the lead.
        "social_worker": next((one.id for one in authors if one.social_worker and one.id != lead_id), None),
        "lead_change_view": command.lead_change_view,
        "threshold_view": command.threshold_view,
    }
    may = allowed(matter.protocol, "RecordUpdatedDiscussion", act, leads=act.by.id in {lead_id, *command.authors})
    weighed += softened(may, act, FOLLOWED_UP_BY)
    weighed += weigh(matter.protocol, "RecordUpdatedDiscussion", facts, act)
    event = UpdatedDiscussionCompleted(
        authors=tuple(authors),
        lead_change_view=command.lead_change_view,
        threshold_view=command.threshold_view,
        note=Sealed(f"note/{act.new_id()}", command.note) if command.note else None,
    )
    return (of_plan(matter, children, event, once(weighed), act, facts),)
