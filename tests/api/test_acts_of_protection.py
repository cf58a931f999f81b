"""Acts of protection over HTTP: whoever works with children is heard, an agency's system decides nothing."""

from pathlib import Path

import pytest

from tests.api.review_house import Street, on_the_street


async def _asked(street: Street) -> None:
    door = await street.door("WLV")
    sent = await street.referral("WLV")
    seen = (await street.read(sent, door)).json()
    case_id, child_id = seen["case_id"], next(iter(seen["who"]))
    path = f"/planning/v1/cases/{case_id}/strategy-discussion-requests"
    body = {"child_ids": [child_id], "invited": [{"agency": "POLICE"}]}
    stranger = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="FAMILY_HELP")
    assert (await street.client.get(f"/qa/v1/cases/{case_id}", headers=stranger)).status_code == 404
    taken = await street.post(path, body, stranger)
    assert taken.status_code == 201, taken.text
    answer = taken.json()
    # What is missing would say where the child stands: it is for those who may see that.
    assert all(not answer["receipt"][part] for part in ("inputs", "beliefs", "rules", "incomplete", "warnings"))
    assert "incomplete" not in answer
    again = await street.referral("WLV")
    other = (await street.read(again, door)).json()
    mine = {"child_ids": [next(iter(other["who"]))], "invited": [{"agency": "POLICE"}]}
    own = await street.post(f"/planning/v1/cases/{other['case_id']}/strategy-discussion-requests", mine, door)
    assert {lack["rule"] for lack in own.json()["incomplete"]} == {"WLV-REF-03"}
    system = await street.post(path, body, await street.system("WLV"))
    assert system.status_code == 403
    assert (await street.post(path, {"child_ids": []}, stranger)).status_code == 422
    elsewhere = await street.token("TST", kind="staff", post="DOOR_LEAD", team="DOOR")
    assert (await street.post(path, body, elsewhere)).status_code == 404


async def _opened(street: Street) -> None:
    sent = await street.referral("WLV")
    seen = (await street.read(sent, await street.door("WLV"))).json()
    path = f"/planning/v1/cases/{seen['case_id']}/section-47-enquiries"
    body = {"child_ids": [next(iter(seen["who"]))]}
    stranger = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="FAMILY_HELP")
    taken = await street.post(path, body, stranger)
    assert taken.status_code == 201, taken.text
    answer = taken.json()
    assert [event["name"] for event in answer["events"]] == [
        "planning.Section47EnquiryOpened",
        "planning.ThresholdChanged",
    ]
    assert all(not answer["receipt"][part] for part in ("inputs", "beliefs", "rules", "incomplete", "warnings"))
    assert (await street.post(path, body, await street.system("WLV"))).status_code == 403


async def _held(street: Street) -> None:
    door = await street.door("WLV")
    sent = await street.referral("WLV")
    seen = (await street.read(sent, door)).json()
    path = f"/planning/v1/cases/{seen['case_id']}/strategy-discussions"
    child = next(iter(seen["who"]))
    mash = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="MASH")
    body = {"children": [{"child_id": child, "outcome": "S47"}], "held_by": "MASH"}
    taken = await street.post(path, body, mash)
    assert taken.status_code == 201, taken.text
    assert [event["name"] for event in taken.json()["events"]] == [
        "planning.StrategyDiscussionHeld",
        "planning.Section47EnquiryOpened",
        "planning.ThresholdChanged",
    ]
    held = taken.json()["events"][0]
    # What completes it later is of its time, and opens nothing again.
    there = [{"agency": agency, "role": "LCPP"} for agency in ("CHILDRENS_SOCIAL_CARE", "POLICE", "HEALTH")]
    again = await street.post(path, {**body, "participants": there, "corrects": held["event_id"]}, mash)
    assert again.status_code == 201, again.text
    assert [event["name"] for event in again.json()["events"]] == ["planning.StrategyDiscussionHeld"]
    assert again.json()["events"][0]["occurred_at"] == held["occurred_at"]
    assert (await street.post(path, body, await street.system("WLV"))).status_code == 403
    assert (await street.post(path, {**body, "children": []}, mash)).status_code == 422


def test_a_discussion_is_recorded_by_who_may_not_see_the_case_and_completed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _held, monkeypatch)


def test_an_enquiry_is_opened_by_who_may_not_see_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _opened, monkeypatch)


def test_a_discussion_is_asked_for_by_who_may_not_see_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _asked, monkeypatch)
