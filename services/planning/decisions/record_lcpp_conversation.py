"""Recording a conversation with a lead child protection practitioner: whether that process starts, and what follows."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.invitations import FOLLOWED_UP_BY, in_each_post
from services.planning.decisions.needs import need_changes
from services.planning.decisions.recording import as_it_stood, before_it, of_children, standing_of
from services.planning.decisions.request_strategy_discussion import requested
from services.planning.decisions.talks import LCPP_TALK, filled
from services.planning.events import LCPPConversationHeld, RequestWithdrawn
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Sent
from shared.kernel.people import Actor, Person
from shared.kernel.sealed import Sealed
from shared.protocol.leads import leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, coded, here, person_of, softened, weigh

COMMAND = "RecordLCPPConversation"


class Withdrawing(Sent):
    """That a discussion which was asked for is not needed. by_id: whose decision that is, the caller's if not said."""

    by_id: Id | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


class RecordLCPPConversation(Command):
    """About whom it was, with whom, and what it settled. lcpp_id: the caller, if nobody is named.

    cp_triggered: whether the child protection process starts; macpt_involved: whether that team comes in.
    """

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    lcpp_id: Id | None = None
    cp_triggered: StrictBool | None = None
    macpt_involved: StrictBool | None = None
    request_withdrawn: Withdrawing | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


def people_of(command: RecordLCPPConversation) -> tuple[str, ...]:
    """Whom it names."""
    withdrawn = command.request_withdrawn
    named = (command.lcpp_id, withdrawn.by_id if withdrawn else None)
    return tuple(one for one in named if one is not None)


def record_lcpp_conversation(
    matter: Matter, known: Known, command: RecordLCPPConversation, act: Act
) -> tuple[Fact, ...]:
    """The conversation, and for each child what follows. Raises Refused for what is no record: who may not withdraw."""
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.child_ids))
    with_whom, weighed, asked = _weighed(matter, known, command, children, act)
    weighed.insist(asked)
    withdrawn, event_id = command.request_withdrawn, act.new_id()
    event = LCPPConversationHeld(
        lcpp=with_whom,
        cp_triggered=command.cp_triggered,
        request_withdrawn=RequestWithdrawn(
            by=_withdraws(matter, known, withdrawn, act)[0],
            reason_code=withdrawn.reason_code,
            reason_note=_sealed(withdrawn.reason_note, act),
        )
        if withdrawn
        else None,
        macpt_involved=command.macpt_involved,
        reason_code=command.reason_code,
        reason_note=_sealed(command.reason_note, act),
    )
    held = of_children(matter, children, event, weighed, act, inputs=asked, event_id=event_id)
    beside = (fact for child in children for fact in _follows(matter, known, child, asked, event_id, act))
    return bringing(held, beside, act.new_id)


def _weighed(
    matter: Matter, known: Known, command: RecordLCPPConversation, children: tuple[str, ...], act: Act
) -> tuple[Person | None, Weighed, Mapping[str, Any]]:
    """What the rules say, with the post of whom it was with in which least is missing; and the facts, by child."""
    authority = matter.protocol.authority
    others = in_each_post(known, command.lcpp_id, authority, act) if command.lcpp_id else (person_of(act.by),)
    unsure = _unsure(matter, known, command, children, bool(others), act)
    tried: list[tuple[Person | None, Weighed, Mapping[str, Any]]] = []
    for person in others or (None,):
        facts = {child: _facts(matter, known, command, child, person, act) for child in children}
        weighed = unsure
        for child in children:
            weighed += weigh(matter.protocol, COMMAND, facts[child], act, child)
        tried.append((person, weighed, facts))
    return min(tried, key=lambda one: len(one[1].incomplete))


def _unsure(
    matter: Matter, known: Known, command: RecordLCPPConversation, children: tuple[str, ...], named: bool, act: Act
) -> Weighed:
    protocol, withdrawn = matter.protocol, command.request_withdrawn
    leads = any(lead.person.id == act.by.id for lead in leads_in(matter.facts) if lead.until is None)
    asked = any(act.by.id in _asked_by(matter, child) for child in children)
    unsure = allowed(protocol, COMMAND, act, leads=leads or asked) + here(protocol, named, "/lcpp_id")
    unsure += here(protocol, all(matter.about(child, matter.facts) for child in children), "/child_ids")
    if withdrawn is not None:
        unsure += here(protocol, bool(_withdraws(matter, known, withdrawn, act)), "/request_withdrawn/by_id")
    listed = coded(protocol, "LCPPConversationHeld.reason_code", command.reason_code, command.reason_note)
    return unsure + softened(listed, act, FOLLOWED_UP_BY)


def _facts(
    matter: Matter, known: Known, command: RecordLCPPConversation, child: str, person: Person | None, act: Act
) -> dict[str, Any]:
    """What the rules ask about one child, by the packs' words."""
    standing, withdrawn = standing_of(matter, child), command.request_withdrawn
    by = _withdraws(matter, known, withdrawn, act) if withdrawn else ()
    then = standing_of(as_it_stood(matter, act), child)
    return {
        "state": standing.state or "UNKNOWN",
        "before": before_it(standing, matter.protocol),
        "cp_triggered": command.cp_triggered,
        "macpt_involved": command.macpt_involved,
        "reason_code": command.reason_code,
        "lcpp_post": person.role if person else None,
        # Nothing is withdrawn before it was asked for.
        "asked_by": sorted(standing.asked) if then.asked or withdrawn is None else [],
        "request_withdrawn": True if withdrawn else None,
        "withdrawal_reason": withdrawn.reason_code if withdrawn else None,
        "by_who_asked": any(one.id in _asked_by(matter, child) for one in by),
        "manages": [one.team for one in by if matter.protocol.is_manager(_acting(one))],
    }


def _withdraws(matter: Matter, known: Known, withdrawn: Withdrawing, act: Act) -> tuple[Person, ...]:
    """Whose decision it is, in each post; the caller, if nobody is named."""
    if withdrawn.by_id in (None, act.by.id):
        return (person_of(act.by),)
    return in_each_post(known, withdrawn.by_id, matter.protocol.authority, act)


def _asked_by(matter: Matter, child: str) -> frozenset[str]:
    """Who asked for the discussions about a child that have not been held."""
    who: set[str] = set()
    for fact in matter.about(child, matter.facts):
        if fact.title == "StrategyDiscussionHeld":
            who.clear()
        elif fact.title == "StrategyDiscussionRequested":
            who.add(fact.actor.id)
    return frozenset(who)


def _follows(
    matter: Matter, known: Known, child: str, asked: Mapping[str, Any], event_id: str, act: Act
) -> tuple[Fact, ...]:
    facts = asked[child]
    found = [*filled(matter, child, LCPP_TALK, act, event_id)]
    if facts["cp_triggered"] and not facts["asked_by"]:
        found.append(requested(matter, known, child, act, talked_now=True))
    change = matter.protocol.besides(COMMAND, "planning.ChangeOfNeedReported", facts)
    if change is not None:
        found.append(need_changes(matter, child, change, event_id, act, {"state": facts["state"]}))
    return tuple(found)


def _acting(person: Person) -> Actor:
    return Actor(id=person.id, role=person.role, team=person.team, employer=person.employer)


def _sealed(note: str | None, act: Act) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", note) if note else None
