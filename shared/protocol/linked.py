"""A case as links make it: which others are the same family's, and on which of them work is recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from shared.kernel.beliefs import Known, Told, in_order
from shared.protocol.facts import LINKED, UNLINKED, concerned, counted, first
from shared.protocol.patterns import values
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings, weight

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Linked:
    """A case with all linked to it now. kept: the one on which allocation and planning record.

    case_ids: all of them, the kept one first. pairs: (kept, joined) ids of children who are one.
    """

    case_ids: tuple[str, ...]
    pairs: Pairs = ()

    @property
    def kept(self) -> str:
        """The case on which the work of all is recorded."""
        return self.case_ids[0]

    def child(self, child_id: str) -> str:
        """The id under which a child's work is recorded."""
        return _roots(self.ids_of(child_id), self.pairs)

    def ids_of(self, child_id: str) -> frozenset[str]:
        """Every id that a child has now."""
        return _together(child_id, self.pairs)


@dataclass(frozen=True)
class Matter:
    """What a decision is about: a case with all linked to it, and all that is known of them.

    told: everything, of any service, in the one order; facts: of it what counts.
    """

    linked: Linked
    told: tuple[Told, ...]
    facts: tuple[Told, ...]
    protocol: Protocol

    def fact(self, event_id: str) -> Told | None:
        """An event of the matter; None if it is not known, or counts no longer."""
        return next((fact for fact in self.facts if fact.event_id == event_id), None)

    def before(self, fact: Told) -> tuple[Told, ...]:
        """What stands before one of its facts."""
        return self.facts[: self._places[fact.event_id]]

    def after(self, fact: Told) -> tuple[Told, ...]:
        """What stands after one of its facts."""
        return self.facts[self._places[fact.event_id] + 1 :]

    def asked_by(self, fact: Told | None) -> tuple[Told, ...]:
        """What a letter puts before a decision: itself; an unlink, what stands before it about the children it parts.

        Only what belongs to the matter's own cases; nothing for a letter that does not count.
        """
        if fact is None or fact.name != UNLINKED:
            return (fact,) if fact else ()
        parted = {*values(fact.data, "children[].kept"), *values(fact.data, "children[].joined")}
        here = (one for one in self.before(fact) if one.case_id in self.linked.case_ids)
        return tuple(one for one in here if parted & concerned(one))

    def versions_of(self, fact: Told) -> frozenset[str]:
        """An event's id and those of the events that it took the place of."""
        corrects = {told.event_id: told.corrects for told in self.told}
        found: dict[str, None] = {}
        one: str | None = fact.event_id
        while one is not None and one not in found:
            found[one] = None
            one = corrects.get(one)
        return frozenset(found)

    def standings_before(self, fact: Told, child_id: str) -> tuple[Standing, ...]:
        """Where a child stood on the map before one of its facts, under each of its ids that is told of."""
        found = standings(self.before(fact), self.protocol)
        return tuple(found[one] for one in sorted(self.linked.ids_of(child_id)) if one in found)

    def standing(self, child_id: str) -> Standing:
        """Where a child stands now, under whichever of its ids weighs most: the id of the kept case among equals.

        A child in early support or closed who came again is where the new referral has led.
        """
        kept = self.linked.child(child_id)
        ids = (kept, *sorted(self.linked.ids_of(child_id) - {kept}))
        places = [self._standings[one] for one in ids if one in self._standings]
        return max(places, key=lambda place: weight(place, self.protocol.moves), default=UNKNOWN)

    def basis(self, event_id: str) -> Told | None:
        """The fact that counts of an event: itself, or what took its place."""
        return next((fact for fact in self.facts if event_id in self.versions_of(fact)), None)

    def knows(self, event_id: str) -> bool:
        """Whether an event was told of at all, counting or not."""
        return any(told.event_id == event_id for told in self.told)

    def about(self, child_id: str, facts: Iterable[Told]) -> tuple[Told, ...]:
        """Those of these facts that concern a child under any of its ids."""
        ids = self.linked.ids_of(child_id)
        return tuple(fact for fact in facts if concerned(fact) & ids)

    @cached_property
    def _standings(self) -> Mapping[str, Standing]:
        return standings(self.facts, self.protocol)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {fact.event_id: place for place, fact in enumerate(self.facts)}


def matter_of(case_id: str, known: Known, own: Iterable[Told], protocol: Protocol) -> Matter:
    """The matter that a case belongs to. own: the deciding service's own events of the cases that it read."""
    told = in_order((*known.around(case_id, _named), *own))
    facts = counted(told, protocol)
    return Matter(linked_with(case_id, facts), told, facts, protocol)


def cases_of(case_id: str, known: Known) -> tuple[str, ...]:
    """Every case whose record counts in a decision about one: those linked to it first, the kept one at their head.

    Then those that joined it, or were linked to it once: their referrals are in the same matter.
    """
    told = known.around(case_id, _named)
    linked = linked_with(case_id, told).case_ids
    named = {case for fact in told for case in _named(fact)} - set(linked)
    return (*linked, *sorted(named))


def linked_with(case_id: str, facts: Iterable[Told]) -> Linked:
    """A case with all linked to it, by the links that stand among these facts. Facts are in the one order."""
    facts = tuple(facts)
    gone = {first(fact.data, "of_event") for fact in facts if fact.title == "RecordWithdrawn"}
    cases: dict[str, tuple[str, str]] = {}
    pairs: dict[str, Pairs] = {}
    for fact in facts:
        link_id = first(fact.data, "link_id") if fact.name in (LINKED, UNLINKED) else None
        if link_id is None or fact.event_id in gone:
            continue
        if fact.name == LINKED:
            cases[link_id] = (str(first(fact.data, "kept")), str(first(fact.data, "joined")))
            kept, joined = (values(fact.data, f"children[].{side}") for side in ("kept", "joined"))
            pairs[link_id] = tuple(zip(kept, joined, strict=False))
        elif fact.name == UNLINKED:
            cases.pop(link_id, None)
            pairs.pop(link_id, None)
    links = tuple(cases.values())
    group = _together(case_id, links)
    kept_case = _roots(group, links)
    return Linked((kept_case, *sorted(group - {kept_case})), tuple(pair for some in pairs.values() for pair in some))


def _named(fact: Told) -> set[str]:
    named = {fact.case_id, first(fact.data, "open_case_id")}
    if fact.name in (LINKED, UNLINKED):
        named |= {first(fact.data, "kept"), first(fact.data, "joined")}
    return {case for case in named if isinstance(case, str)}


def _together(one: str, pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    group = {one}
    while grown := {end for pair in pairs if group & set(pair) for end in pair} - group:
        group |= grown
    return frozenset(group)


def _roots(group: frozenset[str], pairs: Sequence[tuple[str, str]]) -> str:
    # The first link made decides between two kept ones that were later both linked with a third.
    if len(group) == 1:
        return next(iter(group))
    joined = {other for kept, other in pairs if kept in group and kept != other}
    return next((kept for kept, _ in pairs if kept in group and kept not in joined), min(group))
