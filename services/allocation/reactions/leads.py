"""Who leads and who leads no longer, where another service's event says it: nobody has to allocate or end it."""

from collections.abc import Sequence

import msgspec

from services.allocation.decisions.endings import endings
from services.allocation.events import LeadAllocated, WorklistReassigned
from services.allocation.reactions.following import States, due, follow_up, matter_in, streams
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from shared.kernel.service import Reaction
from shared.protocol.facts import TRIAGED, UNLINKED
from shared.protocol.leads import ROLE_OF
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol


def allocate_named_lead(
    states: States, known: Known, letter: Letter, protocol: Protocol, act: Act
) -> Sequence[FollowUp]:
    """The lead whom an act of protection names holds the child from there, unless somebody does already."""
    matter = matter_in(states, known, letter, protocol)
    found: list[FollowUp] = []
    for block, fact, child_id in due(LeadAllocated, matter, states, _from(matter, letter)):
        purpose = str(block.words["purpose"])
        named = msgspec.structs.replace(msgspec.convert(fact.data["lead"], Person), role=ROLE_OF[purpose])
        event = LeadAllocated(lead=named, purpose=purpose, team=named.team)
        found.append(follow_up(matter, (block.rule,), fact, (matter.linked.child(child_id),), event, purpose=purpose))
    return found


def end_leads(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """The roles that end with what was told, for the children for whom they end."""
    matter = matter_in(states, known, letter, protocol)
    found: list[FollowUp] = []
    over: set[tuple[str, str, str]] = set()
    for fact in _from(matter, letter):
        for ending in endings(matter, fact):
            role, lead = ending.event.role, ending.event.lead.id
            children = tuple(child for child in ending.children if (role, lead, child) not in over)
            over |= {(role, lead, child) for child in children}
            if children:
                found.append(follow_up(matter, (ending.rule,), fact, children, ending.event, role=role))
    return found


def reassign_worklist(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """A child whose work is over leaves the list it was on."""
    matter = matter_in(states, known, letter, protocol)
    found: list[FollowUp] = []
    for block, fact, child_id in due(WorklistReassigned, matter, states, _from(matter, letter)):
        event = msgspec.convert(block.words, WorklistReassigned)
        found.append(follow_up(matter, (block.rule,), fact, (matter.linked.child(child_id),), event))
    return found


def _from(matter: Matter, letter: Letter) -> tuple[Told, ...]:
    """What is asked when a letter arrives: what it tells, and what stands behind it."""
    told = matter.fact(letter.event_id)
    return (told, *matter.after(told)) if told else ()


LEADS = (
    Reaction("planning.Section47EnquiryOpened", streams, allocate_named_lead),
    *(
        Reaction(name, streams, end_leads)
        for name in (
            TRIAGED,
            UNLINKED,
            "planning.CaseClosed",
            "planning.ThresholdChanged",
            "planning.Section47EnquiryOpened",
            "planning.Section47EnquiryConcluded",
            "planning.InitialConferenceHeld",
            "planning.ReviewConferenceHeld",
        )
    ),
    Reaction("planning.CaseClosed", streams, reassign_worklist),
)
"""The letters with which a role begins or ends, and those that may put an earlier one of these in its place."""
