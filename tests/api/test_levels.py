"""Assessments and levels over HTTP: on the version that was read, but for a step up that cannot wait."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.review_house import Headers, Street, on_the_street
from tests.api.test_leads import _signed_in, _triaged


def _names(answer: Any) -> list[str]:
    return [event["name"].partition(".")[2] for event in answer.json()["events"]]


async def _known(street: Street, case_id: str, who: Headers, answer: Any) -> Any:
    after = {"Toldonce-After": answer.headers["toldonce-position"]}
    return (await street.client.get(f"/qa/v1/cases/{case_id}", headers={**who, **after})).json()


async def _assessed(street: Street) -> None:
    case_id, child_id = await _triaged(street, "CAT_ASSESSMENT")
    _, cat = await _signed_in(street, post="SOCIAL_WORKER", team="CAT", employer="WLV", social_worker=True)
    _, manager = await _signed_in(street, post="SW_TEAM_MANAGER", team="CAT", employer="WLV", social_worker=True)
    path = f"/planning/v1/cases/{case_id}"
    begin = {"type": "FAMILY_HELP_PLAN", "children": [{"child_id": child_id}]}
    assert (await street.post(f"{path}/assessments", begin, cat)).status_code == 428
    started = await street.post(f"{path}/assessments", begin, cat, If_Match='"0"')
    assert started.status_code == 201, started.text
    came_to = {"child_id": child_id, "outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}
    no = await street.post(f"{path}/assessment-outcomes", {"children": [came_to]}, cat, If_Match='"1"')
    assert no.status_code == 409, no.text
    assert "WLV-REF-16" in no.text
    whole = {"children": [came_to], "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}, "text": "What we saw."}
    done = await street.post(f"{path}/assessment-outcomes", whole, cat, If_Match='"1"')
    assert done.status_code == 201, done.text
    assert _names(done) == ["AssessmentCompleted", "ThresholdChanged"]
    assert "What we saw." not in done.text
    seen = await _known(street, case_id, cat, done)
    assessment = {"assessment_id": seen["assessments"][0]["assessment_id"]}
    version = f'"{seen["versions"]["planning"]}"'
    own = await street.post(f"{path}/assessment-approvals", assessment, cat, If_Match=version)
    assert own.status_code == 409, own.text
    assert "WLV-PLAN-13" in own.text
    signed = await street.post(f"{path}/assessment-approvals", assessment, manager, If_Match=version)
    assert (signed.status_code, _names(signed)) == (201, ["AssessmentApproved"]), signed.text


async def _in_an_emergency(street: Street) -> None:
    case_id, child_id = await _triaged(street, "FAMILY_HELP")
    path = f"/planning/v1/cases/{case_id}/levels"
    _, worker = await _signed_in(street, post="SOCIAL_WORKER", team="MASH", employer="WLV", social_worker=True)
    _, manager = await _signed_in(street, post="DELIVERY_MANAGER", team="FAMILY_HELP", employer="WLV")
    calm = {"children": [child_id], "to": "CHILD_IN_NEED"}
    now = calm | {"emergency": True, "reason_code": "EMERGENCY"}
    assert (await street.post(path, calm, worker, If_Match='"0"')).status_code == 404
    no = await street.post(path, now, worker)
    assert no.status_code == 409, no.text
    assert "WLV-THR-20" in no.text
    # Who may not see the case learns nothing of where the child stands from a no.
    assert "AWAITING_THRESHOLD" not in no.text
    lower = now | {"to": "UNIVERSAL"}
    assert (await street.post(path, lower, manager)).status_code == 409
    taken = await street.post(path, now, manager)
    assert taken.status_code == 201, taken.text
    assert _names(taken) == ["ThresholdChanged"]
    assert (await street.post(path, now, await street.system("WLV"))).status_code == 403


def test_an_assessment_from_its_beginning_to_its_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _assessed, monkeypatch)


@pytest.mark.rule("WLV-THR-20")
def test_a_step_up_in_an_emergency_waits_for_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _in_an_emergency, monkeypatch)
