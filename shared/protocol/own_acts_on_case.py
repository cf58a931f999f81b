"""Saying what a record of a case lacked, or that it should not be: on the stream where the event stands."""

from itertools import takewhile

from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Fact, Incomplete
from shared.protocol.facts import counted, first
from shared.protocol.gaps import gaps_of
from shared.protocol.leads import FAMILY_LEAD, LINE_MANAGER, MANAGERS_OF_A_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.own_acts import ResolveIncomplete, WithdrawRecord, resolved, withdrawn
from shared.protocol.plans import open_plans
from shared.protocol.running import running
from shared.protocol.standing import Standing, standings
from shared.protocol.weighing import asked, here, weigh

_FRONT_DOOR = "FRONT_DOOR"
"""The owner of an item that is the front door's, whatever the authority calls that team."""


def resolved_in(matter: Matter, service: str, command: ResolveIncomplete, act: Act) -> tuple[Fact, ...]:
    """The item closed. service: whose own events are meant. Raises Refused."""
    fact = _own(matter, service, command.of_event)
    here(matter.protocol, bool(_all_own(matter, service))).insist({})
    gaps = gaps_of(matter.facts, command.of_event) if fact is not None else ()
    item = next((gap for gap in gaps if (gap.what, gap.rule) == (command.what, command.rule)), None)
    # What is not missing is told to everybody alike: who may fill it is asked of what there is.
    may = item is None or may_fill(matter, item, act)
    stream = f"case/{fact.case_id if fact else matter.linked.kept}"
    lacks = ((command.of_event, gap) for gap in gaps)
    done = resolved(stream, fact.case_id if fact else None, lacks, command, matter.protocol, act, may)
    facts = {"event": fact.name if fact else None, "rule": command.rule, "resolved_as": command.resolved_as}
    weigh(matter.protocol, "ResolveIncomplete", facts, act).insist(facts)
    return done


def withdrawn_in(matter: Matter, service: str, command: WithdrawRecord, act: Act) -> tuple[Fact, ...]:
    """The withdrawals; nothing if it is withdrawn already. service: whose own events are meant. Raises Refused."""
    own = _all_own(matter, service)
    here(matter.protocol, bool(own)).insist({})
    done = withdrawn(lambda fact: f"case/{fact.case_id}", own, matter.facts, command, matter.protocol, act)
    closes = _closed_by(matter, frozenset(str(first(fact.event, "of_event")) for fact in done))
    asked(matter.protocol, not closes, "SYS-REC-07", "/of_event").insist({"closes": len(closes)})
    return done


def _closed_by(matter: Matter, gone: frozenset[str]) -> list[str]:
    """The children whose case is open and would not be without these records, though help or protection goes on.

    That is a level of need, a plan, a discussion that is asked for, an enquiry, or a deadline that has begun since and
    that nobody looks after in a closed case: nobody is let go unheld.
    """
    moves = matter.protocol.moves
    if moves is None or not gone:
        return []
    left = tuple(fact for fact in matter.told if fact.event_id not in gone)
    counting = counted(left, matter.protocol)
    planned = {child for plan in open_plans(counting) for child in plan.children}
    before = counted(_until(matter.told, gone), matter.protocol)
    looked_after = {task.rule for task in matter.protocol.tasks if moves.closed in task.states}

    def goes_on(child: str, then: Standing) -> bool:
        ids = matter.linked.ids_of(child)
        if then.level is not None or then.protection_runs or planned & ids:
            return True
        begun = running(counting, matter.protocol, ids) - running(before, matter.protocol, ids)
        return bool(begun - looked_after)

    return [
        child
        for child, then in standings(left, matter.protocol).items()
        if then.state == moves.closed and matter.standing(child).is_open(moves) and goes_on(child, then)
    ]


def _until(told: tuple[Told, ...], gone: frozenset[str]) -> tuple[Told, ...]:
    """What had happened before the first of these."""
    return tuple(takewhile(lambda fact: fact.event_id not in gone, told))


def may_fill(matter: Matter, item: Incomplete, act: Act) -> bool:
    """Whether somebody may say that an item is there: its owner, by post, team or role on the case, or a manager."""
    if act.client:
        return False
    if matter.protocol.is_manager(act.by):
        return True
    # That somebody is a line manager somewhere says nothing of this lead.
    if item.owner != LINE_MANAGER and item.owner in (act.by.role, act.by.team):
        return True
    if item.owner == _FRONT_DOOR:
        return act.by.team == matter.protocol.front_door
    leads = leads_in(matter.facts)
    if item.owner == LINE_MANAGER:
        family = active(leads, FAMILY_LEAD)
        named = (first(family.data, f"{one}.id") for one in MANAGERS_OF_A_LEAD) if family else ()
        return act.by.id in named
    holder = active(leads, item.owner, matter.linked.ids_of(item.child_id) if item.child_id else None)
    return holder is not None and holder.person.id == act.by.id


def _own(matter: Matter, service: str, event_id: str) -> Told | None:
    return next((fact for fact in _all_own(matter, service) if fact.event_id == event_id), None)


def _all_own(matter: Matter, service: str) -> tuple[Told, ...]:
    return tuple(fact for fact in matter.told if fact.name.startswith(f"{service}."))
