"""Three siblings, each where it stands: one protected, one helped, and a third of whom a new form tells."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import (
    DANGER,
    NO,
    POLICE,
    SCHOOL,
    Journey,
    due,
    emarf,
    no,
    stands,
    told,
    travel,
    without_alerts,
)

pytestmark = pytest.mark.day("2026-10-05", life=3)

ONA = {"first_name": "Ona", "surname": "Goldthorn", "date_of_birth": "2014-02-11", "nhs_number": "9990000263"}
PIP = {"first_name": "Pip", "surname": "Goldthorn", "date_of_birth": "2017-06-30", "nhs_number": "9990000271"}
QUIN = {"first_name": "Quin", "surname": "Goldthorn", "date_of_birth": "2025-12-25"}
AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}
JOINS = {"triage_rag": "AMBER", "outcome": "ADDED_TO_OPEN_CASE", "five_questions": NO}
RED = {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER}


def test_siblings_stand_where_each_of_them_stands(product: Product) -> None:
    travel(product, _three)


async def _three(play: Journey) -> None:
    people = People()
    lead, lcpp = people.social_worker, people.lcpp
    await play.at("2026-10-05", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf(ONA) | {"children": [ONA, PIP]})
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, AMBER, AMBER))
    ona, pip = (await play.look(referral))["children"]
    await play.at("2026-10-05", "11:00:00")
    await work.determine("CHILD_IN_NEED", ona, pip)
    await play.at("2026-10-06", "09:00:00")
    imc = await work.talk(["NEW_REFERRAL"], ona, pip, level="CHILD_IN_NEED")
    await work.name_lead(lead, imc, ona, pip, lead_agreed_at="2026-10-06T09:00:00+01:00")
    plan = await work.write_plan(lead, ona, pip)
    helped = ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(lead)])
    assert await stands(work, ona, pip) == [helped, helped]

    # ---- a new form about a child who is helped already: an AMBER joins, and no other word will do ----
    await play.at("2026-10-16", "09:00:00")
    again = await play.refer(SCHOOL, emarf(PIP))
    assert await no(play.triage_again(again, AMBER)) == (409, {"WLV-REF-25"})
    work.position = await play.triage_again(again, JOINS)
    assert await stands(work, ona, pip) == [helped, helped]
    # ---- and a RED about the other one is talked about at once ----
    await play.at("2026-10-23", "16:00:00")
    danger = await play.refer(POLICE, emarf(ONA, request_kind="SAFEGUARDING_CONCERN", immediate_risk=True))
    work.position = await play.triage_again(danger, RED)
    assert await stands(work, ona, pip) == [
        ("STRATEGY_MASH", "CHILD_IN_NEED", ["SW_TEAM_MANAGER", await work.id_of(lead)]),
        helped,
    ]
    # Over the weekend on which the clocks go back.
    await play.at("2026-10-26", "10:00:00")
    both = [await work.id_of(lcpp), await work.id_of(lead)]
    await work.discuss("S47", ona, held_by="MASH", lead_id=await work.id_of(lcpp), invited=await work.invited((lead,)))
    assert await stands(work, ona, pip) == [("S47_MACPT", "CP_ENQUIRY", both), helped]
    await play.at("2026-11-16", "10:00:00")
    await work.confer("PLAN", ona, invited=(lead,))
    protected = ("CP_PLAN", "CHILD_PROTECTION_PLAN", both)
    assert await stands(work, ona, pip) == [protected, helped]
    await work.review(lead, plan, "CHILD_IN_NEED", pip, next_review_date="2027-01-15")

    # ---- a third child, of whom nobody knew ----
    await play.at("2026-11-17", "09:00:00")
    new = await play.refer(SCHOOL, emarf(QUIN))
    theirs = Casework(play.callers, people, new.case_id, await play.triage(new, AMBER))
    (quin,) = await theirs.children()
    await play.at("2026-11-17", "10:00:00")
    work.position = await play.link(work.case_id, new.case_id, theirs.position)
    assert await stands(work, ona, pip, quin) == [protected, helped, ("AWAITING_THRESHOLD", None, ["SW_TEAM_MANAGER"])]
    await play.at("2026-11-17", "11:00:00")
    await work.determine("TARGETED_EARLY_HELP", quin)
    await play.at("2026-11-18", "09:00:00")
    imc = await work.talk(["NEW_REFERRAL"], quin, level="TARGETED_EARLY_HELP")
    await work.name_lead(lead, imc, quin, lead_agreed_at="2026-11-18T09:00:00+00:00")
    third = ("FAMILY_HELP_ACTIVE", "TARGETED_EARLY_HELP", [await work.id_of(lead)])
    assert await stands(work, ona, pip, quin) == [protected, helped, third]

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-10-05 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-10-05 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-10-05 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-10-05 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-05 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-10-05 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-05 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-10-05 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-10-05 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-10-06 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-10-06 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-10-06 09:00:00", "planning.PlanStarted", "SOCIAL_WORKER"),
        ("2026-10-06 09:00:00", "planning.PlanCompleted", "SOCIAL_WORKER"),
        ("2026-10-16 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-10-16 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-10-16 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-16 09:00:00", "planning.ChangeOfNeedReported", "system"),
        ("2026-10-16 09:00:00", "allocation.IMCTaskRaised", "system"),
        ("2026-10-16 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-10-16 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-10-23 16:00:00", "referral.ReferralReceived", "dev-WLV-district-police-system"),
        ("2026-10-23 16:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-10-23 16:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-23 16:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-10-23 16:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-10-26 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-10-26 10:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2026-10-26 10:00:00", "allocation.LeadAllocated", "system"),
        ("2026-10-26 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-11-16 10:00:00", "planning.InitialConferenceHeld", "LCPP"),
        ("2026-11-16 10:00:00", "planning.Section47EnquiryConcluded", "LCPP"),
        ("2026-11-16 10:00:00", "planning.PlanStarted", "LCPP"),
        ("2026-11-16 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2026-11-16 10:00:00", "planning.PlanReviewed", "SOCIAL_WORKER"),
        ("2026-11-17 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-11-17 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-11-17 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-11-17 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-11-17 10:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-11-17 10:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-11-17 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-11-18 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-11-18 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2026-10-06 23:59:59", "MET"),
        ("NAT-REF-01", "2026-10-06 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-10-06 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-10-06 23:59:59", "MET"),
        ("NAT-REF-01", "2026-10-19 23:59:59", "MET"),
        ("WLV-THR-19", "2026-10-19 23:59:59", "MISSED"),
        ("NAT-REF-01", "2026-10-26 23:59:59", "MET"),
        ("WLV-THR-29", "2026-10-26 23:59:59", "MET"),
        ("NAT-THR-02", "2026-11-16 23:59:59", "MET"),
        ("WLV-PLAN-08", "2026-11-17 23:59:59", "MET"),
        ("NAT-REF-01", "2026-11-18 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-11-18 23:59:59", "MET"),
        ("NAT-THR-03", "2026-11-30 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-12-07 23:59:59", "MET"),
        ("NAT-PLAN-01", "2026-12-07 23:59:59", "MET"),
        ("NAT-PLAN-01", "2026-12-18 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2026-12-29 23:59:59", "RUNNING"),
        ("NAT-PLAN-07", "2027-01-15 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-01-22 23:59:59", "CANCELLED"),
        ("NAT-THR-04", "2027-02-16 23:59:59", "RUNNING"),
    ]
