"""Raising a concern about a child who is known: whoever has one is heard, whatever stands in the way."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import ConcernRaised
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Narrative, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Sent
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, weigh


class WorryAbout(Sent):
    """One child. significant: it may mean significant harm; cp: it is about protecting the child."""

    child_id: Id
    significant: StrictBool | None = None
    cp: StrictBool | None = None


class RaiseConcern(Command):
    """What worries somebody, in their own words. source: where it comes from."""

    children: Annotated[tuple[WorryAbout, ...], Field(min_length=1, max_length=50)]
    source: Word | None = None
    concern: Narrative | None = None


def raise_concern(matter: Matter, known: Known, command: RaiseConcern, act: Act) -> tuple[Fact, ...]:
    """One event for each child. Nothing refuses it: what is missing is named and followed up."""
    return tuple(_raised(matter, said, command, act) for said in command.children)


def _raised(matter: Matter, said: WorryAbout, command: RaiseConcern, act: Act) -> Fact:
    state = standing_of(matter, said.child_id).state
    facts = {"state": state or "UNKNOWN", "significant": said.significant, "cp": said.cp, "source": command.source}
    weighed = Weighed(rules=allowed(matter.protocol, "RaiseConcern", act).rules)
    weighed += weigh(matter.protocol, "RaiseConcern", facts, act, matter.linked.child(said.child_id), urgent=True)
    event = ConcernRaised(
        # A worry whose weight nobody has said is taken for a heavy one.
        significant=said.significant is not False,
        cp=said.cp,
        source=command.source,
        concern=Sealed(f"note/{act.new_id()}", command.concern) if command.concern else None,
    )
    return of_child(matter, said.child_id, event, weighed, act, inputs=facts)
