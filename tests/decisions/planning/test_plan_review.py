"""Reviews of plans: kept whatever they lack, with what is followed up; and how a family's plan ends."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.form_team_around_family import FormTeamAroundFamily, form_team_around_family
from services.planning.decisions.record_plan_review import RecordPlanReview, record_plan_review
from services.planning.events import PlanEnded, PlanReviewed, TeamAroundFamilyFormed
from shared.kernel.own_events import IncompleteResolved
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.families import (
    CAT_WORKER,
    CP_LEAD,
    DELIVERY_MANAGER,
    FH_MANAGER,
    FHLP,
    HELPER,
    STRANGER,
    leading,
    standing_in,
    without_lead,
)
from tests.given import Outcome

PLAN = {"plan_id": "plan-1", "type": "FAMILY_HELP_PLAN"}
EARLY = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "esp_lead": {"person": {"id": "p-esl"}}}
FOUND = {"child_id": CHILD, "needs_trend": "DOWN", "recommendation": "TARGETED_EARLY_HELP", "progress_sufficient": True}
WHOLE = {
    "plan_id": "plan-1",
    "review_kind": "SCHEDULED",
    "family_present": True,
    "children": [FOUND],
    "next_review_date": "2026-06-30",
}


def helped(*siblings: str) -> CaseStory:
    """A family in Family Help with its plan and its team."""
    story = leading(standing_in("AWAITING_ALLOCATION"), FHLP)
    for one in siblings:
        story = leading(standing_in("AWAITING_ALLOCATION", one, story), FHLP, one)
    children = (CHILD, *siblings)
    of = {"children": [{"child_id": child} for child in children]}
    return story.told("planning.PlanStarted", children, **PLAN, **of).by(FHLP)


def teamed(*siblings: str) -> CaseStory:
    return helped(*siblings).told("planning.TeamAroundFamilyFormed", CHILD, members=[])


def review(story: CaseStory, **said: Any) -> Outcome:
    body = {key: value for key, value in (WHOLE | said).items() if value is not None}
    return story.when(record_plan_review, RecordPlanReview.model_validate(body))


def lacks(done: Outcome) -> set[tuple[str, str]]:
    assert done.refusal is None, done.refusal
    return {(item.rule, item.what) for fact in done.facts for item in fact.incomplete}


@pytest.mark.rule("WLV-PLAN-14", "WLV-PLAN-08", "WLV-PLAN-07", "NAT-PLAN-07")
def test_a_whole_review_lacks_nothing():
    done = review(teamed(), children=[FOUND | {"view": "I sleep now."}], family_view="Better.")
    done.then(PlanReviewed).warned().cites("WLV-PLAN-14", "NAT-PLAN-07", "WLV-PLAN-08", "WLV-PLAN-07")
    assert lacks(done) == set()
    event = done.event
    assert (event.type, event.review_kind, event.family_present) == ("FAMILY_HELP_PLAN", "SCHEDULED", True)
    assert event.held_at == done.story.moment
    assert event.children[0].recommendation == "TARGETED_EARLY_HELP"
    assert event.children[0].view.subject == f"child/{CHILD}"
    assert done.facts[0].child_ids == (CHILD,)


@pytest.mark.rule("WLV-PLAN-14", "NAT-PLAN-07")
@pytest.mark.parametrize("kind", ["SCHEDULED", "CONFERENCE", "SUPERVISION", None])
def test_by_when_it_is_looked_at_again_is_followed_up(kind: str | None):
    done = review(teamed(), review_kind=kind, next_review_date=None).then(PlanReviewed)
    assert lacks(done) == {("WLV-PLAN-14", "next_review_date"), ("NAT-PLAN-07", "next_review_date")}


@pytest.mark.rule("WLV-PLAN-14", "NAT-PLAN-07")
def test_the_last_review_sets_no_date():
    assert lacks(review(teamed(), review_kind="FINAL", next_review_date=None)) == set()


@pytest.mark.rule("WLV-PLAN-14")
def test_each_child_is_spoken_of_by_its_place():
    done = review(teamed(SIBLING), children=[FOUND | {"needs_trend": None}])
    assert lacks(done) == {
        ("WLV-PLAN-14", "children[0].needs_trend"),
        ("WLV-PLAN-14", "children[1].needs_trend"),
        ("WLV-PLAN-14", "children[1].recommendation"),
    }
    of = {(item.what, item.child_id) for item in done.facts[0].incomplete}
    assert ("children[1].recommendation", SIBLING) in of
    assert done.event.children[1].child_id == SIBLING


@pytest.mark.rule("WLV-PLAN-08")
def test_a_review_without_the_family_is_kept_and_followed_up_until_they_are_met():
    for present in (False, None):
        done = review(teamed(), family_present=present).then(PlanReviewed)
        assert lacks(done) == {("WLV-PLAN-08", "family_present")}
    met = review(done.kept()).then(PlanReviewed, IncompleteResolved)
    assert (met.facts[1].event.what, met.facts[1].event.rule) == ("family_present", "WLV-PLAN-08")
    assert lacks(review(met.kept(), family_present=False)) == set()


@pytest.mark.rule("WLV-PLAN-07")
def test_a_team_has_formed_before_the_first_review():
    done = review(helped())
    assert lacks(done) == {("WLV-PLAN-07", "team")}
    again = done.kept()
    assert lacks(review(again)) == set()
    formed = form(again).then(TeamAroundFamilyFormed, IncompleteResolved)
    assert (formed.facts[1].event.of_event, formed.facts[1].event.rule) == (again.past[-1].event_id, "WLV-PLAN-07")


@pytest.mark.rule("NAT-PLAN-07")
def test_a_date_more_than_three_months_ahead_is_said():
    # The stories begin on 2 April 2026, and months are counted by the calendar.
    review(teamed(), next_review_date="2026-07-02").then(PlanReviewed).warned()
    review(teamed(), next_review_date="2026-07-03").then(PlanReviewed).warned("NAT-PLAN-07")
    held = "2026-03-31T09:00:00+00:00"
    review(teamed(), held_at=held, next_review_date="2026-06-30").warned()
    review(teamed(), held_at=held, next_review_date="2026-07-01").warned("NAT-PLAN-07")


@pytest.mark.rule("NAT-PLAN-07")
@pytest.mark.parametrize(
    ("level", "asked"),
    [("CHILD_IN_NEED", True), ("TARGETED_EARLY_HELP", True), ("CHILD_PROTECTION_PLAN", False), ("CP_ENQUIRY", False)],
)
def test_it_is_asked_at_child_in_need_and_targeted_level(level: str, asked: bool):
    story = teamed().told("planning.ThresholdChanged", CHILD, to=level)
    found = lacks(review(story, next_review_date=None))
    assert (("NAT-PLAN-07", "next_review_date") in found) is asked
    review(story, next_review_date="2027-01-01").warned(*(["NAT-PLAN-07"] if asked else []))


@pytest.mark.rule("NAT-PLAN-07", "WLV-PLAN-14")
def test_a_later_review_supplies_the_date_that_an_earlier_one_lacked():
    first = review(teamed(), next_review_date=None).kept()
    done = review(first).then(PlanReviewed, IncompleteResolved, IncompleteResolved)
    assert {fact.event.rule for fact in done.facts[1:]} == {"WLV-PLAN-14", "NAT-PLAN-07"}
    review(done.kept()).then(PlanReviewed)


@pytest.mark.rule("WLV-PLAN-14")
def test_a_correction_closes_what_it_supplies():
    first = review(teamed(), children=[], held_at="2026-04-01T09:00:00+00:00").kept()
    of = first.past[-1].event_id
    half = review(first, corrects=of, children=[FOUND | {"recommendation": None}])
    assert [fact.event.what for fact in half.facts[1:]] == ["children[0].needs_trend"]
    assert half.facts[0].corrects == of
    assert half.event.held_at == datetime(2026, 4, 1, 9, tzinfo=UTC)
    # It is the same review: the first one still, and the family was not met before it.
    alone = review(review(helped(), family_present=False).kept(), corrects=None)
    assert alone.refusal is None
    again = review(helped(), family_present=False).kept()
    corrected = review(again, corrects=again.past[-1].event_id, family_present=False)
    assert lacks(corrected) == {("WLV-PLAN-08", "family_present"), ("WLV-PLAN-07", "team")}
    review(first, corrects="e-nothing").refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-30")
def test_who_helps_beside_records_no_review():
    beside = teamed().told("allocation.CoAllocated", CHILD, person={"id": HELPER.id})
    review(beside.by(HELPER)).refused("WLV-ALLOC-30")
    both = beside.told("allocation.CoAllocated", CHILD, person={"id": FHLP.id})
    review(both.by(FHLP)).then(PlanReviewed)
    for who in (CAT_WORKER, CP_LEAD):
        led = leading(beside, who).told("allocation.CoAllocated", CHILD, person={"id": who.id})
        review(led.by(who)).then(PlanReviewed)


def test_whoever_records_it_it_is_kept():
    for somebody in (FHLP, FH_MANAGER, DELIVERY_MANAGER, CP_LEAD):
        assert lacks(review(teamed().by(somebody))) == set()
    assert lacks(review(teamed().by(Actor(id="p-chair", role="SENIOR_SOCIAL_WORKER")))) == set()
    assert lacks(review(teamed().by(STRANGER))) == {("SYS-REF-02", "decided_by")}


def test_who_was_there_is_filled_in_from_the_registers():
    story = teamed().registered("p-nurse", employer="a-clinic", employer_kind="PARTNER", sector="HEALTH")
    done = review(
        story,
        participants=[{"person_id": "p-nurse"}, {"name": "Her aunt", "agency": "FAMILY", "role": "OTHER"}],
        invited=[{"person_id": "p-nobody"}],
        attendance=[{"person_id": "p-nurse", "answer": "ATTENDED"}, {"person_id": "p-x", "answer": "ABSENT"}],
    ).then(PlanReviewed)
    nurse, aunt = done.event.participants
    assert (nurse.agency, nurse.person.employer, aunt.name.clear, aunt.agency) == (
        "HEALTH",
        "a-clinic",
        "Her aunt",
        "FAMILY",
    )
    assert done.event.attendance[0].person.id == "p-nurse"
    unknown = {("SYS-REF-07", "invited/0/person_id"), ("SYS-REF-07", "attendance/1/person_id")}
    assert lacks(done) == unknown


@pytest.mark.rule("SYS-PLAN-20")
def test_what_lies_ahead_has_not_been_held():
    review(teamed(), held_at="2026-05-01T09:00:00+00:00").refused("SYS-PLAN-20")
    review(teamed(), plan_id="plan-9").refused("SYS-REF-07")
    review(teamed(), children=[FOUND | {"child_id": "c-x"}]).refused("SYS-REF-07")


@pytest.mark.rule("WLV-REF-21")
def test_early_support_is_asked_at_its_review_how_it_is_given():
    story = standing_in("EARLY_SUPPORT")
    plan = EARLY | {"children": [{"child_id": CHILD}]}
    early = story.told("planning.PlanStarted", CHILD, **plan).by(Actor(id="p-esl"))
    of = {"plan_id": "esp-1", "family_present": None, "children": [], "next_review_date": None}
    done = review(early, **of).then(PlanReviewed).warned("WLV-REF-21")
    assert lacks(done) == set()
    said = review(early, **of, response_mode="PARTNERSHIP").warned()
    assert said.event.response_mode == "PARTNERSHIP"
    review(said.kept(), **of).then(PlanReviewed).warned()
    known = story.told("planning.PlanStarted", CHILD, **plan, response_mode="SINGLE_AGENCY").by(Actor(id="p-esl"))
    review(known, **of).warned()
    assert lacks(review(early.by(STRANGER), **of)) == {("SYS-REF-02", "decided_by")}


def form(story: CaseStory, **said: Any) -> Outcome:
    body = {"members": [{"agency": "a-school"}, {"person_id": "p-nurse", "role": "HEALTH_VISITOR"}]} | said
    return story.when(form_team_around_family, FormTeamAroundFamily.model_validate(body))


@pytest.mark.rule("WLV-PLAN-07")
def test_the_lead_or_a_manager_forms_the_team():
    story = helped(SIBLING).registered("p-nurse", employer="a-clinic", employer_kind="PARTNER")
    for somebody in (FHLP, FH_MANAGER, DELIVERY_MANAGER):
        done = form(story.by(somebody)).then(TeamAroundFamilyFormed)
        assert done.facts[0].child_ids == (CHILD, SIBLING)
    assert done.event.members[1].person.employer == "a-clinic"
    form(leading(story, CP_LEAD).by(CP_LEAD)).then(TeamAroundFamilyFormed)
    form(story.by(STRANGER)).refused("SYS-REF-02")
    assert lacks(form(helped())) == {("SYS-REF-07", "members/1/person_id")}


def end(story: CaseStory, **said: Any) -> Outcome:
    body = {"plan_id": "plan-1", "reason_code": "NEED_MET"} | said
    return story.when(end_plan, EndPlan.model_validate(body))


def planned(state: str) -> CaseStory:
    story = standing_in(state)
    return story.told("planning.PlanStarted", CHILD, **PLAN, children=[{"child_id": CHILD}]).by(FH_MANAGER)


@pytest.mark.rule("WLV-PLAN-15")
@pytest.mark.parametrize("state", ["FAMILY_HELP_ACTIVE", "STRATEGY_OPEN"])
def test_it_stays_while_a_child_is_open_to_family_help(state: str):
    for story in (planned(state), without_lead(planned(state))):
        end(story).refused("WLV-PLAN-15")
        end(story.by(DELIVERY_MANAGER)).refused("WLV-PLAN-15")
    beneath = planned("FAMILY_HELP_ACTIVE").told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    end(beneath).refused("WLV-PLAN-15")


@pytest.mark.rule("WLV-PLAN-15")
def test_it_stays_while_a_child_has_a_protection_plan():
    cp = {"plan_id": "cp-1", "type": "CP", "children": [{"child_id": CHILD}]}
    end(planned("CP_PLAN")).refused("WLV-PLAN-15")
    end(planned("S47_MACPT").told("planning.PlanStarted", CHILD, **cp)).refused("WLV-PLAN-15")
    end(planned("S47_MACPT")).then(PlanEnded)


@pytest.mark.rule("WLV-PLAN-15")
def test_it_stays_for_a_brother_or_sister_too():
    story = planned("CAT_ASSESSMENT")
    end(story).then(PlanEnded).cites("SYS-REF-02")
    end(story.told("allocation.LeadAllocated", CHILD, purpose="X")).then(PlanEnded)
    sibling = standing_in("FAMILY_HELP_ACTIVE", SIBLING, story)
    sibling = sibling.told("planning.PlanCompleted", (CHILD, SIBLING), **PLAN, children=[{"child_id": SIBLING}])
    end(sibling.by(FH_MANAGER)).refused("WLV-PLAN-15")


@pytest.mark.rule("WLV-PLAN-15", "WLV-PLAN-01")
def test_of_two_that_a_link_has_brought_together_one_may_end():
    for state in ("FAMILY_HELP_ACTIVE", "STRATEGY_OPEN", "CP_PLAN"):
        second = {"plan_id": "plan-2", "type": "FAMILY_HELP_PLAN", "children": [{"child_id": CHILD}]}
        story = planned(state).told("planning.PlanStarted", CHILD, **second)
        cp = {"plan_id": "cp-1", "type": "CP", "children": [{"child_id": CHILD}]}
        story = story.told("planning.PlanStarted", CHILD, **cp) if state == "CP_PLAN" else story
        done = end(story.by(FH_MANAGER), plan_id="plan-2").then(PlanEnded)
        end(done.kept()).refused("WLV-PLAN-15")
    hidden = planned("FAMILY_HELP_ACTIVE").told("planning.PlanStarted", CHILD, **second)
    end(hidden.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1").by(FH_MANAGER)).then(PlanEnded)


def test_who_ends_it_and_why():
    story = leading(planned("CAT_ASSESSMENT"), CAT_WORKER)
    end(story.by(CAT_WORKER)).then(PlanEnded)
    end(story.by(STRANGER)).refused("SYS-REF-02")
    beside = story.told("allocation.CoAllocated", CHILD, person={"id": HELPER.id})
    end(beside.by(HELPER)).refused("SYS-REF-02")
    end(story.by(FH_MANAGER), reason_code="BORED").refused("SYS-REF-03")
    end(story.by(FH_MANAGER), reason_code=None).refused("SYS-REF-03")
    end(story.by(FH_MANAGER), children=["c-x"]).refused("SYS-REF-07")
    noted = end(story.by(FH_MANAGER), reason_code="OTHER", reason_note="Begun twice.")
    assert noted.event.reason_note.clear == "Begun twice."
