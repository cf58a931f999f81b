"""The open questions about who leads, each answered the other way."""

from dataclasses import replace

import pytest

from services.allocation.decisions.end_lead import EndLead, end_lead
from services.allocation.events import LeadAllocated, LeadEnded
from shared.kernel.events import Incomplete
from tests.decisions.allocation.naming_leads import (
    MACPT,
    TEAM_MANAGER,
    decide,
    form,
    met,
    plain,
    ready,
    referred,
    trained,
    waiting,
)
from tests.decisions.on_case import CHILD


def gap(rule: str) -> Incomplete:
    return Incomplete(what="something", rule=rule, since=ready().moment, owner="DELIVERY_MANAGER")


@pytest.mark.parametrize(
    ("switch", "rule"),
    [
        ("imc_content_recommendation", "WLV-ALLOC-08"),
        ("imc_content_esp", "WLV-ALLOC-09"),
        ("imc_content_needs", "WLV-ALLOC-10"),
        ("imc_content_support", "WLV-ALLOC-11"),
        ("imc_content_candidates", "WLV-ALLOC-12"),
        ("imc_content_level", "WLV-ALLOC-14"),
    ],
)
def test_what_the_record_of_a_conversation_lacks_may_only_be_said(switched, switch, rule):
    story = met(waiting(), incomplete=(gap(rule),))
    decide(story, form()).refused(rule)
    softer = replace(story, protocol=switched(switch, "warn"))
    decide(softer, form()).then(LeadAllocated).warned(rule)


def test_another_level_than_cat_determined_may_refuse(switched):
    seen = [{"child_id": CHILD, "classification": "CHILD_IN_NEED", "agreed": True}]
    story = met(waiting(), child_decisions=seen)
    decide(story, form()).then(LeadAllocated).warned("WLV-ALLOC-14")
    decide(replace(story, protocol=switched("imc_differs_from_cat", "reject")), form()).refused("WLV-ALLOC-14")


def test_essential_courses_may_only_be_asked_for(switched):
    story = replace(ready(), protocol=switched("essential_training", "warn"))
    decide(story, form(), trained(courses=())).then(LeadAllocated).warned("WLV-TRAIN-02")


def test_time_and_skills_may_be_a_bar(switched):
    story = replace(ready(), protocol=switched("lead_time_skills", "reject"))
    decide(story, form(capacity_confirmed=False)).refused("WLV-ALLOC-25")
    decide(story, form(competence_match=[{"competence": "DIRECT_WORK", "met": False}])).refused("WLV-ALLOC-26")


def test_after_test_and_learn_a_lead_of_a_partner_needs_nobody_beside_them(switched):
    decide(ready(), form("p-teacher")).refused("WLV-TRAIN-05")
    over = replace(ready(), protocol=switched("test_and_learn", "off"))
    decide(over, form("p-teacher")).then(LeadAllocated)


def test_the_lead_of_a_plan_of_protection_may_be_anybody(switched):
    story = referred(by=MACPT).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    softer = replace(story, protocol=switched("cp_plan_lead", "any"))
    decide(softer, plain("CP_PLAN", "p-aq")).then(LeadAllocated)
    decide(softer, plain("CP_ENQUIRY", "p-aq")).refused("WLV-ALLOC-21", "NAT-ALLOC-03")
    decide(story, plain("CP_PLAN", "p-aq")).refused("WLV-ALLOC-21", "NAT-ALLOC-03")


def test_the_lead_of_protection_may_go_with_the_work(switched):
    story = referred(by=TEAM_MANAGER).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("allocation.LeadAllocated", CHILD, purpose="CP_ENQUIRY", lead={"id": "p-lcpp"})
    story = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e1", outcome="SUPPORT_CHILD_IN_NEED")
    assert story.standing().state == "CAT_ASSESSMENT"
    ending = EndLead(role="CP_LEAD", lead="p-lcpp", reason_code="CP_WORK_ENDED")
    story.when(end_lead, ending).refused("WLV-ALLOC-47")
    off = switched("cp_lead_stays", "off")
    replace(story, protocol=off).when(end_lead, ending).then(LeadEnded)
    again = story.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e2")
    replace(again, protocol=off).when(end_lead, ending).refused("WLV-ALLOC-47")
