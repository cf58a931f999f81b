"""What a record brought: in one write with it, or by itself in another service. And what has been worked on since."""

from collections.abc import Iterable, Sequence

from shared.kernel.beliefs import Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.own_events import RecordWithdrawn
from shared.kernel.people import SYSTEM
from shared.protocol.facts import first
from shared.protocol.linked import Matter
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


def withdrawn_after(matter: Matter, service: str, withdrawal_id: str) -> list[FollowUp]:
    """The withdrawal of what a service recorded by itself because of an event that another service has withdrawn."""
    told = next((fact for fact in matter.told if fact.event_id == withdrawal_id), None)
    if told is None:
        return []
    reason = str(first(told.data, "reason_code"))
    return [
        FollowUp(
            stream=f"case/{fact.case_id}",
            case_id=fact.case_id,
            child_ids=fact.child_ids,
            event=RecordWithdrawn(of_event=fact.event_id, reason_code=reason),  # type: ignore[arg-type]
            rules=fact.rules,
            inputs={"withdrawn": fact.name},
            cause=told,
        )
        for fact in _followed(matter, service, str(first(told.data, "of_event")))
    ]


def _followed(matter: Matter, service: str, event_id: str) -> list[Told]:
    """What the service recorded by itself because of an event, directly or not, and what stands of it."""
    gone = {first(fact.data, "of_event") for fact in matter.told if fact.title == "RecordWithdrawn"}
    causes, found = {event_id}, list[Told]()
    for fact in matter.told:
        own = fact.name.startswith(f"{service}.") and fact.actor.id == SYSTEM.id
        if own and fact.causation_id in causes and fact.title != "RecordWithdrawn":
            causes.add(fact.event_id)
            if fact.event_id not in gone:
                found.append(fact)
    return found


def _versions_before(fact: Told, facts: Iterable[Told]) -> set[str]:
    corrects = {one.event_id: one.corrects for one in facts}
    found: set[str] = set()
    one = fact.corrects
    while one is not None and one not in found:
        found.add(one)
        one = corrects.get(one)
    return found
