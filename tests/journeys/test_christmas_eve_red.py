"""A RED on Christmas Eve about four children: help and not protection, and what the assessment team makes of each."""

import pytest

from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import DANGER, POLICE, Journey, due, emarf, stands, told, travel, without_alerts

pytestmark = pytest.mark.day("2026-12-24", life=3)

RED = {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER}
CHILDREN = [{"first_name": name, "surname": "Wobaston", "estimated_age": 6} for name in ("Una", "Val", "Wes", "Xan")]


def test_a_red_that_is_no_protection_case_goes_to_the_assessment_team(product: Product) -> None:
    travel(product, _four)


async def _four(play: Journey) -> None:
    people = People()
    await play.at("2026-12-24", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    form = emarf(CHILDREN[0], request_kind="SAFEGUARDING_CONCERN", immediate_risk=True) | {"children": CHILDREN}
    referral = await play.refer(POLICE, form)
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, RED, RED, RED, RED))
    una, val, wes, xan = (await play.look(referral))["children"]
    assert await stands(work, una, val, wes, xan) == [("STRATEGY_MASH", None, ["SW_TEAM_MANAGER"])] * 4
    # The next working day is the Tuesday: Monday stands in for Boxing Day.
    await play.at("2026-12-29", "10:00:00")
    await work.discuss("S17", una, val, wes, held_by="MASH")
    unclear = await work.discuss("CONTINUE_FAMILY_HELP", xan, held_by="MASH")
    assert [one["rule"] for one in unclear.body["receipt"]["incomplete"]] == ["WLV-REF-11"]
    assert await stands(work, una, val, wes, xan) == [("CAT_ASSESSMENT", None, ["SW_TEAM_MANAGER"])] * 4
    await play.at("2026-12-29", "14:00:00")
    await work.name_worker(una, val, wes, xan)
    assessed = ("CAT_ASSESSMENT", None, [await work.id_of(people.cat)])
    assert await stands(work, una, val, wes, xan) == [assessed] * 4

    await play.at("2027-01-04", "10:00:00")
    await work.complete_assessment("NFA", una)
    await work.complete_assessment("STRATEGY_DISCUSSION", val, wes, xan)
    closed, asked = ("CLOSED", None, []), ("STRATEGY_CAT", None, [await work.id_of(people.cat)])
    assert await stands(work, una, val, wes, xan) == [closed, asked, asked, asked]
    await play.at("2027-01-05", "10:00:00")
    who = {"fhlp_recommendation": {"qualification": "SOCIAL_WORKER"}}
    await work.discuss("S17", val, held_by="CAT", children=[{"child_id": val, "outcome": "S17", **who}])
    silent = await work.discuss("FAMILY_HELP_NOT_S17", wes, held_by="CAT")
    assert [one["rule"] for one in silent.body["receipt"]["incomplete"]] == ["WLV-REF-16"]
    await work.discuss("NFA", xan, held_by="CAT")
    waiting = [await work.id_of(people.cat)]
    assert await stands(work, una, val, wes, xan) == [
        closed,
        ("AWAITING_ALLOCATION", "CHILD_IN_NEED", waiting),
        ("AWAITING_ALLOCATION", "TARGETED_EARLY_HELP", waiting),
        closed,
    ]

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-12-24 09:00:00", "referral.ReferralReceived", "dev-WLV-district-police-system"),
        ("2026-12-24 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-12-24 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-12-24 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-12-24 09:00:00", "referral.ChildIdentified", "dev-WLV-district-police-system"),
        ("2026-12-24 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-12-24 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-12-24 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-12-24 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-12-29 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-12-29 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2026-12-29 14:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2027-01-04 10:00:00", "planning.AssessmentCompleted", "SOCIAL_WORKER"),
        ("2027-01-04 10:00:00", "planning.CaseClosed", "SOCIAL_WORKER"),
        ("2027-01-04 10:00:00", "allocation.LeadEnded", "system"),
        ("2027-01-04 10:00:00", "planning.AssessmentCompleted", "SOCIAL_WORKER"),
        ("2027-01-05 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "allocation.AllocationRequested", "system"),
        ("2027-01-05 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "allocation.AllocationRequested", "system"),
        ("2027-01-05 10:00:00", "planning.ThresholdChanged", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "planning.StrategyDiscussionHeld", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "planning.CaseClosed", "SW_TEAM_MANAGER"),
        ("2027-01-05 10:00:00", "allocation.LeadEnded", "system"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2027-01-05 23:59:59", "MET"),
        ("WLV-THR-29", "2027-01-05 23:59:59", "MET"),
        ("WLV-THR-29", "2027-01-05 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2027-01-06 23:59:59", "RUNNING"),
        ("WLV-ALLOC-05", "2027-01-06 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "MET"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "MET"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "MET"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "MET"),
    ]
