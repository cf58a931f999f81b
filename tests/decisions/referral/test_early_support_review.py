"""Early support whose worries rise: the lead reviews it, and then asks for more."""

import pytest

from services.referral.decisions.around import Match
from services.referral.decisions.complete_early_support_review import (
    CompleteEarlySupportReview,
    complete_early_support_review,
)
from services.referral.decisions.submit_referral import submit_referral
from services.referral.events import ChildIdentified, EarlySupportReviewed, ReferralReceived
from shared.kernel.people import Actor
from tests.decisions.referral.forms import concern, emarf
from tests.decisions.referral.tales import in_early_support, triaged
from tests.given import AGENCY, FRONT_DOOR

LEAD = Actor(id="p-esl", role="EARLY_SUPPORT_LEAD", employer="Moseley Primary")
OTHER_SCHOOL = Actor(id="client-other", employer="Other Primary")
ELSEWHERE = {"name": "Sam Example", "agency": "Other Primary", "telephone": "01632 960002"}


def reviewed(**said):
    story = in_early_support().by(LEAD)
    return story.when(complete_early_support_review, CompleteEarlySupportReview(**said))


def referring(story, command, by=AGENCY):
    """The lead's agency, or another, refers the child again; the form matches the child in early support."""
    story = story.matching(Match("0", "NHS_NUMBER", story.children(0)[0], story.case(0)))
    return story.by(by, client=True).when(submit_referral, command)


@pytest.mark.rule("WLV-REF-19")
def test_the_lead_completes_the_review():
    event = reviewed(refer=True).then(EarlySupportReviewed).warned().cites("WLV-REF-19").event
    assert event.refer is True
    assert event.by_esp_lead is True
    assert event.esp_ref == "esp-1"


@pytest.mark.rule("WLV-REF-19")
def test_anyone_else_does_with_a_warning():
    story = in_early_support().by(FRONT_DOOR)
    done = story.when(complete_early_support_review, CompleteEarlySupportReview(refer=True))
    assert done.then(EarlySupportReviewed).warned("WLV-REF-19").event.by_esp_lead is False


@pytest.mark.rule("WLV-REF-19")
def test_not_referring_takes_a_reason_and_early_support_goes_on():
    reviewed(refer=False).refused("WLV-REF-19")
    reviewed().refused("WLV-REF-19")
    done = reviewed(refer=False, reason_code="NEEDS_MET_EARLY").then(EarlySupportReviewed)
    story = done.kept()
    assert story.standing(story.children()[0]).state == "EARLY_SUPPORT"


@pytest.mark.rule("WLV-REF-19")
@pytest.mark.parametrize("refer", [True, False])
def test_the_leads_request_names_a_review_that_says_to_refer(refer):
    story = reviewed(refer=refer, reason_code="NEEDS_RISING").kept()
    referring(story, emarf()).refused("WLV-REF-19")
    named = emarf(early_support_review_id=story.past[-1].event_id)
    done = referring(story, named)
    if refer:
        done.then(ReferralReceived, ChildIdentified).cites("WLV-REF-19")
    else:
        done.refused("WLV-REF-19")


@pytest.mark.rule("WLV-REF-19")
def test_a_review_of_another_family_does_not_do():
    story = triaged("GREEN", "EARLY_SUPPORT_START").by(LEAD)
    story = story.when(complete_early_support_review, CompleteEarlySupportReview(refer=True)).kept()
    review = story.past[-1].event_id
    other = in_early_support()
    story = type(story)(**{**vars(story), "past": (*other.past, *story.past), "letters": other.letters})
    referring(story, emarf(early_support_review_id=review)).refused("WLV-REF-19")


@pytest.mark.rule("WLV-REF-19")
def test_any_other_referrer_and_every_worry_is_taken_without_one():
    story = in_early_support()
    referring(story, emarf(referrer=ELSEWHERE), OTHER_SCHOOL).then(ReferralReceived, ChildIdentified)
    referring(story, concern()).then(ReferralReceived, ChildIdentified).complete("WLV-REF-19")
    marked = referring(story, emarf(immediate_risk=True)).then(ReferralReceived, ChildIdentified)
    marked.lacking(("WLV-REF-19", "early_support_review"))


@pytest.mark.rule("WLV-REF-19")
def test_the_lead_in_person_needs_the_review_as_much_as_their_agency():
    story = in_early_support(agency="Somebody Else").by(LEAD)
    story = story.matching(Match("0", "UPN", story.children(0)[0], story.case(0)))
    story.when(submit_referral, emarf()).refused("WLV-REF-19")


@pytest.mark.rule("WLV-REF-19")
def test_once_the_plan_has_ended_nobody_leads_it():
    story = in_early_support()
    story = story.told("planning.PlanEnded", story.children()[0], plan_id="esp-1", type="EARLY_SUPPORT_PLAN")
    referring(story, emarf()).then(ReferralReceived, ChildIdentified)


@pytest.mark.rule("WLV-REF-19")
def test_a_new_lead_takes_the_place_of_the_first():
    story = in_early_support()
    story = story.told(
        "allocation.LeadAllocated",
        story.children()[0],
        purpose="EARLY_SUPPORT",
        agency="Other Primary",
        lead={"id": "p-new"},
    )
    referring(story, emarf()).then(ReferralReceived, ChildIdentified)
    referring(story, emarf(referrer=ELSEWHERE), OTHER_SCHOOL).refused("WLV-REF-19")
