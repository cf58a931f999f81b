"""What planning records by itself when a letter of referral or allocation arrives.

Letters of different services come in any order. Where a rule needs facts of two, each of their letters asks the
question, from all that is known by then: whichever comes last completes it, and nothing is recorded twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from services.planning.case import Case
from services.planning.events import ChangeOfNeedReported, PlanEnded, PrivateFosteringNotified, ThresholdChanged
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.calendar import local_date
from shared.kernel.events import Event, Incomplete, cite
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.own_events import IncompleteResolved
from shared.kernel.service import Reaction
from shared.protocol.brought import withdrawn_after
from shared.protocol.facts import aliases, first, joins
from shared.protocol.follows import Follows
from shared.protocol.gaps import gaps_of
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.patterns import values
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import person_of

States = Mapping[str, Case]


def set_first_level(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """The level at which triage leaves a child who has none: ThresholdChanged without `from`.

    A child whose level was that of a linked case is without one when the link is undone, and gets it then.
    """
    matter = _matter(states, known, letter, protocol)
    cause = matter.fact(letter.event_id)
    found: list[FollowUp] = []
    for block, fact, child_id in _due(ThresholdChanged, matter, states, matter.asked_by(cause)):
        if any(case.level_of(matter.linked.ids_of(child_id)) for case in states.values()):
            continue
        event = msgspec.convert(
            {
                **block.words,
                "decision_ref": fact.event_id,
                "authorised_by": first(fact.data, "decided_by"),
                "effective_at": letter.occurred_at,
            },
            ThresholdChanged,
        )
        found.append(_fact(matter, block, cause or fact, child_id, event, outcome=first(fact.data, "outcome")))
    return found


def report_change_of_need(
    states: States, known: Known, letter: Letter, protocol: Protocol, act: Act
) -> Sequence[FollowUp]:
    """That a referral which joined an open case shows a change of need of the child who is open there.

    A letter of what came before the triage may arrive after it: the triages that stand behind it are asked again.
    """
    matter = _matter(states, known, letter, protocol)
    told = matter.fact(letter.event_id)
    asked = (told, *matter.after(told)) if told else ()
    found: list[FollowUp] = []
    for block, fact, child_id in _due(ChangeOfNeedReported, matter, states, asked):
        if first(fact.data, "open_case_id") not in matter.linked.case_ids:
            continue
        pattern = block.follows(fact.name, fact.data, child_id)
        open_child = _open_child(fact, child_id)
        stood = (standing.state for standing in matter.standings_before(fact, open_child))
        state = next((state for state in stood if pattern and (not pattern.states or state in pattern.states)), None)
        if state is None:
            continue
        event = msgspec.convert({**block.words, "from_event": fact.event_id}, ChangeOfNeedReported)
        counted = {"outcome": first(fact.data, "outcome"), "state": state}
        found.append(_fact(matter, block, fact, open_child, event, **counted))
    return found


def notify_private_fostering(
    states: States, known: Known, letter: Letter, protocol: Protocol, act: Act
) -> Sequence[FollowUp]:
    """That the authority knows of a private fostering, from the day on which the referral that flags it came in."""
    matter = _matter(states, known, letter, protocol)
    received = matter.fact(letter.event_id)
    found: list[FollowUp] = []
    for block, fact, child_id in _due(PrivateFosteringNotified, matter, states, (received,) if received else ()):
        day = _came_in(fact)
        event = PrivateFosteringNotified(aware_from=day, notified_on=day)
        found.append(_fact(matter, block, fact, child_id, event, flags=fact.data["vulnerability_flags"]))
    return found


def end_early_support(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """That early support goes on in the family's plan, for the children to whom a lead was allocated.

    A link that stood before the allocation may be told of after it: the allocations behind it are asked again.
    """
    matter = _matter(states, known, letter, protocol)
    told = matter.fact(letter.event_id)
    asked = (told, *matter.after(told)) if told else ()
    still_open = {plan.plan_id: plan for plan in open_plans(matter.facts, EARLY_SUPPORT)}
    found: list[FollowUp] = []
    for block, fact, child_id in _due(PlanEnded, matter, states, asked):
        before = matter.before(fact)
        ids = {child_id, *aliases(child_id, joins(before))}
        for plan in open_plans(before, EARLY_SUPPORT):
            now = still_open.get(plan.plan_id)
            if now is not None and ids & {*plan.children} & {*now.children}:
                event = msgspec.convert({**block.words, "plan_id": plan.plan_id}, PlanEnded)
                found.append(_fact(matter, block, fact, child_id, event, purpose=first(fact.data, "purpose")))
    return found


def fill_in(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """What records of planning lacked until then and the letter supplies: the item of the block's rule is closed."""
    matter = _matter(states, known, letter, protocol)
    cause = matter.fact(letter.event_id)
    found: dict[tuple[str, str, str], FollowUp] = {}
    for block in matter.protocol.follow_ups(f"planning.{IncompleteResolved.title()}"):
        for child_id in _concerned(cause):
            if cause is None or not block.follows(cause.name, cause.data, child_id):
                continue
            for record, gap in _lacks(matter, cause, child_id):
                if (gap.rule, gap.what.rpartition(".")[2]) != (block.rule, block.words["what"]):
                    continue
                event = IncompleteResolved(
                    of_event=record.event_id,
                    what=gap.what,
                    rule=gap.rule,
                    by=person_of(cause.actor),
                    value_ref=cause.event_id,
                    resolved_as="FILLED",
                )
                item = (record.event_id, gap.what, gap.rule)
                found[item] = _fact(matter, block, cause, child_id, event, what=gap.what)
    return tuple(found.values())


def withdraw_with_it(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """That what followed by itself from an event counts no longer, since that event does not."""
    return withdrawn_after(_matter(states, known, letter, protocol), "planning", letter.event_id)


def _concerned(fact: Told | None) -> Iterable[str]:
    """The children a fact is about; those whom a link makes one, under both ids."""
    if fact is None:
        return ()
    linked = (*values(fact.data, "children[].kept"), *values(fact.data, "children[].joined"))
    return dict.fromkeys((*fact.child_ids, *linked))


def _lacks(matter: Matter, cause: Told, child_id: str) -> Iterator[tuple[Told, Incomplete]]:
    """What planning's own records about a child still lack, of those that stand before a fact."""
    ids = matter.linked.ids_of(child_id)
    for record in matter.about(child_id, matter.before(cause)):
        if record.source == "planning":
            for gap in gaps_of(matter.facts, record.event_id):
                if gap.child_id is None or gap.child_id in ids:
                    yield record, gap


def _due(
    event: type[Event], matter: Matter, states: States, asked: Iterable[Told]
) -> Iterator[tuple[Follows, Told, str]]:
    """Which of these facts the event follows and has not followed yet, for each child. In the order of the facts."""
    blocks = matter.protocol.follow_ups(f"planning.{event.title()}")
    for fact in asked:
        for child_id in fact.child_ids:
            block = next((one for one in blocks if one.follows(fact.name, fact.data, child_id)), None)
            if block is None:
                continue
            ids = matter.linked.ids_of(child_id) | matter.linked.ids_of(_open_child(fact, child_id))
            causes = matter.versions_of(fact)
            if not any(case.has_answered(event.title(), causes, ids) for case in states.values()):
                yield block, fact, child_id


def _fact(matter: Matter, block: Follows, cause: Told, child_id: str, event: Event, **inputs: Any) -> FollowUp:
    child = matter.linked.child(child_id)
    started = matter.protocol.clocks_started_by(f"planning.{event.title()}", event, cause.occurred_at, child)
    return FollowUp(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=(child,),
        event=event,
        rules=cite(block.rule, started.rules),
        clocks=started.clocks,
        inputs=inputs,
        cause=cause,
    )


def _open_child(fact: Told, child_id: str) -> str:
    """The child of the open case that a triage names; without one, the child itself, by whatever links there are."""
    named = first(fact.data, "open_child_id")
    return named if isinstance(named, str) else child_id


def _came_in(fact: Told) -> date:
    said = first(fact.data, "local_authority_received_at") or first(fact.data, "received_at")
    return local_date(datetime.fromisoformat(said) if isinstance(said, str) else fact.occurred_at)


def _anchor(letter: Letter) -> str:
    """The case whose matter a letter is: that which its child joins, else its own."""
    joined = letter.data.get("open_case_id")
    return joined if isinstance(joined, str) else letter.key


def _matter(states: States, known: Known, letter: Letter, protocol: Protocol) -> Matter:
    own = (fact for case in states.values() for fact in case.facts)
    return matter_of(_anchor(letter), known, own, protocol)


def _streams(letter: Letter, known: Known) -> Sequence[str]:
    return tuple(f"case/{case_id}" for case_id in cases_of(_anchor(letter), known))


REACTIONS = (
    Reaction("referral.ReferralReceived", _streams, notify_private_fostering),
    Reaction("referral.ReferralTriaged", _streams, set_first_level),
    Reaction("referral.CasesUnlinked", _streams, set_first_level),
    Reaction("referral.ReferralTriaged", _streams, report_change_of_need),
    Reaction("referral.CasesLinked", _streams, report_change_of_need),
    Reaction("allocation.LeadAllocated", _streams, report_change_of_need),
    Reaction("allocation.LeadAllocated", _streams, end_early_support),
    Reaction("referral.CasesLinked", _streams, end_early_support),
    Reaction("allocation.LeadAllocated", _streams, fill_in),
    Reaction("referral.ReferralTriaged", _streams, fill_in),
    Reaction("referral.CasesLinked", _streams, fill_in),
    Reaction("referral.RecordWithdrawn", _streams, withdraw_with_it),
    Reaction("allocation.RecordWithdrawn", _streams, withdraw_with_it),
)
"""One line for each letter and what may follow from it."""
