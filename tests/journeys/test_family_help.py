"""From the front door to a family's help and out of it again, with a social worker who leads."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import ASSESS, SCHOOL, Journey, due, emarf, told, travel, without_alerts

pytestmark = pytest.mark.day("2027-02-08", life=4)


def test_through_the_assessment_team_to_help_and_out_again(product: Product) -> None:
    travel(product, _through_help)


async def _through_help(play: Journey) -> None:
    people, lead = People(), People.social_worker
    await play.at("2027-02-08", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf({"first_name": "Fay", "surname": "Watergate", "estimated_age": 7}))
    position = await play.triage(
        referral, {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS}
    )
    work = Casework(play.callers, people, referral.case_id, position)
    (child,) = await work.children()
    await play.at("2027-02-09", "09:00:00")
    await work.name_worker(child)
    plan = await work.write_plan(people.cat, child)
    await play.at("2027-02-15", "09:00:00")
    await work.approve_plan(people.cat_manager, plan)
    await work.complete_assessment("FAMILY_HELP", child, level="CHILD_IN_NEED")
    assert await _stands(work) == ("AWAITING_ALLOCATION", "CHILD_IN_NEED", await work.id_of(people.cat))

    await play.at("2027-02-16", "09:00:00")
    imc = await work.talk(["NEW_REFERRAL"], child, level="CHILD_IN_NEED")
    await work.name_lead(lead, imc, child, lead_agreed_at="2027-02-16T09:00:00+00:00")
    assert await _stands(work) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", await work.id_of(lead))
    await play.at("2027-02-22", "09:00:00")
    await work.form_team(lead)
    # Six weeks to the day after the lead was named, with Easter between; the plan was there already.
    await play.at("2027-03-30", "10:00:00")
    await work.review(lead, plan, "TARGETED_EARLY_HELP", child, next_review_date="2027-05-11")
    await work.change_level(people.team_manager, "TARGETED_EARLY_HELP", child, told_on="2027-03-30")
    assert await _stands(work) == ("FAMILY_HELP_ACTIVE", "TARGETED_EARLY_HELP", await work.id_of(lead))
    await play.at("2027-05-11", "10:00:00")
    await work.review(lead, plan, "UNIVERSAL", child, review_kind="FINAL")
    await work.change_level(people.team_manager, "UNIVERSAL", child, told_on="2027-05-11")

    assert await _stands(work) == ("CLOSED", None, None)
    file = await work.file()
    assert (file["worklist"], file["next_dates"]) == ([], [])
    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2027-02-08 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2027-02-08 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2027-02-08 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2027-02-09 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2027-02-09 09:00:00", "planning.PlanStarted", "SOCIAL_WORKER"),
        ("2027-02-09 09:00:00", "planning.PlanCompleted", "SOCIAL_WORKER"),
        ("2027-02-15 09:00:00", "planning.PlanApproved", "SW_TEAM_MANAGER"),
        ("2027-02-15 09:00:00", "planning.AssessmentCompleted", "SOCIAL_WORKER"),
        ("2027-02-15 09:00:00", "allocation.AllocationRequested", "system"),
        ("2027-02-15 09:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2027-02-16 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2027-02-16 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2027-02-16 09:00:00", "allocation.LeadEnded", "SW_TEAM_MANAGER"),
        ("2027-02-22 09:00:00", "planning.TeamAroundFamilyFormed", "SOCIAL_WORKER"),
        ("2027-03-30 10:00:00", "planning.PlanReviewed", "SOCIAL_WORKER"),
        ("2027-03-30 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-05-11 10:00:00", "planning.PlanReviewed", "SOCIAL_WORKER"),
        ("2027-05-11 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-05-11 10:00:00", "allocation.LeadEnded", "system"),
        ("2027-05-11 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2027-05-11 10:00:00", "allocation.WorklistReassigned", "system"),
        ("2027-05-11 10:00:00", "planning.PlanEnded", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2027-02-09 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2027-02-16 23:59:59", "MET"),
        ("WLV-REF-08", "2027-02-22 23:59:59", "MET"),
        ("WLV-PLAN-08", "2027-03-30 23:59:59", "MET"),
        ("NAT-PLAN-01", "2027-04-14 23:59:59", "MET"),
        ("NAT-PLAN-07", "2027-05-11 23:59:59", "MET"),
        ("NAT-PLAN-07", "2027-08-11 23:59:59", "CANCELLED"),
    ]


async def _stands(work: Casework) -> tuple[str, str | None, str | None]:
    """State, level, and who holds the child: by name, else the stand-in."""
    (child,) = (await work.file())["children"]
    holder = child["holders"][0] if child["holders"] else {"held_by": None, "stand_in": None}
    return child["state"], child["level"], holder["held_by"] or holder["stand_in"]
