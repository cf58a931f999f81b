"""Linking two cases and undoing it: proposed by the product, done by people, and never a merge."""

import pytest

from services.referral.decisions.link_cases import LinkCases, link_cases
from services.referral.decisions.unlink_cases import UnlinkCases, unlink_cases
from services.referral.events import CasesLinked, CasesUnlinked
from tests.decisions.referral.tales import again, in_family_help, received
from tests.given import CAT, DOOR_MANAGER, FRONT_DOOR


def two():
    """Two referrals of the same child."""
    story = in_family_help()
    first = story.children()[0]
    story = again(story)
    return story, first, story.children()[0]


def link_of(story, first, second, **changes):
    body = {
        "kept": story.case(0),
        "joined": story.case(1),
        "children": [{"kept": first, "joined": second}],
        "reason_code": "SAME_CHILD",
    }
    return LinkCases.model_validate({**body, **changes})


def test_a_link_is_recorded_under_both_cases_and_moves_no_event():
    story, kept, joined = two()
    done = story.when(link_cases, link_of(story, kept, joined), f"family/{story.case(1)}")
    one, other = done.then(CasesLinked, CasesLinked).cites("SYS-REF-02").facts
    assert one.rules == other.rules
    assert (one.case_id, other.case_id) == (story.case(0), story.case(1))
    assert (one.child_ids, other.child_ids) == ((kept,), (joined,))
    after = done.kept()
    assert after.standing(joined).state == "RECEIVED"
    assert after.standing(joined).joined_to == kept
    again_linked = after.when(link_cases, link_of(story, kept, joined), f"family/{story.case(1)}")
    again_linked.then()


@pytest.mark.rule("SYS-REF-12")
def test_a_link_is_between_two_cases_of_which_this_is_one():
    story, kept, joined = two()
    same = link_of(story, kept, joined, joined=story.case(0), children=[])
    story.when(link_cases, same, f"family/{story.case(0)}").refused("SYS-REF-12")
    story.when(link_cases, link_of(story, kept, joined), "family/another").refused("SYS-REF-12")


@pytest.mark.rule("SYS-REF-13")
def test_each_child_is_of_its_own_case_and_of_one_pair():
    story, kept, joined = two()
    path = f"family/{story.case(0)}"
    crossed = link_of(story, kept, joined, children=[{"kept": joined, "joined": kept}])
    story.when(link_cases, crossed, path).refused("SYS-REF-13")
    twice = link_of(story, kept, joined, children=[{"kept": kept, "joined": joined}] * 2)
    story.when(link_cases, twice, path).refused("SYS-REF-13")


@pytest.mark.rule("SYS-REF-13")
def test_a_child_is_not_linked_to_two_others():
    story, kept, joined = two()
    story = story.when(link_cases, link_of(story, kept, joined), f"family/{story.case(0)}").kept()
    story = again(story)
    third = story.children()[0]
    body = {"kept": story.case(2), "joined": story.case(1), "reason_code": "SAME_CHILD"}
    wrong = LinkCases.model_validate({**body, "children": [{"kept": third, "joined": joined}]})
    story.when(link_cases, wrong, f"family/{story.case(1)}").refused("SYS-REF-13")


@pytest.mark.rule("SYS-REF-03")
def test_a_reason_is_one_of_the_authoritys_and_other_has_a_note():
    story, kept, joined = two()
    path = f"family/{story.case(0)}"
    story.when(link_cases, link_of(story, kept, joined, reason_code="FELT_RIGHT"), path).refused("SYS-REF-03")
    story.when(link_cases, link_of(story, kept, joined, reason_code="OTHER"), path).refused("SYS-REF-03")
    noted = link_of(story, kept, joined, reason_code="OTHER", reason_note="Cousins in one household.")
    event = story.when(link_cases, noted, path).then(CasesLinked, CasesLinked).event
    assert event.reason_note.subject.startswith("note/")


@pytest.mark.rule("SYS-REF-02")
def test_linking_is_the_front_doors_and_unlinking_its_managers():
    story, kept, joined = two()
    path = f"family/{story.case(0)}"
    story.by(CAT).when(link_cases, link_of(story, kept, joined), path).refused("SYS-REF-02")
    linked = story.when(link_cases, link_of(story, kept, joined), path)
    undo = UnlinkCases(link_id=linked.event.link_id, reason_code="NOT_THE_SAME_CHILD")
    story = linked.kept()
    story.by(FRONT_DOOR).when(unlink_cases, undo, path).refused("SYS-REF-02")
    undone = story.by(DOOR_MANAGER).when(unlink_cases, undo, path).then(CasesUnlinked, CasesUnlinked)
    undone.kept().when(unlink_cases, undo, path).then()


@pytest.mark.rule("SYS-REF-14")
def test_only_a_link_there_is_can_be_undone():
    story = received().by(DOOR_MANAGER)
    undo = UnlinkCases(link_id="no-such", reason_code="NOT_THE_SAME_CHILD")
    story.when(unlink_cases, undo, f"family/{story.case()}").refused("SYS-REF-14")


@pytest.mark.rule("X-09")
def test_link_and_unlink_leave_both_sides_as_they_were():
    story, kept, joined = two()
    before = story.standing(kept), story.standing(joined)
    linked = story.when(link_cases, link_of(story, kept, joined), f"family/{story.case(0)}")
    story = linked.kept().told("planning.StrategyDiscussionRequested", kept)
    assert story.standing(kept).state == "STRATEGY_OPEN"
    undo = UnlinkCases(link_id=linked.event.link_id, reason_code="NOT_THE_SAME_CHILD")
    story = story.by(DOOR_MANAGER).when(unlink_cases, undo, f"family/{story.case(1)}").kept()
    assert story.standing(joined) == before[1]
    assert story.standing(kept).beneath == before[0].state


def test_a_case_that_an_urgent_act_opened_elsewhere_can_be_linked_by_what_was_heard_of_it():
    story = received()
    child = story.children()[0]
    story = story.told("planning.StrategyDiscussionRequested", "child-9", "case-9")
    body = {"kept": story.case(), "joined": "case-9", "reason_code": "SAME_CHILD"}
    link = LinkCases.model_validate({**body, "children": [{"kept": child, "joined": "child-9"}]})
    story.when(link_cases, link, f"family/{story.case()}").then(CasesLinked, CasesLinked)
    wrong = LinkCases.model_validate({**body, "children": [{"kept": child, "joined": "child-8"}]})
    story.when(link_cases, wrong, f"family/{story.case()}").refused("SYS-REF-13")
