"""Which letters tell of an immediate act of safeguarding, and so wait behind nothing (X-07)."""

import pytest

from shared.protocol.urgent import is_urgent
from tests.packs.told import wlv
from tests.views.letters import Post, london

AT = london("2026-06-01 09:00")


@pytest.mark.parametrize(
    ("name", "data", "urgent"),
    [
        ("referral.ReferralReceived", {"request_kind": "SAFEGUARDING_CONCERN"}, True),
        ("referral.ReferralReceived", {"request_kind": "FAMILY_HELP_REQUEST"}, False),
        ("referral.ReferralReceived", {"immediate_risk": True}, True),
        ("referral.ReferralReceived", {"risk_of_significant_harm": True}, True),
        ("referral.ReferralReceived", {"s47_criteria": True, "immediate_risk": False}, True),
        ("referral.ReferralTriaged", {"outcome": "STRATEGY_DISCUSSION"}, True),
        ("referral.ReferralTriaged", {"outcome": "CAT_ASSESSMENT"}, False),
        ("planning.ConcernRaised", {"significant": True}, True),
        ("planning.StrategyDiscussionRequested", {}, True),
        ("planning.StrategyDiscussionHeld", {}, True),
        ("planning.Section47EnquiryOpened", {}, True),
        ("planning.Section47EnquiryConcluded", {}, False),
        ("planning.ThresholdChanged", {"emergency": True}, True),
        ("planning.ThresholdChanged", {}, False),
        ("allocation.LeadAllocated", {}, False),
    ],
)
def test_what_waits_behind_nothing(name: str, data: dict[str, object], urgent: bool) -> None:
    post = Post()
    post.send(name, AT, case="k", about=("c",), stream="case/k", **data)
    assert is_urgent(post.sent[-1], wlv()) is urgent
