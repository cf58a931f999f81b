"""What services record by themselves, as the packs word it, and what then waits on a worklist."""

import pytest

from tests.packs.told import CHILD, wlv

TRIAGED, RECEIVED = "referral.ReferralTriaged", "referral.ReferralReceived"


def follow(records):
    """The first block, in the order of the pack: that of triage."""
    return wlv().follow_ups(records)[0]


@pytest.mark.rule("WLV-REF-05")
@pytest.mark.parametrize("outcome", ["EARLY_SUPPORT_START", "EARLY_SUPPORT_CONTINUE"])
def test_early_support_gives_the_first_level(outcome):
    block = follow("planning.ThresholdChanged")
    assert block.follows(TRIAGED, {"triage_rag": "GREEN", "outcome": outcome}, CHILD)
    assert not block.follows(TRIAGED, {"triage_rag": "GREEN", "outcome": "NFA"}, CHILD)
    assert not block.follows(TRIAGED, {"triage_rag": "AMBER", "outcome": outcome}, CHILD)
    assert block.words == {"to": "EARLY_SUPPORT", "decided_in": "TRIAGE", "reason_code": "EARLY_SUPPORT_AT_TRIAGE"}
    assert "EARLY_SUPPORT_AT_TRIAGE" in wlv().codes("SetThreshold.reason_code")


@pytest.mark.rule("WLV-REF-25")
def test_an_amber_that_joins_family_help_is_a_change_of_need():
    block = follow("planning.ChangeOfNeedReported")
    pattern = block.follows(TRIAGED, {"triage_rag": "AMBER", "outcome": "ADDED_TO_OPEN_CASE"}, CHILD)
    assert pattern is not None
    assert pattern.states == ("FAMILY_HELP_ACTIVE",)
    assert not block.follows(TRIAGED, {"triage_rag": "GREEN", "outcome": "ADDED_TO_OPEN_CASE"}, CHILD)
    assert not block.follows(TRIAGED, {"triage_rag": "AMBER", "outcome": "FAMILY_HELP"}, CHILD)
    assert block.words == {"trend": "UP", "source": "REFERRAL"}


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_child_sent_to_family_help_asks_for_a_lead():
    block = follow("allocation.AllocationRequested")
    assert block.follows(TRIAGED, {"outcome": "FAMILY_HELP"}, CHILD)
    assert not block.follows(TRIAGED, {"outcome": "FAMILY_HELP", "open_case_id": "k"}, CHILD)
    assert not block.follows(TRIAGED, {"outcome": "CAT_ASSESSMENT"}, CHILD)
    assert block.words == {"team": "FAMILY_HELP", "purpose": "FAMILY_HELP", "reason_code": "NEW_REFERRAL"}


@pytest.mark.rule("NAT-PLAN-04")
def test_the_flag_of_private_fostering_is_a_notification_for_a_child_who_is_born():
    block = follow("planning.PrivateFosteringNotified")

    def flagged(*flags, **child):
        return {"vulnerability_flags": list(flags), "children": [{"child_id": CHILD, **child}]}

    assert block.follows(RECEIVED, flagged("PRIVATELY_FOSTERED"), CHILD)
    assert block.follows(RECEIVED, flagged("PRIVATELY_FOSTERED", unborn=False), CHILD)
    assert not block.follows(RECEIVED, flagged("PRIVATELY_FOSTERED", unborn=True), CHILD)
    assert not block.follows(RECEIVED, flagged("YOUNG_CARER"), CHILD)


@pytest.mark.rule("WLV-ALLOC-04")
def test_a_request_waits_on_the_desktop_of_both_managers():
    (block,) = (one for one in wlv().local.waits if one.event == "allocation.AllocationRequested")
    assert (block.teams, block.posts) == (("FAMILY_HELP",), ("DELIVERY_MANAGER", "SW_TEAM_MANAGER"))
    assert block.is_of("allocation.AllocationRequested", {"team": "FAMILY_HELP"})
    assert not block.is_of("allocation.AllocationRequested", {"team": "CAT"})
    ends = [
        ("allocation.LeadAllocated", {"purpose": "FAMILY_HELP"}),
        ("planning.CaseClosed", {}),
        ("planning.AssessmentStarted", {"team": "CAT"}),
        ("planning.Section47EnquiryOpened", {}),
    ]
    assert all(block.ended_by(name, data, CHILD) for name, data in ends)
    assert not block.ended_by("allocation.LeadAllocated", {"purpose": "CAT_ASSESSMENT"}, CHILD)
    assert not block.ended_by("planning.AssessmentStarted", {"team": "MASH"}, CHILD)
