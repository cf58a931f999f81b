"""Maundy Thursday 2026: AMBER to the assessment team, AMBER to Family Help, and a GREEN taken by telephone."""

from uuid import uuid4

import pytest

from deploy.acting import Answer, Role
from tests.journeys.compositions import Product
from tests.journeys.travelling import ASSESS, NO, SCHOOL, Journey, due, emarf, london, ruled, told, travel

pytestmark = pytest.mark.day("2026-04-02")

SCHOOL_SYSTEM = "dev-WLV-larch-lane-primary-system"
ALMA = {"first_name": "Alma", "surname": "Ferncliffe", "date_of_birth": "2015-05-02", "nhs_number": "9990000018"}
BEN = {"first_name": "Ben", "surname": "Hartsong", "date_of_birth": "2013-01-02"}
CY = {"first_name": "Cy", "surname": "Underbank", "date_of_birth": "2019-11-30"}


def test_amber_to_the_assessment_team_before_easter_and_what_was_known_when(product: Product) -> None:
    travel(product, _to_cat)


async def _to_cat(play: Journey) -> None:
    await play.at("2026-04-02", "10:00:00")
    key = str(uuid4())
    referral = await play.refer(SCHOOL, emarf(ALMA, agency_reference="PUPIL-77"), key)
    await _same_key(play, key, referral.answer)
    assert (await play.look(referral, SCHOOL, referral.position))["status"] == "RECEIVED"

    # Decided at one, and written down at two.
    await play.at("2026-04-02", "14:00:00")
    position = await play.triage(
        referral,
        {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS},
        occurred_at=london("2026-04-02", "13:00:00"),
    )
    trail = await play.trail(play.cat, referral.case_id, position)
    assert told(trail) == [
        ("2026-04-02 10:00:00", "referral.ReferralReceived", SCHOOL_SYSTEM),
        ("2026-04-02 10:00:00", "referral.ChildIdentified", SCHOOL_SYSTEM),
        ("2026-04-02 13:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
    ]
    assert [row["late_by"] for row in trail] == [0, 0, 3600]
    assert {"WLV-REF-07", "WLV-REF-08", "WLV-REF-23"} <= set(ruled(trail, "referral.ReferralTriaged")[0])
    assert due(await play.clocks(play.cat, referral.case_id)) == [
        ("NAT-REF-01", "2026-04-07 23:59:59", "MET"),
        ("WLV-REF-08", "2026-04-20 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-06-10 23:59:59", "RUNNING"),
    ]
    status = await play.look(referral, SCHOOL, position)
    assert status["status"] == "DECIDED"
    assert status["outcome_groups"] == ["ASSESSMENT"]
    assert status["agency_reference"] == "PUPIL-77"
    await _then(play, referral.case_id)


async def _same_key(play: Journey, key: str, answer: object) -> None:
    again = await play.refer(SCHOOL, emarf(ALMA, agency_reference="PUPIL-77"), key)
    assert again.answer == answer
    other = await play.callers.send(SCHOOL, "POST", "/referral/v1/referrals", emarf(BEN), key=key)
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/key-reused"


async def _then(play: Journey, case_id: str) -> None:
    """What was true, and what was known, at half past one: the decision was made and not yet on record."""
    half_past = london("2026-04-02", "13:30:00").isoformat()
    before = london("2026-04-02", "12:00:00").isoformat()
    expected = {
        "now": ({}, "CAT_ASSESSMENT"),
        "true at half past one": ({"as_at": half_past}, "CAT_ASSESSMENT"),
        "true at noon": ({"as_at": before}, "RECEIVED"),
        "known at half past one": ({"known_at": half_past}, "RECEIVED"),
        "known then about then": ({"as_at": half_past, "known_at": half_past}, "RECEIVED"),
    }
    for question, (asked, state) in expected.items():
        file = await play.file(play.cat, case_id, None, **asked)
        assert file["children"][0]["state"] == state, question
    clocks = await play.clocks(play.cat, case_id, None, as_at=before)
    assert due(clocks) == [
        ("NAT-REF-01", "2026-04-07 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-06-10 23:59:59", "RUNNING"),
    ]
    assert len(await play.trail(play.cat, case_id, None, known_at=half_past)) == 2


def test_amber_to_family_help_asks_for_a_lead_by_the_day_after_easter_monday(product: Product) -> None:
    travel(product, _to_family_help)


async def _to_family_help(play: Journey) -> None:
    await play.at("2026-04-02", "14:05:00")
    referral = await play.refer(SCHOOL, emarf(BEN))
    await play.at("2026-04-02", "15:00:00")
    position = await play.triage(referral, {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": ASSESS})
    trail = await play.trail(play.cat, referral.case_id, position)
    assert told(trail) == [
        ("2026-04-02 14:05:00", "referral.ReferralReceived", SCHOOL_SYSTEM),
        ("2026-04-02 14:05:00", "referral.ChildIdentified", SCHOOL_SYSTEM),
        ("2026-04-02 15:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-04-02 15:00:00", "allocation.AllocationRequested", "system"),
    ]
    assert trail[3]["causation_id"] == trail[2]["event_id"]
    assert trail[3]["data"]["team"] == "FAMILY_HELP"
    assert "WLV-ALLOC-05" in trail[3]["rules"]
    assert due(await play.clocks(play.cat, referral.case_id)) == [
        ("NAT-REF-01", "2026-04-07 23:59:59", "MET"),
        ("WLV-ALLOC-05", "2026-04-07 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-06-10 23:59:59", "RUNNING"),
    ]
    file = await play.file(play.cat, referral.case_id)
    assert file["children"][0]["state"] == "AWAITING_THRESHOLD"


def test_green_taken_by_telephone_is_acknowledged_and_starts_early_support(product: Product) -> None:
    travel(product, _by_telephone)


async def _by_telephone(play: Journey) -> None:
    await play.at("2026-04-02", "16:00:00")
    form = emarf(CY, entered_on_behalf=True, cin_source_code="1A")
    form["referrer"]["agency"] = "A grandparent"
    referral = await play.refer(play.door, form)
    assert referral.answer["acknowledged_at"] is None

    await play.at("2026-04-02", "16:10:00")
    position = await play.act(referral, "AcknowledgeReferral", "acknowledgement", {"channel": "PHONE"}, 1)
    # Half of what the day asks for: it is answered, and not yet decided.
    assert due(await play.clocks(play.door, referral.case_id, position))[0][2] == "RUNNING"

    await play.at("2026-04-02", "16:30:00")
    position = await play.triage(
        referral, {"triage_rag": "GREEN", "outcome": "EARLY_SUPPORT_START", "five_questions": NO}
    )
    trail = await play.trail(play.door, referral.case_id, position)
    assert told(trail) == [
        ("2026-04-02 16:00:00", "referral.ReferralReceived", "FRONT_DOOR_WORKER"),
        ("2026-04-02 16:00:00", "referral.ChildIdentified", "FRONT_DOOR_WORKER"),
        ("2026-04-02 16:10:00", "referral.ReferralAcknowledged", "FRONT_DOOR_WORKER"),
        ("2026-04-02 16:30:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-04-02 16:30:00", "planning.ThresholdChanged", "system"),
    ]
    assert trail[4]["data"]["to"] == "EARLY_SUPPORT"
    assert trail[4]["rules"] == ["WLV-REF-05"]
    assert due(await play.clocks(play.door, referral.case_id)) == [
        ("NAT-REF-01", "2026-04-07 23:59:59", "MET"),
        ("NAT-PLAN-01", "2026-06-10 23:59:59", "CANCELLED"),
    ]
    child = (await play.file(play.door, referral.case_id))["children"][0]
    assert (child["state"], child["level"]) == ("EARLY_SUPPORT", "EARLY_SUPPORT")


def test_what_nobody_did_over_easter_is_on_record_at_its_second(product: Product) -> None:
    travel(product, _over_easter)


async def _over_easter(play: Journey) -> None:
    await play.at("2026-04-02", "17:00:00")
    referral = await play.refer(SCHOOL, emarf({"first_name": "Dov", "surname": "Millrace", "estimated_age": 11}))
    position = await play.triage(referral, {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": ASSESS})
    await play.at("2026-04-08", "09:00:00")
    trail = await play.trail(play.cat, referral.case_id, position)
    assert told(trail)[4:] == [
        ("2026-04-05 08:29:59", "qa.ClockDue", "system"),
        ("2026-04-07 00:00:00", "qa.ClockDue", "system"),
        ("2026-04-07 23:59:59", "qa.ClockBreached", "system"),
    ]
    assert trail[6]["data"]["alerts"] == ["CAT_MANAGER", "DELIVERY_MANAGER", "SW_TEAM_MANAGER"]
    assert due(await play.clocks(play.cat, referral.case_id))[1] == ("WLV-ALLOC-05", "2026-04-07 23:59:59", "MISSED")


def test_early_support_is_led_by_a_partner_and_ends_with_the_plan(product: Product) -> None:
    travel(product, _early_support)


async def _early_support(play: Journey) -> None:
    lead = Role(kind="partner", agency="larch-lane-primary", agency_type="SCHOOL", social_worker=False)
    await play.at("2026-04-08", "13:00:00")
    referral = await play.refer(SCHOOL, emarf({"first_name": "Eve", "surname": "Lockkeeper", "estimated_age": 9}))
    position = await play.triage(
        referral, {"triage_rag": "GREEN", "outcome": "EARLY_SUPPORT_START", "five_questions": NO}
    )
    file = await play.file(play.door, referral.case_id, position)
    child = file["children"][0]["child_id"]
    assert [item["code"] for item in file["worklist"]] == ["NAME_EARLY_SUPPORT_LEAD"]
    await play.callers.token(lead)
    person = play.callers.people[lead]
    # Who holds no role on the case yet sees nothing of it.
    assert (await play.callers.send(lead, "GET", f"/qa/v1/cases/{referral.case_id}")).status_code == 404

    await play.at("2026-04-08", "13:30:00")
    plan = {
        "type": "EARLY_SUPPORT_PLAN",
        "children": [child],
        "response_mode": "SINGLE_AGENCY",
        "esp_lead": {"person": person},
        "agencies": ["larch-lane-primary"],
        "next_review_date": "2026-05-14",
    }
    started = await _planned(play, "plans", play.door, referral.case_id, plan, file)
    file = await play.file(lead, referral.case_id, started.position)
    assert file["worklist"] == []
    assert file["children"][0]["holders"][0]["held_by"] == person
    (one,) = file["plans"]
    again = await play.callers.send(
        play.door,
        "POST",
        f"/planning/v1/cases/{referral.case_id}/plans",
        plan,
        version=file["versions"]["planning"],
    )
    assert (again.status_code, again.json()["rules"][0]["rule"]) == (409, "WLV-REF-22")

    await play.at("2026-05-21", "10:00:00")
    ending = {"plan_id": one["plan_id"], "reason_code": "NEED_MET"}
    refused = await play.callers.send(
        play.manager,
        "POST",
        f"/planning/v1/cases/{referral.case_id}/plan-endings",
        ending,
        version=file["versions"]["planning"],
    )
    assert (refused.status_code, refused.json()["rules"][0]["rule"]) == (409, "WLV-REF-24")
    ended = await _planned(play, "plan-endings", lead, referral.case_id, ending, file)
    trail = await play.trail(play.auditor, referral.case_id, ended.position)
    assert told(trail)[-3:] == [
        ("2026-04-08 13:30:00", "planning.PlanStarted", "FRONT_DOOR_WORKER"),
        ("2026-05-21 10:00:00", "planning.PlanEnded", person),
        ("2026-05-21 10:00:00", "planning.CaseClosed", person),
    ]
    after = (await play.file(play.door, referral.case_id))["children"][0]
    assert (after["state"], after["level"], after["holders"]) == ("CLOSED", None, [])
    # With the case the role has ended, and with the role the sight of it.
    assert (await play.callers.send(lead, "GET", f"/qa/v1/cases/{referral.case_id}")).status_code == 404


async def _planned(play: Journey, step: str, role: Role, case_id: str, body: dict, file: dict) -> Answer:
    path = f"/planning/v1/cases/{case_id}/{step}"
    return await play.callers.done(step, role, "POST", path, body, version=file["versions"]["planning"])
