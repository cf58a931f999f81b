"""The managers' conversation over HTTP: on several families in one write, each of them the caller's to work on."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api.review_house import CHILD, Headers, Street, on_the_street

OTHER = {"first_name": "Bea", "surname": "Sample", "date_of_birth": "2016-03-02", "nhs_number": "9434765919"}
LIST = "/allocation/v1/worklists/meetings"


async def _to_family_help(street: Street, child: dict[str, str]) -> tuple[str, str, str]:
    """A child sent to Family Help: its case, its id, and the position from which allocation knows."""
    door = await street.door("WLV")
    sent = await street.referral("WLV", children=[child])
    seen = (await street.read(sent, door)).json()
    child_id = next(iter(seen["who"]))
    path = f"/referral/v1/referrals/{sent.json()['referral_id']}/triage"
    body = {"children": [{"child_id": child_id, "triage_rag": "AMBER", "outcome": "FAMILY_HELP"}]}
    done = await street.post(path, body, door, If_Match=f'"{seen["versions"]["referral"]}"')
    assert done.status_code == 201, done.text
    return seen["case_id"], child_id, done.headers["toldonce-position"]


async def _manager(street: Street, post: str, team: str = "FAMILY_HELP") -> Headers:
    return await street.token("WLV", kind="staff", post=post, team=team, purpose="CASEWORK", social_worker=True)


async def _until_there(street: Street, who: Headers, *cases: str) -> None:
    """The desktop shows the children once allocation has heard of them."""
    path = "/allocation/v1/worklists/waiting-for-a-lead"
    for _ in range(200):
        rows = (await street.client.get(path, headers=who)).json()["items"]
        if {row["case_id"] for row in rows} >= set(cases):
            return
    raise AssertionError("never there")


def _imcs(case_id: str, step: str = "imcs") -> str:
    return f"/allocation/v1/cases/{case_id}/{step}"


async def _several(street: Street) -> None:
    first, child, _ = await _to_family_help(street, CHILD)
    second, _, _ = await _to_family_help(street, OTHER)
    manager = await _manager(street, "DELIVERY_MANAGER")
    await _until_there(street, manager, first, second)
    body: dict[str, Any] = {
        "kind": "DAILY",
        "reasons": ["NEW_REFERRAL"],
        "needs": ["Routines"],
        "attendees": [{"name": "Robin Sample", "for": "LINE_MANAGER"}],
        "families": [{"case_id": second, "required_competences": ["DIRECT_WORK"]}],
    }
    taken = await street.post(_imcs(first), body, manager)
    assert taken.status_code == 201, taken.text
    answer = taken.json()
    assert [(event["name"], event["stream"]) for event in answer["events"]] == [
        ("allocation.IMCHeld", f"case/{first}"),
        ("allocation.IMCHeld", f"case/{second}"),
    ]
    assert {"WLV-ALLOC-06", "WLV-ALLOC-10", "WLV-ALLOC-14"} <= {lack["rule"] for lack in answer["incomplete"]}
    # Filling it in keeps what was said, in words too.
    form = answer["events"][0]["event_id"]
    decided = [{"child_id": child, "classification": "CHILD_IN_NEED"}]
    more = {"corrects": form, "required_competences": ["PLAY"], "co_allocations": [], "child_decisions": decided}
    filled = await street.post(_imcs(first), more, manager)
    assert filled.status_code == 201, filled.text
    names = [event["name"] for event in filled.json()["events"]]
    assert names == ["allocation.IMCHeld", *["allocation.IncompleteResolved"] * 3]
    still = {(lack["rule"], lack["what"]) for lack in filled.json()["incomplete"]}
    assert ("WLV-ALLOC-10", "needs") not in still
    assert ("SYS-REF-07", "attendees/0/person_id") in still
    assert filled.json()["events"][0]["occurred_at"] == answer["events"][0]["occurred_at"]
    # What was carried over has been sealed anew, and opens again.
    again = {"corrects": filled.json()["events"][0]["event_id"], "qualification_needed": "SOCIAL_WORKER"}
    third = await street.post(_imcs(first), again, manager)
    assert third.status_code == 201, third.text
    assert ("WLV-ALLOC-10", "needs") not in {(lack["rule"], lack["what"]) for lack in third.json()["incomplete"]}
    twice = await street.post(_imcs(first), {**body, "families": [{"case_id": first}]}, manager)
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (422, "#/families/0/case_id")
    await _only_the_callers_own(street, first, second, body)


async def _only_the_callers_own(street: Street, first: str, second: str, body: dict[str, Any]) -> None:
    elsewhere = await street.token("TST", kind="staff", post="DOOR_LEAD", team="DOOR", purpose="CASEWORK")
    assert (await street.post(_imcs(first), body, elsewhere)).status_code == 404
    manager = await _manager(street, "SW_TEAM_MANAGER")
    unknown = {**body, "families": [{"case_id": "a-case-that-is-not"}]}
    seen = await street.post(_imcs(first), unknown, manager)
    assert seen.status_code == 404
    foreign = (await street.read(await street.referral("TST"), await street.door("TST"))).json()["case_id"]
    other = await street.post(_imcs(first), {**body, "families": [{"case_id": foreign}]}, manager)
    assert (other.status_code, _without_id(other)) == (404, _without_id(seen))
    # Who sees the whole only through the front door works on neither.
    door = await street.door("WLV")
    assert (await street.post(_imcs(first), body, door)).status_code == 403
    assert (await street.post(_imcs(second), {"reasons": "x"}, manager)).status_code == 422
    assert (await street.post(_imcs(second), {"families": "x"}, manager)).status_code == 422


def _without_id(answer: httpx2.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in ("instance", "request_id")}


def test_one_meeting_on_several_families_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _several, monkeypatch)


async def _called_and_asked(street: Street) -> None:
    case_id, child, _ = await _to_family_help(street, CHILD)
    manager = await _manager(street, "DELIVERY_MANAGER")
    await _until_there(street, manager, case_id)
    plan = {"reasons": ["MANAGER_DISCRETION"], "reason_note": "Made up.", "planned_at": "2030-01-08T09:30:00Z"}
    called = await street.post(_imcs(case_id, "imc-schedules"), plan, manager)
    assert called.status_code == 201, called.text
    (event,) = called.json()["events"]
    assert event["name"] == "allocation.IMCScheduled"
    meeting = event["stream"].removeprefix("meeting/")
    wish = {"reason_code": "OTHER", "reason_note": "Made up.", "about_lead": True}
    asked = _imcs(case_id, "imc-requests")
    assert (await street.post(asked, wish, manager)).status_code == 428
    taken = await street.post(asked, wish, manager, If_Match=f'"{called.json()["versions"][f"case/{case_id}"]}"')
    assert taken.status_code == 201, taken.text
    assert [warned["rule"] for warned in taken.json()["receipt"]["warnings"]] == ["WLV-ALLOC-41"]
    rows = await _to_hold(street, manager, taken, 1)
    assert [(row["kind"], row["case_id"], row["child_ids"]) for row in rows] == [("REQUEST", case_id, [child])]
    held = {"meeting_id": meeting, "kind": "AD_HOC", "reasons": ["MANAGER_DISCRETION"], "decision": "NO_CHANGE"}
    done = await street.post(_imcs(case_id), held, manager)
    assert done.status_code == 201, done.text
    assert await _to_hold(street, manager, done, 0) == []
    worker = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="CAT", purpose="CASEWORK")
    assert (await street.client.get(LIST, headers=worker)).json()["items"] == []
    system = await street.system("WLV")
    assert (await street.client.get(LIST, headers=system)).status_code == 403


async def _to_hold(street: Street, who: Headers, after: httpx2.Response, many: int) -> list[dict[str, Any]]:
    """The worklist, once the view has taken in what was written."""
    for _ in range(200):
        answer = await street.client.get(LIST, headers=who)
        assert answer.status_code == 200, answer.text
        if len(rows := answer.json()["items"]) == many:
            return rows
    raise AssertionError(rows)


@pytest.mark.rule("WLV-ALLOC-41")
def test_a_meeting_is_called_asked_for_and_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _called_and_asked, monkeypatch)
