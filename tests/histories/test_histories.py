"""Random histories of plausible commands in any order of arrival: what must hold in every one of them, does."""

import os
from collections import Counter
from functools import cache
from typing import Any

import pytest

from services.qa.views.case_file import case_file
from services.qa.views.clocks import unended_in
from services.qa.views.matching import Matching
from services.qa.views.papers import papers_of
from services.qa.views.words import encode
from shared.protocol.facts import TRIAGED
from shared.protocol.load import protocol_of
from shared.protocol.where import places
from tests.histories.plays import PLAYS
from tests.histories.telling import History, live

ALL = 20_000
BLOCK = 50
SHARE = float(os.environ.get("TOLDONCE_SHARE", "0.05"))
BLOCKS = max(1, round(ALL * SHARE / BLOCK))

ENDS = {
    "planning.StrategyDiscussionHeld",
    "planning.LCPPConversationHeld",
    "planning.Section47EnquiryConcluded",
    "planning.InitialConferenceHeld",
    "planning.ReviewConferenceHeld",
    "planning.CaseClosed",
    "planning.PlanEnded",
    "planning.RecordWithdrawn",
}
"""The events by which protection may end: its own, and a closure by event."""


@cache
def histories(block: int) -> tuple[History, ...]:
    return tuple(live(block * BLOCK + place) for place in range(BLOCK))


each_block = pytest.mark.parametrize("block", range(BLOCKS))


@each_block
def test_what_holds_in_every_history(block: int) -> None:
    """One pass over the same histories, so that each is lived once."""
    for history in histories(block):
        somebody_holds_every_open_child(history)
        each_holder_is_somebody(history)
        no_act_of_protection_is_refused_or_undone(history)
        every_red_is_held_by_those_who_discuss_it(history)
        every_refusal_names_a_rule_of_the_edition(history)
        folded_anew_it_is_the_same(history)
        the_services_agree_at_rest(history)
        nothing_stands_on_what_was_withdrawn(history)
        whatever_was_left_running_ends_with_the_case(history)
    histories.cache_clear()


def somebody_holds_every_open_child(history: History) -> None:
    protocol = history.world.protocol()
    moves = protocol.moves
    assert moves is not None
    for done in history.done:
        for child, stood in done.after.items():
            if stood.state in (None, moves.closed):
                continue
            held = protocol.holders(stood.state, stood.beneath)
            assert held, f"seed {history.seed}: nobody holds {child} in {stood.state}"
            assert any(
                arrow.to not in ("SAME", stood.state) and moves.leaves(arrow, stood.state) for arrow in moves.arrows
            )


def each_holder_is_somebody(history: History) -> None:
    """A person who has the role now, or the posts that stand in for them, and then somebody is asked to name one."""
    file = _file(history)
    asked = {(item["code"], item["child_id"]) for item in file["worklist"]}
    for child in file["children"]:
        for holder in child["holders"]:
            whose = f"seed {history.seed}: {child['child_id']} in {child['state']}"
            assert holder["held_by"] or holder["stand_ins"], f"{whose} is held by nobody"
            if holder["held_by"] is None and holder["person"] and holder["named"]:
                assert (f"NAME_{holder['person']}", child["child_id"]) in asked, f"{whose}: nobody names its lead"


def no_act_of_protection_is_refused_or_undone(history: History) -> None:
    for done in history.done:
        if done.protects:
            assert done.refused is None, f"seed {history.seed}: {done.command} was refused: {done.refused}"
        names = {event.name for event in done.events}
        if names & ENDS:
            continue
        for child, stood in done.before.items():
            assert not stood.protected or done.after[child].protected, (
                f"seed {history.seed}: {done.command} took {child} out of {stood.state}"
            )


def every_red_is_held_by_those_who_discuss_it(history: History) -> None:
    """Whatever the child was before, closed too. The late first triage of what an urgent act began moves nobody."""
    for done in history.done:
        for event in done.events:
            if event.name != TRIAGED or event.data.outcome != "STRATEGY_DISCUSSION":
                continue
            for child in event.child_ids:
                before = done.before[child]
                late = before.discussed and not before.triaged
                assert late or done.after[child].protected, f"seed {history.seed}: {child} stays in {before.state}"


def every_refusal_names_a_rule_of_the_edition(history: History) -> None:
    for done in history.done:
        if done.refused is not None:
            assert done.refused.refusals
            unknown = {one.rule for one in done.refused.refusals} - RULES
            assert not unknown, f"seed {history.seed}: {done.command} was refused by {unknown}"
            assert all(one.because and one.remedy for one in done.refused.refusals), done


def folded_anew_it_is_the_same(history: History) -> None:
    world = history.world
    for house in world.houses.values():
        for stream, state in house.states.items():
            again = house.service.fold(stream, [event for event in house.recorded if event.stream == stream])
            assert again == state, f"seed {history.seed}: {stream} of {house.service.name}"
    letters = list(world.letters)
    live_file = encode(case_file(history.case, letters, protocol_of))
    world.chance.shuffle(letters)
    assert encode(case_file(history.case, [*letters, *letters[:3]], protocol_of)) == live_file


def the_services_agree_at_rest(history: History) -> None:
    """Once all letters have come in, each service sees every child where the whole sees it."""
    world, protocol = history.world, history.world.protocol()
    whole = world.standings(history.case)
    for name in ("planning", "allocation"):
        matter = world.houses[name].matter(history.case, protocol)
        for child in history.children:
            here = matter.standing(child)
            seen, is_so = (here.state, here.beneath), (whole[child].state, whole[child].beneath)
            assert seen == is_so, f"seed {history.seed}: {name} sees {child} in {seen}, and it is in {is_so}"


def nothing_stands_on_what_was_withdrawn(history: History) -> None:
    """But for what the withdrawal named, because it has been worked on, and what a correction of it carries on."""
    letters = history.world.letters
    withdrawals = [letter for letter in letters if letter.name.endswith(".RecordWithdrawn")]
    gone = {letter.data["of_event"] for letter in withdrawals}
    named = " ".join(warned.because for letter in withdrawals for warned in letter.warnings)
    carried_on = {letter.corrects for letter in letters if letter.event_id not in gone}
    for letter in letters:
        if letter.causation_id in gone - carried_on and letter.event_id not in gone:
            assert letter in withdrawals or letter.event_id in named, f"seed {history.seed}: {letter.name} stands"


LOOKED_AT = {"NAT-PLAN-04": "VISIT_PRIVATELY_FOSTERED"}
"""The deadline that outlives a case, and the item that puts it on a desk. Any other crossed the closure."""


def whatever_was_left_running_ends_with_the_case(history: History) -> None:
    """But for what somebody is asked to look at: private fostering, and what followed a triage that crossed it."""
    world = history.world
    world.close_everybody(history.case, history.children)
    on_desks = {(item["code"], item["child_id"]) for item in _file(history)["worklist"]}
    for rule, child in _running(history):
        code = LOOKED_AT.get(rule, "DECIDED_AFTER_CLOSURE")
        assert (code, child) in on_desks, f"seed {history.seed}: closed, and {rule} still runs for {child}"
    world.end_private_fostering(history.case, history.children)
    assert not {rule for rule, _ in _running(history)} & {*LOOKED_AT}
    for child, stood in world.standings(history.case).items():
        assert stood.state == "CLOSED", f"seed {history.seed}: {child} is {stood.state} after its case was closed"


def _running(history: History) -> set[tuple[str, str | None]]:
    """The deadlines of each child, and of the family, that nothing has ended."""
    papers = papers_of(history.case, history.world.letters)
    return {(start.rule, start.child_id) for start in unended_in(Matching(papers, protocol_of))}


def _file(history: History) -> dict[str, Any]:
    return case_file(history.case, history.world.letters, protocol_of)


RULES = frozenset(place.rule for place in places())


def test_the_same_seed_gives_the_same_history() -> None:
    one, other = live(7), live(7)
    assert [event for house in one.world.houses.values() for event in house.recorded] == [
        event for house in other.world.houses.values() for event in house.recorded
    ]


SEEDS = range(300)
"""The histories of which these tests count what was reached: the same in every run."""


@cache
def counted() -> tuple[Counter[str], Counter[str], Counter[str]]:
    """In which states children stood, and how often each play was accepted and refused."""
    states, accepted, refused = Counter[str](), Counter[str](), Counter[str]()
    for seed in SEEDS:
        for done in live(seed).done:
            states.update(str(stood.state) for stood in done.after.values())
            (accepted if done.refused is None else refused)[done.command] += 1
    return states, accepted, refused


def test_histories_come_into_every_state() -> None:
    """A check over histories proves nothing of a state that none of them reaches."""
    moves = protocol_of("WLV", live(0).world.moment).moves
    assert moves is not None
    assert set(moves.states) <= set(counted()[0]), counted()[0]


BY_A_CONFERENCE = frozenset({"StartPlan of protection", "EndPlan of protection"})
"""What its decision does in one write: by hand it is done only where that record was withdrawn."""

ANYBODY_MAY = frozenset({"RequestIMC"})


def test_every_play_is_accepted_and_every_ordinary_command_is_refused_as_well() -> None:
    _, accepted, refused = counted()
    never = {play.command for play in PLAYS} - accepted.keys()
    assert never <= BY_A_CONFERENCE, never
    said_no_to = {name.partition(" ")[0] for name in refused}
    ordinary = {play.command.partition(" ")[0] for play in PLAYS if not play.protects and not play.record}
    assert ordinary - said_no_to <= ANYBODY_MAY
