"""An early support plan: started with its lead, one for a family, ended by who leads it; then the case is closed."""

from datetime import date
from typing import Any

import pytest

from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.start_plan import StartPlan, start_plan
from services.planning.events import CaseClosed, PlanEnded, PlanStarted, ThresholdChanged
from services.planning.service import SERVICE
from shared.kernel.people import Actor, Person
from shared.protocol.plans import open_plans
from tests.decisions.on_case import CHILD, SIBLING, CaseStory, case
from tests.decisions.planning.reacting import Desk
from tests.given import CAT, DOOR_MANAGER, FRONT_DOOR
from tests.views.letters import london

LEAD = Actor(id="p-esl", employer="a-school")
SOMEBODY = Actor(id="p-other", employer="a-school")


def green(*children: str) -> CaseStory:
    """Children whose referral led to early support, and two people of the register."""
    story = case(by=FRONT_DOOR)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child)
        story = story.told("referral.ReferralTriaged", child, outcome="EARLY_SUPPORT_START", triage_rag="GREEN")
    for person, kind, employer in (("p-esl", "PARTNER", "a-school"), ("p-la", "AUTHORITY", "WLV")):
        story = story.registered(person, employer=employer, employer_kind=kind, social_worker=False)
    return story


def plan(*children: str, **said: Any) -> StartPlan:
    whole = {
        "type": "EARLY_SUPPORT_PLAN",
        "children": list(children or (CHILD,)),
        "response_mode": "SINGLE_AGENCY",
        "esp_lead": {"person": "p-esl"},
        "agencies": ["a-school"],
    }
    return StartPlan.model_validate({key: value for key, value in (whole | said).items() if value is not None})


def ending(story: CaseStory, **said: Any) -> EndPlan:
    plan_id = next(event.data.plan_id for event in story.past if event.title == "PlanStarted")
    return EndPlan.model_validate({"plan_id": plan_id, "reason_code": "NEED_MET"} | said)


def started(*children: str) -> CaseStory:
    return green(*children).when(start_plan, plan(*children)).kept()


@pytest.mark.rule("WLV-REF-20", "WLV-REF-21", "WLV-REF-22", "WLV-REF-24")
def test_the_front_door_puts_the_first_one_on_file():
    done = green().when(start_plan, plan()).then(PlanStarted).warned().cites("WLV-REF-21", "WLV-REF-24", "SYS-REF-02")
    event = done.event
    assert (event.type, event.esp_lead.person.id, event.esp_lead.agency) == ("EARLY_SUPPORT_PLAN", "p-esl", "a-school")
    assert [one.child_id for one in event.children] == [CHILD]
    assert done.kept().standing().state == "EARLY_SUPPORT"


@pytest.mark.rule("WLV-REF-20")
def test_no_early_help_assessment_is_opened_any_more():
    green().when(start_plan, plan(type="EHA")).refused("WLV-REF-20")


@pytest.mark.rule("WLV-REF-21")
def test_how_it_is_given_is_asked_for_and_holds_nothing_up():
    green().when(start_plan, plan(response_mode=None)).then(PlanStarted).warned("WLV-REF-21")


@pytest.mark.rule("WLV-REF-22")
def test_a_family_has_one():
    started().when(start_plan, plan()).refused("WLV-REF-22")
    # Its lead may put plans on file, and hears of nothing but that there is one.
    started().by(LEAD).when(start_plan, plan()).refused("WLV-REF-22")
    ended = started().by(LEAD)
    again = ended.when(end_plan, ending(ended)).kept().by(FRONT_DOOR)
    again.when(start_plan, plan()).then(PlanStarted)


@pytest.mark.rule("WLV-REF-24", "SYS-PLAN-01")
def test_it_names_its_lead_and_the_leads_agency():
    green().when(start_plan, plan(esp_lead=None)).refused("WLV-REF-24")
    green().when(start_plan, plan(esp_lead={"agency": "a-school"})).refused("WLV-REF-24")
    green().when(start_plan, plan(esp_lead={"person": "p-nobody"})).refused("WLV-REF-24", "SYS-PLAN-01")
    named = green().when(start_plan, plan(esp_lead={"person": "p-esl", "agency": "a-other"}))
    assert named.event.esp_lead.agency == "a-other"


@pytest.mark.rule("WLV-REF-24")
@pytest.mark.parametrize(
    ("mode", "agencies", "warned"),
    [
        ("SINGLE_AGENCY", ["a-school"], False),
        ("SINGLE_AGENCY", ["a-school", "a-gp"], True),
        ("SINGLE_AGENCY", [], True),
        ("PARTNERSHIP", ["a-school", "a-gp"], False),
        ("PARTNERSHIP", ["a-school", "a-school"], True),
    ],
)
def test_as_many_agencies_take_part_as_it_says(mode: str, agencies: list[str], warned: bool):
    done = green().when(start_plan, plan(response_mode=mode, agencies=agencies)).then(PlanStarted)
    done.warned(*(["WLV-REF-24"] if warned else []))


@pytest.mark.rule("WLV-REF-24")
def test_a_lead_from_inside_the_authority_is_said():
    green().when(start_plan, plan(esp_lead={"person": "p-la"})).then(PlanStarted).warned("WLV-REF-24")


def test_who_may_start_one():
    green().by(DOOR_MANAGER).when(start_plan, plan()).then(PlanStarted)
    green().by(CAT).when(start_plan, plan()).refused("SYS-REF-02")
    green().by(SOMEBODY).when(start_plan, plan()).refused("SYS-REF-02")
    green().when(start_plan, plan("c-nobody")).refused("SYS-REF-07")


@pytest.mark.rule("WLV-REF-24")
def test_its_lead_ends_it_and_the_case_with_it():
    story = started().by(LEAD)
    done = story.when(end_plan, ending(story)).then(PlanEnded, CaseClosed).cites("WLV-REF-24", "WLV-REF-26")
    closed = done.facts[1].event
    assert (closed.reason_code, closed.from_state, closed.closed_on) == ("RC7", "EARLY_SUPPORT", date(2026, 4, 2))
    after = done.kept().standing()
    assert (after.state, after.level) == ("CLOSED", None)


@pytest.mark.rule("WLV-REF-24")
def test_it_goes_on_for_the_children_for_whom_it_has_not_ended():
    story = started(CHILD, SIBLING).by(LEAD)
    done = story.when(end_plan, ending(story, children=[SIBLING])).then(PlanEnded, CaseClosed)
    after = done.kept()
    assert (after.standing(CHILD).state, after.standing(SIBLING).state) == ("EARLY_SUPPORT", "CLOSED")
    after.when(end_plan, ending(after)).then(PlanEnded, CaseClosed)
    after.when(end_plan, ending(after, children=[SIBLING])).refused("SYS-REF-07")


@pytest.mark.rule("WLV-REF-24")
def test_that_of_a_child_whose_case_is_closed_ends_alone():
    # The map closes the early support of whom Family Help takes on; the plan's end is told of by itself.
    story = started(CHILD, SIBLING).told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead={"id": "p"})
    assert story.standing().state == "CLOSED"
    done = story.by(LEAD).when(end_plan, ending(story, children=[CHILD])).then(PlanEnded).cites("WLV-REF-24")
    assert done.facts[0].child_ids == (CHILD,)
    after = done.kept()
    assert [plan.children for plan in open_plans(after.matter().facts)] == [(SIBLING,)]
    story.by(LEAD).when(end_plan, ending(story)).then(PlanEnded, PlanEnded, CaseClosed)


@pytest.mark.rule("WLV-REF-24")
def test_nobody_else_ends_it_while_its_lead_is_there():
    story = started()
    for somebody in (DOOR_MANAGER, FRONT_DOOR, SOMEBODY):
        story.by(somebody).when(end_plan, ending(story)).refused("WLV-REF-24")
    since = {"practitioner_id": "p-esl", "from": "2026-04-01T00:00:00+00:00"}
    gone = story.told("allocation.PractitionerDeregistered", (), None, **since)
    gone.by(DOOR_MANAGER).when(end_plan, ending(story)).then(PlanEnded, CaseClosed)
    gone.by(FRONT_DOOR).when(end_plan, ending(story)).refused("WLV-REF-24")


@pytest.mark.rule("WLV-REF-24")
def test_it_is_ended_with_a_reason_of_the_list():
    story = started().by(LEAD)
    story.when(end_plan, ending(story, reason_code=None)).refused("WLV-REF-24")
    story.when(end_plan, ending(story, reason_code="BORED")).refused("SYS-REF-03")
    story.when(end_plan, ending(story, reason_code="OTHER")).refused("SYS-REF-03")
    story.when(end_plan, ending(story, reason_code="FAMILY_WITHDREW")).then(PlanEnded, CaseClosed)


@pytest.mark.rule("WLV-REF-26")
def test_a_child_who_has_moved_on_is_not_closed_with_the_plan():
    story = started().told("planning.StrategyDiscussionRequested", CHILD, from_state="EARLY_SUPPORT")
    story.by(LEAD).when(end_plan, ending(story)).refused("WLV-REF-26")


@pytest.mark.rule("WLV-REF-24")
def test_a_new_lead_ends_what_the_first_began():
    story = started().told("allocation.LeadAllocated", CHILD, purpose="EARLY_SUPPORT", lead={"id": "p-la"})
    story.by(LEAD).when(end_plan, ending(story)).refused("WLV-REF-24")
    story.by(Actor(id="p-la")).when(end_plan, ending(story)).then(PlanEnded, CaseClosed)


def test_a_child_who_was_closed_holds_no_level_any_more():
    desk = Desk(SERVICE)
    at = london("2026-03-02 10:00")
    level = ThresholdChanged(
        to="EARLY_SUPPORT",
        decided_in="TRIAGE",
        authorised_by=Person(id="p-door"),
        reason_code="EARLY_SUPPORT_AT_TRIAGE",
        effective_at=at,
    )
    desk.record(level, at, "k1", "c1")
    fold = SERVICE.fold("case/k1", desk.recorded)
    assert fold.level_of(["c1"]) == "EARLY_SUPPORT"
    closed = CaseClosed(reason_code="RC7", closed_on=date(2026, 3, 3), decided_by=Person(id="p-esl"))
    desk.record(closed, london("2026-03-03 10:00"), "k1", "c1")
    assert SERVICE.fold("case/k1", desk.recorded).level_of(["c1"]) is None
    assert SERVICE.fold("case/k1", desk.recorded).level_of(["c2"]) is None
