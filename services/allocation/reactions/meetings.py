"""That the managers have to talk about a child, recorded when a letter shows it.

The letters of several services overtake one another: each that may show where the child stood, or who led, asks again
about what stands behind it. Nothing is recorded twice.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from services.allocation.case import Case
from services.allocation.decisions.leading import led_by
from services.allocation.events import IMCTaskRaised
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import cite
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction
from shared.protocol.facts import TRIAGED
from shared.protocol.follows import Follows
from shared.protocol.leads import FAMILY_LEAD, active, leads_in
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.patterns import hold
from shared.protocol.protocol import Protocol

States = Mapping[str, Case]

NAME = f"allocation.{IMCTaskRaised.title()}"


def raise_task(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """One task for each child and each event that asks for a conversation of the managers."""
    matter = matter_of(letter.key, known, (fact for case in states.values() for fact in case.facts), protocol)
    told = matter.fact(letter.event_id)
    asked = (told, *matter.after(told)) if told else ()
    return tasks_for(matter, states, asked)


def tasks_for(matter: Matter, states: States, asked: Sequence[Told]) -> Sequence[FollowUp]:
    """The tasks that these facts ask for and that were not raised yet."""
    return [_task(matter, block, fact, child_id) for block, fact, child_id in _due(matter, states, asked)]


def _due(matter: Matter, states: States, asked: Sequence[Told]) -> Iterator[tuple[Follows, Told, str]]:
    """Which of these facts ask for a task that was not raised yet, for each child."""
    blocks = matter.protocol.follow_ups(NAME)
    for fact in asked:
        if fact.case_id not in matter.linked.case_ids:
            continue
        for child_id in fact.child_ids:
            ids, causes = matter.linked.ids_of(child_id), matter.versions_of(fact)
            if any(case.has_answered(IMCTaskRaised.title(), causes, ids) for case in states.values()):
                continue
            block = next((one for one in blocks if _follows(matter, one, fact, child_id)), None)
            if block is not None:
                yield block, fact, child_id


def _follows(matter: Matter, block: Follows, fact: Told, child_id: str) -> bool:
    pattern = block.follows(fact.name, fact.data, child_id)
    if pattern is None:
        return False
    stood = matter.standings_before(fact, child_id) if pattern.states or block.when else ()
    if pattern.states and not any(standing.state in pattern.states for standing in stood):
        return False
    lead = active(leads_in(matter.before(fact)), FAMILY_LEAD)
    return not block.when or hold(block.when, {"fhlp": led_by(lead), "level": [one.level for one in stood]})


def _task(matter: Matter, block: Follows, fact: Told, child_id: str) -> FollowUp:
    child = matter.linked.child(child_id)
    event = msgspec.convert({**block.words, "from_event": fact.event_id}, IMCTaskRaised)
    started = matter.protocol.clocks_started_by(NAME, event, fact.occurred_at, child)
    return FollowUp(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=(child,),
        event=event,
        rules=cite(block.rule, started.rules),
        clocks=started.clocks,
        inputs={"reason_code": event.reason_code},
        cause=fact,
    )


def _streams(letter: Letter, known: Known) -> Sequence[str]:
    return tuple(f"case/{case_id}" for case_id in cases_of(letter.key, known))


MEETINGS = tuple(
    Reaction(name, _streams, raise_task)
    for name in (
        TRIAGED,
        "referral.CasesLinked",
        "referral.PathwayDecided",
        "planning.ChangeOfNeedReported",
        "planning.ThresholdChanged",
        "planning.PlanReviewed",
        "planning.UpdatedDiscussionCompleted",
        "planning.PrivateFosteringNotified",
    )
)
"""The letters that ask for a task, and those that may show where a child stood when one did."""
