"""That a child waits for a lead, recorded when a letter of referral or planning arrives.

A child must not fall between two services whose letters overtake one another. So a request that was held back, for
another stood or the child was open, is asked for again by each letter that may show that there was no reason to.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from services.allocation.case import Case
from services.allocation.decisions.waiting import NAME, waits_for
from services.allocation.events import AllocationRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import cite
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction
from shared.protocol.facts import TRIAGED, UNLINKED, first
from shared.protocol.follows import Follows
from shared.protocol.linked import Matter, cases_of, matter_of
from shared.protocol.protocol import Protocol

States = Mapping[str, Case]


def request_allocation(
    states: States, known: Known, letter: Letter, protocol: Protocol, act: Act
) -> Sequence[FollowUp]:
    """One request for each child sent to a team for its lead: not while another waits, nor for a child already open."""
    matter = matter_of(letter.key, known, (fact for case in states.values() for fact in case.facts), protocol)
    told = matter.fact(letter.event_id)
    if told is None:
        return ()
    asked = matter.asked_by(told) if told.name in (TRIAGED, UNLINKED) else matter.after(told)
    found: list[FollowUp] = []
    for block, fact, child_id in _due(matter, states, asked):
        board = protocol.waits(NAME, block.words)
        if not waits_for(matter, child_id, board, matter.before(fact)) and not _is_open(matter, fact, child_id):
            cause = told if told.name == UNLINKED else fact
            found.append(_request(matter, block, fact, cause, child_id))
    return found


def _due(matter: Matter, states: States, asked: Sequence[Told]) -> Iterator[tuple[Follows, Told, str]]:
    """Which of these facts ask for an allocation that was not requested yet, for each child."""
    blocks = matter.protocol.follow_ups(NAME)
    for fact in asked:
        if fact.case_id not in matter.linked.case_ids:
            continue
        for child_id in fact.child_ids:
            block = next((one for one in blocks if one.follows(fact.name, fact.data, child_id)), None)
            ids, causes = matter.linked.ids_of(child_id), matter.versions_of(fact)
            if block and not any(case.has_answered("AllocationRequested", causes, ids) for case in states.values()):
                yield block, fact, child_id


def _is_open(matter: Matter, fact: Told, child_id: str) -> bool:
    """Whether the child was in somebody's hands before. What lies underneath an act of protection is what counts."""
    moves = matter.protocol.moves
    stood = matter.standings_before(fact, child_id)
    states = {standing.beneath if standing.protected else standing.state for standing in stood}
    return moves is not None and bool(states - {None, *moves.none_before})


def _request(matter: Matter, block: Follows, fact: Told, cause: Told, child_id: str) -> FollowUp:
    child = matter.linked.child(child_id)
    team = str(block.words["team"])
    event = msgspec.convert(
        {
            **block.words,
            "team_id": first(fact.data, "team_id") or matter.protocol.team_id(team),
            "level": first(fact.data, "local_level"),
            "receiving_team_manager": first(fact.data, "receiving_team_manager"),
            "from_event": fact.event_id,
        },
        AllocationRequested,
    )
    started = matter.protocol.clocks_started_by(NAME, event, cause.occurred_at, child)
    waits = matter.protocol.waits(NAME, event)
    return FollowUp(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=(child,),
        event=event,
        rules=cite(block.rule, started.rules, (waits.rule,) if waits else ()),
        clocks=started.clocks,
        inputs={"outcome": first(fact.data, "outcome"), "team": team},
        cause=cause,
    )


def _streams(letter: Letter, known: Known) -> Sequence[str]:
    return tuple(f"case/{case_id}" for case_id in cases_of(letter.key, known))


REQUESTS = tuple(
    Reaction(name, _streams, request_allocation)
    for name in (
        TRIAGED,
        UNLINKED,
        "planning.CaseClosed",
        "planning.AssessmentStarted",
        "planning.Section47EnquiryOpened",
    )
)
"""The letter that asks for an allocation, and those that show that one asked for earlier was not to be held back."""
