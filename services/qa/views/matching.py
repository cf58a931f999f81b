"""Whether a letter is the event that a pack speaks of, to qa, who knows what all services told of the case."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import accumulate

from services.qa.views.incomplete import open_items
from services.qa.views.papers import Papers
from shared.kernel.beliefs import Told
from shared.kernel.letters import Letter
from shared.protocol.conditions import Condition
from shared.protocol.facts import UNLINKED
from shared.protocol.patterns import Pattern, values
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings, standings_along

Placed = tuple[int, Letter]

_LISTS = ("children[].child_id", "child_decisions[].child_id")

ProtocolFor = Callable[[str, datetime], Protocol]
"""(authority, instant) -> the protocol in force there then."""


class Matching:
    """The facts of a case in house order, each with its place among all letters, and patterns held against them."""

    def __init__(self, papers: Papers, protocol_for: ProtocolFor) -> None:
        self.papers = papers
        self._protocol_for = protocol_for
        counting = {letter.event_id for letter in papers.facts}
        self.facts: Sequence[Placed] = [
            (at, letter) for at, letter in enumerate(papers.letters) if letter.event_id in counting
        ]
        self._protocols: dict[tuple[str, datetime], Protocol] = {}
        self._children: dict[str, dict[str, str]] = {}
        self._standings: dict[int, Mapping[str, Standing]] = {}
        self._along: dict[str, Callable[[int], Mapping[str, Standing]]] = {}

    def means(self, pattern: Pattern, letter: Letter, at: int, child_id: str | None = None, by: object = None) -> bool:
        """Whether a letter at a place is meant, for one child where one is asked about. by: what `same` must find."""
        return (
            pattern.matches(letter.name, letter.data, child_id)
            and not self._gaps[letter.event_id].intersection(pattern.filled)
            and (pattern.same is None or by in values(letter.data, pattern.same))
            and (not pattern.states or self._before(letter, at, child_id).state in pattern.states)
            and (pattern.other_level is None or self._is_other(pattern.other_level, letter, at, child_id))
        )

    def first(self, patterns: Iterable[Pattern], letter: Letter, at: int, child_id: str | None) -> Pattern | None:
        """The first of the patterns by which a letter is meant; None for none."""
        for one in patterns:
            if self.means(one, letter, at, child_id):
                return one
        return None

    def protocol_of(self, letter: Letter) -> Protocol:
        """The protocol under which a letter is read: in force when it occurred."""
        when = (letter.authority, letter.occurred_at)
        if when not in self._protocols:
            self._protocols[when] = self._protocol_for(*when)
        return self._protocols[when]

    def state_of(self, child_id: str | None) -> str | None:
        """Where a child stands by all that is known."""
        if child_id is None or not self.facts:
            return None
        return self._in_the_end.get(self.papers.links.kept_child(child_id), UNKNOWN).state

    def children_of(self, letter: Letter) -> dict[str, str]:
        """The children a letter is about: the id under which each is known here -> the one that the letter uses."""
        known = self._children.get(letter.event_id)
        if known is None:
            named = {*letter.child_ids, *(one for path in _LISTS for one in values(letter.data, path))}
            known = {self.papers.links.kept_child(child): child for child in sorted(named)}
            self._children[letter.event_id] = known
        return known

    def may_begin(self, conditions: Iterable[Condition]) -> bool:
        """Whether something was told that could begin each of these conditions."""
        # Asked of every block for every case: most fail at their first condition, and no generator is made for them.
        for one in conditions:
            if self._names.isdisjoint(one.begun_by):
                break
        else:
            return True
        return False

    def of(self, names: Collection[str]) -> list[Placed]:
        """The facts of these names."""
        return [one for one in self.facts if one[1].name in names]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each fact, by its id."""
        return {letter.event_id: at for at, letter in self.facts}

    @cached_property
    def reached(self) -> Sequence[datetime]:
        """When each fact counts in the order of the house: what it cites was there before it."""
        return list(accumulate((letter.occurred_at for _, letter in self.facts), max))

    @cached_property
    def _in_the_end(self) -> Mapping[str, Standing]:
        at, last = self.facts[-1]
        return self._standings_before(at + 1, self.protocol_of(last))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(letter.name for _, letter in self.facts)

    @cached_property
    def _gaps(self) -> dict[str, set[str]]:
        gaps: dict[str, set[str]] = defaultdict(set)
        for item in open_items(self.papers):
            gaps[item["of_event"]].add(item["rule"])
        return gaps

    def _is_other(self, path: str, letter: Letter, at: int, child_id: str | None) -> bool:
        level = self._before(letter, at, child_id).level
        return level is not None and any(said != level for said in values(letter.data, path, child_id))

    def _before(self, letter: Letter, at: int, child_id: str | None) -> Standing:
        if at not in self._standings:
            self._standings[at] = self._standings_before(at, self.protocol_of(letter))
        return self._standings[at].get(child_id or "", UNKNOWN)

    def _standings_before(self, at: int, protocol: Protocol) -> Mapping[str, Standing]:
        count = bisect_left([place for place, _ in self.facts], at)
        if any(fact.name == UNLINKED for fact in self._told):
            return standings(self._told[:count], protocol)
        if protocol.edition not in self._along:
            self._along[protocol.edition] = standings_along(self._told, protocol)
        return self._along[protocol.edition](count)

    @property
    def _told(self) -> Sequence[Told]:
        return self.papers.told
