"""A case as planning recorded it: its own events, the levels that follow from them, and what they answered."""

from collections.abc import Iterable

import msgspec

from shared.kernel.beliefs import Told, told_of
from shared.kernel.events import Recorded

LEVEL = "ThresholdChanged"
CLOSED = "CaseClosed"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs of planning's own record of a case. facts: its events, as a fold over all reads them."""

    case_id: str
    facts: tuple[Told, ...] = ()

    def level_of(self, child_ids: Iterable[str]) -> str | None:
        """The level that a child of these ids holds now; None where it has none, or it was closed."""
        ids = frozenset(child_ids)
        gone = {fact.data.get("of_event") for fact in self.facts if fact.title == "RecordWithdrawn"}
        gone |= {fact.corrects for fact in self.facts if fact.title == LEVEL and fact.event_id not in gone}
        changes = [
            fact
            for fact in self.facts
            if fact.title in (LEVEL, CLOSED) and fact.event_id not in gone and ids.intersection(fact.child_ids)
        ]
        last = max(changes, key=lambda fact: (fact.occurred_at, fact.sequence), default=None)
        closed = last is None or last.title == CLOSED or last.data.get("direction") == "CLOSE"
        return None if last is None or closed else last.data["to"]

    def has_answered(self, title: str, causes: Iterable[str], child_ids: Iterable[str]) -> bool:
        """Whether an event of this title was recorded because of one of these events, for a child of these ids."""
        ids, of = frozenset(child_ids), frozenset(causes)
        return any(fact.title == title and ids & {*fact.child_ids} and of & _causes(fact) for fact in self.facts)


def unknown(case_id: str) -> Case:
    """A case of which planning has recorded nothing."""
    return Case(case_id=case_id)


def evolve(case: Case, recorded: Recorded) -> Case:
    """The case after one more event of its stream."""
    return msgspec.structs.replace(case, facts=(*case.facts, told_of(recorded)))


def _causes(fact: Told) -> frozenset[str | None]:
    return frozenset((fact.causation_id, fact.data.get("from_event"), fact.data.get("decision_ref")))
