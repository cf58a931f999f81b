"""What a service knows of the others' facts: what their letters told it, per case or person, in one fixed order."""

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

import msgspec

from shared.kernel.events import Incomplete, Recorded, Used
from shared.kernel.letters import Letter, title_of
from shared.kernel.people import Actor

Place = tuple[datetime, str, int, str]
F = TypeVar("F", "Told", Letter)


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a letter that a belief keeps. authority: whose record it is of; data: its structural payload.

    incomplete: what the record lacked when it was made.
    """

    event_id: str
    name: str
    authority: str = ""
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
    incomplete: tuple[Incomplete, ...] = ()
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """The event's name without its service."""
        return title_of(self.name)


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one source told about one case or person.

    sequence: the highest of the letters folded in; revision: rises with each of them, of lower sequence too.
    """

    source: str
    about: str
    sequence: int
    revision: int = 0
    facts: tuple[Told, ...] = ()


def told_by(letter: Letter) -> Told:
    """The letter as a belief keeps it."""
    return Told(
        event_id=letter.event_id,
        name=letter.name,
        authority=letter.authority,
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
        incomplete=letter.incomplete,
        data=letter.data,
    )


def told_of(recorded: Recorded) -> Told:
    """An event of one's own as a belief would keep it, so that one fold reads both. data: its structural payload."""
    return Told(
        event_id=recorded.event_id,
        name=recorded.name,
        authority=recorded.authority,
        child_ids=recorded.child_ids,
        case_id=recorded.case_id,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        source=recorded.name.partition(".")[0],
        sequence=recorded.stream_version,
        actor=recorded.actor,
        edition=recorded.edition,
        rules=recorded.rules,
        causation_id=recorded.causation_id,
        corrects=recorded.corrects,
        incomplete=recorded.incomplete,
        # What is sealed does not travel: it stands there as absent.
        data=msgspec.to_builtins(recorded.data, enc_hook=lambda sealed: None, str_keys=True),
    )


def in_order(facts: Iterable[F]) -> tuple[F, ...]:
    """Facts of any sources in the one order of the house: by when they occurred, then source, then sequence.

    An event stands after every event that it cites or was caused by, whatever its time says (ADR 5). Each once. A
    correction of the same time stands where what it corrects stands, before all that was recorded with that.
    """
    by_id = {fact.event_id: fact for fact in facts}
    places = {event_id: _place(fact, by_id) for event_id, fact in by_id.items()}
    by_time = sorted(by_id, key=places.__getitem__)
    cited = {event_id: _cited(fact, by_id) for event_id, fact in by_id.items()}
    seen: set[str] = set()
    for event_id in by_time:
        if not cited[event_id] <= seen:
            return tuple(by_id[one] for one in _after_what_they_cite(places, cited))
        seen.add(event_id)
    # Almost always time alone puts every event after what it cites.
    return tuple(by_id[event_id] for event_id in by_time)


def _after_what_they_cite(places: Mapping[str, Place], cited: Mapping[str, frozenset[str]]) -> list[str]:
    """The ids in order of their places, each after all that it cites."""
    waits_for = {event_id: len(before) for event_id, before in cited.items()}
    followers: dict[str, list[str]] = {}
    for event_id, before in cited.items():
        for one in before:
            followers.setdefault(one, []).append(event_id)
    ready = [(places[event_id], event_id) for event_id, waits in waits_for.items() if not waits]
    heapify(ready)
    placed: list[str] = []
    while ready:
        _, event_id = heappop(ready)
        placed.append(event_id)
        for follower in followers.get(event_id, ()):
            waits_for[follower] -= 1
            if not waits_for[follower]:
                heappush(ready, (places[follower], follower))
    # Events that cite each other in a ring cannot happen by the store's rules; if they do, time alone orders them.
    ring = sorted((event_id for event_id, waits in waits_for.items() if waits > 0), key=places.__getitem__)
    return [*placed, *ring]


_NOTHING: frozenset[str] = frozenset()


def _cited(fact: Told | Letter, by_id: Mapping[str, Told | Letter]) -> frozenset[str]:
    """Which of these events it cites and does not stand before."""
    named = (fact.causation_id, fact.corrects, fact.data.get("of_event"), fact.data.get("from_event"))
    here = [one for one in named if isinstance(one, str) and one in by_id]
    return frozenset(one for one in here if not _stands_before(fact, by_id[one])) if here else _NOTHING


def _stands_before(fact: Told | Letter, cited: Told | Letter) -> bool:
    """Whether a fact stands before one that it cites: itself, or what its own write put behind it.

    What ends with a case is recorded in one write with the case's end and before it.
    """
    write, other = ((one.source, one.recorded_at, one.case_id) for one in (fact, cited))
    return fact.event_id == cited.event_id or (write == other and fact.sequence < cited.sequence)


def _place(fact: Told | Letter, by_id: Mapping[str, Told | Letter]) -> Place:
    first = fact
    if fact.corrects is not None:
        seen: set[str] = set()
        while (earlier := by_id.get(first.corrects or "")) is not None and earlier.event_id not in seen:
            if (earlier.name, earlier.occurred_at) != (fact.name, fact.occurred_at):
                break
            seen.add(earlier.event_id)
            first = earlier
    return fact.occurred_at, fact.source, first.sequence, fact.event_id


def folded(belief: Belief, letter: Letter) -> Belief:
    """The belief after one more letter; a letter folded in already changes nothing."""
    if any(fact.event_id == letter.event_id for fact in belief.facts):
        return belief
    return Belief(
        source=belief.source,
        about=belief.about,
        sequence=max(belief.sequence, letter.sequence),
        revision=belief.revision + 1,
        facts=in_order((*belief.facts, told_by(letter))),
    )


class Known:
    """The beliefs a decision was given, by what they are about."""

    def __init__(self, beliefs: Iterable[Belief] = ()):
        self._beliefs = tuple(beliefs)
        self._of: dict[str, tuple[Told, ...]] = {}
        self._around: dict[str, tuple[Told, ...]] = {}

    def of(self, about: str, *names: str) -> tuple[Told, ...]:
        """What all sources told about one case or person, in order; only the named events, if names are given."""
        # A decision asks many times for the same: it is put in order once.
        facts = self._of.get(about)
        if facts is None:
            facts = in_order(fact for belief in self._beliefs if belief.about == about for fact in belief.facts)
            self._of[about] = facts
        return tuple(fact for fact in facts if fact.name in names) if names else facts

    def around(self, about: str, named: Callable[[Told], Set[str]]) -> tuple[Told, ...]:
        """What was told of a case and of every other that this names, however far that leads, in order.

        named: the other cases that a fact names; whoever asks of one set of beliefs asks with the same.
        """
        if about not in self._around:
            found = {fact.event_id: fact for fact in self.of(about)}
            seen, asked = {about}, {other for fact in found.values() for other in named(fact)} - {about}
            while asked:
                other = asked.pop()
                seen.add(other)
                for fact in self.of(other):
                    found[fact.event_id] = fact
                    asked |= named(fact) - seen
            self._around[about] = self.of(about) if seen == {about} else in_order(found.values())
        return self._around[about]

    def used(self) -> tuple[Used, ...]:
        """What a receipt keeps of them."""
        return tuple(
            Used(source=b.source, about=b.about, sequence=b.sequence, letters=len(b.facts)) for b in self._beliefs
        )

    def rows(self) -> Mapping[tuple[str, str], int]:
        """(source, about) -> revision, for the check at commit that the rows still stand."""
        return {(b.source, b.about): b.revision for b in self._beliefs}


NOTHING_KNOWN = Known()
