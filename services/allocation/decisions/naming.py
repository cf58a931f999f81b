"""Persons whom a command names by id only: filled in from the registers as of then, or refused."""

from collections.abc import Mapping
from datetime import date

from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.people import Person
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, asked


def named(known: Known, person_id: str | None, protocol: Protocol, act: Act, post: str | None = None) -> Person | None:
    """A person by the registers; None if nobody was named, or the id is in neither. post: what they are named for."""
    if person_id is None:
        return None
    return person_at(known.of(person_id), person_id, protocol.authority, act.occurred_at, post=post)


def in_the_registers(protocol: Protocol, people: Mapping[str, tuple[str | None, Person | None]]) -> Weighed:
    """Every id that was named is one of the registers. people: pointer of the field -> (the id, whom it gave)."""
    weighed = Weighed()
    for field, (person_id, person) in people.items():
        weighed += asked(protocol, person_id is None or person is not None, "SYS-ALLOC-01", field)
    return weighed


def not_ahead(protocol: Protocol, days: Mapping[str, date | None], act: Act) -> Weighed:
    """Nothing that is said to have happened lies ahead. days: pointer of the field -> the day."""
    today = local_date(act.occurred_at)
    weighed = Weighed()
    for field, day in days.items():
        weighed += asked(protocol, day is None or day <= today, "SYS-ALLOC-04", field)
    return weighed
