"""Who helps beside the lead: co-workers, other agencies, the Advanced Practitioner."""

import pytest

from services.allocation.decisions.answer_agency_assistance import AnswerAgencyAssistance, answer_agency_assistance
from services.allocation.decisions.co_allocate import CoAllocate, co_allocate
from services.allocation.decisions.request_agency_assistance import RequestAgencyAssistance, request_agency_assistance
from services.allocation.decisions.request_ap_support import RequestAPSupport, request_ap_support
from services.allocation.events import (
    AgencyAssistanceAnswered,
    AgencyAssistanceRequested,
    APSupportRequested,
    CoAllocated,
)
from shared.kernel.people import Actor
from shared.protocol.leads import FAMILY_LEAD, active, leads_in
from tests.decisions.allocation.naming_leads import DELIVERY_MANAGER, TEAM_MANAGER, led, ready, referred
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import CAT, FRONT_DOOR

LEAD = Actor(id="p-teacher", employer="a-school")
HEAD = Actor(id="p-head", employer="a-school")
STRANGER = Actor(id="p-gp", employer="a-gp")
PARTNER = {"line_manager": "p-head", "authorising_manager": "p-tm", "advanced_practitioner_id": "p-ap"}


def family() -> CaseStory:
    """A family led from a school."""
    return led(lead="p-teacher", **PARTNER)


def who_leads(story: CaseStory) -> str:
    lead = active(leads_in(story.matter().facts), FAMILY_LEAD)
    return lead.person.id if lead else ""


@pytest.mark.rule("WLV-ALLOC-30")
def test_a_specialist_does_a_named_piece_of_work_and_does_not_lead():
    story = family().by(TEAM_MANAGER)
    asked = CoAllocate(person="p-aq", piece_of_work="six sessions")
    done = story.when(co_allocate, asked).then(CoAllocated).cites("WLV-ALLOC-30", "SYS-REF-02")
    assert (done.event.person.id, done.event.role, done.event.piece_of_work.clear) == (
        "p-aq",
        "CO_WORKER",
        "six sessions",
    )
    assert (done.facts[0].child_ids, who_leads(done.kept())) == ((CHILD,), "p-teacher")
    story.when(co_allocate, CoAllocate(person="p-aq")).refused("WLV-ALLOC-30")


def test_whoever_may_name_the_lead_brings_a_specialist_in():
    asked = CoAllocate(person="p-aq", piece_of_work="six sessions", children=(CHILD,))
    for somebody in (TEAM_MANAGER, DELIVERY_MANAGER, CAT):
        family().by(somebody).when(co_allocate, asked).then(CoAllocated)
    for somebody in (LEAD, FRONT_DOOR):
        family().by(somebody).when(co_allocate, asked).refused("SYS-REF-02")
    strange = CoAllocate(person="p-nobody", piece_of_work="six sessions")
    family().by(TEAM_MANAGER).when(co_allocate, strange).refused("SYS-ALLOC-01")
    nobody = CoAllocate(person="p-aq", piece_of_work="six sessions", children=("c-nobody",))
    family().by(TEAM_MANAGER).when(co_allocate, nobody).refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-46")
def test_another_agency_is_asked_and_answers_and_the_lead_stays():
    ask = RequestAgencyAssistance(agency="a-gp", service="HEALTH_CHECK")
    done = family().by(LEAD).when(request_agency_assistance, ask).then(AgencyAssistanceRequested).cites("WLV-ALLOC-46")
    assert (done.event.agency, done.event.service, done.facts[0].child_ids) == ("a-gp", "HEALTH_CHECK", (CHILD,))
    story = done.kept().by(STRANGER)
    answer = AnswerAgencyAssistance(request_id=done.event.request_id, answer="AGREED")
    given = story.when(answer_agency_assistance, answer).then(AgencyAssistanceAnswered)
    given.cites("WLV-ALLOC-46", "SYS-REF-02")
    assert (given.event.answer, who_leads(given.kept())) == ("AGREED", "p-teacher")
    assert given.kept().when(answer_agency_assistance, answer).then().facts == ()
    later = AnswerAgencyAssistance(
        request_id=done.event.request_id, answer="DECLINED", reason_code="NO_CAPACITY", reason_note="staff have left"
    )
    given.kept().when(answer_agency_assistance, later).then(AgencyAssistanceAnswered)


@pytest.mark.rule("WLV-ALLOC-46")
def test_what_a_request_and_an_answer_say():
    story = family().by(TEAM_MANAGER)
    story.by(DELIVERY_MANAGER).when(
        request_agency_assistance, RequestAgencyAssistance(agency="a-gp", service="HEALTH_CHECK")
    ).then(AgencyAssistanceRequested)
    story.when(request_agency_assistance, RequestAgencyAssistance(service="HEALTH_CHECK")).refused("WLV-ALLOC-46")
    story.when(request_agency_assistance, RequestAgencyAssistance(agency="a-gp")).refused("WLV-ALLOC-46")
    whole = RequestAgencyAssistance(agency="a-gp", service="HEALTH_CHECK")
    story.by(STRANGER).when(request_agency_assistance, whole).refused("SYS-REF-02")
    done = story.when(request_agency_assistance, whole)
    asked = done.kept().by(STRANGER)

    def answer(word: str, **given: str):
        body = AnswerAgencyAssistance(request_id=done.event.request_id, answer=word, **given)
        return asked.when(answer_agency_assistance, body)

    answer("PERHAPS").refused("WLV-ALLOC-46")
    for reason in ("NO_CAPACITY", "NOT_OUR_SERVICE"):
        answer("DECLINED", reason_code=reason).then(AgencyAssistanceAnswered)
    answer("DECLINED", reason_code="OTHER").refused("SYS-REF-03")
    answer("DECLINED", reason_code="BORED").refused("SYS-REF-03")
    body = AnswerAgencyAssistance(request_id=done.event.request_id, answer="AGREED")
    for somebody in (LEAD, TEAM_MANAGER):
        asked.by(somebody).when(answer_agency_assistance, body).refused("SYS-REF-02")
    unknown = AnswerAgencyAssistance(request_id="nothing", answer="AGREED")
    asked.when(answer_agency_assistance, unknown).refused("SYS-REF-07", "SYS-REF-02")


@pytest.mark.rule("WLV-ALLOC-46")
def test_an_agency_is_known_by_the_register_of_who_answers():
    whole = RequestAgencyAssistance(agency="a-school", service="HEALTH_CHECK")
    done = family().by(TEAM_MANAGER).when(request_agency_assistance, whole)
    body = AnswerAgencyAssistance(request_id=done.event.request_id, answer="AGREED")
    registered = Actor(id="p-head", employer="a-gp")
    done.kept().by(registered).when(answer_agency_assistance, body).then(AgencyAssistanceAnswered)


@pytest.mark.rule("WLV-TRAIN-07")
def test_a_manager_or_the_leads_own_asks_the_advanced_practitioner():
    asked = RequestAPSupport(about="the analysis")
    for somebody in (TEAM_MANAGER, DELIVERY_MANAGER, HEAD):
        done = family().by(somebody).when(request_ap_support, asked).then(APSupportRequested).warned()
        assert done.cites("WLV-TRAIN-07").event.advanced_practitioner_id == "p-ap"
        assert (done.event.by.id, done.event.about.clear) == (somebody.id, "the analysis")
        assert done.event.asked_as == ("LINE_MANAGER" if somebody is HEAD else "MANAGER")
    far = Actor(id="p-far", role="SW_TEAM_MANAGER", employer="a-gp")
    for somebody in (LEAD, STRANGER, CAT, far):
        done = family().by(somebody).when(request_ap_support, asked).then(APSupportRequested).warned("WLV-TRAIN-07")
        assert done.event.asked_as == ("LEAD" if somebody is LEAD else "OTHER")


def test_support_is_asked_of_somebody_for_somebody():
    asked = RequestAPSupport(about="the analysis")
    led().when(request_ap_support, asked).refused("SYS-REF-07")
    other = RequestAPSupport(about="the analysis", advanced_practitioner_id="p-ap")
    led().when(request_ap_support, other).then(APSupportRequested)
    led().when(request_ap_support, RequestAPSupport(about="x", advanced_practitioner_id="p-nobody")).refused(
        "SYS-ALLOC-01"
    )
    ready().when(request_ap_support, other).refused("SYS-REF-07")
    referred(SIBLING).when(request_agency_assistance, RequestAgencyAssistance(agency="a", service="B")).refused(
        "SYS-REF-07"
    )
