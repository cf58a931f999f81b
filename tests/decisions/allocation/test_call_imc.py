"""Calling a conversation of the managers, and asking for one."""

from typing import Any

import pytest

from services.allocation.decisions.request_imc import RequestIMC, request_imc
from services.allocation.decisions.schedule_imc import ScheduleIMC, schedule_imc
from services.allocation.events import IMCRequested, IMCScheduled
from shared.kernel.people import Actor
from tests.decisions.allocation.managers import AQ, BOTH, DM, LEAD, LINE_MANAGER, SW, TM, family, led, person
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import Outcome

FHLP = Actor(id=LEAD, employer="larch-lane", social_worker=False)
WORKER = Actor(id="p-worker", role="SOCIAL_WORKER", team="FAMILY_HELP", employer="WLV", social_worker=True)


def called(story: CaseStory, *reasons: str, **more: Any) -> Outcome:
    said = {"reasons": list(reasons), "planned_at": "2026-04-03T09:30:00+01:00", **more}
    command = ScheduleIMC.model_validate({key: value for key, value in said.items() if value is not None})
    return story.when(schedule_imc, command)


@pytest.mark.rule("WLV-ALLOC-02")
def test_the_conversation_on_a_new_referral_is_organised_by_both_managers() -> None:
    outcome = called(family(CHILD, SIBLING), "NEW_REFERRAL", organised_by=BOTH).then(IMCScheduled).warned()
    (fact,) = outcome.facts
    said = fact.event
    assert isinstance(said, IMCScheduled)
    assert fact.stream == f"meeting/{said.meeting_id}"
    assert (fact.case_id, fact.child_ids) == ("k1", (CHILD, SIBLING))
    assert (said.reasons, said.team, said.team_id) == (("NEW_REFERRAL",), "FAMILY_HELP", "FAMILY_HELP")
    assert [one.role for one in said.organised_by] == ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]
    outcome.cites("WLV-ALLOC-02", "SYS-REF-02")


@pytest.mark.rule("WLV-ALLOC-02")
def test_one_of_them_alone_does_not_call_it() -> None:
    called(family(), "NEW_REFERRAL", organised_by=[BOTH[0]]).refused("WLV-ALLOC-02")
    called(family(), "NEW_REFERRAL", organised_by=[BOTH[1]]).refused("WLV-ALLOC-02")
    called(family(), "NEW_REFERRAL").refused("WLV-ALLOC-02")
    called(family(), "CHANGE_OF_FHLP", organised_by=[BOTH[1]]).then(IMCScheduled)


@pytest.mark.rule("SYS-REF-07")
def test_an_organiser_is_somebody_of_the_registers() -> None:
    called(family(), "CHANGE_OF_FHLP", organised_by=[person("p-nobody")]).refused("SYS-REF-07")
    outcome = called(family(), "CHANGE_OF_FHLP", invited=[{"name": "Robin Sample"}]).then(IMCScheduled)
    outcome.lacking(("SYS-REF-07", "invited/0/person_id"))
    assert [one.id for one in outcome.event.organised_by] == ["p-dm"]


@pytest.mark.rule("WLV-ALLOC-33")
def test_either_manager_calls_one_for_any_other_reason_and_says_which() -> None:
    for manager in (DM, TM):
        called(family().by(manager), "MANAGER_DISCRETION").then(IMCScheduled).warned("WLV-ALLOC-33")
        outcome = called(family().by(manager), "MANAGER_DISCRETION", reason_note="A pattern of missed visits.")
        outcome.warned().cites("WLV-ALLOC-33")
        assert outcome.event.reason_note.clear == "A pattern of missed visits."
    called(family(), "CHANGE_OF_FHLP").warned()


@pytest.mark.rule("WLV-ALLOC-33")
def test_nobody_else_does() -> None:
    called(family().by(WORKER), "MANAGER_DISCRETION").refused("WLV-ALLOC-33")


@pytest.mark.rule("SYS-REF-02")
def test_who_calls_the_others() -> None:
    called(family().by(WORKER), "CHANGE_OF_FHLP").refused("SYS-REF-02")
    called(family().by(TM), "CHANGE_OF_FHLP").then(IMCScheduled)


@pytest.mark.rule("WLV-ALLOC-38")
@pytest.mark.parametrize("social_worker", [AQ, SW])
def test_the_lead_practitioner_is_asked_to_the_monthly_conversation(social_worker: bool) -> None:
    outcome = called(led(social_worker), "MONTHLY_CIN_AQ", invited=[person(LINE_MANAGER)]).cites("WLV-ALLOC-38")
    assert [one.id for one in outcome.event.invited] == [LINE_MANAGER, LEAD]
    assert outcome.event.invited[1].employer == "larch-lane"
    named = called(led(social_worker), "MONTHLY_CIN_AQ", invited=[person(LEAD)])
    assert [one.id for one in named.event.invited] == [LEAD]


@pytest.mark.rule("WLV-ALLOC-38")
def test_and_to_no_other_nor_where_nobody_leads() -> None:
    assert called(led(), "MONTHLY_PARTNER").event.invited == ()
    assert called(family(), "MONTHLY_CIN_AQ").event.invited == ()


def test_a_meeting_on_several_families_asks_of_each_its_own_lead() -> None:
    other = led()
    command = ScheduleIMC.model_validate(
        {
            "reasons": ["MONTHLY_CIN_AQ"],
            "planned_at": "2026-04-03T09:30:00+01:00",
            "families": [{"case_id": "k2"}],
        }
    )
    first, second = schedule_imc(family().matter(), led().known(), command, family().act(), (other.matter(),))
    assert isinstance(first.event, IMCScheduled)
    assert isinstance(second.event, IMCScheduled)
    assert first.stream == second.stream
    assert first.event.meeting_id == second.event.meeting_id
    assert (first.event.invited, [one.id for one in second.event.invited]) == ((), [LEAD])


@pytest.mark.rule("WLV-ALLOC-41")
def test_the_lead_practitioner_asks_and_it_waits() -> None:
    command = RequestIMC(about_lead=False, reason_code="REVIEW_THE_CASE", reason_note="Too much for one plan.")
    outcome = led().by(FHLP).when(request_imc, command).then(IMCRequested).warned().cites("WLV-ALLOC-41")
    (fact,) = outcome.facts
    assert (fact.stream, fact.case_id, fact.child_ids) == ("case/k1", "k1", (CHILD,))
    assert (outcome.event.by.id, outcome.event.by.role) == (LEAD, "LEAD_PRACTITIONER")
    assert (outcome.event.about_lead, outcome.event.reason_code) == (False, "REVIEW_THE_CASE")
    assert outcome.event.asked_as == "FHLP"
    assert outcome.event.reason_note.clear == "Too much for one plan."


@pytest.mark.rule("WLV-ALLOC-41")
def test_anybody_else_is_heard_with_a_warning() -> None:
    outcome = led().by(WORKER).when(request_imc, RequestIMC()).then(IMCRequested).warned("WLV-ALLOC-41")
    assert (outcome.event.by.id, outcome.event.by.role) == ("p-worker", "SOCIAL_WORKER")
    assert outcome.event.asked_as == "OTHER"
    family().by(FHLP).when(request_imc, RequestIMC()).warned("WLV-ALLOC-41")


@pytest.mark.rule("SYS-REF-03")
@pytest.mark.parametrize("code", ["REVIEW_THE_CASE", "CHANGE_IN_NEED", "CHANGE_OF_LEAD", "CAPACITY"])
def test_a_wish_has_a_reason_of_the_list(code: str) -> None:
    led().by(FHLP).when(request_imc, RequestIMC(reason_code=code)).then(IMCRequested)
    led().by(FHLP).when(request_imc, RequestIMC(reason_code="BECAUSE")).refused("SYS-REF-03")
    led().by(FHLP).when(request_imc, RequestIMC(reason_code="OTHER")).refused("SYS-REF-03")
    led().by(FHLP).when(request_imc, RequestIMC(reason_code="OTHER", reason_note="Said.")).then(IMCRequested)
