"""Christmas Eve 2026: a RED, two children taken for one until somebody looks again, and a form that comes twice."""

from uuid import uuid4

import pytest

from deploy.acting import Answer
from tests.journeys.compositions import Product
from tests.journeys.travelling import ASSESS, DANGER, POLICE, SCHOOL, Journey, due, emarf, told, travel

pytestmark = pytest.mark.day("2026-12-24")

SCHOOL_SYSTEM = "dev-WLV-larch-lane-primary-system"
POLICE_SYSTEM = "dev-WLV-district-police-system"
FAY = {"first_name": "Fay", "surname": "Tollgate", "date_of_birth": "2012-02-29"}


def test_red_on_christmas_eve_is_due_after_the_holidays(product: Product) -> None:
    travel(product, _red)


async def _red(play: Journey) -> None:
    await play.at("2026-12-24", "09:00:00")
    form = emarf(FAY | {"first_name": "Gil"}, request_kind="SAFEGUARDING_CONCERN", immediate_risk=True)
    referral = await play.refer(POLICE, form)
    assert "incomplete" not in referral.answer
    await play.at("2026-12-24", "09:20:00")
    position = await play.triage(
        referral,
        {"triage_rag": "RED", "outcome": "STRATEGY_DISCUSSION", "held_by": "MASH", "five_questions": DANGER},
    )
    assert told(await play.trail(play.mash, referral.case_id, position)) == [
        ("2026-12-24 09:00:00", "referral.ReferralReceived", POLICE_SYSTEM),
        ("2026-12-24 09:00:00", "referral.ChildIdentified", POLICE_SYSTEM),
        ("2026-12-24 09:20:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
    ]
    # Christmas Day, a weekend, and Monday instead of Boxing Day; then New Year's Day on the way to March.
    assert due(await play.clocks(play.mash, referral.case_id)) == [
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("WLV-THR-29", "2026-12-29 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "RUNNING"),
    ]
    file = await play.file(play.mash, referral.case_id)
    assert file["children"][0]["state"] == "STRATEGY_MASH"
    assert file["incomplete"] == []


def test_a_link_made_by_mistake_is_undone_and_each_case_stands_on_its_own_again(product: Product) -> None:
    travel(product, _linked_and_unlinked)


async def _linked_and_unlinked(play: Journey) -> None:
    await play.at("2026-12-24", "10:00:00")
    kept = await play.refer(SCHOOL, emarf(FAY))
    await play.at("2026-12-24", "10:30:00")
    position = await play.triage(kept, {"triage_rag": "AMBER", "outcome": "CAT_ASSESSMENT", "five_questions": ASSESS})
    await play.at("2026-12-24", "11:00:00")
    joined = await play.refer(POLICE, emarf(FAY))
    seen = await play.look(joined, after=joined.position)
    (match,) = seen["matches"]
    assert (match["by"], match["other_case_id"]) == ("NAME_AND_BIRTH", kept.case_id)

    await play.at("2026-12-24", "11:30:00")
    pair = {"kept": match["other_child_id"], "joined": match["child_id"]}
    body = {"kept": kept.case_id, "joined": joined.case_id, "children": [pair], "reason_code": "SAME_CHILD"}
    linked = await _on_case(play, "links", joined.case_id, body, seen["versions"]["family"])
    position = linked.position
    again = await play.look(joined, after=position)
    told_again = await _on_case(play, "links", joined.case_id, body, again["versions"]["family"])
    assert told_again.body["link_id"] == linked.body["link_id"]
    assert told_again.body["events"] == []
    file = await play.file(play.cat, kept.case_id, position)
    (link,) = file["links"]
    assert link["link_id"] == linked.body["link_id"]
    assert file["linked_ids"] == [joined.case_id]
    assert link["children"] == [pair]
    assert [child["alias_ids"] for child in file["children"]] == [[match["child_id"]]]

    await play.at("2026-12-24", "15:00:00")
    seen = await play.look(joined, after=position)
    body = {"link_id": link["link_id"], "reason_code": "NOT_THE_SAME_CHILD"}
    unlinked = await _on_case(play, "unlinkings", joined.case_id, body, seen["versions"]["family"])
    await _kept_as_it_was(play, kept.case_id, unlinked.position)
    await _joined_as_it_was(play, joined.case_id)
    # Whoever holds the one case has no business with the other any more.
    gone = await play.callers.send(play.cat, "GET", f"/qa/v1/cases/{joined.case_id}")
    assert gone.status_code == 404

    await play.at("2026-12-24", "15:10:00")
    joined_again = await play.triage(
        joined,
        {
            "triage_rag": "AMBER",
            "outcome": "CAT_ASSESSMENT",
            "five_questions": ASSESS,
            "not_same_as": [match["other_child_id"]],
        },
    )
    assert due(await play.clocks(play.cat, joined.case_id, joined_again)) == [
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("WLV-REF-08", "2027-01-12 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "RUNNING"),
    ]


async def _kept_as_it_was(play: Journey, case_id: str, position: str) -> None:
    trail = await play.trail(play.cat, case_id, position)
    assert told(trail) == [
        ("2026-12-24 10:00:00", "referral.ReferralReceived", SCHOOL_SYSTEM),
        ("2026-12-24 10:00:00", "referral.ChildIdentified", SCHOOL_SYSTEM),
        ("2026-12-24 10:30:00", "referral.ReferralTriaged", "FRONT_DOOR_WORKER"),
        ("2026-12-24 11:30:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-12-24 11:30:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-12-24 15:00:00", "referral.CasesUnlinked", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.cat, case_id)) == [
        ("NAT-REF-01", "2026-12-29 23:59:59", "MET"),
        ("WLV-REF-08", "2027-01-12 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "RUNNING"),
    ]
    file = await play.file(play.cat, case_id)
    assert file["linked_ids"] == []
    assert file["children"][0]["state"] == "CAT_ASSESSMENT"


async def _joined_as_it_was(play: Journey, case_id: str) -> None:
    trail = await play.trail(play.door, case_id)
    assert told(trail) == [
        ("2026-12-24 11:00:00", "referral.ReferralReceived", POLICE_SYSTEM),
        ("2026-12-24 11:00:00", "referral.ChildIdentified", POLICE_SYSTEM),
        ("2026-12-24 11:30:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-12-24 11:30:00", "referral.CasesLinked", "FRONT_DOOR_WORKER"),
        ("2026-12-24 15:00:00", "referral.CasesUnlinked", "SW_TEAM_MANAGER"),
    ]
    assert due(await play.clocks(play.door, case_id)) == [
        ("NAT-REF-01", "2026-12-29 23:59:59", "RUNNING"),
        ("NAT-PLAN-01", "2027-03-02 23:59:59", "RUNNING"),
    ]
    assert (await play.file(play.door, case_id))["children"][0]["state"] == "RECEIVED"


async def _on_case(play: Journey, step: str, case_id: str, body: dict, version: int) -> Answer:
    role = play.manager if step == "unlinkings" else play.door
    path = f"/referral/v1/cases/{case_id}/{step}"
    return await play.callers.done(step, role, "POST", path, body, version=version)


def test_whoever_is_turned_away_is_on_the_list_until_the_form_comes_whole(product: Product) -> None:
    travel(product, _turned_away)


async def _turned_away(play: Journey) -> None:
    await play.at("2026-12-24", "16:00:00")
    key = str(uuid4())
    bare = {"form_type": "EMARF", "request_kind": "FAMILY_HELP_REQUEST", "agency_reference": "HV-9", "children": [FAY]}
    answer = await play.callers.send(SCHOOL, "POST", "/referral/v1/referrals", bare, key=key)
    assert answer.status_code == 409
    problem = answer.json()
    assert {said["rule"] for said in problem["rules"]} == {"WLV-REF-01"}
    assert {said["field"] for said in problem["rules"]} >= {"/referrer/name", "/concern"}
    assert all(said["remedy"] for said in problem["rules"])
    assert "999" in str(problem)
    assert "01632 960336" in str(problem)

    # The clock moves on when everything has arrived where it is listed.
    await play.at("2026-12-24", "16:01:00")
    listed = await _list(play)
    assert [(one["agency"], one["status"], one["reason_code"]) for one in listed] == [
        ("larch-lane-primary", 409, "WLV-REF-01")
    ]
    assert "Tollgate" not in str(listed)

    whole = await play.refer(SCHOOL, emarf(FAY | {"first_name": "Hal"}, agency_reference="HV-9"), key)
    assert whole.answer["status"] == "RECEIVED"
    await play.at("2026-12-24", "16:02:00")
    assert await _list(play) == []


async def _list(play: Journey) -> list[dict]:
    everybody = await play.listed(play.manager, "/referral/v1/worklists/turned-away")
    return [one for one in everybody if one["reason_code"] == "WLV-REF-01"]
