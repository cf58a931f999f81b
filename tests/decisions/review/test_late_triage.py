"""A late triage only confirms an act of protection that has ended, a discussion or an enquiry opened without one."""

import pytest

from services.referral.decisions.triage_referral import triage_referral
from tests.decisions.referral.forms import triage
from tests.decisions.referral.tales import received


@pytest.mark.rule("WLV-REF-03", "WLV-THR-29")
def test_a_late_triage_after_an_enquiry_opened_without_a_discussion_has_ended_asks_for_nothing() -> None:
    story = received()
    child = story.children()[0]
    story = story.told("planning.Section47EnquiryOpened", child, enquiry_id="e-1")
    story = story.told("planning.Section47EnquiryConcluded", child, enquiry_id="e-1", outcome="SUPPORT_CHILD_IN_NEED")
    assert story.standing(child).state == "CAT_ASSESSMENT"
    late = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION")).due("WLV-THR-29", None)
    after = late.kept().standing(child)
    assert (after.state, after.asked) == ("CAT_ASSESSMENT", frozenset())
