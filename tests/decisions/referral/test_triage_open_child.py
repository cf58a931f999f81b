"""Triage of a child who is open already, or whom an urgent act moved on."""

import pytest

from services.referral.decisions.around import Match
from services.referral.decisions.link_cases import LinkCases, link_cases
from services.referral.decisions.triage_referral import triage_referral
from services.referral.decisions.unlink_cases import UnlinkCases, unlink_cases
from services.referral.events import CasesLinked, CasesUnlinked, ReferralTriaged
from tests.decisions.referral.forms import triage
from tests.decisions.referral.tales import again, in_early_support, in_family_help, received, triaged
from tests.given import DOOR_MANAGER


def second(story):
    """A second referral about the same child; gives the story, the open child and the new one."""
    open_child = story.children()[0]
    story = again(story)
    return story, open_child, story.children()[0]


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize("rag", ["GREEN", "AMBER"])
def test_green_or_amber_joins_the_open_case(rag):
    story, open_child, child = second(in_family_help())
    done = story.when(triage_referral, triage(child, rag, "ADDED_TO_OPEN_CASE", open_child_id=open_child))
    event = done.then(ReferralTriaged, CasesLinked, CasesLinked).cites("WLV-REF-25").event
    assert all("WLV-REF-25" in fact.rules for fact in done.facts)
    assert (event.open_child_id, event.open_case_id) == (open_child, story.case(0))
    kept, joined = done.facts[1], done.facts[2]
    assert (kept.stream, joined.stream) == (f"family/{story.case(0)}", f"family/{story.case(1)}")
    assert kept.event == joined.event
    assert kept.event.kept == story.case(0)
    after = done.kept()
    assert after.standing(child).state == after.standing(open_child).state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize(
    ("rag", "outcome"),
    [("GREEN", "NFA"), ("GREEN", "EARLY_SUPPORT_START"), ("AMBER", "FAMILY_HELP"), ("AMBER", "CAT_ASSESSMENT")],
)
def test_any_other_outcome_is_refused_for_a_child_who_is_open(rag, outcome):
    story, open_child, child = second(in_family_help())
    story.when(triage_referral, triage(child, rag, outcome, open_child_id=open_child)).refused("WLV-REF-25")


@pytest.mark.rule("WLV-REF-25")
def test_red_goes_to_the_mash_whatever_is_open():
    story, open_child, child = second(in_family_help())
    done = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION", open_child_id=open_child))
    done.then(ReferralTriaged, CasesLinked, CasesLinked).due("WLV-THR-29", "2026-04-07T22:59:59+00:00")
    after = done.kept().standing(open_child)
    assert (after.state, after.beneath) == ("STRATEGY_MASH", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-REF-25")
def test_nothing_can_join_a_case_that_is_not_open():
    story = received()
    story.when(triage_referral, triage(story.children()[0], "GREEN", "ADDED_TO_OPEN_CASE")).refused("WLV-REF-25")
    story, closed, child = second(triaged("GREEN", "NFA"))
    command = triage(child, "AMBER", "ADDED_TO_OPEN_CASE", open_child_id=closed)
    story.when(triage_referral, command).refused("WLV-REF-25")


@pytest.mark.rule("WLV-REF-25")
def test_a_child_in_early_support_only_gets_a_new_case_linked_to_the_plan():
    story, helped, child = second(in_early_support())
    done = story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP", open_child_id=helped))
    event = done.then(ReferralTriaged, CasesLinked, CasesLinked).event
    assert event.open_case_id is None
    assert event.open_child_id == helped
    after = done.kept()
    assert after.standing(child).state == "AWAITING_THRESHOLD"
    assert after.standing(helped).state == "EARLY_SUPPORT"


@pytest.mark.rule("WLV-REF-25")
def test_a_link_made_before_needs_no_second_one():
    story, open_child, child = second(in_family_help())
    pair = {"kept": open_child, "joined": child}
    link = LinkCases(kept=story.case(0), joined=story.case(1), children=(pair,), reason_code="SAME_CHILD")
    story = story.when(link_cases, link, f"family/{story.case(1)}").kept()
    done = story.when(triage_referral, triage(child, "AMBER", "ADDED_TO_OPEN_CASE")).then(ReferralTriaged)
    assert done.event.open_child_id == open_child


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize("act", ["StrategyDiscussionRequested", "Section47EnquiryOpened"])
def test_while_a_discussion_or_an_enquiry_runs_triage_only_joins_it(act):
    story = received()
    child = story.children()[0]
    story = story.told(f"planning.{act}", child, enquiry_id="q-1")
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).refused("WLV-REF-03", "NAT-REF-05")
    late = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).then(ReferralTriaged)
    late.complete("WLV-REF-03").complete("NAT-REF-05")
    before, after = story.standing(child), late.kept().standing(child)
    assert before.state == after.state


@pytest.mark.rule("WLV-REF-03")
def test_after_an_urgent_act_has_ended_late_triage_only_confirms_it():
    story = received()
    child = story.children()[0]
    story = story.told("planning.StrategyDiscussionRequested", child).at("2026-04-07T09:00:00+00:00")
    story = story.told(
        "planning.StrategyDiscussionHeld", child, held_by="MASH", children=[{"child_id": child, "outcome": "S17"}]
    )
    story.when(triage_referral, triage(child, "GREEN", "NFA")).refused("WLV-REF-03")
    late = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).due("WLV-THR-29", None)
    assert late.kept().standing(child).state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-REF-03")
def test_a_withdrawn_request_brings_the_child_back_to_triage():
    story = received()
    child = story.children()[0]
    story = story.told("planning.StrategyDiscussionRequested", child)
    story = story.told(
        "planning.LCPPConversationHeld", child, cp_triggered=False, request_withdrawn={"reason_code": "OTHER"}
    )
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).then(ReferralTriaged)


@pytest.mark.rule("NAT-REF-05")
def test_the_open_case_may_be_joined_while_its_discussion_runs():
    story, open_child, child = second(in_family_help())
    story = story.told("planning.StrategyDiscussionRequested", open_child)
    same = {"open_child_id": open_child}
    joins = story.when(triage_referral, triage(child, "AMBER", "ADDED_TO_OPEN_CASE", **same))
    joins.then(ReferralTriaged, CasesLinked, CasesLinked).cites("NAT-REF-05", "WLV-REF-03")
    story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT", **same)).refused(
        "NAT-REF-05", "WLV-REF-03", "WLV-REF-25"
    )


@pytest.mark.rule("NAT-REF-05")
def test_what_has_ended_stops_nothing():
    story, open_child, child = second(in_family_help())
    story = story.told("planning.StrategyDiscussionRequested", open_child)
    story = story.told(
        "planning.StrategyDiscussionHeld",
        open_child,
        held_by="FAMILY_HELP",
        children=[{"child_id": open_child, "outcome": "CONTINUE_FAMILY_HELP"}],
    )
    story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT", open_child_id=open_child)).refused(
        "WLV-REF-25"
    )


@pytest.mark.rule("NAT-REF-05")
@pytest.mark.parametrize(
    ("outcome", "refused"),
    [("CONFERENCE", False), ("SUPPORT_CHILD_IN_NEED", False), (None, True)],
)
def test_an_enquiry_ends_with_its_conclusion(outcome, refused):
    story = received()
    child = story.children()[0]
    story = story.told("planning.Section47EnquiryOpened", child, enquiry_id="q-1")
    if outcome:
        story = story.told("planning.Section47EnquiryConcluded", child, enquiry_id="q-1", outcome=outcome)
    rules = {"WLV-REF-03", "NAT-REF-05"} if refused else {"WLV-REF-03"}
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).refused(*rules)


@pytest.mark.rule("NAT-REF-05")
def test_an_urgent_act_on_a_closed_child_is_taken_and_a_new_referral_asked_for():
    story = triaged("GREEN", "NFA")
    child = story.children()[0]
    done = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION"))
    done.then(ReferralTriaged).lacking(("NAT-REF-05", "new_referral"))
    done.due("WLV-THR-29", "2026-04-07T22:59:59+00:00")


@pytest.mark.rule("NAT-REF-05")
def test_what_crossed_on_the_way_changes_only_what_lies_underneath():
    story = received()
    child = story.children()[0]
    decided = story.at("2026-04-02T12:00:00+00:00").when(triage_referral, triage(child, "AMBER", "FAMILY_HELP"))
    # Asked for before the triage, and told of after it.
    story = decided.kept().at("2026-04-02T11:00:00+00:00").told("planning.StrategyDiscussionRequested", child)
    after = story.standing(child)
    assert (after.state, after.beneath, after.protected) == ("STRATEGY_MASH", "AWAITING_THRESHOLD", True)


@pytest.mark.rule("SYS-REF-01")
@pytest.mark.parametrize("by", ["NHS_NUMBER", "UPN"])
def test_a_match_by_number_has_to_be_answered(by):
    story, known, child = second(in_family_help())
    story = story.matching(Match(child, by, known, story.case(0)))
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).refused("SYS-REF-01")
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP", not_same_as=[known])).then(ReferralTriaged)
    joins = triage(child, "AMBER", "ADDED_TO_OPEN_CASE", open_child_id=known)
    story.when(triage_referral, joins).then(ReferralTriaged, CasesLinked, CasesLinked)
    red = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION"))
    assert red.lacking(("SYS-REF-01", "open_child_id")).event.open_case_id is None


@pytest.mark.rule("SYS-REF-01")
def test_a_match_by_name_is_only_a_proposal():
    story, known, child = second(in_family_help())
    story = story.matching(Match(child, "NAME_AND_BIRTH", known, story.case(0)))
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).then(ReferralTriaged)


@pytest.mark.rule("SYS-REF-08")
def test_a_child_nobody_knows_cannot_be_the_open_one():
    story = received()
    child = story.children()[0]
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP", open_child_id="nobody")).refused("SYS-REF-08")
    red = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION", open_child_id="nobody"))
    red.lacking(("SYS-REF-08", "open_child_id"))


@pytest.mark.rule("X-09")
def test_undoing_a_link_puts_what_rested_on_it_before_the_front_door_again():
    story, open_child, child = second(in_family_help())
    command = triage(child, "AMBER", "ADDED_TO_OPEN_CASE", open_child_id=open_child)
    story = story.when(triage_referral, command).kept()
    link_id = next(event.data.link_id for event in story.past if event.title == "CasesLinked")
    undo = UnlinkCases(link_id=link_id, reason_code="NOT_THE_SAME_CHILD")
    undone = story.by(DOOR_MANAGER).when(unlink_cases, undo, f"family/{story.case(1)}")
    story = undone.then(CasesUnlinked, CasesUnlinked).kept()
    assert story.standing(child).state == "RECEIVED"
    assert story.standing(child).awaits_triage(story.protocol.moves)
    assert story.standing(open_child).state == "FAMILY_HELP_ACTIVE"
    story.when(triage_referral, triage(child, "GREEN", "NFA")).then(ReferralTriaged)
