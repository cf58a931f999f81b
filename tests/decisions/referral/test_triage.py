"""Triage of a child who is not open yet: the RAG, the outcomes it allows, and who may decide."""

import pytest

from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.events import ReferralTriaged
from tests.decisions.referral.forms import CHILD, concern, emarf, entry, triage
from tests.decisions.referral.tales import in_early_support, received, triaged
from tests.given import AGENCY, CAT, FRONT_DOOR, NEIGHBOUR_TEAM, given

GREEN = ["NFA", "SIGNPOSTED", "EARLY_SUPPORT_START", "EARLY_SUPPORT_CONTINUE"]
AMBER = ["FAMILY_HELP", "CAT_ASSESSMENT"]
ENDS = {
    "NFA": "CLOSED",
    "SIGNPOSTED": "CLOSED",
    "EARLY_SUPPORT_START": "EARLY_SUPPORT",
    "EARLY_SUPPORT_CONTINUE": "EARLY_SUPPORT",
    "FAMILY_HELP": "AWAITING_THRESHOLD",
    "CAT_ASSESSMENT": "CAT_ASSESSMENT",
    "STRATEGY_DISCUSSION": "STRATEGY_MASH",
}


def decided(rag, outcome, **changes):
    story = received()
    return story.when(triage_referral, triage(story.children()[0], rag, outcome, **changes))


@pytest.mark.rule("WLV-REF-04")
@pytest.mark.parametrize(("rag", "outcome"), [("GREEN", "NFA"), ("AMBER", "FAMILY_HELP")])
def test_one_of_the_three_colours_is_recorded(rag, outcome):
    event = decided(rag, outcome).then(ReferralTriaged).complete("WLV-REF-04").event
    assert event.triage_rag == rag
    assert event.decided_by.id == FRONT_DOOR.id


@pytest.mark.rule("WLV-REF-04")
@pytest.mark.parametrize("rag", [None, "BLUE"])
def test_no_colour_or_another_is_refused(rag):
    decided(rag, "FAMILY_HELP").refused("WLV-REF-04")


@pytest.mark.rule("WLV-REF-04")
@pytest.mark.parametrize(("rag", "kept"), [(None, None), ("GREEN", "GREEN"), ("AMBER", "AMBER"), ("BLUE", None)])
def test_a_strategy_discussion_needs_no_red_and_is_stored_as_given(rag, kept):
    done = decided(rag, "STRATEGY_DISCUSSION").lacking(("WLV-REF-04", "triage_rag"))
    assert done.event.triage_rag == kept
    story = done.kept()
    assert story.standing(story.children()[0]).state == "STRATEGY_MASH"


@pytest.mark.rule("WLV-REF-05")
@pytest.mark.parametrize("outcome", GREEN)
def test_green_allows_four_outcomes(outcome):
    story = decided("GREEN", outcome).then(ReferralTriaged).cites("WLV-REF-05").kept()
    assert story.standing(story.children()[0]).state == ENDS[outcome]


@pytest.mark.rule("WLV-REF-05")
@pytest.mark.parametrize("outcome", [*AMBER, "SOMETHING_ELSE"])
def test_green_allows_no_other(outcome):
    decided("GREEN", outcome).refused("WLV-REF-05")


@pytest.mark.rule("WLV-REF-06")
@pytest.mark.parametrize("outcome", ["NFA", "SIGNPOSTED"])
def test_an_ending_says_whether_family_hubs_were_considered(outcome):
    decided("GREEN", outcome, family_hub_considered=False, family_hub_considered_note="Too far.").warned()
    decided("GREEN", outcome).warned("WLV-REF-06")
    decided("GREEN", outcome, family_hub_considered=True).warned("WLV-REF-06")
    decided("GREEN", outcome, family_hub_considered_note="Nearby.").warned("WLV-REF-06")


@pytest.mark.rule("WLV-REF-06")
def test_early_support_is_not_asked_about_family_hubs():
    decided("GREEN", "EARLY_SUPPORT_START").warned()


@pytest.mark.rule("WLV-REF-07")
@pytest.mark.parametrize(("outcome", "team"), [("FAMILY_HELP", "FAMILY_HELP"), ("CAT_ASSESSMENT", "CAT")])
def test_amber_goes_to_family_help_or_to_cat(outcome, team):
    done = decided("AMBER", outcome).then(ReferralTriaged).cites("WLV-REF-07")
    assert done.event.team_id == team
    story = done.kept()
    assert story.standing(story.children()[0]).state == ENDS[outcome]


@pytest.mark.rule("WLV-REF-07")
@pytest.mark.parametrize("outcome", GREEN)
def test_amber_ends_in_nothing_less(outcome):
    decided("AMBER", outcome, family_hub_considered=True).refused("WLV-REF-07")


@pytest.mark.rule("WLV-REF-09")
def test_red_goes_to_the_mash():
    done = decided("RED", "STRATEGY_DISCUSSION").then(ReferralTriaged).complete("WLV-REF-09").cites("WLV-REF-09")
    done.complete("WLV-REF-04").complete("WLV-REF-23").complete("WLV-REF-03")
    assert (done.event.held_by, done.event.team_id) == ("MASH", "MASH")


@pytest.mark.rule("WLV-REF-09")
@pytest.mark.parametrize("outcome", [*GREEN, *AMBER])
def test_red_ends_in_nothing_else(outcome):
    decided("RED", outcome).refused("WLV-REF-09")


@pytest.mark.rule("WLV-REF-09")
@pytest.mark.parametrize("held_by", [None, "CAT"])
def test_a_red_that_is_not_the_mashs_is_taken_and_said(held_by):
    decided("RED", "STRATEGY_DISCUSSION", held_by=held_by).lacking(("WLV-REF-09", "held_by"))


@pytest.mark.rule("WLV-REF-22")
def test_a_family_with_an_open_plan_continues_it():
    story = in_early_support()
    first = story.children()[0]
    story = story.by(AGENCY, client=True).when(submit_referral, emarf()).kept().by(FRONT_DOOR)
    child = story.children()[0]
    same = {"open_child_id": first}
    story.when(triage_referral, triage(child, "GREEN", "EARLY_SUPPORT_START", **same)).refused("WLV-REF-22")
    story.when(triage_referral, triage(child, "GREEN", "EARLY_SUPPORT_CONTINUE", **same)).warned()


@pytest.mark.rule("WLV-REF-22")
def test_a_plan_that_ended_for_its_last_child_is_open_no_more():
    story = in_early_support()
    first = story.children()[0]
    story = story.told("planning.PlanEnded", first, plan_id="esp-1", type="EARLY_SUPPORT_PLAN")
    story = story.by(AGENCY, client=True).when(submit_referral, emarf()).kept().by(FRONT_DOOR)
    command = triage(story.children()[0], "GREEN", "EARLY_SUPPORT_START", open_child_id=first)
    story.when(triage_referral, command).warned()


@pytest.mark.rule("WLV-REF-22")
def test_continuing_what_is_not_on_file_is_said():
    decided("GREEN", "EARLY_SUPPORT_CONTINUE").warned("WLV-REF-22")
    decided("GREEN", "EARLY_SUPPORT_START").warned()


@pytest.mark.rule("WLV-REF-23")
def test_the_front_door_triages():
    decided("AMBER", "FAMILY_HELP").then(ReferralTriaged).cites("WLV-REF-23")


@pytest.mark.rule("WLV-REF-23")
@pytest.mark.parametrize("actor", [CAT, NEIGHBOUR_TEAM])
def test_nobody_else_does(actor):
    story = received().by(actor)
    story.when(triage_referral, triage(story.children()[0], "AMBER", "FAMILY_HELP")).refused("WLV-REF-23")


@pytest.mark.rule("WLV-REF-23")
def test_anybody_may_ask_for_a_strategy_discussion():
    story = received().by(CAT)
    done = story.when(triage_referral, triage(story.children()[0], "RED", "STRATEGY_DISCUSSION"))
    done.lacking(("WLV-REF-23", "decided_by"))


@pytest.mark.rule("WLV-REF-23")
def test_an_agencys_system_may_not_even_that():
    story = received().by(AGENCY, client=True)
    done = story.when(triage_referral, triage(story.children()[0], "RED", "STRATEGY_DISCUSSION"))
    done.refused("WLV-REF-23")


@pytest.mark.rule("WLV-REF-26")
def test_a_child_is_triaged_from_received():
    decided("GREEN", "NFA").cites("WLV-REF-26")


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize(("rag", "outcome"), [("GREEN", "NFA"), ("AMBER", "CAT_ASSESSMENT")])
def test_what_was_decided_is_not_decided_again(rag, outcome):
    story = triaged(rag, outcome)
    refused = story.when(triage_referral, triage(story.children()[0], "AMBER", "FAMILY_HELP"))
    refused.refused("WLV-REF-26")
    assert refused.refusal is not None
    assert ENDS[outcome] in refused.refusal.refusals[0].because


@pytest.mark.rule("SYS-REF-09")
def test_a_team_of_another_kind_is_refused():
    decided("AMBER", "FAMILY_HELP", team_id="MASH").refused("SYS-REF-09")
    assert decided("AMBER", "FAMILY_HELP", team_id="FAMILY_HELP").event.team_id == "FAMILY_HELP"


@pytest.mark.rule("SYS-REF-07")
def test_a_child_of_another_referral_is_not_triaged_here():
    received().when(triage_referral, triage("stranger", "GREEN", "NFA")).refused("SYS-REF-07")


@pytest.mark.rule("SYS-REF-07")
def test_a_strategy_discussion_on_a_child_of_another_referral_is_taken_and_named_for_the_front_door():
    done = received().when(triage_referral, triage("stranger", "RED", "STRATEGY_DISCUSSION")).then(ReferralTriaged)
    done.lacking(("SYS-REF-07", "child_id"))


def test_siblings_are_decided_on_one_by_one():
    story = received(emarf(children=[CHILD, {**CHILD, "first_name": "Ben"}]))
    ada, ben = story.children()
    both = type(triage(ada, "RED", "STRATEGY_DISCUSSION")).model_validate(
        {"children": [entry(ada, "AMBER", "CAT_ASSESSMENT"), entry(ben, "GREEN", "NFA")]}
    )
    story = story.when(triage_referral, both).then(ReferralTriaged, ReferralTriaged).kept()
    assert (story.standing(ada).state, story.standing(ben).state) == ("CAT_ASSESSMENT", "CLOSED")


def test_beside_a_strategy_discussion_a_sibling_that_is_refused_waits():
    story = received(concern(children=[CHILD, {**CHILD, "first_name": "Ben"}]))
    ada, ben = story.children()
    both = type(triage(ada, "RED", "STRATEGY_DISCUSSION")).model_validate(
        {"children": [entry(ben, "GREEN", "FAMILY_HELP"), entry(ada, "RED", "STRATEGY_DISCUSSION")]}
    )
    done = story.when(triage_referral, both).then(ReferralTriaged).warned("WLV-REF-05")
    story = done.kept()
    assert (story.standing(ada).state, story.standing(ben).state) == ("STRATEGY_MASH", "RECEIVED")


def test_a_strategy_discussion_about_a_referral_nobody_knows_is_taken():
    done = given().when(triage_referral, triage("child-9", "RED", "STRATEGY_DISCUSSION"), "referral/r-9")
    done.then(ReferralTriaged).lacking(("NAT-REF-05", "referral"))
    assert done.facts[0].case_id is not None


RAISED = {"to": "CHILD_IN_NEED", "decided_in": "ASSESSMENT", "emergency": True}


@pytest.mark.rule("WLV-THR-20")
@pytest.mark.parametrize("outcome", GREEN)
def test_whom_an_emergency_has_raised_triage_does_not_turn_away(outcome):
    story = received()
    child = story.children()[0]
    raised = story.told("planning.ThresholdChanged", child, **RAISED)
    refused = raised.when(triage_referral, triage(child, "GREEN", outcome)).refusal
    assert refused is not None
    assert refused.rules == ("WLV-THR-20",)
    assert refused.refusals[0].field == "/children/0/outcome"
    assert refused.inputs["children"][child]["level"] == "CHILD_IN_NEED"
    for rag, sent in (("AMBER", "FAMILY_HELP"), ("AMBER", "CAT_ASSESSMENT"), ("RED", "STRATEGY_DISCUSSION")):
        done = raised.when(triage_referral, triage(child, rag, sent)).then(ReferralTriaged).kept()
        assert done.standing(child).state == ENDS[sent]
    other = story.told("planning.ThresholdChanged", "child-9", "case-9", **RAISED)
    other.when(triage_referral, triage(child, "GREEN", outcome)).then(ReferralTriaged)
