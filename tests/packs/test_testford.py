"""A second authority with another scale, other words and two editions: nothing rests on there being one."""

from datetime import datetime

import pytest

from services.referral.decisions.close_referral import CloseReferral, close_referral
from services.referral.decisions.submit_referral import SubmitReferral, submit_referral
from services.referral.decisions.triage_referral import TriageReferral, triage_referral
from services.referral.events import ChildIdentified, ReferralReceived, ReferralTriaged
from shared.kernel.people import Actor
from shared.protocol.load import protocol_of
from tests.decisions.referral.forms import QUESTIONS
from tests.given import AGENCY, Story, given
from tests.packs.fictional import FICTIONAL

ROOTS = (FICTIONAL,)
BEFORE, FIRST, SECOND = (
    "2019-06-03T10:00:00+00:00",
    "2026-06-01T10:00:00+00:00",
    "2026-07-06T10:00:00+00:00",
)
DOORKEEPER = Actor(id="p-keeper", role="DOORKEEPER", team="DOOR")
FORM = {"children": [{"surname": "Example", "estimated_age": 5}], "concern": "Cold and hungry."}


def in_testford(at: str) -> Story:
    return given(protocol_of("TST", datetime.fromisoformat(at), ROOTS), at=at, by=AGENCY, client=True)


def received(at: str) -> Story:
    story = in_testford(at).when(submit_referral, SubmitReferral.model_validate(FORM)).kept()
    return story.by(DOORKEEPER)


def triage(story: Story, word: str | None, outcome: str, **changes) -> TriageReferral:
    answers = dict.fromkeys(QUESTIONS, False)
    child = {"child_id": story.children()[0], "outcome": outcome, "five_questions": answers, **changes}
    return TriageReferral.model_validate({"children": [child | ({"triage_rag": word} if word else {})]})


def test_the_edition_in_force_is_that_of_the_day():
    assert protocol_of("TST", datetime.fromisoformat(FIRST), ROOTS).edition == "testford/2020-01-01"
    assert protocol_of("TST", datetime.fromisoformat("2026-06-30T22:59:59+00:00"), ROOTS).triage_words == (
        "URGENT",
        "SOON",
    )
    # A day begins at local midnight: one o'clock in the night of summer is still yesterday in UTC.
    assert protocol_of("TST", datetime.fromisoformat("2026-06-30T23:30:00+00:00"), ROOTS).triage_words == (
        "P1",
        "P2",
        "P3",
    )


def test_before_the_first_edition_the_first_one_binds_and_says_so():
    early = protocol_of("TST", datetime.fromisoformat(BEFORE), ROOTS)
    assert (early.edition, early.before_first) == ("testford/2020-01-01", True)
    assert protocol_of("TST", datetime.fromisoformat(FIRST), ROOTS).before_first is False


def test_its_form_asks_for_less():
    sent = in_testford(FIRST).when(submit_referral, SubmitReferral.model_validate(FORM))
    sent.then(ReferralReceived, ChildIdentified).cites("TST-REF-01")
    bare = SubmitReferral.model_validate({"children": FORM["children"]})
    in_testford(FIRST).when(submit_referral, bare).refused("TST-REF-01")


def test_a_local_clock_stands_in_place_of_the_national_one():
    sent = in_testford(FIRST).when(submit_referral, SubmitReferral.model_validate(FORM))
    sent.due("TST-REF-04", "2026-06-02T10:00:00+00:00").due("NAT-REF-01", None)
    sent.due("NAT-PLAN-01", "2026-08-03T22:59:59+00:00")


def test_of_two_with_one_start_and_stop_the_shorter_binds_and_both_are_cited():
    protocol = protocol_of("TST", datetime.fromisoformat(FIRST), ROOTS)
    started = protocol.clocks_started_by("planning.PrivateFosteringNotified", {}, datetime.fromisoformat(FIRST), "c")
    (clock,) = started.clocks
    assert (clock.rule, clock.due_at.isoformat()) == ("TST-PLAN-01", "2026-06-04T22:59:59+00:00")
    assert started.rules == ("TST-PLAN-01", "NAT-PLAN-04")


@pytest.mark.parametrize(
    ("at", "word", "due"),
    [(FIRST, "SOON", "2026-06-06T22:59:59+00:00"), (SECOND, "P3", "2026-07-09T22:59:59+00:00")],
)
def test_each_edition_has_its_own_words_and_limits(at, word, due):
    story = received(at)
    done = story.when(triage_referral, triage(story, word, "WORK", team_id="WORKSHOP_EAST"))
    done.then(ReferralTriaged).due("TST-REF-06", due)
    assert done.event.triage_rag == word
    assert done.kept().standing(story.children()[0]).state == "WORKING"


def test_a_word_of_the_other_edition_or_of_another_authority_is_not_its_own():
    story = received(SECOND)
    story.when(triage_referral, triage(story, "P1", "WORK")).refused("TST-REF-02")
    story.when(triage_referral, triage(story, "P2", "FAMILY_HELP")).refused("TST-REF-02")
    urgent = story.when(triage_referral, triage(story, "URGENT", "TALK"))
    assert urgent.then(ReferralTriaged).event.triage_rag is None


def test_national_rules_speak_of_its_words_too():
    story = received(FIRST)
    homeless = {"pathway": "HOMELESS_16_17"}
    story.when(triage_referral, triage(story, "SOON", "LEAVE", **homeless)).refused("NAT-REF-04")
    story.when(triage_referral, triage(story, "SOON", "WORK", **homeless)).then(ReferralTriaged)
    story.when(triage_referral, triage(story, "SOON", "PASS", **homeless)).then(ReferralTriaged)
    unanswered = {"five_questions": {}}
    story.when(triage_referral, triage(story, "SOON", "WORK", **unanswered)).refused("NAT-REF-02")
    story.when(triage_referral, triage(story, "URGENT", "TALK", **unanswered)).lacking(
        ("NAT-REF-02", "five_questions.services")
    )


def test_where_there_are_several_teams_none_is_filled_in():
    story = received(FIRST)
    assert story.when(triage_referral, triage(story, "SOON", "WORK")).event.team_id is None
    story.when(triage_referral, triage(story, "SOON", "WORK", team_id="DOOR")).refused("SYS-REF-09")


def test_where_the_pack_is_silent_nothing_is_asked():
    protocol = protocol_of("TST", datetime.fromisoformat(FIRST), ROOTS)
    assert protocol.may("DecidePathway") is None
    assert protocol.codes("CompleteEarlySupportReview.reason_code") == ()
    story = received(FIRST)
    story.when(close_referral, CloseReferral(reason_code="DONE_HERE")).refused("SYS-REF-02", "TST-REF-05")


def test_its_map_moves_its_children():
    story = received(FIRST)
    child = story.children()[0]
    asked = story.told("planning.StrategyDiscussionRequested", child)
    stands = asked.standing(child)
    assert (stands.state, stands.beneath, stands.protected) == ("TALKING", "NEW", True)
    over = asked.told("planning.StrategyDiscussionHeld", child, children=[{"child_id": child, "outcome": "S17"}])
    assert over.standing(child).state == "WORKING"
    assert [held.teams for held in story.protocol.holders("TALKING", "WORKING")] == [("DOOR",), ("WORKSHOP",)]


@pytest.mark.rule("NAT-REF-02")
@pytest.mark.parametrize(("kind", "only_warned"), [("EARLY_HELP", True), ("SOCIAL_CARE", False), (None, False)])
def test_the_five_questions_bind_less_where_only_early_help_is_asked_for(kind, only_warned):
    form = FORM | ({"request_kind": kind} if kind else {})
    story = in_testford(FIRST).when(submit_referral, SubmitReferral.model_validate(form)).kept().by(DOORKEEPER)
    done = story.when(triage_referral, triage(story, "SOON", "WORK", five_questions={}))
    if only_warned:
        done.then(ReferralTriaged).warned("NAT-REF-02")
    else:
        done.refused("NAT-REF-02")


@pytest.mark.rule("NAT-PLAN-01")
def test_where_no_local_terms_speak_the_national_clock_stops_as_it_says():
    clock = protocol_of("TST", datetime.fromisoformat(FIRST), ROOTS).clock("NAT-PLAN-01")
    (ends,) = clock.stops

    def stops(name, **data):
        return any(pattern.matches(name, data) for pattern in ends)

    assert stops("planning.AssessmentCompleted", children=[{"child_id": "c", "outcome": "FAMILY_HELP"}])
    assert stops("planning.AssessmentApproved")
    assert stops("planning.PlanCompleted", type="FAMILY_HELP_PLAN")
    assert not stops("planning.PlanCompleted", type="CIN")
    cancelled = {
        outcome
        for outcome in ("LEAVE", "WORK", "TALK", "JOIN", "PASS")
        if any(pattern.matches("referral.ReferralTriaged", {"outcome": outcome}) for pattern in clock.cancels)
    }
    assert cancelled == {"LEAVE", "JOIN", "PASS"}
