"""Who leads by an enquiry, and who is missed when they leave, over HTTP: nobody has to record either."""

from pathlib import Path

import pytest

from tests.api.review_house import Street, on_the_street
from tests.api.test_leads import _signed_in, _triaged


async def _recorded(street: Street, case_id: str) -> list[tuple[str, str]]:
    """(title, whom) of allocation's events of a case that name a lead."""
    store = street.assembly.running["allocation"].house.store_of("WLV")
    events = (await store.load(f"case/{case_id}"))[f"case/{case_id}"]
    return [(event.title, event.data.lead.id) for event in events if hasattr(event.data, "lead")]


async def _left(street: Street) -> None:
    sent = await street.referral("WLV")
    door = await street.door("WLV")
    seen = (await street.read(sent, door)).json()
    case_id, child_id = seen["case_id"], next(iter(seen["who"]))
    lcpp = {"kind": "staff", "post": "LCPP", "team": "MACPT", "person_id": "p-lcpp", "social_worker": True}
    lead = await street.token("WLV", **lcpp)
    body = {"child_ids": [child_id], "lead_id": "p-lcpp"}
    opened = await street.post(f"/planning/v1/cases/{case_id}/section-47-enquiries", body, lead)
    assert opened.status_code == 201, opened.text
    await street.heard(opened, door)
    assert await _recorded(street, case_id) == [("LeadAllocated", "p-lcpp")]

    path = "/allocation/v1/practitioners/p-lcpp/deregistration"
    officer = await street.token("WLV", kind="staff", post="REGISTER_OFFICER")
    assert (await street.post(path, {"reason_code": "LEFT"}, lead)).status_code == 403
    refused = await street.post(path, {"reason_code": "TIRED"}, officer)
    assert (refused.status_code, refused.json()["rules"][0]["rule"]) == (409, "SYS-REF-03")
    gone = await street.post(path, {"reason_code": "LEFT"}, officer)
    assert gone.status_code == 201, gone.text
    await street.heard(gone, door)
    assert await _recorded(street, case_id) == [
        ("LeadAllocated", "p-lcpp"),
        ("LeadNonCompliant", "p-lcpp"),
    ]


async def _sent_on(street: Street) -> None:
    case_id, child_id = await _triaged(street, "CAT_ASSESSMENT")
    worker, cat = await _signed_in(street, post="SOCIAL_WORKER", team="CAT", employer="WLV", social_worker=True)
    body = {"purpose": "CAT_ASSESSMENT", "children": [child_id], "lead": worker, "supervisor": worker}
    named = await street.post(f"/allocation/v1/cases/{case_id}/leads", body, cat, If_Match='"0"')
    assert named.status_code == 201, named.text
    path = f"/planning/v1/cases/{case_id}"
    begin = {"type": "FAMILY_HELP_PLAN", "children": [{"child_id": child_id}]}
    assert (await street.post(f"{path}/assessments", begin, cat, If_Match='"0"')).status_code == 201
    came_to = {"child_id": child_id, "outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}
    whole = {"children": [came_to], "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}, "text": "What we saw."}
    done = await street.post(f"{path}/assessment-outcomes", whole, cat, If_Match='"1"')
    assert done.status_code == 201, done.text
    after = {"Toldonce-After": done.headers["toldonce-position"]}
    seen = await street.client.get(f"/qa/v1/cases/{case_id}", headers={**cat, **after})
    assert seen.status_code == 200, seen.text
    store = street.assembly.running["allocation"].house.store_of("WLV")
    events = (await store.load(f"case/{case_id}"))[f"case/{case_id}"]
    (asked,) = [event.data for event in events if event.title == "AllocationRequested"]
    assert (asked.cat_determination, asked.fhlp_recommendation.qualification) == ("CHILD_IN_NEED", "AQ_ACCEPTABLE")

    _, manager = await _signed_in(street, post="SW_TEAM_MANAGER", team="CAT", employer="WLV", social_worker=True)
    died = {"children": [child_id], "closed_by_event": "DIED"}
    version = f'"{seen.json()["versions"]["planning"]}"'
    closed = await street.post(f"{path}/closure", died, manager, If_Match=version)
    assert closed.status_code == 201, closed.text
    await street.heard(closed, await street.door("WLV"))
    assert (await _recorded(street, case_id))[-1] == ("LeadEnded", worker)


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.rule("WLV-ALLOC-47")
def test_cat_sends_a_child_on_and_its_worker_ends_with_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _sent_on, monkeypatch)


def test_who_leaves_is_missed_in_each_case_they_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _left, monkeypatch)
