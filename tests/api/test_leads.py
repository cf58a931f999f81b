"""Naming who leads, over HTTP: on the version that was read, by who sees the case, with every reason of a no."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.review_house import Headers, Street, on_the_street
from tests.decisions.allocation.naming_leads import COURSES, WHY

QUESTIONS = (
    "immediate_protection",
    "section_17_assessment",
    "section_47_enquiries",
    "services",
    "specialist_assessment",
)


async def _signed_in(street: Street, **who: Any) -> tuple[str, Headers]:
    answer = await street.client.post("/dev/token", json={"authority": "WLV", "kind": "staff", **who})
    assert answer.status_code == 200, answer.text
    return answer.json()["person_id"], {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def _triaged(street: Street, outcome: str) -> tuple[str, str]:
    """A child whom the front door has sent on, and its case, known to allocation by the time of the answer."""
    door = await street.door("WLV")
    sent = await street.referral("WLV")
    seen = (await street.read(sent, door)).json()
    child_id = next(iter(seen["who"]))
    one = {
        "child_id": child_id,
        "outcome": outcome,
        "triage_rag": "AMBER",
        "five_questions": dict.fromkeys(QUESTIONS, False),
        "next_steps": "Somebody rings on Monday.",
    }
    path = f"/referral/v1/referrals/{sent.json()['referral_id']}/triage"
    done = await street.post(path, {"children": [one]}, door, If_Match=f'"{seen["versions"]["referral"]}"')
    assert done.status_code == 201, done.text
    after = {"Toldonce-After": done.headers["toldonce-position"]}
    assert (await street.client.get(f"/qa/v1/cases/{seen['case_id']}", headers={**door, **after})).status_code == 200
    return str(seen["case_id"]), child_id


async def _named(street: Street) -> None:
    case_id, child_id = await _triaged(street, "CAT_ASSESSMENT")
    worker, cat = await _signed_in(street, post="SOCIAL_WORKER", team="CAT", employer="WLV", social_worker=True)
    path = f"/allocation/v1/cases/{case_id}/leads"
    body = {"purpose": "CAT_ASSESSMENT", "children": [child_id], "lead": worker, "supervisor": worker}
    assert (await street.post(path, body, cat)).status_code == 428
    assert (await street.post(path, body, cat, If_Match='"7"')).status_code == 412
    assert (await street.post(path, body, await street.system("WLV"), If_Match='"0"')).status_code == 403
    _, stranger = await _signed_in(street, post="SOCIAL_WORKER", team="MASH")
    assert (await street.post(path, body, stranger, If_Match='"0"')).status_code == 404
    done = await street.post(path, body, cat, If_Match='"0"')
    assert done.status_code == 201, done.text
    assert [event["name"] for event in done.json()["events"]] == ["allocation.LeadAllocated"]
    assert "WLV-REF-07" in done.json()["receipt"]["rules"]
    after = {"Toldonce-After": done.headers["toldonce-position"]}
    seen = (await street.client.get(f"/qa/v1/cases/{case_id}", headers={**cat, **after})).json()
    assert seen["versions"]["allocation"] == 1
    again = await street.post(path, body, cat, If_Match='"1"')
    assert (again.status_code, again.json()["events"]) == (201, [])


async def _refused(street: Street) -> None:
    case_id, child_id = await _triaged(street, "FAMILY_HELP")
    worker, manager = await _signed_in(
        street, post="SW_TEAM_MANAGER", team="FAMILY_HELP", employer="WLV", social_worker=True
    )
    path = f"/allocation/v1/cases/{case_id}/leads"
    body = {"purpose": "FAMILY_HELP", "children": [child_id], "lead": worker}
    no = await street.post(path, body, manager, If_Match='"1"')
    assert no.status_code == 409, no.text
    rules = {one["rule"] for one in no.json()["rules"]}
    assert rules == {
        "WLV-REF-15",
        "WLV-ALLOC-01",
        "WLV-ALLOC-07",
        "WLV-ALLOC-25",
        "WLV-ALLOC-26",
        "WLV-ALLOC-45",
        "WLV-TRAIN-02",
    }
    _, officer = await _signed_in(street, post="REGISTER_OFFICER")
    for code in COURSES:
        learnt = await street.post(f"/allocation/v1/practitioners/{worker}/training", {"code": code}, officer)
        assert learnt.status_code == 201, learnt.text
    later = await street.post(path, body, manager, If_Match='"1"')
    assert rules - {one["rule"] for one in later.json()["rules"]} == {"WLV-TRAIN-02"}
    ending = {"role": "LEAD_PRACTITIONER", "lead": worker, "reason_code": "LEFT"}
    gone = await street.post(f"/allocation/v1/cases/{case_id}/lead-endings", ending, manager, If_Match='"1"')
    assert (gone.status_code, gone.json()["rules"][0]["rule"]) == (409, "SYS-REF-07")


async def _whole(street: Street) -> None:
    case_id, child_id = await _triaged(street, "FAMILY_HELP")
    _, cat = await _signed_in(street, post="SOCIAL_WORKER", team="CAT", social_worker=True)
    manager_id, manager = await _signed_in(street, post="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
    other_id, other = await _signed_in(street, post="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
    worker, theirs = await _signed_in(street, post="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)
    _, officer = await _signed_in(street, post="REGISTER_OFFICER")
    for code in COURSES:
        assert (
            await street.post(f"/allocation/v1/practitioners/{worker}/training", {"code": code}, officer)
        ).status_code == 201
    level = {"children": [child_id], "to": "TARGETED_EARLY_HELP", "reason_code": "OTHER", "reason_note": "By CAT."}
    seen = (await street.client.get(f"/qa/v1/cases/{case_id}", headers=cat)).json()
    done = await street.post(
        f"/planning/v1/cases/{case_id}/levels", level, cat, If_Match=f'"{seen["versions"].get("planning", 0)}"'
    )
    assert done.status_code == 201, done.text
    # qa answers once the others have taken the letter too.
    after = {"Toldonce-After": done.headers["toldonce-position"]}
    assert (await street.client.get(f"/qa/v1/cases/{case_id}", headers={**cat, **after})).status_code == 200
    talk = {
        "held_at": street.assembly.clock.now().isoformat(),
        "team": "FAMILY_HELP",
        "kind": "DAILY",
        "reasons": ["NEW_REFERRAL"],
        "led_by": {"person_id": manager_id, "for": "SW_TEAM_MANAGER"},
        "attendees": [
            {"person_id": other_id, "for": "DELIVERY_MANAGER"},
            {"person_id": manager_id, "for": "SW_TEAM_MANAGER"},
        ],
        "needs": ["Sleep"],
        "required_competences": ["DIRECT_WORK"],
        "co_allocations": [],
        "lead_candidates": [{"person_id": worker}],
        "qualification_needed": "AQ_ACCEPTABLE",
        "child_decisions": [{"child_id": child_id, "classification": "TARGETED_EARLY_HELP", "agreed": True}],
        "lead_change": False,
    }
    held = await street.post(f"/allocation/v1/cases/{case_id}/imcs", talk, manager)
    assert held.status_code == 201, held.text
    assert not held.json()["receipt"]["incomplete"], held.text
    form = {
        "purpose": "FAMILY_HELP",
        "children": [child_id],
        "lead": worker,
        "imc_id": held.json()["events"][0]["event_id"],
        "approvals": [
            {"id": other_id, "role": "DELIVERY_MANAGER"},
            {"id": manager_id, "role": "SW_TEAM_MANAGER"},
        ],
        "capacity_confirmed": True,
        "capacity_confirmed_note": "Two families leave this week.",
        "competence_match": [{"competence": "DIRECT_WORK", "met": True}],
        "rationale": WHY,
        "supervisor": manager_id,
        "line_manager": manager_id,
    }
    version = held.json()["versions"][f"case/{case_id}"]
    named = await street.post(f"/allocation/v1/cases/{case_id}/leads", form, other, If_Match=f'"{version}"')
    assert named.status_code == 201, named.text
    at = {"Toldonce-After": named.headers["toldonce-position"]}
    file = (await street.client.get(f"/qa/v1/cases/{case_id}", headers={**theirs, **at})).json()
    assert file["children"][0]["state"] == "FAMILY_HELP_ACTIVE", file["children"]


def test_a_familys_lead_is_named_from_triage_to_the_first_look_at_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _whole, monkeypatch)


def test_cat_names_its_worker_on_the_version_that_it_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _named, monkeypatch)


def test_a_no_says_everything_that_stands_against_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _refused, monkeypatch)
