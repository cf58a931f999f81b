"""Four siblings whose cases end each in its own way: a death, a move, an order, and a family that wants no more."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import (
    ASSESS,
    DANGER,
    NO,
    POLICE,
    Journey,
    due,
    emarf,
    no,
    stands,
    told,
    travel,
    without_alerts,
)

pytestmark = pytest.mark.day("2026-11-20", life=3)

RED = {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER}
HELP = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}
CAT = {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS}
CHILDREN = [{"first_name": name, "surname": "Penderford", "estimated_age": 6} for name in ("Rae", "Sol", "Tia", "Uma")]


def test_each_child_leaves_in_its_own_way(product: Product) -> None:
    travel(product, _each_leaves)


async def _each_leaves(play: Journey) -> None:
    people = People()
    manager, lead = people.team_manager, people.social_worker
    await play.at("2026-11-20", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    form = emarf(CHILDREN[0], request_kind="SAFEGUARDING_CONCERN", immediate_risk=True) | {"children": CHILDREN}
    referral = await play.refer(POLICE, form)
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, RED, RED, HELP, CAT))
    rae, sol, tia, uma = (await play.look(referral))["children"]
    await play.at("2026-11-20", "11:00:00")
    await work.discuss("S47", rae, sol, held_by="MASH", lead_id=await work.id_of(people.lcpp))
    await work.determine("CHILD_IN_NEED", tia)
    await play.at("2026-11-23", "09:00:00")
    imc = await work.talk(["NEW_REFERRAL"], tia, level="CHILD_IN_NEED")
    await work.name_lead(lead, imc, tia, lead_agreed_at="2026-11-23T09:00:00+00:00")
    await work.write_plan(lead, tia)
    await play.at("2026-12-11", "10:00:00")
    await work.confer("PLAN", sol)
    held, cat = [await work.id_of(people.lcpp)], ["SW_TEAM_MANAGER"]
    enquiry, plan = ("S47_MACPT", "CP_ENQUIRY", held), ("CP_PLAN", "CHILD_PROTECTION_PLAN", held)
    helped, assessed = ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(lead)]), ("CAT_ASSESSMENT", None, cat)
    assert await stands(work, rae, sol, tia, uma) == [enquiry, plan, helped, assessed]

    # ---- what happened to a child closes its case from any state; nothing else closes one that is protected ----
    await play.at("2026-12-18", "10:00:00")
    closed = ("CLOSED", None, [])
    assert await no(
        work.close(manager, rae, reason_code="RC7", higher_need_view="NOT_NEEDED", reason_note="They ask.")
    ) == (
        409,
        {"WLV-THR-28"},
    )
    await work.close(manager, rae, closed_by_event="DIED", closed_on="2026-12-17")
    assert await stands(work, rae, sol, tia, uma) == [closed, plan, helped, assessed]
    moved = {"closed_by_event": "MOVED_TO_OTHER_AUTHORITY", "closed_on": "2026-12-18"}
    assert await no(work.close(manager, sol, **moved)) == (409, {"NAT-THR-11"})
    await work.close(manager, sol, **moved, handed_over_to="333", acceptance_ref="minutes-of-16-december")
    assert await stands(work, rae, sol, tia, uma) == [closed, closed, helped, assessed]
    # ---- the family wants no more: its reason, and whether more would be needed ----
    await play.at("2026-12-21", "10:00:00")
    wants_no_more = {"reason_code": "RC7", "reason_note": "They ask to be left alone."}
    assert await no(work.close(people.cat_manager, uma, **wants_no_more)) == (409, {"WLV-THR-28"})
    await work.close(people.cat_manager, uma, **wants_no_more, higher_need_view="NOT_NEEDED")
    assert await stands(work, rae, sol, tia, uma) == [closed, closed, helped, closed]
    # ---- an order places the last child elsewhere: its lead and the family's plan end with it ----
    await work.close(manager, tia, reason_code="RC3", closed_on="2026-12-21", reason_note="By the family court.")
    assert await stands(work, rae, sol, tia, uma) == [closed] * 4
    file = await work.file()
    assert [one["lead"]["id"] for one in file["leads"] if one["until"] is None] == []
    assert (file["worklist"], file["next_dates"]) == ([], [])

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-11-20 09:00:00", "referral.ReferralReceived", "dev-WLV-district-police-system"),
        ("2026-11-20 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-11-20 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-11-20 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-11-20 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-11-20 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-11-20 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-11-20 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-11-20 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-11-20 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-11-20 11:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-11-20 11:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2026-11-20 11:00:00", "allocation.LeadAllocated", "system"),
        ("2026-11-20 11:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-11-20 11:00:00", "planning.Section47EnquiryOpened", "SW_TEAM_MANAGER"),
        ("2026-11-20 11:00:00", "allocation.LeadAllocated", "system"),
        ("2026-11-20 11:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-11-20 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-11-23 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-11-23 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-11-23 09:00:00", "planning.PlanStarted", "SOCIAL_WORKER"),
        ("2026-11-23 09:00:00", "planning.PlanCompleted", "SOCIAL_WORKER"),
        ("2026-12-11 10:00:00", "planning.InitialConferenceHeld", "LCPP"),
        ("2026-12-11 10:00:00", "planning.Section47EnquiryConcluded", "LCPP"),
        ("2026-12-11 10:00:00", "planning.PlanStarted", "LCPP"),
        ("2026-12-11 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2026-12-18 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-12-18 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2026-12-18 10:00:00", "planning.PlanEnded", "SW_TEAM_MANAGER"),
        ("2026-12-18 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-12-18 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2026-12-18 10:00:00", "allocation.LeadEnded", "system"),
        ("2026-12-21 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2026-12-21 10:00:00", "planning.PlanEnded", "SW_TEAM_MANAGER"),
        ("2026-12-21 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2026-12-21 10:00:00", "allocation.LeadEnded", "system"),
        ("2026-12-21 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2026-12-21 10:00:00", "allocation.WorklistReassigned", "system"),
    ]
    clocks = due(await play.clocks(play.auditor, referral.case_id))
    # Of one rule and one day, they stand in the order of the children.
    assert sorted(clocks, key=lambda clock: (clock[1], clock)) == [
        ("NAT-REF-01", "2026-11-23 23:59:59", "MET"),
        ("NAT-REF-01", "2026-11-23 23:59:59", "MET"),
        ("NAT-REF-01", "2026-11-23 23:59:59", "MET"),
        ("NAT-REF-01", "2026-11-23 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-11-23 23:59:59", "MET"),
        ("WLV-THR-29", "2026-11-23 23:59:59", "MET"),
        ("WLV-THR-29", "2026-11-23 23:59:59", "MET"),
        ("WLV-REF-08", "2026-12-04 23:59:59", "MISSED"),
        ("NAT-THR-02", "2026-12-11 23:59:59", "MET"),
        ("NAT-THR-02", "2026-12-11 23:59:59", "MISSED"),
        ("NAT-THR-03", "2026-12-29 23:59:59", "CANCELLED"),
        ("WLV-PLAN-08", "2027-01-04 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2027-01-27 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2027-01-27 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2027-01-27 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2027-01-27 23:59:59", "MET"),
        ("NAT-THR-04", "2027-03-11 23:59:59", "CANCELLED"),
    ]
