"""Every wrong turn is answered with the rules that stand against it, and changes nothing."""

from uuid import uuid4

import pytest

from deploy.acting import Callers, Role
from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import NO, SCHOOL, Journey, emarf, no, stands, told, travel, without_alerts

pytestmark = pytest.mark.day("2027-01-11", life=3)

AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}
ALF = {"first_name": "Alf", "surname": "Rakegate", "estimated_age": 9}
BEA = {"first_name": "Bea", "surname": "Rakegate", "estimated_age": 16}
CAL = {"first_name": "Cal", "surname": "Rakegate", "estimated_age": 4}


def test_a_wrong_turn_is_answered_with_its_rules(product: Product) -> None:
    async def _wrong_turns(play: Journey) -> None:
        await _turned_back(play, product)

    travel(product, _wrong_turns)


async def _turned_back(play: Journey, product: Product) -> None:
    people = People()
    family_worker, lead, manager = people.family_worker, people.social_worker, people.team_manager
    await play.at("2027-01-11", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf(ALF) | {"children": [ALF, BEA, CAL]})
    position = await play.triage(
        referral, AMBER | {"pathway": "PRIVATE_FOSTERING"}, AMBER | {"pathway": "HOMELESS_16_17"}, AMBER
    )
    work = Casework(play.callers, people, referral.case_id, position)
    alf, bea, cal = (await play.look(referral))["children"]
    await play.at("2027-01-11", "10:00:00")
    assert await no(work.change_level(manager, "CHILD_IN_NEED", cal, told_on="2027-01-11")) == (409, {"WLV-REF-15"})
    assert await no(work.determine("CHILD_IN_NEED", alf, bea, cal)) == (409, {"NAT-REF-04"})
    await work.determine("CHILD_IN_NEED", alf, bea, cal, section20_considered=True)
    await play.at("2027-01-11", "11:00:00")

    # ---- who may lead, and what it rests on ----
    agreed = {"lead_agreed_at": "2027-01-11T10:30:00+00:00"}
    alone = {"attendees": [await work.as_(manager)], "needs": [], "lead_candidates": []}
    gaps = await work.talk(["NEW_REFERRAL"], cal, level="CHILD_IN_NEED", **alone)
    assert await no(work.name_lead(lead, gaps, cal, **agreed)) == (
        409,
        {"WLV-ALLOC-06", "WLV-ALLOC-10", "WLV-ALLOC-12"},
    )
    await play.at("2027-01-11", "12:00:00")
    imc = await work.talk(["NEW_REFERRAL"], alf, bea, cal, level="CHILD_IN_NEED")
    assert await no(work.name_lead(family_worker, imc, alf, **agreed)) == (409, {"WLV-ALLOC-23"})
    assert await no(work.name_lead(family_worker, imc, bea, **agreed)) == (409, {"WLV-ALLOC-22"})
    twice = [{"id": await work.id_of(manager), "role": post} for post in ("SW_TEAM_MANAGER", "DELIVERY_MANAGER")]
    assert await no(work.name_lead(lead, imc, cal, approvals=twice, **agreed)) == (
        409,
        {"WLV-ALLOC-07", "SYS-ALLOC-02"},
    )
    assert await no(work.name_lead(lead, imc, cal, approvals=twice[:1], **agreed)) == (409, {"WLV-ALLOC-07"})
    assert await no(work.write_plan(lead, cal)) == (409, {"WLV-PLAN-01", "WLV-PLAN-07"})
    await play.at("2027-01-11", "13:00:00")
    await work.name_lead(lead, imc, alf, bea, cal, **agreed)

    # ---- whose plan it is, and how a level falls ----
    await play.at("2027-01-12", "09:00:00")
    assert await no(work.write_plan(manager, cal)) == (409, {"WLV-PLAN-01"})
    plan = await work.write_plan(lead, alf, bea, cal)
    assert await no(work.approve_plan(lead, plan)) == (409, {"WLV-PLAN-13"})
    down = work.change_level(manager, "TARGETED_EARLY_HELP", cal, told_on="2027-01-12")
    assert await no(down) == (409, {"WLV-THR-12"})
    out = work.change_level(manager, "UNIVERSAL", cal, told_on="2027-01-12")
    assert await no(out) == (409, {"WLV-THR-12", "WLV-THR-16"})

    # ---- an enquiry: nobody but a social worker leads it, and while it is open nobody closes the case ----
    await play.at("2027-01-13", "09:00:00")
    opened = await work.open_enquiry(manager, family_worker, cal)
    assert {one["rule"] for one in opened.body["receipt"]["incomplete"]} == {
        "NAT-ALLOC-03",
        "NAT-THR-13",
        "WLV-ALLOC-21",
        "WLV-REF-13",
    }
    named = {"purpose": "CP_ENQUIRY", "children": [cal], "lead": await work.id_of(family_worker)}
    assert await no(work.do("AllocateLead", people.lcpp, "allocation", "leads", named)) == (
        409,
        {"NAT-ALLOC-03", "WLV-ALLOC-21"},
    )
    ends = {"reason_code": "RC7", "reason_note": "They ask.", "higher_need_view": "NOT_NEEDED"}
    assert await no(work.close(manager, cal, **ends)) == (409, {"WLV-THR-28"})
    assert await no(work.change_level(manager, "UNIVERSAL", cal, told_on="2027-01-13")) == (
        409,
        {"WLV-THR-10", "WLV-THR-12"},
    )

    # ---- nobody of another authority is told that there is such a case ----
    abroad = Callers(play.client, "TST", lambda: str(uuid4()), product.url_of)
    stranger = Role(post="DOOR_LEAD", team="DOOR")
    note = {"children": [cal], "kind": "CALL", "note": "Whose is it?"}
    path = f"/planning/v1/cases/{referral.case_id}/notes"
    assert await no(abroad.done("AddCaseNote", stranger, "POST", path, note, version=1)) == (404, set())
    assert await no(abroad.done("ReadCase", stranger, "GET", f"/qa/v1/cases/{referral.case_id}")) == (404, set())

    helped = ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(lead)])
    assert await stands(work, alf, bea, cal) == [
        helped,
        helped,
        ("S47_MACPT", "CP_ENQUIRY", ["LCPP", await work.id_of(lead)]),
    ]
    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2027-01-11 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2027-01-11 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2027-01-11 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2027-01-11 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2027-01-11 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2027-01-11 09:00:00", "allocation.AllocationRequested", "system"),
        ("2027-01-11 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2027-01-11 09:00:00", "allocation.AllocationRequested", "system"),
        ("2027-01-11 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2027-01-11 09:00:00", "allocation.AllocationRequested", "system"),
        ("2027-01-11 10:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2027-01-11 10:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2027-01-11 10:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2027-01-11 11:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2027-01-11 12:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2027-01-11 13:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2027-01-12 09:00:00", "planning.PlanStarted", "SOCIAL_WORKER"),
        ("2027-01-12 09:00:00", "planning.PlanCompleted", "SOCIAL_WORKER"),
        ("2027-01-13 09:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2027-01-13 09:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
    ]
