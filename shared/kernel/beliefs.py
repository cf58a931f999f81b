"""What a service knows of the others' facts: what their letters told it, per case or person, in one fixed order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from shared.kernel.events import Used
from shared.kernel.letters import Letter
from shared.kernel.people import Actor


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a letter that a belief keeps. data: its structural payload."""

    event_id: str
    name: str
    child_ids: tuple[str, ...] = ()
    case_id: str | None = None
    occurred_at: datetime
    recorded_at: datetime
    source: str
    sequence: int
    actor: Actor
    edition: str = ""
    rules: tuple[str, ...] = ()
    causation_id: str | None = None
    corrects: str | None = None
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """The event's name without its service."""
        return self.name.split(".", 1)[1]


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one source told about one case or person. sequence: of the last letter folded in."""

    source: str
    about: str
    sequence: int
    facts: tuple[Told, ...] = ()


def told_by(letter: Letter) -> Told:
    """The letter as a belief keeps it."""
    return Told(
        event_id=letter.event_id,
        name=letter.name,
        child_ids=letter.child_ids,
        case_id=letter.case_id,
        occurred_at=letter.occurred_at,
        recorded_at=letter.recorded_at,
        source=letter.source,
        sequence=letter.sequence,
        actor=letter.actor,
        edition=letter.edition,
        rules=letter.rules,
        causation_id=letter.causation_id,
        corrects=letter.corrects,
        data=letter.data,
    )


def in_order(facts: Iterable[Told]) -> tuple[Told, ...]:
    """Facts of any sources in the one order of the house: by when they occurred, then source, then sequence.

    An event stands after every event that caused it, whatever its time says (DESIGN 5).
    """
    waiting = sorted(facts, key=lambda fact: (fact.occurred_at, fact.source, fact.sequence))
    known = {fact.event_id for fact in waiting}
    placed: dict[str, None] = {}
    ordered: list[Told] = []
    while waiting:
        later = []
        for fact in waiting:
            if fact.causation_id in known and fact.causation_id not in placed and fact.causation_id != fact.event_id:
                later.append(fact)
            else:
                placed[fact.event_id] = None
                ordered.append(fact)
        if len(later) == len(waiting):
            ordered.extend(later)
            break
        waiting = later
    return tuple(ordered)


def folded(belief: Belief, letter: Letter) -> Belief:
    """The belief after one more letter; a letter folded in already changes nothing."""
    if any(fact.event_id == letter.event_id for fact in belief.facts):
        return belief
    return Belief(
        source=belief.source,
        about=belief.about,
        sequence=max(belief.sequence, letter.sequence),
        facts=in_order((*belief.facts, told_by(letter))),
    )


class Known:
    """The beliefs a decision was given, by what they are about."""

    def __init__(self, beliefs: Iterable[Belief] = ()):
        self._beliefs = tuple(beliefs)

    def of(self, about: str, *names: str) -> tuple[Told, ...]:
        """What all sources told about one case or person, in order; only the named events, if names are given."""
        facts = in_order(fact for belief in self._beliefs if belief.about == about for fact in belief.facts)
        return tuple(fact for fact in facts if not names or fact.name in names)

    def used(self) -> tuple[Used, ...]:
        """What a receipt keeps of them."""
        return tuple(Used(source=b.source, about=b.about, sequence=b.sequence) for b in self._beliefs)

    def rows(self) -> Mapping[tuple[str, str], int]:
        """(source, about) -> sequence, for the check at commit that the rows still stand."""
        return {(b.source, b.about): b.sequence for b in self._beliefs}


NOTHING_KNOWN = Known()
