"""One child's whole way on awkward days: the assessment team's discussion, help, protection, help again, the end."""

from collections.abc import Mapping
from typing import Any

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import (
    ASSESS,
    NO,
    SCHOOL,
    Journey,
    due,
    emarf,
    stands,
    told,
    travel,
    wall,
    without_alerts,
)

HELP = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}
TO_CAT = {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS}


async def _begun(play: Journey, day: str, child: dict[str, Any], decision: Mapping[str, Any]) -> tuple[Casework, str]:
    """On that day a school refers a child, and the front door decides. Gives the case and the child's id."""
    people = People()
    await play.at(day, "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf(child))
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, decision))
    (child_id,) = await work.children()
    return work, child_id


@pytest.mark.day("2026-02-26", life=5)
def test_need_rises_where_a_family_worker_leads(product: Product) -> None:
    travel(product, _need_rises)


async def _need_rises(play: Journey) -> None:
    ada = {"first_name": "Ada", "surname": "Weirbank", "estimated_age": 6}
    work, child = await _begun(play, "2026-02-26", ada, HELP)
    people, lead = work.people, work.people.family_worker
    await play.at("2026-02-26", "14:00:00")
    await work.determine("TARGETED_EARLY_HELP", child)
    # A Sunday in the spring, in a month that has a twentieth.
    await play.at("2026-03-01", "10:00:00")
    imc = await work.talk(["NEW_REFERRAL"], child, level="TARGETED_EARLY_HELP")
    await work.name_lead(lead, imc, child, lead_agreed_at="2026-03-01T09:00:00+00:00")
    await play.at("2026-03-02", "10:00:00")
    plan = await work.write_plan(lead, child)
    await play.at("2026-04-13", "10:00:00")
    await work.review(lead, plan, "TARGETED_EARLY_HELP", child, next_review_date="2026-07-13")

    await play.at("2026-05-20", "10:00:00")
    imc = await work.talk(["CHANGE_IN_NEED_UP"], child, level="CHILD_IN_NEED")
    await work.change_level(people.team_manager, "CHILD_IN_NEED", child, imc_id=imc, told_on="2026-05-20")
    await play.at("2026-05-22", "16:00:00")
    await work.need_changes(lead, "UP", child)
    await play.at("2026-05-26", "09:00:00")
    await work.talk(["CHANGE_IN_NEED_UP"], child, level="CHILD_IN_NEED")
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(lead)])]
    assert due(await play.clocks(play.auditor, work.case_id, work.position)) == [
        ("NAT-REF-01", "2026-02-27 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-02-27 23:59:59", "MISSED"),
        ("WLV-PLAN-08", "2026-04-13 23:59:59", "MET"),
        # Below Child in Need no assessment is due; from the day of the rise another is.
        ("NAT-PLAN-01", "2026-05-05 23:59:59", "CANCELLED"),
        ("WLV-THR-19", "2026-05-26 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-06-20 23:59:59", "RUNNING"),
        ("NAT-PLAN-07", "2026-07-13 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-07-23 23:59:59", "RUNNING"),
    ]


@pytest.mark.day("2026-09-21", life=5)
def test_from_the_front_door_through_protection_to_the_end(product: Product) -> None:
    travel(product, _whole_way)


async def _whole_way(play: Journey) -> None:
    oda = {"first_name": "Oda", "surname": "Sluicegate", "estimated_age": 8}
    work, child = await _begun(play, "2026-09-21", oda, TO_CAT)
    people, lead = work.people, work.people.family_worker
    await play.at("2026-09-21", "14:00:00")
    await work.name_worker(child)
    await play.at("2026-09-22", "10:00:00")
    await work.ask_for_discussion(people.cat, child)
    assert [state for state, _, _ in await stands(work)] == ["STRATEGY_CAT"]
    await play.at("2026-09-23", "10:00:00")
    one = {"child_id": child, "outcome": "S17", "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}}
    await work.discuss("S17", child, held_by="CAT", children=[one])
    assert [(state, level) for state, level, _ in await stands(work)] == [("AWAITING_ALLOCATION", "CHILD_IN_NEED")]

    # ---- help ----
    await play.at("2026-09-29", "10:00:00")
    imc = await work.talk(["NEW_REFERRAL"], child, level="CHILD_IN_NEED")
    await work.name_lead(lead, imc, child, lead_agreed_at="2026-09-29T09:00:00+01:00")
    her = [await work.id_of(lead)]
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", her)]
    await play.at("2026-10-05", "10:00:00")
    plan = await work.write_plan(lead, child)
    await work.approve_plan(people.team_manager, plan)
    await work.form_team(lead)
    await play.at("2026-10-29", "10:00:00")
    await _monthly(work, child)
    await play.at("2026-11-16", "10:00:00")
    await work.review(lead, plan, "CHILD_IN_NEED", child, next_review_date="2026-11-30")
    await play.at("2026-11-27", "10:00:00")
    await _monthly(work, child)
    await play.at("2026-11-30", "10:00:00")
    undated = await work.review(lead, plan, "CHILD_IN_NEED", child)
    assert "NAT-PLAN-07" in [gap["rule"] for gap in undated.body["receipt"]["incomplete"]]

    # ---- protection ----
    await play.at("2026-12-07", "10:00:00")
    await work.worry(lead, child)
    await work.discuss("S47", child, held_by=None, lead_id=await work.id_of(people.lcpp))
    assert [(state, level) for state, level, _ in await stands(work)] == [("S47_MACPT", "CP_ENQUIRY")]
    await play.at("2026-12-30", "10:00:00")
    await work.confer("PLAN", child, invited=(lead, people.lcpp))
    await play.at("2027-03-30", "10:00:00")
    await work.confer_again("CONTINUE", child, invited=(lead, people.lcpp))
    assert [(state, level) for state, level, _ in await stands(work)] == [("CP_PLAN", "CHILD_PROTECTION_PLAN")]
    await play.at("2027-09-30", "10:00:00")
    await work.confer_again("END_PLAN", child, invited=(lead, people.lcpp))
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", her)]

    # ---- help again, and the end ----
    await play.at("2027-10-29", "10:00:00")
    await _monthly(work, child)
    await play.at("2027-11-11", "10:00:00")
    await work.review(lead, plan, "TARGETED_EARLY_HELP", child, next_review_date="2027-12-10")
    await play.at("2027-11-11", "14:00:00")
    imc = await work.talk(["CHANGE_IN_NEED_DOWN"], child, level="TARGETED_EARLY_HELP")
    down = {"imc_id": imc, "told_on": "2027-11-11"}
    await work.change_level(people.team_manager, "TARGETED_EARLY_HELP", child, **down)
    await play.at("2027-12-10", "10:00:00")
    await work.review(lead, plan, "UNIVERSAL", child, review_kind="FINAL")
    await work.change_level(people.team_manager, "UNIVERSAL", child, told_on="2027-12-10")
    assert await stands(work) == [("CLOSED", None, [])]
    file = await work.file()
    assert (file["worklist"], file["next_dates"]) == ([], [])
    trail = await play.trail(play.auditor, work.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-09-21 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-09-21 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-09-21 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-09-21 14:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-09-22 10:00:00", "planning.StrategyDiscussionRequested", "SOCIAL_WORKER"),
        ("2026-09-23 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-09-23 10:00:00", "allocation.AllocationRequested", "system"),
        ("2026-09-23 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-09-29 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-09-29 10:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-09-29 10:00:00", "allocation.LeadEnded", "SW_TEAM_MANAGER"),
        ("2026-10-05 10:00:00", "planning.PlanStarted", "dev-family-worker"),
        ("2026-10-05 10:00:00", "planning.PlanCompleted", "dev-family-worker"),
        ("2026-10-05 10:00:00", "planning.PlanApproved", "SW_TEAM_MANAGER"),
        ("2026-10-05 10:00:00", "planning.TeamAroundFamilyFormed", "dev-family-worker"),
        ("2026-10-29 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-11-16 10:00:00", "planning.PlanReviewed", "dev-family-worker"),
        ("2026-11-27 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-11-30 10:00:00", "planning.PlanReviewed", "dev-family-worker"),
        ("2026-12-07 10:00:00", "planning.ConcernRaised", "dev-family-worker"),
        ("2026-12-07 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-12-07 10:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2026-12-07 10:00:00", "allocation.LeadAllocated", "system"),
        ("2026-12-07 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-12-30 10:00:00", "planning.InitialConferenceHeld", "LCPP"),
        ("2026-12-30 10:00:00", "planning.Section47EnquiryConcluded", "LCPP"),
        ("2026-12-30 10:00:00", "planning.PlanStarted", "LCPP"),
        ("2026-12-30 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2027-03-30 10:00:00", "planning.ReviewConferenceHeld", "LCPP"),
        ("2027-09-30 10:00:00", "planning.ReviewConferenceHeld", "LCPP"),
        ("2027-09-30 10:00:00", "allocation.LeadEnded", "system"),
        ("2027-09-30 10:00:00", "planning.PlanEnded", "LCPP"),
        ("2027-09-30 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2027-10-29 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2027-11-11 10:00:00", "planning.PlanReviewed", "dev-family-worker"),
        ("2027-11-11 10:00:00", "allocation.IMCTaskRaised", "system"),
        ("2027-11-11 10:00:00", "planning.IncompleteResolved", "dev-family-worker"),
        ("2027-11-11 10:00:00", "planning.IncompleteResolved", "dev-family-worker"),
        ("2027-11-11 14:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2027-11-11 14:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-12-10 10:00:00", "planning.PlanReviewed", "dev-family-worker"),
        ("2027-12-10 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-12-10 10:00:00", "allocation.LeadEnded", "system"),
        ("2027-12-10 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2027-12-10 10:00:00", "allocation.WorklistReassigned", "system"),
        ("2027-12-10 10:00:00", "planning.PlanEnded", "SW_TEAM_MANAGER"),
    ]
    # What was missed is said once, at its second.
    assert [one[:2] for one in told(trail) if one[1] == "qa.ClockBreached"] == [
        ("2026-09-24 23:59:59", "qa.ClockBreached"),
        ("2027-01-14 23:59:59", "qa.ClockBreached"),
        ("2027-02-11 23:59:59", "qa.ClockBreached"),
    ]
    assert due(await play.clocks(play.auditor, work.case_id)) == [
        ("NAT-REF-01", "2026-09-22 23:59:59", "MET"),
        ("WLV-THR-29", "2026-09-23 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-09-24 23:59:59", "MISSED"),
        ("WLV-REF-08", "2026-10-05 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-10-29 23:59:59", "MET"),
        ("WLV-PLAN-08", "2026-11-16 23:59:59", "MET"),
        ("NAT-PLAN-01", "2026-11-23 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-11-29 23:59:59", "MET"),
        ("NAT-PLAN-07", "2026-11-30 23:59:59", "MET"),
        ("WLV-THR-02", "2026-12-07 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2026-12-27 23:59:59", "CANCELLED"),
        ("NAT-THR-02", "2026-12-30 23:59:59", "MET"),
        ("NAT-THR-03", "2027-01-14 23:59:59", "MISSED"),
        ("NAT-PLAN-01", "2027-02-11 23:59:59", "MISSED"),
        ("NAT-PLAN-07", "2027-02-28 23:59:59", "CANCELLED"),
        ("NAT-THR-04", "2027-03-30 23:59:59", "MET"),
        ("NAT-THR-05", "2027-09-30 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2027-10-30 23:59:59", "MET"),
        ("WLV-PLAN-09", "2027-11-11 23:59:59", "MET"),
        ("WLV-ALLOC-35", "2027-11-29 23:59:59", "CANCELLED"),
        ("NAT-PLAN-07", "2027-12-10 23:59:59", "MET"),
        ("NAT-PLAN-07", "2027-12-30 23:59:59", "MET"),
        ("NAT-PLAN-07", "2028-03-10 23:59:59", "CANCELLED"),
    ]


async def _monthly(work: Casework, child: str) -> None:
    people = work.people
    there = [await work.as_(one) for one in (people.team_manager, people.delivery_manager, people.family_worker)]
    monthly = {
        "kind": "MONTHLY",
        "attendees": there,
        "plan_progress": "Two of three actions are done.",
        "support_needed": "None.",
        "oversight": "By the Team Manager.",
    }
    await work.talk(["MONTHLY_CIN_AQ"], child, level="CHILD_IN_NEED", **monthly)


@pytest.mark.day("2026-12-17", life=4)
def test_what_falls_due_over_christmas(product: Product) -> None:
    travel(product, _over_christmas)


async def _over_christmas(play: Journey) -> None:
    ivo = {"first_name": "Ivo", "surname": "Millrace", "estimated_age": 11}
    work, child = await _begun(play, "2026-12-17", ivo, TO_CAT)
    notice = {"child_ids": [child], "notified_on": "2026-12-17"}
    await work.do("RecordPrivateFostering", work.people.cat, "planning", "private-fostering", notice)
    clocks = due(await play.clocks(play.auditor, work.case_id, work.position))
    assert ("NAT-PLAN-04", "2026-12-30 23:59:59", "RUNNING") in clocks
    # What waits before the cut-off is talked about the same day; what comes after it, on the next working day.
    await play.at("2026-12-24", "15:30:00")
    early = await play.refer(SCHOOL, emarf({"first_name": "Kit", "surname": "Millrace", "estimated_age": 5}))
    await play.triage(early, HELP)
    await play.at("2026-12-24", "16:30:00")
    late = await play.refer(SCHOOL, emarf({"first_name": "Lea", "surname": "Tailwater", "estimated_age": 7}))
    position = await play.triage(late, HELP)
    days = await _team_days(play, position)
    assert ("WLV-ALLOC-03", "2026-12-24 23:59:59", "2026-12-24") in days
    sent = due(await play.clocks(play.auditor, late.case_id, position))
    assert ("WLV-ALLOC-05", "2026-12-29 23:59:59", "RUNNING") in sent
    await play.at("2026-12-29", "09:00:00")
    days = await _team_days(play, position)
    assert ("WLV-ALLOC-03", "2026-12-29 23:59:59", "2026-12-29") in days
    assert not [day for _, _, day in days if "2026-12-24" < day < "2026-12-29"]


async def _team_days(play: Journey, after: str) -> list[tuple[str, str | None, str]]:
    told = await play.callers.done("ReadTeamClocks", play.manager, "GET", "/qa/v1/team-clocks", after=after)
    return [(row["rule"], wall(row["due_at"]), row["day"]) for row in told.body["clocks"]]
