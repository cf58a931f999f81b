"""Whose family it is: a partner's lead hands over to a social worker, and loses sight of it."""

import pytest

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
    without_alerts,
)

pytestmark = pytest.mark.day("2026-08-27", life=3)

AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}


def test_a_lead_changes_by_agreement_and_the_family_is_told(product: Product) -> None:
    travel(product, _handed_over)


async def _handed_over(play: Journey) -> None:
    people = People()
    nurse, family_worker, social_worker = people.health.worker, people.family_worker, people.social_worker
    await play.at("2026-08-27", "09:00:00")
    await appointed(play.callers, people, play.protocol)
    referral = await play.refer(SCHOOL, emarf({"first_name": "Lee", "surname": "Dunstall", "estimated_age": 5}))
    work = Casework(play.callers, people, referral.case_id, await play.triage(referral, AMBER))
    (child,) = await work.children()
    await play.at("2026-08-28", "09:00:00")
    await work.determine("CHILD_IN_NEED", child)
    await play.at("2026-08-28", "10:00:00")
    first = await work.talk(["NEW_REFERRAL"], child, level="CHILD_IN_NEED")
    # Named on the bank holiday: a month from the last day of August is the last day of September.
    await play.at("2026-08-31", "09:00:00")
    agreed = {"person": await work.id_of(people.health.manager), "date": "2026-08-28"}
    await work.name_lead(nurse, first, child, line_manager_agreement=agreed, lead_agreed_at="2026-08-31T09:00:00+01:00")
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(nurse)])]
    assert due(await play.clocks(play.auditor, referral.case_id))[2:4] == [
        ("WLV-ALLOC-35", "2026-09-30 23:59:59", "RUNNING"),
        ("WLV-ALLOC-40", "2026-09-30 23:59:59", "RUNNING"),
    ]

    # ---- who may follow her ----
    await play.at("2026-09-14", "09:00:00")
    before = {"previous_lead": await work.id_of(nurse)}
    assert await no(work.name_lead(family_worker, first, child)) == (409, {"WLV-ALLOC-27", "NAT-ALLOC-02"})
    assert await no(work.name_lead(family_worker, first, child, **before)) == (
        409,
        {"WLV-ALLOC-29", "WLV-ALLOC-32", "WLV-ALLOC-44", "NAT-ALLOC-02"},
    )
    imc = await work.talk(
        ["CHANGE_OF_FHLP"], child, level="CHILD_IN_NEED", kind="AD_HOC", lead_change=True, qualification_needed=None
    )
    told_on = {
        "family_informed": {
            "date": "2026-09-14",
            "child_included": False,
            "reason_not": "TOO_YOUNG",
            "rationale": "Why.",
        }
    }
    why = {"change_reason": "ESCALATION", "lead_agreed_at": "2026-09-14T09:00:00+01:00"}
    assert await no(work.name_lead(family_worker, imc, child, **before, **why, **told_on)) == (409, {"WLV-THR-25"})
    assert await no(work.name_lead(social_worker, imc, child, **before, **why)) == (409, {"WLV-ALLOC-44"})
    await play.at("2026-09-15", "09:00:00")
    await work.name_lead(social_worker, imc, child, **before, **why, **told_on)
    assert await stands(work) == [("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", [await work.id_of(social_worker)])]
    assert await gone(work.file(nurse)) == 404
    assert await gone(work.note(nurse, child)) == 404
    assert (await work.file(social_worker))["mask"]
    leads = (await work.file())["leads"]
    assert [(one["lead"]["id"], one["until"] is None) for one in leads] == [
        (await work.id_of(nurse), False),
        (await work.id_of(social_worker), True),
    ]

    trail = await play.trail(play.auditor, referral.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-08-27 09:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-08-27 09:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-08-27 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-08-27 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-08-28 09:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-08-28 10:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-08-31 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-09-14 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-09-15 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.auditor, referral.case_id)) == [
        ("NAT-REF-01", "2026-08-28 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-08-28 23:59:59", "MISSED"),
        ("WLV-ALLOC-35", "2026-09-30 23:59:59", "CANCELLED"),
        ("WLV-ALLOC-40", "2026-09-30 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2026-10-30 23:59:59", "RUNNING"),
    ]
