"""What an act of protection lacked is closed by the letter that supplies it, once, and by no other."""

from itertools import permutations
from typing import Any

import pytest

from services.planning.events import Section47EnquiryOpened, StrategyDiscussionHeld
from services.planning.events.discussions import DiscussedChild
from services.planning.service import SERVICE
from shared.kernel.events import Fact, Incomplete
from tests.decisions.planning.reacting import MANAGER, Desk
from tests.views.letters import Post, london

TEN, ELEVEN, NOON = london("2026-03-02 10:00"), london("2026-03-02 11:00"), london("2026-03-02 12:00")
LEAD = {"lead": {"id": "l-1", "role": "CP_LEAD", "team": "MACPT", "social_worker": True}, "purpose": "CP_ENQUIRY"}
NO_LEAD = {("WLV-REF-13", "lead_post"), ("WLV-REF-13", "lead_team"), ("WLV-ALLOC-21", "lead"), ("NAT-ALLOC-03", "lead")}


def lacking(desk: Desk, *items: tuple[str, str], child: str = "c1") -> None:
    """An enquiry is open that lacks these."""
    missing = tuple(
        Incomplete(rule=rule, what=what, since=ELEVEN, owner="LCPP", child_id=child) for rule, what in items
    )
    event = Section47EnquiryOpened(enquiry_id=f"e-{child}")
    desk.keep(Fact(stream="case/k1", case_id="k1", child_ids=(child,), event=event, incomplete=missing), ELEVEN)


def filled(recorded: list[Any]) -> set[tuple[str, str]]:
    assert {event.title for event in recorded} <= {"IncompleteResolved"}
    return {(event.data.rule, event.data.what) for event in recorded}


def allocated(post: Post, child: str = "c1", **data: Any) -> Any:
    return post.send("allocation.LeadAllocated", NOON, case="k1", about=(child,), by=MANAGER, **{**LEAD, **data})


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.rule("WLV-ALLOC-21")
@pytest.mark.rule("NAT-ALLOC-03")
@pytest.mark.parametrize("purpose", ["CP_ENQUIRY", "CP_PLAN"])
def test_a_lead_of_macpt_is_what_an_enquiry_without_one_lacked(purpose: str) -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    lacking(desk, *NO_LEAD)
    letter = allocated(post, purpose=purpose)
    found = desk.take(letter)
    assert filled(found) == NO_LEAD
    resolved = next(event for event in found if event.data.what == "lead_post")
    assert (resolved.data.of_event, resolved.data.value_ref) == ("planning-1", letter.event_id)
    assert (resolved.data.by.id, resolved.data.resolved_as) == (MANAGER.id, "FILLED")
    assert (resolved.occurred_at, resolved.causation_id, resolved.rules) == (NOON, letter.event_id, ("WLV-REF-13",))
    assert desk.take(letter) == []
    assert desk.take(allocated(post)) == []


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize(
    "lead, left",
    [
        ({"id": "s-1", "role": "CP_LEAD", "team": "CAT"}, {"lead_post", "lead_team"}),
        ({"id": "s-1", "role": "SW_TEAM_MANAGER", "team": "MACPT"}, {"lead_post"}),
    ],
)
def test_a_lead_of_elsewhere_leads_and_the_duty_desk_is_asked_on(lead: dict[str, Any], left: set[str]) -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    lacking(desk, *NO_LEAD)
    assert {what for _, what in NO_LEAD - filled(desk.take(allocated(post, lead=lead)))} == left


@pytest.mark.rule("WLV-REF-13")
def test_nor_does_the_lead_of_family_help_or_of_a_sibling_fill_it() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    lacking(desk, *NO_LEAD)
    assert desk.take(allocated(post, purpose="FAMILY_HELP")) == []
    assert desk.take(allocated(post, child="c2")) == []
    lacking(desk, ("WLV-REF-13", "triage"), child="c2")
    assert desk.take(allocated(post, child="c2")) == []


@pytest.mark.rule("WLV-REF-03")
def test_the_late_triage_is_what_the_act_before_it_lacked() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    lacking(desk, ("WLV-REF-03", "triage"), ("WLV-REF-03", "new_referral"))
    assert filled(desk.take(post.triage(NOON, "k1", "c1", "RED", "STRATEGY_DISCUSSION"))) == {("WLV-REF-03", "triage")}


@pytest.mark.rule("WLV-REF-03")
def test_of_a_discussion_about_several_children_each_item_is_its_child_s() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(TEN, "k1", "c1"))
    items = tuple(
        Incomplete(rule="WLV-REF-03", what=f"children[{place}].triage", since=ELEVEN, owner="X", child_id=child)
        for place, child in enumerate(("c1", "c2"))
    )
    event = StrategyDiscussionHeld(held_at=ELEVEN, children=(DiscussedChild(child_id="c1"),))
    fact = Fact(stream="case/k1", case_id="k1", child_ids=("c1", "c2"), event=event, incomplete=items)
    desk.keep(fact, ELEVEN)
    found = desk.take(post.triage(NOON, "k1", "c1", "RED", "STRATEGY_DISCUSSION"))
    assert filled(found) == {("WLV-REF-03", "children[0].triage")}


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize("kept", [True, False])
def test_an_emarf_that_is_linked_is_what_an_act_about_a_closed_child_lacked(kept: bool) -> None:
    def told(order: tuple[int, ...]) -> set[tuple[str, str]]:
        desk, post = Desk(SERVICE), Post()
        desk.take(post.referral(TEN, "k1", "c1"))
        lacking(desk, ("WLV-REF-03", "triage"), ("WLV-REF-03", "new_referral"))
        one, other = (("k1", "c1"), ("k2", "c2")) if kept else (("k2", "c2"), ("k1", "c1"))
        pair = [{"kept": one[1], "joined": other[1]}]
        ends = {"link_id": "l1", "kept": one[0], "joined": other[0], "children": pair, "reason_code": "SAME_CHILD"}
        letters = (
            post.referral(NOON, "k2", "c2"),
            post.send("referral.CasesLinked", NOON, case=one[0], about=("c1", "c2"), by=MANAGER, **ends),
        )
        return filled([event for place in order for event in desk.take(letters[place])])

    assert {frozenset(told(order)) for order in permutations((0, 1))} == {frozenset({("WLV-REF-03", "new_referral")})}
