"""What national guidance asks of triage: five questions, telling the referrer, and homeless young people."""

import pytest

from services.referral.decisions.acknowledge_referral import AcknowledgeReferral, acknowledge_referral
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.events import ReferralTriaged
from tests.decisions.referral.forms import QUESTIONS, concern, emarf, triage, without
from tests.decisions.referral.tales import again, in_family_help, received
from tests.given import FRONT_DOOR, given


@pytest.mark.rule("NAT-REF-02")
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_five_questions_are_answered(question):
    story = received(concern())
    child = story.children()[0]
    story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT")).then(ReferralTriaged).warned()
    four = {"five_questions": without(QUESTIONS, question)}
    story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT", **four)).refused("NAT-REF-02")
    red = story.when(triage_referral, triage(child, "RED", "STRATEGY_DISCUSSION", **four))
    red.lacking(("NAT-REF-02", f"five_questions.{question}"))


@pytest.mark.rule("NAT-REF-02")
def test_a_request_for_family_help_is_only_warned():
    story = received(emarf())
    command = triage(story.children()[0], "AMBER", "CAT_ASSESSMENT", five_questions={})
    story.when(triage_referral, command).then(ReferralTriaged).warned("NAT-REF-02")
    red = triage(story.children()[0], "RED", "STRATEGY_DISCUSSION", five_questions={})
    story.when(triage_referral, red).warned().lacking(("NAT-REF-02", "five_questions.services"))


@pytest.mark.rule("NAT-REF-03")
def test_an_agencys_system_is_told_by_its_status():
    story = received()
    story.when(triage_referral, triage(story.children()[0], "AMBER", "CAT_ASSESSMENT")).complete("NAT-REF-03")


@pytest.mark.rule("NAT-REF-03")
def test_anybody_else_has_to_be_told_or_it_is_said_why_not():
    story = given(by=FRONT_DOOR).when(submit_referral, concern()).kept()
    command = triage(story.children()[0], "AMBER", "CAT_ASSESSMENT")
    story.when(triage_referral, command).lacking(("NAT-REF-03", "referrer_told"))
    anonymous = AcknowledgeReferral(not_possible_reason="ANONYMOUS")
    story = story.when(acknowledge_referral, anonymous).kept()
    story.when(triage_referral, command).complete("NAT-REF-03")


@pytest.mark.rule("NAT-REF-04")
@pytest.mark.parametrize(
    ("rag", "outcome"),
    [("AMBER", "CAT_ASSESSMENT"), ("AMBER", "FAMILY_HELP"), ("RED", "STRATEGY_DISCUSSION")],
)
def test_a_homeless_young_person_is_assessed(rag, outcome):
    story = received()
    command = triage(story.children()[0], rag, outcome, pathway="HOMELESS_16_17")
    done = story.when(triage_referral, command).then(ReferralTriaged).cites("NAT-REF-04")
    assert done.event.pathway == "HOMELESS_16_17"
    done.complete("NAT-REF-04")


@pytest.mark.rule("NAT-REF-04")
def test_or_joins_the_open_case():
    story = in_family_help()
    open_child = story.children()[0]
    story = again(story)
    command = triage(
        story.children()[0], "AMBER", "ADDED_TO_OPEN_CASE", open_child_id=open_child, pathway="HOMELESS_16_17"
    )
    story.when(triage_referral, command).complete("NAT-REF-04").cites("NAT-REF-04")


@pytest.mark.rule("NAT-REF-04")
@pytest.mark.parametrize("outcome", ["NFA", "SIGNPOSTED", "EARLY_SUPPORT_START", "EARLY_SUPPORT_CONTINUE"])
def test_and_is_not_turned_away(outcome):
    story = received()
    command = triage(story.children()[0], "GREEN", outcome, pathway="HOMELESS_16_17")
    story.when(triage_referral, command).refused("NAT-REF-04")
    plain = triage(story.children()[0], "GREEN", outcome, pathway="EARLY_SUPPORT")
    story.when(triage_referral, plain).then(ReferralTriaged)
