"""Which events a letter leads to by the protocol's blocks, and the fact that each becomes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.allocation.case import Case
from services.allocation.decisions.leading import led_by
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import Event, Incomplete, cite
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.protocol.follows import Follows
from shared.protocol.leads import CP_LEAD, FAMILY_LEAD, active, leads_in
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.patterns import hold
from shared.protocol.protocol import Protocol
from shared.protocol.standing import standings

States = Mapping[str, Case]


def matter_in(states: States, known: Known, letter: Letter, protocol: Protocol) -> Matter:
    """All that is known of the case of a letter and of those linked to it."""
    return matter_of(letter.key, known, (fact for case in states.values() for fact in case.facts), protocol)


def streams(letter: Letter, known: Known) -> Sequence[str]:
    """The streams of the case of a letter and of all linked to it, the kept one first."""
    return tuple(f"case/{case_id}" for case_id in cases_of(letter.key, known))


def due(
    event: type[Event], matter: Matter, states: States, asked: Iterable[Told]
) -> Iterator[tuple[Follows, Told, str]]:
    """Which of these facts the event follows and has not followed yet, for each child. In the order of the facts."""
    blocks = matter.protocol.follow_ups(f"allocation.{event.title()}")
    for fact in asked:
        if fact.case_id not in matter.linked.case_ids:
            continue
        for child_id in fact.child_ids:
            block = next((one for one in blocks if _follows(one, matter, fact, child_id)), None)
            ids, causes = matter.linked.ids_of(child_id), matter.versions_of(fact)
            if block and not any(case.has_answered(event.title(), causes, ids) for case in states.values()):
                yield block, fact, child_id


def follow_up(
    matter: Matter,
    rules: Iterable[str],
    cause: Told,
    children: Iterable[str],
    event: Event,
    incomplete: Iterable[Incomplete] = (),
    **inputs: Any,
) -> FollowUp:
    """The event on the case of all, with the clocks that it starts for its children. rules: those that asked for it."""
    children = tuple(children)
    name = f"allocation.{event.title()}"
    started = [matter.protocol.clocks_started_by(name, event, cause.occurred_at, child) for child in children]
    return FollowUp(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=children,
        event=event,
        rules=cite(rules, *(one.rules for one in started)),
        clocks=tuple(clock for one in started for clock in one.clocks),
        incomplete=tuple(incomplete),
        inputs=inputs,
        cause=cause,
    )


def _follows(block: Follows, matter: Matter, fact: Told, child_id: str) -> bool:
    pattern = block.follows(fact.name, fact.data, child_id)
    if pattern is None:
        return False
    if pattern.states and not _states(matter, matter.before(fact), child_id) & set(pattern.states):
        return False
    if block.lands and not _states(matter, (*matter.before(fact), fact), child_id) & set(block.lands):
        return False
    return not block.when or hold(block.when, _circumstances(matter, fact, child_id))


def _circumstances(matter: Matter, fact: Told, child_id: str) -> Mapping[str, Any]:
    """Who led at the event, and who leads by now: a letter may come when others have acted since."""
    then, ids = leads_in(matter.before(fact)), matter.linked.ids_of(child_id)
    lead = active(leads_in(matter.facts), FAMILY_LEAD)
    return {
        "fhlp": led_by(active(then, FAMILY_LEAD)),
        "cp_lead": "HELD" if active(then, CP_LEAD, ids) else "NONE",
        "leads_now": led_by(lead),
        "employer_of_lead": lead.person.employer_kind if lead else None,
        "line_manager_agreement": "GIVEN" if lead and lead.data.get("line_manager_agreement") else "NONE",
        "level": sorted(_levels(matter, matter.before(fact), child_id)),
        "stands_now": sorted(_states(matter, matter.facts, child_id, beneath=True)),
    }


def _states(matter: Matter, facts: Sequence[Told], child_id: str, *, beneath: bool = False) -> set[str]:
    """Where a child stands after these facts, under each of its ids. beneath: what lies underneath counts too."""
    found = standings(facts, matter.protocol)
    stands = [found[one] for one in matter.linked.ids_of(child_id) if one in found]
    states = {one.state for one in stands} | ({one.beneath for one in stands} if beneath else set())
    return {state for state in states if state is not None}


def _levels(matter: Matter, facts: Sequence[Told], child_id: str) -> set[str]:
    """The level that a child holds after these facts, under each of its ids."""
    found = standings(facts, matter.protocol)
    held = (found[one].level for one in matter.linked.ids_of(child_id) if one in found)
    return {level for level in held if level is not None}
