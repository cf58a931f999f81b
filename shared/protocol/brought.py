"""What a record brought with it in one write, and what of that has been worked on since."""

from collections.abc import Iterable, Sequence

from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.patterns import values

_BEGINS = {
    "AssessmentStarted": "assessment_id",
    "PlanStarted": "plan_id",
    "Section47EnquiryOpened": "enquiry_id",
}
"""The events with which work begins that later records name, and by which id."""


def brought_by(fact: Told, facts: Sequence[Told]) -> tuple[Told, ...]:
    """What stands of all that was recorded because of a record, directly or not.

    Nothing while a correction of it stands: all rests on that. With a correction goes what a version before it
    brought that was withdrawn already.
    """
    gone = {first(one.data, "of_event") for one in facts if one.title == "RecordWithdrawn"}
    if any(one.corrects == fact.event_id and one.name == fact.name and one.event_id not in gone for one in facts):
        return ()
    causes = {fact.event_id, *(_versions_before(fact, facts) & gone)}
    found: list[Told] = []
    while more := [one for one in facts if one.causation_id in causes and one.event_id not in causes]:
        causes |= {one.event_id for one in more}
        found += more
    return tuple(one for one in found if one.event_id not in gone and one.title != "RecordWithdrawn")


def is_worked_on(fact: Told, facts: Iterable[Told], beside: Iterable[Told]) -> bool:
    """Whether a record that counts, and is none of those recorded beside it, names the work that a record began."""
    name = _BEGINS.get(fact.title)
    if name is None or first(fact.data, name) is None:
        return False
    work = first(fact.data, name)
    own = {fact.event_id, *(one.event_id for one in beside)}
    others = (one for one in facts if one.event_id not in own)
    return any(work in (*values(one.data, name), *values(one.data, f"children[].{name}")) for one in others)


def _versions_before(fact: Told, facts: Iterable[Told]) -> set[str]:
    corrects = {one.event_id: one.corrects for one in facts}
    found: set[str] = set()
    one = fact.corrects
    while one is not None and one not in found:
        found.add(one)
        one = corrects.get(one)
    return found
