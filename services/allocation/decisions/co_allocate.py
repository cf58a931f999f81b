"""Bringing somebody in for a piece of work beside the lead, who does not become lead by it."""

from typing import Annotated

from pydantic import Field

from services.allocation.decisions.asking import standing_of
from services.allocation.decisions.naming import in_the_registers, named
from services.allocation.decisions.recording import on_the_case
from services.allocation.events import CoAllocated
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.facts import concerned
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, weigh

CO_WORKER = "CO_WORKER"


class CoAllocate(Command):
    """Who, and for which piece of work. children: for whom; nobody named: for all of the family who are open."""

    person: Id
    piece_of_work: Note | None = None
    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()


def co_allocate(matter: Matter, known: Known, command: CoAllocate, act: Act) -> tuple[Fact, ...]:
    """The co-worker, for all of the children together. Raises Refused."""
    protocol = matter.protocol
    person = named(known, command.person, protocol, act)
    children = children_of(matter, command.children)
    facts = {"piece_of_work": True if command.piece_of_work else None, "role": CO_WORKER}
    weighed = allowed(protocol, "CoAllocate", act)
    weighed += here(protocol, bool(children), "/children")
    weighed += in_the_registers(protocol, {"/person": (command.person, person)})
    weighed += weigh(protocol, "CoAllocate", facts, act)
    weighed.insist(facts)
    assert person is not None
    event = CoAllocated(
        person=person,
        role=CO_WORKER,
        piece_of_work=Sealed(f"note/{act.new_id()}", command.piece_of_work),
    )
    return (on_the_case(matter, children, event, Weighed(rules=weighed.rules), act, facts),)


def children_of(matter: Matter, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The children of the family who were named, or, where nobody was, all who are open; none if one is not of it."""
    told = {matter.linked.child(child) for fact in matter.facts for child in concerned(fact)}
    if asked:
        wanted = tuple(dict.fromkeys(matter.linked.child(child) for child in asked))
        return wanted if set(wanted) <= told else ()
    return tuple(sorted(child for child in told if standing_of(matter, child).is_open(matter.protocol.moves)))
