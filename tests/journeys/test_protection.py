"""From a RED to a child protection plan and back to a family's help."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import DANGER, POLICE, Journey, due, emarf, told, travel, without_alerts

pytestmark = pytest.mark.day("2027-12-03", life=4)


def test_red_to_a_protection_plan_and_back(product: Product) -> None:
    travel(product, _red_and_back)


async def _red_and_back(play: Journey) -> None:
    people = People()
    await play.at("2027-12-03", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    form = emarf({"first_name": "Gil", "surname": "Lockside", "estimated_age": 4}, immediate_risk=True)
    referral = await play.refer(POLICE, form | {"request_kind": "SAFEGUARDING_CONCERN"})
    position = await play.triage(
        referral,
        {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER},
    )
    work = Casework(play.callers, people, referral.case_id, position)
    (child,) = await work.children()
    await play.at("2027-12-06", "10:00:00")
    await work.discuss("S47", child, held_by="MASH", lead_id=await work.id_of(people.lcpp))
    assert await _stands(work) == ("S47_MACPT", "CP_ENQUIRY", [await work.id_of(people.lcpp)])
    await play.at("2027-12-29", "10:00:00")
    await work.confer("PLAN", child)
    assert await _stands(work) == ("CP_PLAN", "CHILD_PROTECTION_PLAN", [await work.id_of(people.lcpp)])
    await play.at("2028-03-29", "10:00:00")
    await work.confer_again("END_PLAN", child)
    assert await _stands(work) == ("AWAITING_ALLOCATION", "CHILD_IN_NEED", [None])

    await play.at("2028-03-30", "09:00:00")
    imc = await work.talk(["STEP_OFF_CP"], child, level="CHILD_IN_NEED")
    await work.name_lead(people.social_worker, imc, child, lead_agreed_at="2028-03-30T09:00:00+01:00")
    assert await _stands(work) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(people.social_worker)])
    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2027-12-03 09:00:00", "referral.ReferralReceived", "dev-WLV-district-police-system"),
        ("2027-12-03 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2027-12-03 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2027-12-06 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2027-12-06 10:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2027-12-06 10:00:00", "allocation.LeadAllocated", "system"),
        ("2027-12-06 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-12-29 10:00:00", "planning.InitialConferenceHeld", "LCPP"),
        ("2027-12-29 10:00:00", "planning.Section47EnquiryConcluded", "LCPP"),
        ("2027-12-29 10:00:00", "planning.PlanStarted", "LCPP"),
        ("2027-12-29 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2028-03-29 10:00:00", "planning.ReviewConferenceHeld", "LCPP"),
        ("2028-03-29 10:00:00", "planning.PlanEnded", "LCPP"),
        ("2028-03-29 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2028-03-29 10:00:00", "allocation.AllocationRequested", "system"),
        ("2028-03-29 10:00:00", "allocation.IMCTaskRaised", "system"),
        ("2028-03-30 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2028-03-30 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2028-03-30 09:00:00", "allocation.LeadEnded", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2027-12-06 23:59:59", "MET"),
        ("WLV-THR-29", "2027-12-06 23:59:59", "MET"),
        # The day of the discussion does not count, and Christmas lies between.
        ("NAT-THR-02", "2027-12-29 23:59:59", "MET"),
        ("NAT-THR-03", "2028-01-13 23:59:59", "MISSED"),
        ("NAT-PLAN-01", "2028-02-09 23:59:59", "MISSED"),
        ("NAT-THR-04", "2028-03-29 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2028-03-30 23:59:59", "MET"),
        ("WLV-PLAN-09", "2028-05-10 23:59:59", "RUNNING"),
    ]


async def _stands(work: Casework) -> tuple[str, str | None, list[str | None]]:
    """State, level, and the persons who hold the child."""
    (child,) = (await work.file())["children"]
    return child["state"], child["level"], [holder["held_by"] for holder in child["holders"]]
