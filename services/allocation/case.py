"""A case as allocation recorded it: its own events, and what they answered."""

from collections.abc import Iterable

import msgspec

from shared.kernel.beliefs import Told, told_of
from shared.kernel.events import Recorded


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs of allocation's own record of a case. facts: its events, as a fold over all reads them."""

    case_id: str
    facts: tuple[Told, ...] = ()

    def has_answered(self, title: str, causes: Iterable[str], child_ids: Iterable[str]) -> bool:
        """Whether an event of this title was recorded because of one of these events, for a child of these ids."""
        ids, of = frozenset(child_ids), frozenset(causes)
        return any(
            fact.title == title and ids & {*fact.child_ids} and of & {fact.causation_id, fact.data.get("from_event")}
            for fact in self.facts
        )


def unknown(case_id: str) -> Case:
    """A case of which allocation has recorded nothing."""
    return Case(case_id=case_id)


def evolve(case: Case, recorded: Recorded) -> Case:
    """The case after one more event of its stream."""
    return msgspec.structs.replace(case, facts=(*case.facts, told_of(recorded)))
