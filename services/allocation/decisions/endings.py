"""Whose role on a case ends by itself with an event, and for which children."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.allocation.events import LeadAllocated, LeadEnded, LeadNonCompliant
from shared.kernel.act import Act
from shared.kernel.beliefs import Told, in_order, told_of
from shared.kernel.events import Fact
from shared.kernel.own_events import IncompleteResolved
from shared.kernel.stamp import Decided, stamp
from shared.protocol.blocks import given
from shared.protocol.ends import Ends
from shared.protocol.facts import concerned, counted, first
from shared.protocol.gaps import gaps_of
from shared.protocol.leads import FAMILY_LEAD, ROLE_OF, Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.standing import Standing, standings
from shared.protocol.weighing import person_of


@dataclass(frozen=True)
class Ending:
    """One person's role, over for these children."""

    rule: str
    children: tuple[str, ...]
    event: LeadEnded


def endings(matter: Matter, fact: Told) -> tuple[Ending, ...]:
    """The roles that end with one of the matter's facts and have not ended yet."""
    until = (*matter.before(fact), fact)
    begun = {lead.event_id for lead in leads_in(until) if lead.until is None}
    running = [lead for lead in leads_in(matter.facts) if lead.until is None and lead.event_id in begun]
    blocks = [block for block in matter.protocol.endings if _may_end(matter, block, fact)]
    if not running or not blocks:
        return ()
    stands = standings(until, matter.protocol)
    found: dict[tuple[str, str], Ending] = {}
    for block in blocks:
        if any(_is_in(one, block.while_in) for one in stands.values()):
            continue
        for lead in running:
            children = tuple(_over_for(matter, block, fact, lead, stands, running))
            if lead.role == block.role and children:
                _add(found, block, lead, children)
    return tuple(found.values())


def ends_with(matter: Matter, allocated: Sequence[Fact], act: Act) -> tuple[Fact, ...]:
    """What is recorded in one write with allocations: the ends of the roles that the new leads take over.

    And what was asked for because of the lead before, or is there now, is asked for no longer.
    allocated: the LeadAllocated of the decision, in their order.
    """
    new = _foretold(matter, allocated, act)
    told = in_order((*matter.told, *new))
    then = replace(matter, told=told, facts=counted(told, matter.protocol))
    found: list[Fact] = []
    over: set[tuple[str, str, str]] = set()
    for fact, one in zip(allocated, new, strict=True):
        for ending in endings(then, one):
            lead = ending.event.lead.id
            left = tuple(child for child in ending.children if (ending.event.role, lead, child) not in over)
            over |= {(ending.event.role, lead, child) for child in left}
            if left:
                rules = (ending.rule,)
                found.append(
                    Fact(stream=fact.stream, case_id=fact.case_id, child_ids=left, event=ending.event, rules=rules)
                )
    return (*found, *(done for fact in allocated for done in _settled(matter, fact, act)))


def _settled(matter: Matter, allocated: Fact, act: Act) -> Iterator[Fact]:
    """The items of a doubted lead that are over: another leads now, or the allocation has what was missing."""
    event = allocated.event
    if not isinstance(event, LeadAllocated) or ROLE_OF.get(event.purpose, FAMILY_LEAD) != FAMILY_LEAD:
        return
    for doubt in matter.facts:
        for gap in gaps_of(matter.facts, doubt.event_id) if doubt.title == LeadNonCompliant.title() else ():
            successor = first(doubt.data, "lead.id") != event.lead.id
            if not successor and not given(event, gap.what):
                continue
            done = IncompleteResolved(
                of_event=doubt.event_id,
                what=gap.what,
                rule=gap.rule,
                by=person_of(act.by),
                resolved_as="NOT_NEEDED" if successor else "FILLED",
                reason_code="SUCCESSOR" if successor else None,
            )
            stream, of = f"case/{doubt.case_id}", doubt.child_ids
            yield Fact(stream=stream, case_id=doubt.case_id, child_ids=of, event=done, rules=(gap.rule,))


def _foretold(matter: Matter, allocated: Sequence[Fact], act: Act) -> tuple[Told, ...]:
    """What is about to be recorded, as it will be told of: behind all that stands there."""
    behind = dict.fromkeys((fact.stream for fact in allocated), len(matter.told))
    protocol = matter.protocol
    recorded = stamp(
        Decided("AllocateLead", allocated),
        service="allocation",
        authority=protocol.authority,
        edition=protocol.edition,
        act=act,
        versions=behind,
        correlation_id="",
    )
    return tuple(told_of(one) for one in recorded)


def _may_end(matter: Matter, block: Ends, fact: Told) -> bool:
    """Whether a fact is one with which such a role may end, for the child it is about."""
    return any(block.comes_with(fact.name, fact.data, child) for child in concerned(fact))


def _over_for(
    matter: Matter, block: Ends, fact: Told, lead: Lead, stands: Mapping[str, Standing], running: Sequence[Lead]
) -> Iterator[str]:
    """The children for whom a lead's role is over: all of them or none, where it is the family's."""
    for child in lead.children:
        ids = matter.linked.ids_of(child)
        about = any(block.comes_with(fact.name, fact.data, one) for one in concerned(fact) & ids)
        stays = any(_is_in(stands[one], block.stays_in) for one in ids if one in stands)
        relieved = any(active(running, role, ids) for role in block.relieved_by)
        if (about or block.while_in) and not (stays and not relieved):
            yield child


def _is_in(standing: Standing, states: Iterable[str]) -> bool:
    return bool({standing.state, standing.beneath} & {*states})


def _add(found: dict[tuple[str, str], Ending], block: Ends, lead: Lead, children: tuple[str, ...]) -> None:
    before = found.get((lead.role, lead.person.id))
    everyone = tuple(dict.fromkeys((*(before.children if before else ()), *children)))
    event = LeadEnded(lead=lead.person, role=lead.role, reason_code=block.reason_code)
    found[(lead.role, lead.person.id)] = Ending(before.rule if before else block.rule, everyone, event)
