"""That somebody leads who by a rule should not, or has gone: help goes on, and the managers find the next."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from services.allocation.events import LeadNonCompliant
from services.allocation.reactions.following import States, due, follow_up, matter_in, streams
from services.allocation.reactions.meetings import tasks_for
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from shared.kernel.service import Reaction
from shared.protocol.facts import LINKED, TRIAGED
from shared.protocol.leads import FAMILY_LEAD, Lead, active, leads_in
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import weigh

NAME = f"allocation.{LeadNonCompliant.title()}"
LEFT = "allocation.PractitionerDeregistered"


def doubt_lead(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """A family's lead who may not lead any longer, now that this is known of a child or of its level."""
    matter = matter_in(states, known, letter, protocol)
    told = matter.fact(letter.event_id)
    lead = active(leads_in(matter.facts), FAMILY_LEAD)
    if told is None or lead is None:
        return ()
    # A link shows what was known in the other case all along.
    asked = matter.facts if told.name == LINKED else (told, *matter.after(told))
    found: list[FollowUp] = []
    for block, fact, child_id in due(LeadNonCompliant, matter, states, asked):
        cause = told if told.name == LINKED else fact
        child, reason = matter.linked.child(child_id), str(block.words["reason_code"])
        event = LeadNonCompliant(lead=_named(lead), reason_code=reason, from_event=fact.event_id)
        asks = {"reason_code": reason, **lead.data}
        lacks = weigh(protocol, LeadNonCompliant.title(), asks, replace(act, occurred_at=cause.occurred_at), child)
        # What the decision itself says that it lacks is asked for there.
        said = {(item.rule, item.what) for item in fact.incomplete}
        items = [item for item in lacks.incomplete if (item.rule, item.what) not in said]
        rules = (block.rule, *lacks.rules)
        found.append(follow_up(matter, rules, cause, (child,), event, items, reason_code=reason))
    return found


def miss_lead(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """Who left the register holds roles still: each is said, for the children concerned."""
    block = next((one for one in protocol.follow_ups(NAME) if one.follows(LEFT, letter.data, "")), None)
    if block is None:
        return ()
    found: list[FollowUp] = []
    for matter, cause in _matters(states, known, letter, protocol):
        for role, held in _held_by(matter, str(letter.data["practitioner_id"])).items():
            children = tuple(dict.fromkeys(child for lead in held for child in lead.children))
            if any(
                case.has_answered(LeadNonCompliant.title(), (letter.event_id,), children) for case in states.values()
            ):
                continue
            words = {**block.words, "lead": _named(held[0]), "from_event": letter.event_id}
            event = msgspec.convert(words, LeadNonCompliant)
            found.append(follow_up(matter, (block.rule,), cause, children, event, role=role))
    return found


def find_another(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """The tasks that follow from somebody's leaving, in each of their cases."""
    found: list[FollowUp] = []
    for matter, cause in _matters(states, known, letter, protocol):
        missed = [fact for fact in matter.facts if fact.name == NAME and fact.causation_id == cause.event_id]
        found += tasks_for(matter, states, missed)
    return found


def _matters(states: States, known: Known, letter: Letter, protocol: Protocol) -> Iterator[tuple[Matter, Told]]:
    """Each case on which they held a role when they left, with what was said of it."""
    told = next(
        (fact for fact in known.of(str(letter.data["practitioner_id"])) if fact.event_id == letter.event_id), None
    )
    own = [fact for case in states.values() for fact in case.facts]
    seen: set[str] = set()
    for case_id in letter.data.get("open_case_ids") or ():
        cases = cases_of(case_id, known)
        matter = matter_of(case_id, known, (fact for fact in own if fact.case_id in cases), protocol)
        if told is not None and matter.linked.kept not in seen:
            seen.add(matter.linked.kept)
            yield matter, told


def _held_by(matter: Matter, person_id: str) -> dict[str, list[Lead]]:
    held: dict[str, list[Lead]] = {}
    for lead in leads_in(matter.facts):
        if lead.until is None and lead.person.id == person_id:
            held.setdefault(lead.role, []).append(lead)
    return held


def _named(lead: Lead) -> Person:
    return msgspec.structs.replace(lead.person, role=lead.role)


def _cases_of_person(letter: Letter, known: Known) -> Sequence[str]:
    cases = (case for one in letter.data.get("open_case_ids") or () for case in cases_of(one, known))
    return tuple(f"case/{case}" for case in dict.fromkeys(cases))


COMPLIANCE = (
    *(
        Reaction(name, streams, doubt_lead)
        for name in (
            TRIAGED,
            LINKED,
            "referral.PathwayDecided",
            "planning.PrivateFosteringNotified",
            "planning.ThresholdChanged",
        )
    ),
    Reaction(LEFT, _cases_of_person, miss_lead),
    Reaction(LEFT, _cases_of_person, find_another),
)
"""The letters after which a lead may not stay, our own of the register among them."""
