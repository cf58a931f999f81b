"""From an enquiry to the end of a plan over HTTP: each decision with what it brings, in one answer."""

from pathlib import Path

import pytest

from tests.api.review_house import Street, on_the_street


async def _through(street: Street) -> None:
    door = await street.door("WLV")
    seen = (await street.read(await street.referral("WLV"), door)).json()
    case, child = f"/planning/v1/cases/{seen['case_id']}", next(iter(seen["who"]))
    chair = await street.token("WLV", kind="staff", post="LCPP", team="MACPT")
    mash = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="MASH")
    held = {"children": [{"child_id": child, "outcome": "S47"}], "held_by": "MASH"}
    opened = await street.post(f"{case}/strategy-discussions", held, mash)
    assert opened.status_code == 201, opened.text
    after = {"Toldonce_After": opened.headers["toldonce-position"]}
    decided = {"children": [{"child_id": child, "decision": "PLAN", "category": "NEG"}]}
    conference = await street.post(f"{case}/initial-conferences", decided, chair, **after)
    assert conference.status_code == 201, conference.text
    assert [event["name"] for event in conference.json()["events"]] == [
        "planning.InitialConferenceHeld",
        "planning.Section47EnquiryConcluded",
        "planning.PlanStarted",
        "planning.ThresholdChanged",
    ]
    assert {lack["rule"] for lack in conference.json()["incomplete"]} == {"WLV-THR-06"}
    group = await street.post(f"{case}/core-groups", {"child_ids": [child]}, chair)
    assert group.status_code == 201, group.text
    ended = {"children": [{"child_id": child, "decision": "END_PLAN"}]}
    review = await street.post(f"{case}/review-conferences", ended, chair)
    assert [event["name"] for event in review.json()["events"]] == [
        "planning.ReviewConferenceHeld",
        "planning.PlanEnded",
        "planning.ThresholdChanged",
    ]
    # Off the plan the child is no longer this team's, and they see no more of it.
    said = {"children": [{"child_id": child, "outcome": "EARLY_HELP"}]}
    assert (await street.post(f"{case}/section-47-conclusions", said, chair)).status_code == 404


async def _told(street: Street) -> None:
    door = await street.door("WLV")
    seen = (await street.read(await street.referral("WLV"), door)).json()
    case, child = f"/planning/v1/cases/{seen['case_id']}", next(iter(seen["who"]))
    told = await street.post(f"{case}/private-fostering", {"child_ids": [child], "notified_on": "2026-04-02"}, door)
    assert told.status_code == 201, told.text
    assert (await street.post(f"{case}/private-fostering", {"child_ids": [child]}, door)).status_code == 422


def test_an_enquiry_leads_to_a_plan_and_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _through, monkeypatch)


def test_the_front_door_tells_of_private_fostering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _told, monkeypatch)
