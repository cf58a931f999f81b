"""A family's plan over HTTP, from CAT's first version to its approval, and what everyday work adds to it."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.review_house import Headers, Street, on_the_street

QUESTIONS = (
    "immediate_protection",
    "section_17_assessment",
    "section_47_enquiries",
    "services",
    "specialist_assessment",
)


class Desk:
    """One case, and the commands on it as people send them."""

    def __init__(self, street: Street, case_id: str, child_id: str, door: Headers):
        self.street, self.case_id, self.child_id, self.door = street, case_id, child_id, door

    async def send(self, service: str, step: str, body: Any, who: Headers, status: int = 201) -> Any:
        """One command, which every service has heard of when the next is sent."""
        store = self.street.assembly.running[service].house.store_of("WLV")
        version = len((await store.load(f"case/{self.case_id}"))[f"case/{self.case_id}"])
        path = f"/{service}/v1/cases/{self.case_id}/{step}"
        answer = await self.street.post(path, body, who, If_Match=f'"{version}"')
        assert answer.status_code == status, answer.text
        if status == 201:
            await self.street.heard(answer, self.door)
        return answer.json()

    async def last(self) -> Any:
        """What planning recorded last."""
        store = self.street.assembly.running["planning"].house.store_of("WLV")
        return (await store.load(f"case/{self.case_id}"))[f"case/{self.case_id}"][-1].data


async def _planned(street: Street) -> None:
    door = await street.door("WLV")
    sent = await street.referral("WLV")
    seen = (await street.read(sent, door)).json()
    desk = Desk(street, seen["case_id"], next(iter(seen["who"])), door)
    child = {"child_id": desk.child_id, "outcome": "CAT_ASSESSMENT", "triage_rag": "AMBER", "held_by": "CAT"}
    triage = {"children": [child | {"five_questions": dict.fromkeys(QUESTIONS, False)}]}
    path = f"/referral/v1/referrals/{sent.json()['referral_id']}/triage"
    version = seen["versions"]["referral"]
    triaged = await street.post(path, triage, door, If_Match=f'"{version}"')
    assert triaged.status_code == 201, triaged.text
    await street.heard(triaged, door)

    boss = {"kind": "staff", "post": "SW_TEAM_MANAGER", "team": "CAT", "person_id": "p-boss", "social_worker": True}
    manager = await street.token("WLV", **boss)
    work = {"kind": "staff", "post": "SOCIAL_WORKER", "team": "CAT", "person_id": "p-cat", "social_worker": True}
    worker = await street.token("WLV", **work)
    colleague = await street.token("WLV", **(work | {"person_id": "p-other"}))
    plan = {"type": "FAMILY_HELP_PLAN", "children": [desk.child_id]}
    no = await desk.send("planning", "plans", plan, worker, 409)
    assert {one["rule"] for one in no["rules"]} == {"WLV-PLAN-01", "WLV-PLAN-07"}

    await desk.send("allocation", "leads", _allocation(desk), manager)
    begun = await desk.send("planning", "plans", plan, worker)
    assert begun["events"][0]["name"] == "planning.PlanStarted"
    plan_id = (await desk.last()).plan_id
    version = {"plan_id": plan_id, "text": "What we found.", "actions": [{"text": "A mentor.", "due": "2030-01-07"}]}
    refused = await desk.send("planning", "plan-versions", version, colleague, 409)
    assert {one["rule"] for one in refused["rules"]} == {"WLV-PLAN-01"}
    written = await desk.send("planning", "plan-versions", version, worker)
    action_id = (await desk.last()).actions[0].action_id

    agreed = {"plan_id": plan_id, "family_contribution": "Theirs.", "family_network": ["An aunt."]}
    own = await desk.send("planning", "plan-approvals", agreed, worker, 409)
    assert "WLV-PLAN-13" in {one["rule"] for one in own["rules"]}
    await desk.send("planning", "plan-approvals", agreed, manager)
    closed = {"plan_id": plan_id, "action_id": action_id, "change": "CLOSE"}
    await desk.send("planning", "plan-actions", closed, worker)
    await desk.send("planning", "plan-reviews", {"plan_id": plan_id}, worker)
    await desk.send("planning", "teams-around-family", {"members": [{"agency": "a-school"}]}, manager)
    await desk.send("planning", "family-contacts", {"channel": "PHONE"}, worker)
    await desk.send("planning", "notes", {"kind": "CALL", "note": "Rang."}, worker)
    await desk.send("planning", "updated-discussions", {"authors": ["p-cat"]}, worker)
    about = written["events"][0]["event_id"]
    await desk.send("planning", "family-informed", {"about": about, "reasons_given": True}, worker)

    system = await street.system("WLV")
    for step in ("plan-versions", "plan-approvals", "plan-reviews", "family-contacts", "notes"):
        await desk.send("planning", step, {}, system, 403)
    stranger = await street.token("WLV", kind="staff", post="SOCIAL_WORKER", team="FAMILY_HELP")
    await desk.send("planning", "notes", {"kind": "CALL", "note": "Rang."}, stranger, 404)


def _allocation(desk: Desk) -> dict[str, Any]:
    return {
        "purpose": "CAT_ASSESSMENT",
        "children": [desk.child_id],
        "lead": "p-cat",
        "lead_agreed_at": "2020-01-01T10:00:00Z",
        "capacity_confirmed": True,
    }


def test_a_plan_is_written_approved_and_reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _planned, monkeypatch)
