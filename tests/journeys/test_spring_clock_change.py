"""A danger told in a hurry on the night when the clocks go forward: taken with five gaps, first on the list, RED."""

from typing import Any

import pytest

from tests.journeys.compositions import Product
from tests.journeys.travelling import DANGER, POLICE, SCHOOL, Journey, due, emarf, ruled, told, travel

pytestmark = pytest.mark.day("2026-03-28")

POLICE_SYSTEM = "dev-WLV-district-police-system"
IN_A_HURRY = {
    "form_type": "EMARF",
    "agency_reference": "LOG-2203",
    "immediate_risk": True,
    "children": [{"first_name": "Noor", "surname": "Holloway"}],
}
GAPS = {
    ("WLV-REF-01", "referrer.name"),
    ("WLV-REF-01", "referrer.telephone|referrer.email"),
    ("WLV-REF-01", "date_of_birth|estimated_age|expected_date_of_delivery"),
    ("WLV-REF-01", "concern"),
    ("WLV-REF-02", "request_kind"),
}


def test_a_danger_with_five_gaps_goes_from_post_to_red_over_the_night_the_clocks_go_forward(product: Product) -> None:
    travel(product, _danger)


async def _danger(play: Journey) -> None:
    await play.at("2026-03-28", "21:00:00")
    await play.refer(SCHOOL, emarf({"first_name": "Una", "surname": "Slow", "estimated_age": 9}))
    await play.at("2026-03-28", "22:00:00")
    referral = await play.refer(POLICE, IN_A_HURRY)

    assert _gaps(referral.answer["incomplete"]) == GAPS
    assert referral.answer["agency_reference"] == "LOG-2203"
    assert referral.answer["receipt"]["edition"] == "wolverhampton/2024-09-26"
    # Saturday night is no working day, and Monday's midnight is that of summer time.
    assert referral.answer["decision_due_at"] == "2026-03-30T22:59:59Z"
    assert referral.answer["decision_due_rule"] == "NAT-REF-01"

    waiting = await play.listed(play.door, "/referral/v1/worklists/front-door", referral.position)
    assert waiting[0]["referral_id"] == referral.id
    assert _gaps(waiting[0]["incomplete"]) == GAPS
    assert len(waiting) == 2

    await play.at("2026-03-29", "02:30:00")
    position = await play.triage(
        referral,
        {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER},
    )
    received = [
        ("2026-03-28 22:00:00", "referral.ReferralReceived", POLICE_SYSTEM),
        ("2026-03-28 22:00:00", "referral.ChildIdentified", POLICE_SYSTEM),
        ("2026-03-29 02:30:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
    ]
    trail = await play.trail(play.mash, referral.case_id, position)
    assert told(trail) == received
    assert "WLV-REF-09" in ruled(trail, "referral.ReferralTriaged")[0]
    assert due(await play.clocks(play.mash, referral.case_id)) == [
        ("NAT-REF-01", "2026-03-30 23:59:59", "MET"),
        ("WLV-THR-29", "2026-03-30 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-06-04 23:59:59", "RUNNING"),
    ]
    await _file_of_mash(play, referral.case_id)
    await _seen_by_others(play, referral.case_id)

    # Half of the time and the last day, as they pass; then it is too late, and that is on record at its second.
    await play.at("2026-03-31", "09:00:00")
    trail = await play.trail(play.mash, referral.case_id)
    assert told(trail) == [
        *received,
        ("2026-03-30 00:00:00", "qa.ClockDue", "system"),
        ("2026-03-30 01:14:59", "qa.ClockDue", "system"),
        ("2026-03-30 23:59:59", "qa.ClockBreached", "system"),
    ]
    assert [row["data"].get("step") for row in trail[3:]] == ["DAY", "HALF", None]
    assert due(await play.clocks(play.mash, referral.case_id))[1] == ("WLV-THR-29", "2026-03-30 23:59:59", "MISSED")


async def _file_of_mash(play: Journey, case_id: str) -> None:
    file = await play.file(play.mash, case_id)
    (child,) = file["children"]
    assert file["mask"] == "whole"
    assert child["state"] == "STRATEGY_MASH"
    assert child["protected"] is True
    assert child["age"]["not_known"] is True
    assert child["who"]["name"] == {"first_name": "Noor", "surname": "Holloway"}
    assert child["holders"][0]["teams"] == ["MASH"]
    assert _gaps(file["incomplete"]) == GAPS
    assert [item["code"] for item in file["worklist"]] == ["HOLD_STRATEGY_DISCUSSION"]
    assert file["referrals"][0]["children"][0]["triage"]["triage_rag"] == "RED"


async def _seen_by_others(play: Journey, case_id: str) -> None:
    """The front door under its mask, an auditor without a name, and another team not at all."""
    assert (await play.file(play.door, case_id))["mask"] == "door"
    audited = await play.file(play.auditor, case_id)
    assert audited["mask"] == "auditor"
    assert "Holloway" not in str(audited)
    refused = await play.callers.send(play.cat, "GET", f"/qa/v1/cases/{case_id}")
    unknown = await play.callers.send(play.cat, "GET", "/qa/v1/cases/no-such-case")
    assert (refused.status_code, refused.content) == (404, unknown.content)


def _gaps(items: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(item["rule"], item["what"]) for item in items}
