"""Worries in an open case of Family Help that a family worker leads: an enquiry, and a discussion without."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import NO, SCHOOL, Journey, due, emarf, no, stands, told, travel, without_alerts

pytestmark = pytest.mark.day("2026-07-13", life=2)

AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}


def test_a_worry_leads_to_an_enquiry_and_back_to_the_lead(product: Product) -> None:
    travel(product, _worried)


async def _worried(play: Journey) -> None:
    people = People()
    lead, manager = people.family_worker, people.team_manager
    await play.at("2026-07-13", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf({"first_name": "Moe", "surname": "Ettingshall", "estimated_age": 8}))
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, AMBER))
    (child,) = await work.children()
    await play.at("2026-07-13", "11:00:00")
    await work.determine("TARGETED_EARLY_HELP", child)
    await play.at("2026-07-14", "09:00:00")
    imc = await work.talk(["NEW_REFERRAL"], child, level="TARGETED_EARLY_HELP")
    await work.name_lead(lead, imc, child, lead_agreed_at="2026-07-14T09:00:00+01:00")
    helped = ("FAMILY_HELP_ACTIVE", "TARGETED_EARLY_HELP", [await work.id_of(lead)])
    assert await stands(work) == [helped]

    # ---- a worry that goes as far as an enquiry: the Friday before the bank holiday ----
    await play.at("2026-08-28", "15:00:00")
    await work.worry(lead, child)
    assert await stands(work) == [helped]
    await play.at("2026-08-28", "15:30:00")
    asked = await work.ask_for_discussion(lead, child)
    assert [one["rule"] for one in asked.body["receipt"]["incomplete"]] == ["WLV-THR-21", "WLV-THR-21"]
    await play.at("2026-08-28", "16:00:00")
    await work.talk_to_manager(lead, manager, child)
    await work.talk_to_lcpp(child, triggered=True)
    assert (await work.file())["incomplete"] == []
    assert await stands(work) == [("STRATEGY_OPEN", "TARGETED_EARLY_HELP", [await work.id_of(lead)])]
    await play.at("2026-09-01", "10:00:00")
    held = await work.discuss(
        "S47", child, held_by="MACPT", lead_id=await work.id_of(people.lcpp), invited=await work.invited((lead,))
    )
    assert held.body["receipt"]["incomplete"] == []
    assert await stands(work) == [("S47_MACPT", "CP_ENQUIRY", [await work.id_of(one) for one in (people.lcpp, lead)])]
    await play.at("2026-09-10", "10:00:00")
    await work.conclude("SUPPORT_CHILD_IN_NEED", child)
    assert await stands(work) == [helped]

    # ---- one that does not: held by the wrong team, it is taken all the same ----
    await play.at("2026-09-14", "10:00:00")
    await work.talk_to_manager(lead, manager, child)
    # She has no sight of the case before anybody asks for her: it is the lead who writes down what they said.
    assert await no(work.talk_to_lcpp(child, triggered=True)) == (404, set())
    await work.talk_to_lcpp(child, triggered=True, by=lead)
    await play.at("2026-09-15", "10:00:00")
    wrong = await work.discuss("CONTINUE_FAMILY_HELP", child, held_by=None, invited=await work.invited((lead,)))
    assert [one["rule"] for one in wrong.body["receipt"]["incomplete"]] == ["WLV-THR-04", "WLV-THR-04"]
    assert await stands(work) == [helped]
    await play.at("2026-09-16", "10:00:00")
    up = await work.talk(
        ["CHANGE_IN_NEED_UP"],
        child,
        level="CHILD_IN_NEED",
        kind="AD_HOC",
        attendees=[await work.as_(one) for one in (manager, people.delivery_manager, lead)],
        additional_support_considered=True,
        additional_support_considered_note="A parenting worker.",
    )
    await play.at("2026-09-16", "11:00:00")
    await work.change_level(manager, "CHILD_IN_NEED", child, told_on="2026-09-16", imc_id=up)
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(lead)])]

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-07-13 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-07-13 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-07-13 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-07-13 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-07-13 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-07-14 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-07-14 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-08-28 15:00:00", "planning.ConcernRaised", "dev-family-worker"),
        ("2026-08-28 15:30:00", "planning.StrategyDiscussionRequested", "dev-family-worker"),
        ("2026-08-28 16:00:00", "planning.LineManagerDiscussionHeld", "dev-family-worker"),
        ("2026-08-28 16:00:00", "planning.IncompleteResolved", "dev-family-worker"),
        ("2026-08-28 16:00:00", "planning.LCPPConversationHeld", "LCPP"),
        ("2026-08-28 16:00:00", "planning.IncompleteResolved", "LCPP"),
        ("2026-09-01 10:00:00", "planning.StrategyDiscussionHeld", "LCPP"),
        ("2026-09-01 10:00:00", "planning.Section47EnquiryOpened", "LCPP"),
        ("2026-09-01 10:00:00", "allocation.LeadAllocated", "system"),
        ("2026-09-01 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2026-09-10 10:00:00", "planning.Section47EnquiryConcluded", "LCPP"),
        ("2026-09-10 10:00:00", "allocation.LeadEnded", "system"),
        ("2026-09-10 10:00:00", "planning.ThresholdChanged", "LCPP"),
        ("2026-09-10 10:00:00", "planning.ChangeOfNeedReported", "LCPP"),
        ("2026-09-10 10:00:00", "allocation.IMCTaskRaised", "system"),
        ("2026-09-14 10:00:00", "planning.LineManagerDiscussionHeld", "dev-family-worker"),
        ("2026-09-14 10:00:00", "planning.LCPPConversationHeld", "dev-family-worker"),
        ("2026-09-14 10:00:00", "planning.StrategyDiscussionRequested", "dev-family-worker"),
        ("2026-09-15 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-09-15 10:00:00", "planning.ChangeOfNeedReported", "SW_TEAM_MANAGER"),
        ("2026-09-15 10:00:00", "allocation.IMCTaskRaised", "system"),
        ("2026-09-16 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-09-16 11:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2026-07-14 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-07-14 23:59:59", "MET"),
        ("WLV-THR-02", "2026-08-28 23:59:59", "MET"),
        ("WLV-THR-29", "2026-09-01 23:59:59", "MET"),
        ("WLV-THR-19", "2026-09-11 23:59:59", "MISSED"),
        ("NAT-PLAN-01", "2026-09-15 23:59:59", "CANCELLED"),
        ("WLV-THR-29", "2026-09-15 23:59:59", "MET"),
        ("NAT-THR-02", "2026-09-22 23:59:59", "CANCELLED"),
        ("WLV-ALLOC-35", "2026-10-16 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-11-03 23:59:59", "CANCELLED"),
    ]
