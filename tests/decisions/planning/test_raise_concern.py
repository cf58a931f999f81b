"""A concern about a child is taken in every state; what the front door has to do because of it is named."""

import pytest

from services.planning.decisions.raise_concern import RaiseConcern, raise_concern
from services.planning.events import ConcernRaised
from tests.decisions.on_case import CHILD, case

WORRY = RaiseConcern.model_validate({"children": [{"child_id": CHILD, "significant": True, "cp": True}]})


def received():
    return case().told("referral.ReferralReceived", CHILD)


@pytest.mark.rule("WLV-REF-03")
def test_about_a_child_who_waits_for_triage():
    done = received().when(raise_concern, WORRY).then(ConcernRaised).lacking(("WLV-REF-03", "triage"))
    assert done.kept().standing().state == "RECEIVED"
    assert done.event.significant is True


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize("outcome", ["EARLY_SUPPORT_START", "NFA"])
def test_about_a_child_in_early_support_or_closed(outcome):
    story = received().told("referral.ReferralTriaged", CHILD, outcome=outcome, triage_rag="GREEN")
    story.when(raise_concern, WORRY).lacking(("WLV-REF-03", "new_referral"))


@pytest.mark.rule("WLV-REF-03")
def test_about_a_child_with_the_assessment_team_nothing_is_missing():
    story = received().told("referral.ReferralTriaged", CHILD, outcome="CAT_ASSESSMENT", triage_rag="AMBER")
    story.when(raise_concern, WORRY).then(ConcernRaised).complete("WLV-REF-03")


def test_about_a_child_nobody_knows_of_it_is_taken_all_the_same():
    done = case().when(raise_concern, RaiseConcern.model_validate({"children": [{"child_id": CHILD}]}))
    assert done.then(ConcernRaised).cites("SYS-REF-02").event.significant is True
