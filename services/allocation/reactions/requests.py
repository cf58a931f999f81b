"""That a child asks for a lead, once it is sent to a team.

A child must not fall between two services whose letters overtake one another. So a request that was held back, for
another stood or the child was open, is asked for again by each letter that may show that there was no reason to.
"""

from collections.abc import Sequence

import msgspec

from services.allocation.decisions.waiting import NAME, waits_for
from services.allocation.events import AllocationRequested
from services.allocation.reactions.following import States, due, follow_up, matter_in, streams
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction
from shared.protocol.facts import TRIAGED, UNLINKED, first
from shared.protocol.follows import Follows
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol


def request_allocation(
    states: States, known: Known, letter: Letter, protocol: Protocol, act: Act
) -> Sequence[FollowUp]:
    """One request for each child sent to a team for its lead: not while another waits, nor for a child already open."""
    matter = matter_in(states, known, letter, protocol)
    told = matter.fact(letter.event_id)
    if told is None:
        return ()
    found: list[FollowUp] = []
    for block, fact, child_id in due(AllocationRequested, matter, states, _asked(matter, told)):
        board = protocol.waits(NAME, block.words)
        if not waits_for(matter, child_id, board, matter.before(fact)) and not _is_open(matter, fact, child_id):
            cause = told if told.name == UNLINKED else fact
            found.append(_request(matter, block, fact, cause, child_id))
    return found


def _asked(matter: Matter, told: Told) -> Sequence[Told]:
    if told.name == UNLINKED:
        # What the open case decided on the child stays where it is: only its own referral asks again.
        return [fact for fact in matter.asked_by(told) if fact.name == TRIAGED]
    return (told, *matter.after(told))


def _is_open(matter: Matter, fact: Told, child_id: str) -> bool:
    """Whether triage found the child in somebody's hands. What lies underneath an act of protection counts."""
    moves = matter.protocol.moves
    if fact.name != TRIAGED or moves is None:
        return False
    stood = matter.standings_before(fact, child_id)
    states = {standing.beneath if standing.protected else standing.state for standing in stood}
    return bool(states - {None, *moves.none_before})


def _request(matter: Matter, block: Follows, fact: Told, cause: Told, child_id: str) -> FollowUp:
    team = str(block.words["team"])
    event = msgspec.convert(
        {
            "cat_determination": first(fact.data, "children[].determination", child_id),
            **block.words,
            "fhlp_recommendation": first(fact.data, "children[].fhlp_recommendation", child_id)
            or first(fact.data, "fhlp_recommendation"),
            "team_id": first(fact.data, "team_id") or matter.protocol.team_id(team),
            "level": first(fact.data, "local_level"),
            "receiving_team_manager": first(fact.data, "receiving_team_manager"),
            "from_event": fact.event_id,
        },
        AllocationRequested,
    )
    waits = matter.protocol.waits(NAME, event)
    rules = (block.rule, *((waits.rule,) if waits else ()))
    outcome = first(fact.data, "children[].outcome", child_id) or first(fact.data, "outcome")
    children = (matter.linked.child(child_id),)
    return follow_up(matter, rules, cause, children, event, outcome=outcome, team=team)


REQUESTS = tuple(
    Reaction(name, streams, request_allocation)
    for name in (
        TRIAGED,
        UNLINKED,
        "planning.CaseClosed",
        "planning.AssessmentStarted",
        "planning.AssessmentCompleted",
        "planning.StrategyDiscussionHeld",
        "planning.ThresholdChanged",
        "planning.Section47EnquiryOpened",
    )
)
"""The letters that ask for an allocation, and those that show that one asked for earlier was not to be held back."""
