"""Recording a strategy discussion: nothing refuses it. What it came to for each child is carried out with it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from services.planning.decisions.after_discussion import TITLE, Outcome, outcomes_of, recorded_beside
from services.planning.decisions.discussed import (
    COMMAND,
    Discussed,
    Meeting,
    RecordStrategyDiscussion,
    held_by,
    meetings,
    outcome_of,
    unknown_people,
)
from services.planning.decisions.invitations import FOLLOWED_UP_BY, invited
from services.planning.decisions.recording import as_it_stood, of_children, standing_of
from services.planning.decisions.talks import DISCUSSION, LCPP_TALK, LINE_MANAGER_TALK, filled, last_talk
from services.planning.events import DiscussedChild, StrategyDiscussionHeld
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import Fact, Incomplete, bringing
from shared.kernel.sealed import Sealed
from shared.protocol.facts import LINKED, TRIAGED
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, softened, weigh

_OF_THE_MEETING = frozenset({"held_by", "convened_by", "chair", "participants", "posts", "invited", "record"})
"""What may be missing of the discussion itself; all else is missing of one of its children."""


def record_strategy_discussion(
    matter: Matter, known: Known, command: RecordStrategyDiscussion, act: Act
) -> tuple[Fact, ...]:
    """The discussion, and what follows for each child in one write. Nothing refuses it: what is missing is named."""
    basis = matter.basis(command.corrects) if command.corrects else None
    corrected = basis if basis is not None and basis.title == TITLE else None
    stood = as_it_stood(matter, act, corrected)
    now = replace(matter, facts=tuple(fact for fact in matter.facts if fact is not corrected))
    said = {matter.linked.child(one.child_id): one for one in command.children}
    held = held_by(matter, command)
    versions = matter.versions_of(corrected) if corrected else frozenset[str]()
    outcomes = outcomes_of(stood, now, {child: outcome_of(one) for child, one in said.items()}, held, versions, act)
    meeting, weighed = _weighed(stood, now, known, command, said, outcomes, act)
    everyone, unsure = invited(matter, known, command.invited, act)
    unsure += unknown_people(matter, known, command, act) + _doubts(matter, command, corrected, act)
    event = StrategyDiscussionHeld(
        held_at=act.occurred_at,
        held_by=held,
        convened_by=meeting.convened_by,
        chair=meeting.chair,
        participants=meeting.participants,
        invited=everyone,
        children=tuple(_entry(one, said[one.child_id]) for one in outcomes),
        team_id=matter.protocol.team_id(held) if held else None,
        risk_profile=tuple(dict.fromkeys(command.risk_profile)),
        record=Sealed(f"note/{act.new_id()}", command.record) if command.record else None,
    )
    discussion_id = act.new_id()
    recorded = of_children(
        matter,
        said,
        event,
        unsure + weighed,
        act,
        inputs={**meeting.facts, "children": {one.child_id: one.facts for one in outcomes}},
        starting=[one.child_id for one in outcomes if one.starts_clocks],
        event_id=discussion_id,
        corrects=corrected.event_id if corrected else None,
    )
    beside = recorded_beside(now, known, outcomes, meeting.facts, command.lead_id, discussion_id, versions, act)
    return bringing(recorded, (*beside, *_filled(now, outcomes, discussion_id, act)), act.new_id)


def _weighed(
    stood: Matter,
    now: Matter,
    known: Known,
    command: RecordStrategyDiscussion,
    said: dict[str, Discussed],
    outcomes: tuple[Outcome, ...],
    act: Act,
) -> tuple[Meeting, Weighed]:
    """What the rules say for each child, with the posts of who convened and chaired it in which least is missing."""
    asked = {one.child_id: _asked(stood, now, one, said[one.child_id], act) for one in outcomes}
    tried: list[tuple[Meeting, Weighed]] = []
    for meeting in meetings(stood, known, command, act):
        weighed = Weighed()
        for child, facts in asked.items():
            weighed += weigh(stood.protocol, COMMAND, {**meeting.facts, **facts}, act, child, urgent=True)
        tried.append((meeting, replace(weighed, incomplete=_each_once(weighed.incomplete, tuple(asked)))))
    return min(tried, key=lambda one: len(one[1].incomplete))


def _asked(stood: Matter, now: Matter, one: Outcome, said: Discussed, act: Act) -> dict[str, Any]:
    """What the rules ask about one child. What came after the discussion, and before it was on record, is there too."""
    then = standing_of(stood, one.child_id)
    since = {fact.name for fact in now.about(one.child_id, now.facts) if fact.occurred_at > act.occurred_at}
    return {
        **one.facts,
        "fhlp_recommendation": True if said.fhlp_recommendation else None,
        "triage": True if TRIAGED in since else None,
        "new_referral": True if LINKED in since else None,
        LINE_MANAGER_TALK: last_talk(now, one.child_id, then, "LineManagerDiscussionHeld") is not None or None,
        LCPP_TALK: last_talk(now, one.child_id, then, "LCPPConversationHeld") is not None or None,
    }


def _each_once(items: Iterable[Incomplete], children: tuple[str, ...]) -> tuple[Incomplete, ...]:
    """What is missing of the meeting once; what is missing of one of several children says of which."""
    found: dict[tuple[str, str], Incomplete] = {}
    for item in items:
        what, child = item.what, item.child_id
        if what.partition(".")[0] in _OF_THE_MEETING:
            child = None
        elif len(children) > 1 and child is not None:
            what = f"children[{children.index(child)}].{what}"
        found[(item.rule, what)] = msgspec.structs.replace(item, what=what, child_id=child)
    return tuple(found.values())


def _doubts(matter: Matter, command: RecordStrategyDiscussion, corrected: Told | None, act: Act) -> Weighed:
    unsure = allowed(matter.protocol, COMMAND, act)
    unsure += here(matter.protocol, command.corrects is None or corrected is not None, "/corrects")
    return softened(unsure, act, FOLLOWED_UP_BY)


def _entry(one: Outcome, said: Discussed) -> DiscussedChild:
    return DiscussedChild(
        child_id=one.child_id,
        outcome=one.outcome,
        enquiry_id=one.put_to,
        landing_state=one.landing,
        fhlp_recommendation=said.fhlp_recommendation.as_recorded() if said.fhlp_recommendation else None,
    )


def _filled(matter: Matter, outcomes: tuple[Outcome, ...], discussion_id: str, act: Act) -> tuple[Fact, ...]:
    """An enquiry that was opened without a discussion has one now, whatever this came to."""
    return tuple(
        fact
        for one in outcomes
        if one.enquiry is not None
        for fact in filled(matter, one.child_id, DISCUSSION, act, discussion_id, records=(one.enquiry.event_id,))
    )
