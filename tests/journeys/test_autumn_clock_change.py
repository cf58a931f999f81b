"""The weekend when the clocks go back, 2026: a second worry about a child whose case is open joins it."""

import pytest

from tests.journeys.compositions import Product
from tests.journeys.travelling import ASSESS, POLICE, SCHOOL, Journey, due, emarf, ruled, told, travel

pytestmark = pytest.mark.day("2026-10-24")

SCHOOL_SYSTEM = "dev-WLV-larch-lane-primary-system"
POLICE_SYSTEM = "dev-WLV-district-police-system"
EVE = {"first_name": "Eve", "surname": "Greystone", "date_of_birth": "2014-08-19", "nhs_number": "9990000026"}


def test_a_second_referral_of_a_child_joins_the_open_case(product: Product) -> None:
    travel(product, _joins)


async def _joins(play: Journey) -> None:
    await play.at("2026-10-24", "10:00:00")
    first = await play.refer(SCHOOL, emarf(EVE))
    await play.at("2026-10-24", "11:00:00")
    await play.triage(first, {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS})

    await play.at("2026-10-24", "23:30:00")
    second = await play.refer(POLICE, emarf(EVE, request_kind="SAFEGUARDING_CONCERN", risk_of_significant_harm=True))
    # Monday's midnight is that of winter time again.
    assert second.answer["decision_due_at"] == "2026-10-26T23:59:59Z"

    await play.at("2026-10-26", "09:00:00")
    seen = await play.look(second, after=second.position)
    (match,) = seen["matches"]
    assert (match["by"], match["other_case_id"]) == ("NHS_NUMBER", first.case_id)
    await _a_match_is_answered_first(play, second.id, seen)
    await _an_open_case_is_joined_or_nothing(play, second.id, seen, match["other_child_id"])

    position = await play.triage(
        second,
        {
            "triage_rag": "AMBER",
            "outcome": "ADDED_TO_OPEN_CASE",
            "open_child_id": match["other_child_id"],
            "five_questions": ASSESS,
        },
    )
    trail = await play.trail(play.cat, first.case_id, position)
    assert told(trail) == [
        ("2026-10-24 10:00:00", "referral.ReferralReceived", SCHOOL_SYSTEM),
        ("2026-10-24 10:00:00", "referral.ChildIdentified", SCHOOL_SYSTEM),
        ("2026-10-24 11:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-24 23:30:00", "referral.ReferralReceived", POLICE_SYSTEM),
        ("2026-10-24 23:30:00", "referral.ChildIdentified", POLICE_SYSTEM),
        ("2026-10-25 23:14:59", "qa.ClockDue", "system"),
        ("2026-10-26 00:00:00", "qa.ClockDue", "system"),
        ("2026-10-26 09:00:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-10-26 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-10-26 09:00:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
    ]
    assert "WLV-REF-25" in ruled(trail, "referral.ReferralTriaged")[1]
    # One assessment, one ten days: what joins starts neither again.
    assert due(await play.clocks(play.cat, first.case_id)) == [
        ("NAT-REF-01", "2026-10-26 23:59:59", "MET"),
        ("NAT-REF-01", "2026-10-26 23:59:59", "MET"),
        ("WLV-REF-08", "2026-11-06 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2026-12-29 23:59:59", "RUNNING"),
    ]
    file = await play.file(play.cat, first.case_id)
    (child,) = file["children"]
    assert file["linked_ids"] == [second.case_id]
    assert (child["child_id"], child["state"]) == (match["other_child_id"], "CAT_ASSESSMENT")
    assert child["alias_ids"] == seen["children"]
    assert [one["referral_id"] for one in file["referrals"]] == [first.id, second.id]
    assert (await play.look(second, POLICE, position))["outcome_groups"] == ["OPEN_CASE"]
    # The joined case answers with the same file, from its own side.
    assert (await play.file(play.cat, second.case_id))["kept_case_id"] == first.case_id


async def _a_match_is_answered_first(play: Journey, referral_id: str, seen: dict) -> None:
    decided = {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS}
    assert await _rules_against(play, referral_id, seen, decided) == {"SYS-REF-01"}


async def _an_open_case_is_joined_or_nothing(play: Journey, referral_id: str, seen: dict, open_child_id: str) -> None:
    decided = {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS}
    assert "WLV-REF-25" in await _rules_against(play, referral_id, seen, decided | {"open_child_id": open_child_id})


async def _rules_against(play: Journey, referral_id: str, seen: dict, decided: dict) -> set[str]:
    answer = await play.callers.send(
        play.door,
        "POST",
        f"/referral/v1/referrals/{referral_id}/triage",
        {"children": [{"child_id": seen["children"][0], **decided}]},
        version=seen["versions"]["referral"],
    )
    assert answer.status_code == 409
    return {said["rule"] for said in answer.json()["rules"]}
