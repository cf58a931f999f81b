"""Whom a clock tells depends on where the child stands: whoever can still act."""

import pytest

from services.qa.views.case_file import case_file
from shared.protocol.load import protocol_of
from tests.packs.families import Family
from tests.views.letters import london

MANAGERS = ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]


def alerted(told: Family, rule: str) -> list[str]:
    """Whom the running clock of a rule tells, which its row and the case file say alike."""
    (row,) = [row for row in told.clocks(rule, "2026-06-01 12:00") if row["decided_by"] is None]
    file = case_file("k1", told.post.sent, protocol_of)
    assert [one["alerts"] for one in file["next_dates"] if one.get("rule") == rule] == [row["alerts"]]
    return row["alerts"]


def in_family_help() -> Family:
    told = Family()
    told.opened("2026-06-01", "c1")
    told.lead("2026-06-01 09:00", {"id": "p-lead"}, "c1")
    return told


@pytest.mark.rule("WLV-ALLOC-05")
def test_cats_manager_is_told_while_the_determination_is_missing():
    told = Family()
    told.post.referral(london("2026-06-01 08:00"), "k1", "c1")
    told.post.triage(london("2026-06-01 09:00"), "k1", "c1", "AMBER", "FAMILY_HELP")
    told.post.send(
        "allocation.AllocationRequested", london("2026-06-01 09:00"), case="k1", about=("c1",), team="FAMILY_HELP"
    )
    assert alerted(told, "WLV-ALLOC-05") == ["CAT_MANAGER", *MANAGERS]
    told.level("2026-06-01 10:00", "c1", "CHILD_IN_NEED", decided_in="CAT")
    assert alerted(told, "WLV-ALLOC-05") == MANAGERS
    told.lead("2026-06-01 11:00", {"id": "p-lead"}, "c1")
    (met,) = told.clocks("WLV-ALLOC-05", "2026-06-01 12:00")
    assert (met["status"], met["alerts"]) == ("MET", MANAGERS)


@pytest.mark.rule("WLV-THR-29")
@pytest.mark.parametrize(
    ("state", "further"),
    [
        ("STRATEGY_MASH", "MASH"),
        ("STRATEGY_CAT", "CAT"),
        ("STRATEGY_OPEN", "LINE_MANAGER"),
        ("S47_MACPT", "MACPT"),
        ("CP_PLAN", "MACPT"),
    ],
)
def test_whoever_would_hold_the_discussion_is_told_with_the_duty_desk(state: str, further: str):
    told = in_family_help() if state == "STRATEGY_OPEN" else Family()
    if state != "STRATEGY_OPEN":
        told.post.referral(london("2026-06-01 08:00"), "k1", "c1")
        red = ("RED", "STRATEGY_DISCUSSION") if state == "STRATEGY_MASH" else ("AMBER", "CAT_ASSESSMENT")
        told.post.triage(london("2026-06-01 09:00"), "k1", "c1", *red)
    if state in ("S47_MACPT", "CP_PLAN"):
        told.told("Section47EnquiryOpened", "2026-06-01 09:30", enquiry_id="q1")
    if state == "CP_PLAN":
        told.told("InitialConferenceHeld", "2026-06-01 09:40", decision="PLAN")
    if state != "STRATEGY_MASH":
        told.told("StrategyDiscussionRequested", "2026-06-01 10:00")
    assert case_file("k1", told.post.sent, protocol_of)["children"][0]["state"] == state
    assert alerted(told, "WLV-THR-29") == [further, "LCPP"]


@pytest.mark.rule("WLV-PLAN-09")
@pytest.mark.parametrize("led", [True, False])
def test_the_team_manager_is_told_of_the_review_after_protection_while_nobody_leads(led: bool):
    told = in_family_help() if led else Family()
    if not led:
        told.post.referral(london("2026-06-01 08:00"), "k1", "c1")
        told.post.triage(london("2026-06-01 09:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    told.told("Section47EnquiryOpened", "2026-06-01 09:30", enquiry_id="q1")
    told.told("InitialConferenceHeld", "2026-06-01 09:40", decision="PLAN")
    told.told("ReviewConferenceHeld", "2026-06-01 10:00", decision="END_PLAN")
    told.level("2026-06-01 10:00", "c1", "CHILD_IN_NEED", **{"from": "CHILD_PROTECTION_PLAN"})
    further = [] if led else ["SW_TEAM_MANAGER"]
    assert alerted(told, "WLV-PLAN-09") == [*further, "LEAD_PRACTITIONER", "LINE_MANAGER"]
