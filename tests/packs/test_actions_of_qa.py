"""What is to be done for a family, as its lead sees it: the open actions, and what others have changed of them."""

from typing import Any

import pytest

from services.qa.views.case_file import case_file
from shared.protocol.load import protocol_of
from tests.packs.families import SOCIAL_WORKER, Family
from tests.packs.test_tasks_of_qa import items
from tests.packs.told import wlv
from tests.views.letters import london


def planned() -> Family:
    told = Family()
    told.opened("2026-05-20", "c1")
    told.lead("2026-05-21 09:00", SOCIAL_WORKER)
    told.plan("2026-05-21 10:00")
    actions = [{"action_id": "a-1", "owner_agency": "a-school", "due": "2026-06-12"}, {"action_id": "a-2"}]
    children = [{"child_id": "c1"}]
    told.told(
        "PlanCompleted",
        "2026-05-22 10:00",
        plan_id="p1",
        type="FAMILY_HELP_PLAN",
        version=1,
        children=children,
        actions=actions,
    )
    return told


def changed(told: Family, at: str, change: str, by_lead: bool = True, **data: Any) -> None:
    told.told("PlanActionChanged", at, plan_id="p1", change=change, by_lead=by_lead, **data)


def actions(told: Family) -> list[tuple[str, str | None, str | None]]:
    (plan,) = case_file("k1", told.post.sent, protocol_of)["plans"]
    return [(one["action_id"], one["owner_agency"], one["due"]) for one in plan["actions"]]


@pytest.mark.rule("WLV-PLAN-06")
def test_every_open_action_is_on_the_list():
    told = planned()
    assert actions(told) == [("a-1", "a-school", "2026-06-12"), ("a-2", None, None)]
    changed(told, "2026-05-25 10:00", "REDATE", action_id="a-1", due="2026-06-19")
    changed(told, "2026-05-25 11:00", "ADD", action_id="a-3", owner_agency="a-gp")
    changed(told, "2026-05-25 12:00", "PROGRESS", action_id="a-2")
    changed(told, "2026-05-26 10:00", "CLOSE", action_id="a-2")
    assert actions(told) == [("a-1", "a-school", "2026-06-19"), ("a-3", "a-gp", None)]


@pytest.mark.rule("WLV-PLAN-06")
@pytest.mark.parametrize("change", ["ADD", "REDATE", "CLOSE"])
def test_what_others_change_waits_on_the_leads_desk(change: str):
    told = planned()
    changed(told, "2026-05-25 10:00", "PROGRESS", by_lead=False, action_id="a-1")
    changed(told, "2026-05-25 11:00", change, action_id="a-1")
    assert items(told, "LOOK_AT_CHANGED_ACTION") == []
    changed(told, "2026-05-25 12:00", change, by_lead=False, action_id="a-1")
    (waiting,) = items(told, "LOOK_AT_CHANGED_ACTION")
    assert waiting["for"] == {"teams": [], "posts": ["LEAD_PRACTITIONER"]}
    assert waiting["rules"] == ["WLV-PLAN-06"]


@pytest.mark.rule("WLV-PLAN-06")
@pytest.mark.parametrize("how", ["PlanActionChanged", "PlanCompleted", "PlanReviewed"])
def test_until_the_lead_has_looked(how: str):
    told = planned()
    changed(told, "2026-05-25 10:00", "CLOSE", by_lead=False, action_id="a-1")
    data = {"by_lead": True, "change": "PROGRESS"} if how == "PlanActionChanged" else {"type": "FAMILY_HELP_PLAN"}
    told.told(how, "2026-05-26 10:00", plan_id="p1", **data)
    assert items(told, "LOOK_AT_CHANGED_ACTION") == []
    if how != "PlanActionChanged":
        early = planned()
        changed(early, "2026-05-25 10:00", "CLOSE", by_lead=False, action_id="a-1")
        early.told(how, "2026-05-26 10:00", plan_id="esp", type="EARLY_SUPPORT_PLAN")
        assert items(early, "LOOK_AT_CHANGED_ACTION") != []


CAT_BOSS = {"teams": ["CAT"], "posts": ["SW_TEAM_MANAGER"]}
FAMILY_HELP_BOSSES = {"teams": ["FAMILY_HELP"], "posts": ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]}
COMPLETED = "planning.PlanCompleted"


def written(role: str) -> Family:
    told = planned()
    told.told("PlanCompleted", "2026-05-23 10:00", plan_id="p1", type="FAMILY_HELP_PLAN", author_role=role)
    return told


def approvals(told: Family) -> list[dict[str, Any]]:
    return [*items(told, "APPROVE_PLAN"), *items(told, "APPROVE_PLAN_OF_CAT")]


@pytest.mark.rule("WLV-PLAN-13")
@pytest.mark.parametrize(
    ("role", "whose"),
    [("CAT_WORKER", CAT_BOSS), ("LEAD_PRACTITIONER", FAMILY_HELP_BOSSES), ("CP_LEAD", FAMILY_HELP_BOSSES)],
)
def test_a_version_waits_for_the_manager_who_authorises_it(role: str, whose: dict[str, list[str]]):
    told = written(role)
    (waiting,) = approvals(told)
    assert (waiting["for"], waiting["rules"]) == (whose, ["WLV-PLAN-13"])
    for how in ("PlanApproved", "PlanEnded"):
        done = written(role)
        done.told(how, "2026-05-24 10:00", plan_id="esp", type="EARLY_SUPPORT_PLAN")
        assert len(approvals(done)) == 1
        done.told(how, "2026-05-25 10:00", plan_id="p1", type="FAMILY_HELP_PLAN")
        assert approvals(done) == []
    other = "CAT_WORKER" if whose is not CAT_BOSS else "LEAD_PRACTITIONER"
    told.told("PlanCompleted", "2026-05-26 10:00", plan_id="p1", type="FAMILY_HELP_PLAN", author_role=other)
    (waiting,) = approvals(told)
    assert waiting["for"] != whose


@pytest.mark.rule("WLV-PLAN-13")
@pytest.mark.parametrize(
    ("role", "whose"),
    [("CAT_WORKER", CAT_BOSS), ("LEAD_PRACTITIONER", FAMILY_HELP_BOSSES), ("CP_LEAD", FAMILY_HELP_BOSSES)],
)
def test_who_authorises_it_may_see_the_case_until_then(role: str, whose: dict[str, list[str]]):
    family = {"type": "FAMILY_HELP_PLAN"}
    board = wlv().waits(COMPLETED, {**family, "author_role": role})
    assert board is not None
    assert {"teams": list(board.teams), "posts": list(board.posts)} == whose
    for title in ("PlanApproved", "PlanCompleted", "PlanEnded"):
        assert board.ended_by(f"planning.{title}", family, "c1")
        assert not board.ended_by(f"planning.{title}", {"type": "EARLY_SUPPORT_PLAN"}, "c1")
    assert board.ended_by("planning.CaseClosed", {}, "c1")
    assert wlv().waits(COMPLETED, {"type": "CP", "author_role": role}) is None
    assert wlv().waits(COMPLETED, family) is None


@pytest.mark.rule("WLV-PLAN-02")
def test_early_support_that_ends_under_the_id_of_the_kept_case_has_ended():
    told = Family()
    told.post.referral(london("2026-05-20 08:00"), "k1", "c1")
    told.plan("2026-05-20 09:00", type="EARLY_SUPPORT_PLAN", plan_id="esp")
    told.post.referral(london("2026-05-21 08:00"), "k2", "c2")
    told.post.link(london("2026-05-21 09:00"), "l1", "k2", "k1", ("c2", "c1"))
    ended: dict[str, Any] = {"plan_id": "esp", "type": "EARLY_SUPPORT_PLAN", "reason_code": "CONTINUED_AS_FHP"}
    told.post.send("planning.PlanEnded", london("2026-05-22 10:00"), case="k2", about=("c2",), **ended)
    (plan,) = case_file("k2", told.post.sent, protocol_of)["plans"]
    assert (plan["child_ids"], plan["until"]) == ([], "2026-05-22T09:00:00Z")


LCPP_DESK = {"teams": ["MACPT"], "posts": ["LCPP"]}


@pytest.mark.rule("WLV-THR-01")
def test_who_is_to_talk_about_a_worry_may_see_the_case_until_then():
    board = wlv().waits("planning.ConcernRaised", {"significant": True})
    assert board is not None
    assert {"teams": list(board.teams), "posts": list(board.posts)} == LCPP_DESK
    for title in ("LCPPConversationHeld", "StrategyDiscussionHeld", "Section47EnquiryOpened", "CaseClosed"):
        assert board.ended_by(f"planning.{title}", {}, "c1")
    assert not board.ended_by("planning.LineManagerDiscussionHeld", {}, "c1")
    assert wlv().waits("planning.ConcernRaised", {"significant": False}) is None


@pytest.mark.rule("WLV-THR-29")
def test_the_protection_team_may_see_a_case_in_which_a_discussion_is_asked_for_until_it_is_held():
    board = wlv().waits("planning.StrategyDiscussionRequested", {})
    assert board is not None
    assert (board.teams, board.posts) == (("MACPT",), ())
    for title in ("StrategyDiscussionHeld", "Section47EnquiryOpened", "CaseClosed"):
        assert board.ended_by(f"planning.{title}", {}, "c1")
    # A talk alone withdraws nothing.
    assert not board.ended_by("planning.LCPPConversationHeld", {"cp_triggered": True}, "c1")
    assert board.ended_by("planning.LCPPConversationHeld", {"request_withdrawn": {"reason_code": "OTHER"}}, "c1")
