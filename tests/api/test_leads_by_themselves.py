"""Who leads by an enquiry, and who is missed when they leave, over HTTP: nobody has to record either."""

import asyncio
from pathlib import Path

import pytest

from tests.api.review_house import Street, on_the_street


async def _recorded(street: Street, case_id: str, title: str) -> list[tuple[str, str]]:
    """(title, whom) of allocation's events of a case, once this one is among them."""
    store = street.assembly.running["allocation"].house.store_of("WLV")
    found: list[tuple[str, str]] = []
    for _ in range(200):
        events = (await store.load(f"case/{case_id}"))[f"case/{case_id}"]
        found = [(event.title, event.data.lead.id) for event in events if hasattr(event.data, "lead")]
        if any(name == title for name, _ in found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def _left(street: Street) -> None:
    sent = await street.referral("WLV")
    seen = (await street.read(sent, await street.door("WLV"))).json()
    case_id, child_id = seen["case_id"], next(iter(seen["who"]))
    lcpp = {"kind": "staff", "post": "LCPP", "team": "MACPT", "person_id": "p-lcpp", "social_worker": True}
    lead = await street.token("WLV", **lcpp)
    body = {"child_ids": [child_id], "lead_id": "p-lcpp"}
    opened = await street.post(f"/planning/v1/cases/{case_id}/section-47-enquiries", body, lead)
    assert opened.status_code == 201, opened.text
    assert await _recorded(street, case_id, "LeadAllocated") == [("LeadAllocated", "p-lcpp")]

    path = "/allocation/v1/practitioners/p-lcpp/deregistration"
    officer = await street.token("WLV", kind="staff", post="REGISTER_OFFICER")
    assert (await street.post(path, {"reason_code": "LEFT"}, lead)).status_code == 403
    refused = await street.post(path, {"reason_code": "TIRED"}, officer)
    assert (refused.status_code, refused.json()["rules"][0]["rule"]) == (409, "SYS-REF-03")
    gone = await street.post(path, {"reason_code": "LEFT"}, officer)
    assert gone.status_code == 201, gone.text
    assert await _recorded(street, case_id, "LeadNonCompliant") == [
        ("LeadAllocated", "p-lcpp"),
        ("LeadNonCompliant", "p-lcpp"),
    ]


def test_who_leaves_is_missed_in_each_case_they_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _left, monkeypatch)
