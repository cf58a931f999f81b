"""Whose each missing thing is, by the rule that asks for it, and on whose desk it then lies."""

from typing import Any

import pytest

from services.qa.views.cases import CASES
from shared.kernel.events import Incomplete
from tests.packs.families import Family
from tests.packs.told import wlv
from tests.views.letters import london

OWNERS = [
    ("NAT-ALLOC-01", "AllocateLead", "SW_TEAM_MANAGER"),
    ("NAT-ALLOC-02", "AllocateLead", "SW_TEAM_MANAGER"),
    ("NAT-ALLOC-02", "SetThreshold", "LINE_MANAGER"),
    ("NAT-ALLOC-03", "OpenSection47", "SW_TEAM_MANAGER"),
    ("NAT-ALLOC-04", "SetThreshold", "LINE_MANAGER"),
    ("NAT-PLAN-07", "RecordPlanReview", "LEAD_PRACTITIONER"),
    ("NAT-PLAN-07", "StartPlan", "LEAD_PRACTITIONER"),
    ("NAT-THR-01", "RecordStrategyDiscussion", "SW_TEAM_MANAGER"),
    ("NAT-THR-09", "RecordStrategyDiscussion", "SW_TEAM_MANAGER"),
    ("NAT-THR-11", "CloseCase", "SW_TEAM_MANAGER"),
    ("NAT-THR-13", "OpenSection47", "SW_TEAM_MANAGER"),
    ("WLV-ALLOC-01", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-06", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-08", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-09", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-10", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-11", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-12", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-14", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-18", "LeadNonCompliant", "LINE_MANAGER"),
    ("WLV-ALLOC-18", "SetThreshold", "LINE_MANAGER"),
    ("WLV-ALLOC-19", "SetThreshold", "LINE_MANAGER"),
    ("WLV-ALLOC-21", "OpenSection47", "LCPP"),
    ("WLV-ALLOC-36", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-37", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-38", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-39", "RecordIMC", "FAMILY_HELP"),
    ("WLV-ALLOC-44", "RecordFamilyInformed", "LEAD_PRACTITIONER"),
    ("WLV-ALLOC-44", "SetThreshold", "LEAD_PRACTITIONER"),
    ("WLV-INFO-02", "RecordIMC", "FAMILY_HELP"),
    ("WLV-INFO-07", "RecordFamilyContact", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-07", "RecordPlanReview", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-08", "RecordPlanReview", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-10", "RecordUpdatedDiscussion", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-11", "RecordUpdatedDiscussion", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-12", "RecordIMC", "FAMILY_HELP"),
    ("WLV-PLAN-14", "RecordPlanReview", "LEAD_PRACTITIONER"),
    ("WLV-PLAN-15", "RecordInitialConference", "LCPP"),
    ("WLV-QA-07", "RecordStrategyDiscussion", "SW_TEAM_MANAGER"),
    ("WLV-REF-09", "TriageReferral", "MASH"),
    ("WLV-REF-10", "RecordStrategyDiscussion", "LCPP"),
    ("WLV-REF-11", "RecordStrategyDiscussion", "MASH"),
    ("WLV-REF-13", "OpenSection47", "LCPP"),
    ("WLV-REF-14", "CompleteAssessment", "CAT_WORKER"),
    ("WLV-REF-16", "RecordStrategyDiscussion", "CAT"),
    ("WLV-REF-17", "RecordStrategyDiscussion", "CAT"),
    ("WLV-REF-17", "RecordStrategyDiscussion", "LCPP"),
    ("WLV-REF-18", "RecordStrategyDiscussion", "CAT"),
    ("WLV-THR-01", "RecordLCPPConversation", "LCPP"),
    ("WLV-THR-02", "RecordLCPPConversation", "LCPP"),
    ("WLV-THR-03", "RecordStrategyDiscussion", "SW_TEAM_MANAGER"),
    ("WLV-THR-04", "RecordStrategyDiscussion", "LCPP"),
    ("WLV-THR-05", "RecordCoreGroup", "LCPP"),
    ("WLV-THR-05", "RecordInitialConference", "LCPP"),
    ("WLV-THR-05", "RecordReviewConference", "LCPP"),
    ("WLV-THR-05", "RecordStrategyDiscussion", "LCPP"),
    ("WLV-THR-06", "RecordCoreGroup", "LCPP"),
    ("WLV-THR-06", "RecordInitialConference", "LCPP"),
    ("WLV-THR-06", "RecordReviewConference", "LCPP"),
    ("WLV-THR-11", "RecordIMC", "FAMILY_HELP"),
    ("WLV-THR-19", "RecordIMC", "FAMILY_HELP"),
    ("WLV-THR-20", "SetThreshold", "SW_TEAM_MANAGER"),
    ("WLV-THR-21", "RecordLineManagerDiscussion", "LEAD_PRACTITIONER"),
    ("WLV-THR-21", "RecordStrategyDiscussion", "LEAD_PRACTITIONER"),
    ("WLV-THR-21", "RequestStrategyDiscussion", "LEAD_PRACTITIONER"),
    ("WLV-THR-22", "RecordIMC", "FAMILY_HELP"),
    ("WLV-THR-24", "RecordIMC", "FAMILY_HELP"),
    ("WLV-THR-26", "RecordStrategyDiscussion", "LEAD_PRACTITIONER"),
]
"""(rule, command in whose record something is missing, who is asked for it)."""


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        pytest.param(rule, command, marks=pytest.mark.rule(rule))
        for rule, command in dict.fromkeys((rule, command) for rule, command, _ in OWNERS)
    ],
)
def test_what_is_missing_is_asked_of_whoever_can_supply_it(rule: str, command: str):
    owners = {owner for of, where, owner in OWNERS if (of, where) == (rule, command)}
    protocol = wlv()
    blocks = (*protocol.records(command), *protocol.pathways(command))
    assert {block.owner for block in blocks if block.rule == rule} - {"FRONT_DOOR"} == owners


def lacking(owner: str, *, led: bool = True, closed: bool = False) -> list[dict[str, Any]]:
    """The desks of an item of this owner, of a child open to Family Help, or whose case has been closed since."""
    told = Family()
    told.opened("2026-06-01", "c1")
    if led:
        behind = {"line_manager": {"id": "p-head"}, "authorising_manager": {"id": "p-tm"}}
        told.lead("2026-06-01 11:00", {"id": "p-lead"}, "c1", **behind)
    missing = Incomplete(
        what="line_manager_agreement", rule="WLV-ALLOC-18", since=london("2026-06-02 10:00"), owner=owner
    )
    told.post.send("planning.PlanReviewed", london("2026-06-02 10:00"), case="k1", about=("c1",), incomplete=(missing,))
    if closed:
        told.closed("2026-06-03 10:00")
    row = CASES.fold("k1", told.post.sent)
    assert row is not None
    (item,) = [one for one in row["items"] if one["code"] == "INCOMPLETE"]
    return item["desks"]


def person(one: str) -> dict[str, Any]:
    return {"team": None, "post": None, "person": one}


FAMILY_HELP = [{"team": "FAMILY_HELP", "post": post} for post in ("DELIVERY_MANAGER", "SW_TEAM_MANAGER")]


@pytest.mark.rule("WLV-ALLOC-18", "WLV-THR-20")
def test_the_line_managers_item_lies_with_the_leads_own_and_with_who_holds_the_family() -> None:
    assert lacking("LINE_MANAGER") == [person("p-head"), person("p-tm"), *FAMILY_HELP]
    # No post of that name sees it: whoever is a line manager somewhere else has nothing to do with this family.
    assert lacking("LINE_MANAGER", led=False) == FAMILY_HELP


@pytest.mark.rule("NAT-THR-01")
def test_a_managers_item_lies_with_the_managers_of_the_team_that_holds_the_child() -> None:
    assert lacking("SW_TEAM_MANAGER") == [{"team": "FAMILY_HELP", "post": "SW_TEAM_MANAGER"}]
    # Where nobody holds the child any more it is no manager's of the whole authority: the front door finds out whose.
    assert lacking("SW_TEAM_MANAGER", closed=True) == [{"team": "FAMILIES_FRONT_DOOR", "post": "SW_TEAM_MANAGER"}]
    assert lacking("LCPP") == [{"team": None, "post": "LCPP"}]
    assert lacking("MASH") == [{"team": "MASH", "post": None}]
