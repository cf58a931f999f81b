"""Facts as the map reads them: whom they concern, which of them count, and which children are one by a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.beliefs import Told
from shared.protocol.patterns import values
from shared.protocol.protocol import Protocol

LINKED, UNLINKED = "referral.CasesLinked", "referral.CasesUnlinked"
TRIAGED = "referral.ReferralTriaged"


@dataclass(frozen=True)
class Joined:
    """Two child ids of one child, while their link stands. at: the place of the link among the facts."""

    link_id: str
    kept: str
    joined: str
    at: int


def first(data: Any, path: str, child_id: str | None = None) -> Any:
    """The first value at a path of a payload, None for nothing there."""
    found = values(data, path, child_id)
    return found[0] if found else None


def concerned(fact: Told) -> frozenset[str]:
    """The children a fact is about: those of its envelope, and those its lists name."""
    if "children" not in fact.data:
        return frozenset(fact.child_ids)
    return frozenset((*fact.child_ids, *values(fact.data, "children[].child_id")))


def counted(facts: Sequence[Told], protocol: Protocol) -> tuple[Told, ...]:
    """The facts that count: without those withdrawn or replaced, and without triages that an unlink undid (X-09)."""
    gone = {first(fact.data, "of_event") for fact in facts if fact.title == "RecordWithdrawn"}
    # What fills in a missing item names the event too; only one of the same name takes its place.
    names = {fact.event_id: fact.name for fact in facts}
    gone |= {
        fact.corrects for fact in facts if fact.event_id not in gone and names.get(fact.corrects or "") == fact.name
    }
    triages: dict[str, list[Told]] = {}
    for place, fact in enumerate(facts):
        if fact.event_id in gone:
            continue
        if fact.name == TRIAGED and protocol.group_of(first(fact.data, "outcome")) == "OPEN_CASE":
            for child in fact.child_ids:
                triages.setdefault(child, []).append(fact)
        elif fact.name == UNLINKED:
            standing = joins([one for one in facts[: place + 1] if one.event_id not in gone])
            # The child that had joined an open case may be on either side of the link: whoever made it chose.
            for child in (*values(fact.data, "children[].joined"), *values(fact.data, "children[].kept")):
                same = aliases(child, standing)
                apart = (one for one in triages.get(child, ()) if first(one.data, "open_child_id") not in same)
                gone.update(triage.event_id for triage in apart)
    return tuple(fact for fact in facts if fact.event_id not in gone)


def joins(facts: Sequence[Told]) -> tuple[Joined, ...]:
    """The links that stand, one for each pair of children, in order. A link is recorded under both cases: once here."""
    found: dict[str, list[Joined]] = {}
    for place, fact in enumerate(facts):
        link_id = first(fact.data, "link_id") if fact.name in (LINKED, UNLINKED) else None
        if link_id is None:
            continue
        if fact.name == UNLINKED:
            found.pop(link_id, None)
        elif link_id not in found:
            pairs = zip(values(fact.data, "children[].kept"), values(fact.data, "children[].joined"), strict=False)
            found[link_id] = [Joined(link_id, kept, joined, place) for kept, joined in pairs]
    return tuple(link for links in found.values() for link in links)


def aliases(child: str, links: Sequence[Joined]) -> dict[str, int]:
    """The other ids of a child, each with the place from which the links make it one with this."""
    found: dict[str, int] = {}
    reached = {child: -1}
    while reached:
        found.update(reached)
        reached = {
            other: max(at, link.at)
            for known, at in reached.items()
            for link in links
            for other in {link.kept, link.joined} - {known}
            if known in (link.kept, link.joined) and other not in found
        }
    del found[child]
    return found
