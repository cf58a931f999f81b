"""Recording that somebody was in touch with the family: when, how, with whom, and whether the child was spoken to."""

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool

from services.planning.decisions.authors import family_of
from services.planning.decisions.plan_story import of_plan, once
from services.planning.decisions.present import happened
from services.planning.decisions.working import works_here
from services.planning.events import FamilyContact, SpokenWith
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Ids, Narrative
from shared.kernel.events import Fact
from shared.kernel.fields import Code, Instant
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import here, weigh

CHANNELS = ("VISIT", "PHONE", "VIDEO", "MESSAGE", "LETTER", "MEETING")


class RecordFamilyContact(Command):
    """children: of whom it was, all of the family where nobody is named; with: ids of those of the family.

    statutory: a visit or talk that the law asks for.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    at: Instant | None = None
    ended_at: Instant | None = None
    channel: Annotated[str, Code(CHANNELS)] | None = None
    with_: Ids = Field(default=(), alias="with")
    child_spoken_to: StrictBool | None = None
    statutory: StrictBool | None = None
    note: Narrative | None = None


def record_family_contact(matter: Matter, known: Known, command: RecordFamilyContact, act: Act) -> tuple[Fact, ...]:
    """The contact. What is missing of it is named and followed up, and refuses nothing."""
    protocol = matter.protocol
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.children)) or family_of(matter)
    weighed = here(protocol, bool(children) and all(matter.about(child, matter.facts) for child in children))
    last = max((one for one in (command.at, command.ended_at) if one is not None), default=act.recorded_at)
    weighed += happened(protocol, last <= act.recorded_at, "/at")
    weighed += works_here(matter, "RecordFamilyContact", act)
    weighed.insist({})
    facts = {
        "at": command.at.isoformat() if command.at else None,
        "channel": command.channel,
        "with": len(command.with_) or None,
        "child_spoken_to": command.child_spoken_to,
        "statutory": command.statutory,
    }
    weighed += weigh(protocol, "RecordFamilyContact", facts, act)
    event = FamilyContact(
        at=command.at,
        ended_at=command.ended_at,
        channel=command.channel,
        with_=tuple(SpokenWith(member_id=one) for one in dict.fromkeys(command.with_)),
        child_spoken_to=command.child_spoken_to,
        statutory=command.statutory,
        note=Sealed(f"note/{act.new_id()}", command.note) if command.note else None,
    )
    return (of_plan(matter, children, event, once(weighed), act, facts),)
