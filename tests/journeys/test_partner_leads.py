"""A health visitor who leads a family's help from the Friday before the Spring bank holiday until its need falls."""

import pytest

from deploy.acting import Role
from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import (
    NO,
    SCHOOL,
    Journey,
    due,
    emarf,
    gone,
    no,
    stands,
    told,
    travel,
    wall,
    without_alerts,
)

pytestmark = pytest.mark.day("2026-05-22", life=2)

HER_SYSTEM = Role(kind="agency_system", agency="county-health", agency_type="HEALTH_VISITING")
AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}


def test_a_health_visitor_leads_her_own_case_and_no_other(product: Product) -> None:
    travel(product, _she_leads)


async def _she_leads(play: Journey) -> None:
    people = People()
    she, her_manager, manager = people.health.worker, people.health.manager, people.team_manager
    await play.at("2026-05-22", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf({"first_name": "Ivy", "surname": "Aldermoor", "estimated_age": 3}))
    other = await play.refer(SCHOOL, emarf({"first_name": "Jon", "surname": "Birchfield", "estimated_age": 9}))
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, AMBER))
    elsewhere = Casework(play.callers, people, other.case_id, await play.triage(other, AMBER))
    (child,), (stranger,) = await work.children(), await elsewhere.children()
    assert await stands(work) == [("AWAITING_THRESHOLD", None, ["SW_TEAM_MANAGER"])]

    # ---- how she came to lead: Monday is a holiday, and Tuesday the last day ----
    await play.at("2026-05-26", "09:00:00")
    agreed = {"person": await work.id_of(her_manager), "date": "2026-05-25"}
    early = await work.talk(["NEW_REFERRAL"], child, level="CHILD_IN_NEED")
    too_early = work.name_lead(she, early, child, line_manager_agreement=agreed)
    assert await no(too_early) == (409, {"WLV-REF-15"})
    await work.determine("CHILD_IN_NEED", child)
    assert await stands(work) == [("AWAITING_ALLOCATION", "CHILD_IN_NEED", ["DELIVERY_MANAGER"])]
    await play.at("2026-05-26", "10:00:00")
    imc = await work.talk(["NEW_REFERRAL"], child, level="CHILD_IN_NEED")
    half = {"advanced_practitioner_id": None, "rationale": {"skill_set": "Infants."}, "capacity_confirmed": None}
    assert await no(work.name_lead(she, imc, child, **half)) == (
        409,
        {"WLV-ALLOC-18", "WLV-ALLOC-19", "WLV-ALLOC-25", "WLV-ALLOC-45", "WLV-TRAIN-05", "NAT-ALLOC-02"},
    )
    await work.name_lead(she, imc, child, line_manager_agreement=agreed, lead_agreed_at="2026-05-26T09:00:00+01:00")
    her_id = await work.id_of(she)
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [her_id])]

    # ---- what she does, and what she sees ----
    await play.at("2026-05-27", "09:00:00")
    plan = await work.write_plan(she, child)
    await work.form_team(she)
    assert await no(work.approve_plan(her_manager, plan)) == (409, {"WLV-PLAN-13"})
    await work.approve_plan(manager, plan)
    added = await work.change_action(she, plan, change="ADD", due="2026-06-10", owner_agency="school", text="A place.")
    assert added
    assert await gone(elsewhere.file(she)) == 404
    noted = elsewhere.note(she, stranger)
    assert await gone(noted) == 404
    system = await play.refer(HER_SYSTEM, emarf({"first_name": "Kay", "surname": "Cloverdale", "estimated_age": 1}))
    assert (await play.look(system, HER_SYSTEM, system.position))["status"] == "RECEIVED"
    for case_id in (referral.case_id, system.case_id):
        assert await gone(play.file(HER_SYSTEM, case_id)) == 403
    looked = await play.listed(play.auditor, f"/qa/v1/cases/{referral.case_id}/reads")
    assert sorted((wall(one["at"]), one["route"]) for one in looked if one["reader"]["id"] == her_id) == [
        ("2026-05-27 09:00:00", "/qa/v1/cases/{case_id}"),
        ("2026-05-27 09:00:00", "/referral/v1/cases/{case_id}/sealed"),
    ]

    # ---- her own manager is heard, and shown nothing ----
    seen = await work.file(her_manager)
    assert seen["children"] == [{"child_id": child}]
    (from_the_school,) = seen["referrals"]
    assert from_the_school.keys() == {"case_id", "children", "referral_id", "version"}
    assert not {"plans", "leads", "levels", "meetings", "clocks", "worklist"} & seen.keys()
    support = {"about": "Weighing what was found."}
    await work.do("RequestAPSupport", her_manager, "allocation", "advanced-practitioner-support", support)
    assert await gone(elsewhere.file(her_manager)) == 404
    other_manager = people.school.manager
    assert await gone(work.file(other_manager)) == 404

    # ---- every month, with her manager and her own ----
    await play.at("2026-06-26", "10:00:00")
    both = ["MONTHLY_CIN_AQ", "MONTHLY_PARTNER"]
    monthly = {
        "kind": "MONTHLY",
        "attendees": [await work.as_(one) for one in (manager, people.delivery_manager, she, her_manager)],
        "plan_progress": "Two of three actions are done.",
        "support_needed": "None.",
        "oversight": "By the Team Manager.",
    }
    await work.talk(both, child, level="CHILD_IN_NEED", **monthly)

    # ---- need falls ----
    await play.at("2026-07-07", "10:00:00")
    await work.need_changes(she, "DOWN", child)
    down = {"told_on": "2026-07-07", "partner_manager_view": "AGREES"}
    assert await no(work.change_level(manager, "TARGETED_EARLY_HELP", child, **down)) == (
        409,
        {"WLV-THR-12", "WLV-THR-15"},
    )
    found = {"child_id": child, "needs_trend": "DOWN", "recommendation": "TARGETED_EARLY_HELP"}
    await work.review(she, plan, "TARGETED_EARLY_HELP", children=[found], next_review_date="2026-09-07")
    assert await no(work.change_level(she, "TARGETED_EARLY_HELP", child, **down)) == (
        409,
        {"WLV-THR-15", "WLV-THR-17"},
    )
    assert await no(work.change_level(her_manager, "TARGETED_EARLY_HELP", child, **down)) == (
        409,
        {"SYS-REF-02", "WLV-THR-15", "WLV-THR-17"},
    )
    assert await no(work.change_level(manager, "TARGETED_EARLY_HELP", child, **down)) == (409, {"WLV-THR-15"})
    await play.at("2026-07-08", "10:00:00")
    imc = await work.talk(["CHANGE_IN_NEED_DOWN"], child, level="TARGETED_EARLY_HELP")
    by_her = work.change_level(
        manager, "TARGETED_EARLY_HELP", child, imc_id=imc, authorised_by=agreed["person"], **down
    )
    assert await no(by_her) == (409, {"WLV-THR-17"})
    await work.change_level(manager, "TARGETED_EARLY_HELP", child, imc_id=imc, **down)
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "TARGETED_EARLY_HELP", [her_id])]

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-05-22 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-05-22 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-05-22 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-05-22 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-05-26 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-05-26 09:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-05-26 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-05-26 10:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-05-27 09:00:00", "allocation.APSupportRequested", "dev-nurse-manager"),
        ("2026-05-27 09:00:00", "planning.PlanStarted", "dev-nurse"),
        ("2026-05-27 09:00:00", "planning.PlanCompleted", "dev-nurse"),
        ("2026-05-27 09:00:00", "planning.TeamAroundFamilyFormed", "dev-nurse"),
        ("2026-05-27 09:00:00", "planning.PlanApproved", "SW_TEAM_MANAGER"),
        ("2026-05-27 09:00:00", "planning.PlanActionChanged", "dev-nurse"),
        ("2026-06-26 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-07-07 10:00:00", "planning.ChangeOfNeedReported", "dev-nurse"),
        ("2026-07-07 10:00:00", "planning.PlanReviewed", "dev-nurse"),
        ("2026-07-07 10:00:00", "allocation.IMCTaskRaised", "system"),
        ("2026-07-08 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-07-08 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2026-05-26 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-05-26 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-06-26 23:59:59", "MET"),
        ("WLV-ALLOC-40", "2026-06-26 23:59:59", "MET"),
        # Six weeks from the plan, which was begun the day after she was named.
        ("WLV-PLAN-08", "2026-07-08 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-07-26 23:59:59", "CANCELLED"),
        ("WLV-ALLOC-40", "2026-07-26 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-07-27 23:59:59", "MET"),
        ("NAT-PLAN-07", "2026-09-07 23:59:59", "RUNNING"),
    ]
