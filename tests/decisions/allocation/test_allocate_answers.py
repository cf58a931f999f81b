"""Naming a lead: what is signed, what is answered for, and what the lead has learnt."""

import pytest

from services.allocation.events import LeadAllocated
from tests.decisions.allocation.naming_leads import (
    BOTH,
    CAT_MANAGER,
    DELIVERY_MANAGER,
    HEADS,
    WHY,
    decide,
    form,
    met,
    ready,
    trained,
)


@pytest.mark.rule("WLV-ALLOC-07")
@pytest.mark.parametrize(
    "approvals",
    [
        None,
        [{"id": "p-tm", "role": "SW_TEAM_MANAGER"}],
        [{"id": "p-tm", "role": "SW_TEAM_MANAGER"}, {"id": "p-catm", "role": "SW_TEAM_MANAGER"}],
    ],
)
def test_both_managers_choose_the_lead(approvals):
    decide(ready(), form(approvals=approvals)).refused("WLV-ALLOC-07")


@pytest.mark.rule("WLV-ALLOC-07")
def test_one_person_in_both_roles_is_one_person():
    story = ready().appointed("p-tm", "DELIVERY_MANAGER", "FAMILY_HELP")
    twice = [{"id": "p-tm", "role": "SW_TEAM_MANAGER"}, {"id": "p-tm", "role": "DELIVERY_MANAGER"}]
    decide(story, form(approvals=twice)).refused("WLV-ALLOC-07")


@pytest.mark.rule("WLV-ALLOC-07")
def test_the_team_manager_is_a_social_worker():
    story = ready().registered("p-tm", employer="WLV", employer_kind="AUTHORITY", social_worker=False)
    decide(story, form()).refused("WLV-ALLOC-07")
    over = ready().registered(
        "p-tm", employer="WLV", employer_kind="AUTHORITY", social_worker=True, swe_valid_to="2026-03-31"
    )
    decide(over, form()).refused("WLV-ALLOC-07")


@pytest.mark.rule("SYS-ALLOC-01", "SYS-ALLOC-02", "SYS-ALLOC-03")
def test_signatures_are_of_people_in_posts_that_they_hold():
    strange = [*BOTH, {"id": "p-nobody", "role": "SW_TEAM_MANAGER"}]
    decide(ready(), form(approvals=strange)).refused("SYS-ALLOC-01")
    wrong = [*BOTH, {"id": "p-sw", "role": "SW_TEAM_MANAGER"}]
    decide(ready(), form(approvals=wrong)).refused("SYS-ALLOC-02")
    decide(ready().by(CAT_MANAGER), form()).refused("SYS-ALLOC-03")
    decide(ready().by(DELIVERY_MANAGER), form()).then(LeadAllocated)


@pytest.mark.rule("SYS-ALLOC-01")
@pytest.mark.parametrize(
    "field", ["supervisor", "overseen_by", "line_manager", "authorising_manager", "advanced_practitioner_id"]
)
def test_whoever_is_named_is_in_the_registers(field):
    done = decide(ready(), form(**{field: "p-nobody"})).refused("SYS-ALLOC-01")
    assert [no.field for no in done.refusal.refusals] == [f"/{field}"]


@pytest.mark.rule("SYS-ALLOC-01")
def test_whoever_leads_is_in_the_register_of_practitioners():
    nobody = ("SYS-ALLOC-01", "WLV-ALLOC-17")
    decide(ready(), form("p-nobody")).refused(*nobody)
    decide(ready().appointed("p-post", "SOCIAL_WORKER", "FAMILY_HELP"), form("p-post")).refused(*nobody)
    since = {"practitioner_id": "p-sw", "from": "2026-04-01T00:00:00+00:00"}
    gone = ready().told("allocation.PractitionerDeregistered", (), None, **since)
    decide(gone, form()).refused(*nobody)


@pytest.mark.rule("SYS-ALLOC-04")
def test_what_has_happened_does_not_lie_ahead():
    decide(ready(), form(lead_agreed_at="2026-04-05T09:00:00Z")).refused("SYS-ALLOC-04")
    ahead = {"person": "p-tm", "date": "2026-04-09"}
    decide(ready(), form(line_manager_agreement=ahead)).refused("SYS-ALLOC-04")


@pytest.mark.rule("WLV-ALLOC-25")
def test_whether_the_lead_has_the_time_is_answered():
    decide(ready(), form(capacity_confirmed=None)).refused("WLV-ALLOC-25")
    decide(ready(), form(capacity_confirmed_note=None)).refused("WLV-ALLOC-25")
    decide(ready(), form(capacity_confirmed=False)).then(LeadAllocated).warned("WLV-ALLOC-25")


@pytest.mark.rule("WLV-ALLOC-26")
def test_skills_are_matched_to_what_the_last_conversation_asks_for():
    unmet = {"competence": "DIRECT_WORK", "met": False}
    decide(ready(), form(competence_match=[])).refused("WLV-ALLOC-26")
    decide(ready(), form(competence_match=[{"competence": "OTHER_WORK", "met": True}])).refused("WLV-ALLOC-26")
    decide(ready(), form(competence_match=[unmet])).then(LeadAllocated).warned("WLV-ALLOC-26")
    mended = decide(ready(), form(competence_match=[{**unmet, "mitigation": "a course in May"}])).warned()
    assert mended.event.competence_match[0].mitigation.clear == "a course in May"
    later = met(ready(), "imc-9", required_competences=["AUTISM"])
    decide(later, form()).refused("WLV-ALLOC-26")
    earlier = met(ready(), "imc-9", required_competences=["AUTISM"], held_at="2026-03-01T09:00:00Z")
    decide(earlier, form()).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-28")
@pytest.mark.parametrize("field", ["existing_relationship", "existing_relationship_note"])
def test_a_trusted_relationship_is_asked_for_and_not_required(field):
    decide(ready(), form(**{field: None})).then(LeadAllocated).warned("WLV-ALLOC-28")


@pytest.mark.rule("WLV-ALLOC-45")
@pytest.mark.parametrize("head", HEADS)
def test_a_lead_decision_answers_five_heads(head):
    done = decide(ready(), form(rationale={name: text for name, text in WHY.items() if name != head}))
    assert [no.field for no in done.refused("WLV-ALLOC-45").refusal.refusals] == [f"/rationale/{head}"]


@pytest.mark.rule("WLV-ALLOC-45")
def test_without_a_rationale_each_head_is_named():
    assert len(decide(ready(), form(rationale=None)).refused("WLV-ALLOC-45").refusal.refusals) == len(HEADS)


@pytest.mark.rule("WLV-TRAIN-01")
def test_missing_skills_are_said():
    decide(ready(), form(), trained(skills=("DIRECT_WORK",))).then(LeadAllocated).warned("WLV-TRAIN-01")


@pytest.mark.rule("WLV-TRAIN-02")
def test_the_essential_courses_are_done_or_something_equal():
    decide(ready(), form(), trained(courses=("CASE_SYSTEM",))).refused("WLV-TRAIN-02")
    first, *rest = trained().courses
    decide(ready(), form(), trained(courses=rest, equal=[first])).then(LeadAllocated)


@pytest.mark.rule("WLV-TRAIN-09", "NAT-ALLOC-04")
def test_a_lead_without_a_supervisor_is_said():
    decide(ready(), form(supervisor=None)).then(LeadAllocated).warned("WLV-TRAIN-09", "NAT-ALLOC-04")


@pytest.mark.rule("WLV-PLAN-13")
def test_whoever_authorises_the_leads_work_is_named():
    decide(ready(), form(line_manager=None)).then(LeadAllocated).warned("WLV-PLAN-13")
    decide(ready(), form(line_manager="p-head")).then(LeadAllocated).warned("WLV-PLAN-13")
    both = {"line_manager": "p-head", "authorising_manager": "p-head"}
    decide(ready(), form(**both)).then(LeadAllocated).warned("WLV-PLAN-13")
    named = decide(ready(), form(**{**both, "authorising_manager": "p-tm"})).then(LeadAllocated).warned()
    assert (named.event.line_manager.id, named.event.authorising_manager.id) == ("p-head", "p-tm")
