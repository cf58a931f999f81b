"""Early support that begins at Easter, and comes back when worries rise."""

import pytest

from deploy.acting import Answer, Role
from deploy.casework import Casework
from deploy.people import People, appointed
from tests.journeys.compositions import Product
from tests.journeys.travelling import (
    NO,
    SCHOOL,
    Journey,
    Referral,
    due,
    emarf,
    no,
    stands,
    told,
    travel,
    without_alerts,
)

pytestmark = pytest.mark.day("2026-04-02", life=2)

NAN = {"first_name": "Nan", "surname": "Finchfield", "date_of_birth": "2015-03-09", "nhs_number": "9990000247"}
GREEN = {"triage_rag": "GREEN", "outcome": "EARLY_SUPPORT_START", "five_questions": NO}
AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}


def test_early_support_comes_back_when_worries_rise(product: Product) -> None:
    travel(product, _comes_back)


async def _comes_back(play: Journey) -> None:
    people = People()
    teacher, social_worker = people.school.worker, people.social_worker
    await play.at("2026-04-02", "10:00:00")
    await appointed(play.callers, people, play.protocol)
    first = await play.refer(SCHOOL, emarf(NAN))
    early = Casework(play.callers, people, first.case_id, await play.triage(first, GREEN))
    (child,) = await early.children()
    assert await stands(early) == [("EARLY_SUPPORT", "EARLY_SUPPORT", ["FRONT_DOOR_WORKER"])]
    await play.at("2026-04-02", "11:00:00")
    plan = await early.begin_early_support(people.school, child, agency="larch-lane-primary")
    assert await stands(early) == [("EARLY_SUPPORT", "EARLY_SUPPORT", [await early.id_of(teacher)])]

    # ---- worries rise: no request by the lead without a review ----
    await play.at("2026-05-05", "09:00:00")
    request = emarf(NAN)
    request["referrer"] |= {"agency": "larch-lane-primary", "agency_type": "SCHOOL"}
    assert await no(_refer(play, teacher, request)) == (409, {"WLV-REF-19"})
    assert await no(_review(play, teacher, first, {"refer": False})) == (409, {"WLV-REF-19"})
    await play.at("2026-05-06", "09:00:00")
    reviewed = await _review(play, teacher, first, {"refer": True, "reason_code": "NEEDS_RISING"})
    review = reviewed.body["events"][0]["event_id"]
    sent = await _refer(play, teacher, {**request, "early_support_review_id": review})
    second = Referral(sent.body["referral_id"], sent.body["case_id"], sent.body, sent.position or "")
    work = Casework(play.callers, people, second.case_id, await play.triage_again(second, AMBER))
    (again,) = await work.children()
    # A person's letter, unlike a system's, is answered by a person.
    seen = await play.look(second, after=work.position)
    work.position = await play.act(second, "AcknowledgeReferral", "acknowledgement", {}, seen["versions"]["referral"])
    waits = ["SW_TEAM_MANAGER", await work.id_of(teacher)]
    assert await stands(work) == [("AWAITING_THRESHOLD", "EARLY_SUPPORT", waits)]
    await play.at("2026-05-06", "11:00:00")
    await work.determine("TARGETED_EARLY_HELP", again)
    await play.at("2026-05-07", "09:00:00")
    weighed = {"cat_recommendation": {"follow": True, "reason_code": "OTHER", "reason_note": "Yes."}, "esp_ref": plan}
    imc = await work.talk(["NEW_REFERRAL"], again, level="TARGETED_EARLY_HELP", considered=weighed)
    await work.name_lead(social_worker, imc, again, lead_agreed_at="2026-05-07T09:00:00+01:00")
    helped = [("FAMILY_HELP_ACTIVE", "TARGETED_EARLY_HELP", [await work.id_of(social_worker)])]
    assert await stands(work) == helped
    # Either case shows the one family, and the place that early support gave the child is closed.
    early.position = work.position
    assert await stands(early) == helped
    (one,) = (await early.file())["children"]
    assert {place["child_id"]: place["state"] for place in one["positions"]}[child] == "CLOSED"
    (ended,) = (await work.file(social_worker))["plans"]
    assert (ended["plan_id"], ended["until"] is None) == (plan, False)

    trail = await play.trail(play.auditor, second.case_id, work.position)
    assert without_alerts(told(trail)) == [
        ("2026-04-02 10:00:00", "referral.ReferralReceived", "dev-WLV-larch-lane-primary-system"),
        ("2026-04-02 10:00:00", "referral.ChildIdentified", "dev-WLV-larch-lane-primary-system"),
        ("2026-04-02 10:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-04-02 10:00:00", "planning.ThresholdChanged", "system"),
        ("2026-04-02 11:00:00", "planning.PlanStarted", "SW_TEAM_MANAGER"),
        ("2026-05-06 09:00:00", "referral.EarlySupportReviewed", "dev-teacher"),
        ("2026-05-06 09:00:00", "referral.ReferralReceived", "dev-teacher"),
        ("2026-05-06 09:00:00", "referral.ChildIdentified", "dev-teacher"),
        ("2026-05-06 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-05-06 09:00:00", "allocation.AllocationRequested", "system"),
        ("2026-05-06 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-05-06 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-05-06 09:00:00", "referral.ReferralAcknowledged", "FRONT_DOOR_WORKER"),
        ("2026-05-06 11:00:00", "planning.ThresholdChanged", "SOCIAL_WORKER"),
        ("2026-05-07 09:00:00", "allocation.IMCHeld", "SW_TEAM_MANAGER"),
        ("2026-05-07 09:00:00", "allocation.LeadAllocated", "SW_TEAM_MANAGER"),
        ("2026-05-07 09:00:00", "planning.PlanEnded", "system"),
    ]
    assert told(await play.trail(play.auditor, first.case_id, work.position)) == told(trail)
    assert due(await play.clocks(play.auditor, second.case_id)) == [
        ("NAT-REF-01", "2026-04-07 23:59:59", "MET"),
        ("NAT-REF-01", "2026-05-07 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-05-07 23:59:59", "MET"),
        ("NAT-PLAN-01", "2026-06-10 23:59:59", "CANCELLED"),
        ("NAT-PLAN-01", "2026-07-09 23:59:59", "CANCELLED"),
    ]


async def _refer(play: Journey, by: Role, form: dict) -> Answer:
    return await play.callers.done("SubmitReferral", by, "POST", "/referral/v1/referrals", form)


async def _review(play: Journey, by: Role, referral: Referral, body: dict) -> Answer:
    path = f"/referral/v1/referrals/{referral.id}/early-support-review"
    seen = await play.look(referral)
    return await play.callers.done("Review", by, "POST", path, body, version=seen["versions"]["referral"])
