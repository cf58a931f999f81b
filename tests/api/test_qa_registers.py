"""The registers over HTTP: who keeps them, what they answer, and that each change is known to the next caller."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.qa_house import SINCE, STAFF, Qa, qa_running
from tests.views.letters import london

NOW = london("2026-11-25 10:00")
CLIENT: dict[str, Any] = {
    "client_id": "surgery",
    "agency": "a-surgery",
    "agency_type": "GP",
    "scopes": ["referral:submit", "referral:status"],
    "contact": "Rita Synthetic, 01632 960001",
}


def told(folder: Path, story: Callable[[Qa], Awaitable[None]]) -> None:
    async def main() -> None:
        async with qa_running(folder, NOW) as qa:
            await story(qa)

    asyncio.run(main())


async def listed(qa: Qa, path: str, who: str, id_field: str) -> dict[str, dict[str, Any]]:
    return {row[id_field]: row for row in (await qa.get(f"{path}?limit=100", who)).json()["items"]}


def test_a_client_is_let_in_and_shut_out(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        done = await qa.post("/clients", "officer", CLIENT)
        assert done.status_code == 201, done.text
        assert [event["name"] for event in done.json()["events"]] == ["qa.ClientRegistered"]
        await qa.settle()
        row = (await listed(qa, "/clients", "officer", "client_id"))["surgery"]
        assert (row["agency_type"], row["cin_source_code"], row["version"]) == ("GP", "3A", 1)
        assert row["contact"] == CLIENT["contact"]

        again = await qa.post("/clients", "officer", CLIENT)
        assert (again.status_code, again.json()["events"]) == (201, [])

        path, reason = "/clients/surgery/suspension", {"reason_code": "KEY_LOST"}
        assert (await qa.post(path, "officer", reason)).status_code == 428
        assert (await qa.post(path, "officer", reason, **{"If-Match": '"7"'})).status_code == 412
        assert (await qa.post(path, "officer", {"why": 1}, **{"If-Match": '"1"'})).status_code == 422
        shut = await qa.post(path, "officer", reason, **{"If-Match": '"1"'})
        assert shut.status_code == 201, shut.text
        await qa.settle()
        assert (await listed(qa, "/clients", "officer", "client_id"))["surgery"]["suspended_from"] is not None

    told(tmp_path, story)


def test_a_suspended_system_is_a_stranger(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        assert (await qa.get("/cases", "system")).status_code == 403
        shut = await qa.post(
            "/clients/school-system/suspension", "officer", {"reason_code": "KEY_LOST"}, **{"If-Match": '"1"'}
        )
        assert shut.status_code == 201
        await qa.settle()
        qa.house.forget_callers()
        assert (await qa.get("/cases", "system")).status_code == 401

    told(tmp_path, story)


def test_a_person_is_appointed_and_their_post_ended(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        body = {"staff_id": "nina", "name": "Nina Synthetic", "post": "SOCIAL_WORKER", "team": "MASH"}
        done = await qa.post("/staff", "officer", body)
        assert done.status_code == 201, done.text
        await qa.settle()
        row = (await listed(qa, "/staff", "officer", "staff_id"))["nina"]
        assert row["name"] == "Nina Synthetic"
        assert [(one["post"], one["team"], one["until"]) for one in row["appointments"]] == [
            ("SOCIAL_WORKER", "MASH", None)
        ]
        ended = await qa.post(
            "/staff/nina/endings", "officer", {"post": "SOCIAL_WORKER", "reason_code": "LEFT"}, **{"If-Match": '"1"'}
        )
        assert ended.status_code == 201, ended.text
        await qa.settle()
        row = (await listed(qa, "/staff", "officer", "staff_id"))["nina"]
        assert row["appointments"][0]["until"] == "2026-11-25T10:00:00Z"

    told(tmp_path, story)


@pytest.mark.rule("NAT-COMP-05")
def test_a_second_holder_is_refused_by_the_rule_and_counted_for_auditors(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        def manager(who: str) -> dict[str, str]:
            return {"staff_id": who, "name": f"Synthetic {who}", "post": "COMPLAINTS_MANAGER"}

        assert (await qa.post("/staff", "officer", manager("one"))).status_code == 201
        await qa.settle()
        for _ in range(2):
            no = await qa.post("/staff", "officer", manager("two"))
            assert no.status_code == 409
            assert [rule["rule"] for rule in no.json()["rules"]] == ["NAT-COMP-05"]
        await qa.post("/staff", "officer", {**manager("two"), "post": "KING"})
        await qa.settle()
        counted = (await qa.get("/rejections", "auditor")).json()["items"]
        assert counted == [
            {"service": "qa", "command": "AppointStaff", "rules": ["NAT-COMP-05"], "count": 2},
            {"service": "qa", "command": "AppointStaff", "rules": ["SYS-ACC-07"], "count": 1},
        ]
        none = await qa.get("/rejections?from=2026-11-25T10:00:01Z", "auditor")
        assert none.json()["items"] == []

    told(tmp_path, story)


def test_only_their_officer_writes_and_only_auditors_read_them_besides(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for who in ("door", "cat_manager", "auditor", "paul", "system"):
            for path, body in (("/clients", CLIENT), ("/staff", {}), ("/staff/door/endings", {})):
                assert (await qa.post(path, who, body)).status_code == 403, (who, path)
        for path in ("/clients", "/staff", "/rejections"):
            for who in ("door", "cat_manager", "paul", "system", "testford"):
                assert (await qa.get(path, who)).status_code == 403, (who, path)
        assert (await qa.get("/rejections", "officer")).status_code == 403
        plain = await listed(qa, "/staff", "auditor", "staff_id")
        assert set(plain) == {name for name, (authority, _, _) in STAFF.items() if authority == "WLV"}
        assert all("name" not in row for row in plain.values())
        assert plain["door"]["appointments"][0]["from"] == SINCE
        clients = await listed(qa, "/clients", "auditor", "client_id")
        assert set(clients) == {"console-WLV", "school-system"}
        assert "contact" not in str(clients)

    told(tmp_path, story)


def test_a_register_comes_by_pages(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        found, query = [], "limit=3"
        while True:
            page = (await qa.get(f"/staff?{query}", "auditor")).json()
            found += [row["staff_id"] for row in page["items"]]
            if page["next"] is None:
                break
            query = f"limit=3&cursor={page['next']}"
        assert found == sorted(name for name, (authority, _, _) in STAFF.items() if authority == "WLV")

    told(tmp_path, story)
