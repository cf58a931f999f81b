"""A Monday in May 2026: one meeting of the managers about two families, filled in the day after."""

from typing import Any

import pytest

from deploy.acting import Answer, Role
from tests.journeys.compositions import Product
from tests.journeys.travelling import NO, SCHOOL, Journey, Referral, emarf, travel, wall

pytestmark = pytest.mark.day("2026-05-26")

DEE = {"first_name": "Dee", "surname": "Overmead", "date_of_birth": "2014-08-19"}
ELI = {"first_name": "Eli", "surname": "Nethercote", "date_of_birth": "2017-02-06"}
DELIVERY = Role(post="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
TEAM = Role(post="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)


def test_a_meeting_on_two_families_is_on_both_files_and_filled_in_on_one(product: Product) -> None:
    travel(product, _talked)


async def _talked(play: Journey) -> None:
    await play.at("2026-05-26", "09:00:00")
    dee, eli = await play.refer(SCHOOL, emarf(DEE)), await play.refer(SCHOOL, emarf(ELI))
    amber = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "five_questions": NO}
    await play.triage(dee, amber)
    position = await play.triage(eli, amber)
    there = [await _named(play, role) for role in (DELIVERY, TEAM)]
    waiting = await play.listed(DELIVERY, "/allocation/v1/worklists/waiting-for-a-lead", position)
    assert {dee.case_id, eli.case_id} <= {row["case_id"] for row in waiting}

    # Held at ten, and written down in the afternoon.
    await play.at("2026-05-26", "15:00:00")
    body: dict[str, Any] = {
        "kind": "DAILY",
        "held_at": "2026-05-26T10:00:00+01:00",
        "reasons": ["NEW_REFERRAL"],
        "attendees": there,
        "needs": ["Mornings and meals"],
        "families": [{"case_id": eli.case_id, "needs": ["Sleep"], "required_competences": ["DIRECT_WORK"]}],
    }
    held = await _record(play, DELIVERY, dee, body)
    assert [(event["name"], event["stream"], wall(event["occurred_at"])) for event in held.body["events"]] == [
        ("allocation.IMCHeld", f"case/{case_id}", "2026-05-26 10:00:00") for case_id in (dee.case_id, eli.case_id)
    ]
    assert await _gaps(play, dee, held) == {
        "WLV-ALLOC-10": ["required_competences"],
        "WLV-ALLOC-11": ["co_allocations"],
        "WLV-ALLOC-12": ["lead_candidates", "qualification_needed"],
        "WLV-ALLOC-14": ["child_decisions[0].classification"],
    }
    assert "WLV-ALLOC-10" not in await _gaps(play, eli, held)

    await play.at("2026-05-27", "09:00:00")
    seen = await play.look(dee, after=held.position)
    more = {
        "corrects": held.body["events"][0]["event_id"],
        "required_competences": ["DIRECT_WORK"],
        "co_allocations": [],
        "lead_candidates": [there[1]],
        "qualification_needed": "AQ_ACCEPTABLE",
        "child_decisions": [{"child_id": seen["children"][0], "classification": "TARGETED_EARLY_HELP"}],
    }
    filled = await _record(play, TEAM, dee, more)
    assert wall(filled.body["events"][0]["occurred_at"]) == "2026-05-26 10:00:00"
    assert await _gaps(play, dee, filled) == {}
    assert len(await _gaps(play, eli, filled)) == 3


async def _named(play: Journey, role: Role) -> dict[str, Any]:
    """A manager as the form names them, once all services know them."""
    await play.callers.token(role)
    return {"person_id": play.callers.people[role], "for": role.post}


async def _record(play: Journey, role: Role, family: Referral, body: dict[str, Any]) -> Answer:
    path = f"/allocation/v1/cases/{family.case_id}/imcs"
    return await play.callers.done("RecordIMC", role, "POST", path, body)


async def _gaps(play: Journey, family: Referral, after: Answer) -> dict[str, list[str]]:
    """What the record of the meeting lacks, as qa shows it to a manager of the team."""
    file = await play.file(DELIVERY, family.case_id, after.position)
    found: dict[str, list[str]] = {}
    for item in file["incomplete"]:
        if item["event"] == "allocation.IMCHeld":
            found.setdefault(item["rule"], []).append(item["what"])
    return {rule: sorted(what) for rule, what in found.items()}
