"""A family is all cases that links join, whether or not a link names children: its early support counts for all."""

import pytest

from services.referral.decisions.around import Match
from services.referral.decisions.complete_early_support_review import (
    CompleteEarlySupportReview,
    complete_early_support_review,
)
from services.referral.decisions.link_cases import LinkCases, link_cases
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.events import ChildIdentified, ReferralReceived
from shared.kernel.people import Actor
from tests.decisions.referral.forms import emarf, triage
from tests.decisions.referral.tales import again, in_early_support
from tests.decisions.review.waiting import event_id
from tests.given import Story

LEAD = Actor(id="p-esl", employer="Moseley Primary")


def joined_family() -> Story:
    """Early support in a first case; a second one of the same family, linked without naming children."""
    story = in_early_support()
    kept = story.case()
    story = again(story)
    command = LinkCases(kept=kept, joined=story.case(), reason_code="SAME_FAMILY")
    return story.when(link_cases, command, stream=f"family/{kept}").kept()


@pytest.mark.rule("WLV-REF-22")
def test_a_sibling_of_a_family_with_an_open_plan_gets_no_second_one() -> None:
    story = joined_family()
    child = story.children()[0]
    story.when(triage_referral, triage(child, "GREEN", "EARLY_SUPPORT_START")).refused("WLV-REF-22")
    assert story.when(triage_referral, triage(child, "GREEN", "EARLY_SUPPORT_CONTINUE")).warned().facts


@pytest.mark.rule("WLV-REF-19")
def test_a_review_recorded_with_another_referral_of_the_family_serves_its_lead() -> None:
    story = joined_family()
    sibling, case = story.children()[0], story.case()
    story = story.by(LEAD).when(complete_early_support_review, CompleteEarlySupportReview(refer=True)).warned().kept()
    story = story.matching(Match("0", "NHS_NUMBER", sibling, case))
    story.when(submit_referral, emarf()).refused("WLV-REF-19")
    named = emarf(early_support_review_id=event_id(story, "EarlySupportReviewed"))
    story.when(submit_referral, named).then(ReferralReceived, ChildIdentified)
