"""A strategy discussion can be asked for at any time, by anyone; what ought to be there besides is named."""

import pytest

from services.planning.decisions.request_strategy_discussion import (
    RequestStrategyDiscussion,
    request_strategy_discussion,
)
from services.planning.events import StrategyDiscussionRequested
from tests.decisions.on_case import CHILD, SIBLING, case

ASKED = RequestStrategyDiscussion.model_validate({"child_ids": [CHILD]})
TALKS = {("WLV-THR-21", "line_manager_discussion"), ("WLV-THR-21", "lcpp_conversation")}


def request(**said):
    return RequestStrategyDiscussion.model_validate({"child_ids": [CHILD], **said})


def received():
    return case().told("referral.ReferralReceived", CHILD)


def triaged(outcome="CAT_ASSESSMENT", rag="AMBER"):
    return received().told("referral.ReferralTriaged", CHILD, outcome=outcome, triage_rag=rag)


def helped():
    story = triaged("FAMILY_HELP").told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="CAT")
    return story.told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP")


def missing(outcome):
    return {(item.rule, item.what) for fact in outcome.facts for item in fact.incomplete}


@pytest.mark.rule("WLV-REF-03")
def test_about_a_child_who_waits_for_triage():
    done = received().when(request_strategy_discussion, ASKED).then(StrategyDiscussionRequested)
    assert missing(done) == {("WLV-REF-03", "triage")}
    assert done.event.from_state == "RECEIVED"
    assert done.kept().standing().state == "STRATEGY_MASH"


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize("outcome, state", [("EARLY_SUPPORT_START", "EARLY_SUPPORT"), ("NFA", "CLOSED")])
def test_about_a_child_in_early_support_or_closed(outcome, state):
    done = triaged(outcome, "GREEN").when(request_strategy_discussion, ASKED)
    assert missing(done) == {("WLV-REF-03", "new_referral")}
    assert done.event.from_state == state
    assert done.kept().standing().state == "STRATEGY_MASH"


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.rule("WLV-THR-01")
def test_about_a_child_nobody_knows_of_it_is_taken_all_the_same():
    done = case().when(request_strategy_discussion, ASKED).then(StrategyDiscussionRequested)
    assert missing(done) == {("WLV-REF-03", "triage"), ("WLV-THR-01", "from_state")}
    assert done.event.from_state is None
    done.cites("SYS-REF-02")


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize(
    "outcome, state", [("CAT_ASSESSMENT", "CAT_ASSESSMENT"), ("FAMILY_HELP", "AWAITING_THRESHOLD")]
)
def test_before_family_help_it_is_the_assessment_team_s(outcome, state):
    done = triaged(outcome).when(request_strategy_discussion, ASKED).cites("WLV-THR-01")
    assert missing(done) == set()
    assert done.event.from_state == state
    assert done.kept().standing().state == "STRATEGY_CAT"


@pytest.mark.rule("WLV-THR-01")
def test_while_an_enquiry_is_open_the_child_stays_where_it_is():
    story = helped().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    done = story.when(request_strategy_discussion, ASKED).cites("WLV-THR-01")
    assert missing(done) == set()
    after = done.kept().standing()
    assert (after.state, after.asked) == ("S47_MACPT", frozenset({"REQUEST"}))


@pytest.mark.rule("WLV-THR-21")
def test_in_family_help_the_two_talks_are_asked_for_and_wait_for_nothing():
    done = helped().when(request_strategy_discussion, ASKED).then(StrategyDiscussionRequested)
    assert missing(done) == TALKS
    assert {item.owner for item in done.facts[0].incomplete} == {"LEAD_PRACTITIONER"}
    assert done.kept().standing().state == "STRATEGY_OPEN"


@pytest.mark.rule("WLV-THR-21")
def test_talks_on_record_are_found():
    story = helped().told("planning.LineManagerDiscussionHeld", CHILD)
    half = story.when(request_strategy_discussion, ASKED)
    assert missing(half) == {("WLV-THR-21", "lcpp_conversation")}
    both = story.told("planning.LCPPConversationHeld", CHILD, cp_triggered=True)
    assert missing(both.when(request_strategy_discussion, ASKED)) == set()


@pytest.mark.rule("WLV-THR-21")
def test_talks_from_before_the_child_came_to_family_help_are_about_another_worry():
    early = triaged("FAMILY_HELP").told("planning.LCPPConversationHeld", CHILD, cp_triggered=True)
    early = early.told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="CAT")
    story = early.told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP")
    assert missing(story.when(request_strategy_discussion, ASKED)) == TALKS


@pytest.mark.rule("WLV-THR-21")
def test_against_the_view_of_the_lcpp_a_reason_is_asked_for():
    story = helped().told("planning.LineManagerDiscussionHeld", CHILD)
    story = story.told("planning.LCPPConversationHeld", CHILD, cp_triggered=False)
    done = story.when(request_strategy_discussion, ASKED)
    assert missing(done) == {("WLV-THR-21", "reason_code")}
    assert {item.owner for item in done.facts[0].incomplete} == {"LEAD_PRACTITIONER"}
    assert done.event.against_lcpp_view is True
    said = story.when(request_strategy_discussion, request(reason_code="OTHER", reason_note="New injuries."))
    assert missing(said) == set()
    assert said.event.reason_note.clear == "New injuries."
    again = story.told("planning.LCPPConversationHeld", CHILD, cp_triggered=True)
    assert again.when(request_strategy_discussion, ASKED).event.against_lcpp_view is None


@pytest.mark.rule("SYS-REF-03")
def test_other_without_words_is_taken_and_the_words_are_asked_for():
    done = triaged().when(request_strategy_discussion, request(reason_code="OTHER"))
    assert missing(done) == {("SYS-REF-03", "reason_code")}


@pytest.mark.rule("WLV-THR-29")
def test_it_is_due_within_a_working_day():
    # Friday 27 March 2026, so Monday the 30th ends at 23:00 UTC: summer time has begun.
    triaged().at("2026-03-27T10:00:00+00:00").when(request_strategy_discussion, ASKED).due(
        "WLV-THR-29", "2026-03-30T22:59:59+00:00"
    )


@pytest.mark.rule("WLV-THR-01")
def test_each_child_gets_its_own_once():
    both = request(child_ids=[CHILD, SIBLING, CHILD])
    done = triaged().told("referral.ReferralReceived", SIBLING).when(request_strategy_discussion, both)
    assert [(fact.child_ids, fact.event.from_state) for fact in done.facts] == [
        ((CHILD,), "CAT_ASSESSMENT"),
        ((SIBLING,), "RECEIVED"),
    ]


def test_who_is_invited_is_filled_in_and_an_unknown_id_is_left_out():
    who = [{"agency": "POLICE"}, {"agency": "HEALTH", "person_id": "p-1"}, {"agency": "SCHOOL", "person_id": "p-2"}]
    story = triaged().registered("p-1", employer="icb", social_worker=False)
    done = story.when(request_strategy_discussion, request(invited=who))
    assert missing(done) == {("SYS-REF-07", "invited/2/person_id")}
    police, health, school = done.event.invited
    assert (police.agency, police.person) == ("POLICE", None)
    assert (health.person.id, health.person.employer) == ("p-1", "icb")
    assert (school.agency, school.person) == ("SCHOOL", None)
