"""What a reader at qa gets of a case: names by warrant, the door's part, worklists, and the contract that says so."""

import json
from datetime import timedelta
from pathlib import Path

from shared.store.program import Program, Query
from tests.api.qa_families import NOW, families, told
from tests.api.qa_house import Qa
from tests.views.letters import Post, london
from tests.views.stories import red

SEALED = {
    "assessed": {
        "children": {
            "a": {
                "name": {"first_name": "Alba", "surname": "Synthetic"},
                "date_of_birth": "2017-02-03",
                "identifiers": {"nhs_number": "9991234004"},
                "address": {"postcode": "ZZ99 9ZZ"},
            }
        },
        "referrals": {"r-assessed": {"referrer": {"name": "Reva Synthetic"}, "concern": "was seen alone"}},
    }
}


def test_names_and_words_come_from_their_owner_by_warrant(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        qa.sealed = SEALED
        body = (await qa.get("/cases/assessed", "cat")).json()
        assert body["children"][0]["who"]["name"] == {"first_name": "Alba", "surname": "Synthetic"}
        assert body["children"][0]["address"] == {"postcode": "ZZ99 9ZZ"}
        assert body["referrals"][0]["referrer"] == {"name": "Reva Synthetic"}
        assert body["referrals"][0]["narrative"] == {"concern": "was seen alone"}
        assert body["missing_parts"] == []
        (warrant,) = qa.warrants
        assert (warrant.audience, warrant.case_id, warrant.child_ids) == ("referral", "assessed", ("a",))
        assert (warrant.practitioner, warrant.purpose) == ("cat", "CASEWORK")
        assert warrant.fields == {"who", "address", "narrative"}
        assert warrant.read_id == body["read_id"]
        assert [event.data.read_id for event in await qa.stored("qa.RecordRead")] == [body["read_id"]]
        # Nothing of it stays at qa.
        await qa.settle()
        rows = await qa.store.backend.read(_everything)
        assert b"Alba" not in rows
        assert b"Reva" not in rows

    told(tmp_path, story, families())


def _everything() -> Program[bytes]:
    tables = ("events", "inbox", "view_cases", "view_deadlines", "view_leave")
    rows = yield [Query(f"SELECT * FROM {table}") for table in tables]
    return repr(rows).encode()


def test_an_auditor_asks_for_no_name_and_gets_none(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        qa.sealed = SEALED
        body = (await qa.get("/cases/assessed", "auditor")).json()
        assert qa.warrants == []
        assert "who" not in body["children"][0]
        assert "narrative" not in body["referrals"][0]
        assert body["children"][0]["state"] == "CAT_ASSESSMENT"

    told(tmp_path, story, families())


def test_an_owner_that_is_away_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        qa.sealed = None
        answer = await qa.get("/cases/assessed", "cat")
        assert answer.status_code == 200
        assert answer.json()["missing_parts"] == ["referral"]
        assert answer.json()["children"][0]["state"] == "CAT_ASSESSMENT"
        assert "etag" not in answer.headers

    told(tmp_path, story, families())


def test_the_door_reads_what_came_in_and_not_the_work(tmp_path: Path) -> None:
    post = families()
    post.send(
        "planning.PlanStarted", london("2026-11-12 09:00"), case="helped", about=("h",), plan_id="p", type="FAMILY_HELP"
    )

    async def story(qa: Qa) -> None:
        door = (await qa.get("/cases/helped", "door")).json()
        assert "plans" not in door
        assert door["referrals"][0]["children"][0]["triage"]["outcome"] == "FAMILY_HELP"
        assert door["leads"][0]["lead"]["id"] == "p-fhlp"
        trail = [entry["name"] for entry in (await qa.get("/cases/helped/audit-trail", "door")).json()["trail"]]
        assert "planning.PlanStarted" not in trail
        assert "referral.ReferralTriaged" in trail
        whole = [entry["name"] for entry in (await qa.get("/cases/helped/audit-trail", "help")).json()["trail"]]
        assert "planning.PlanStarted" in whole

    told(tmp_path, story, post)


def test_what_a_worry_lacks_is_named_to_the_door(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        body = (await qa.get("/cases/urgent", "door")).json()
        assert [item["rule"] for item in body["incomplete"]] == ["WLV-REF-01"]
        items = (await qa.get("/worklists", "door")).json()["items"]
        assert {item["code"]: item["case_id"] for item in items} == {"TRIAGE": "new", "INCOMPLETE": "urgent"}

    told(tmp_path, story, families())


def test_a_worklist_is_of_ones_own_desks_the_most_overdue_first(tmp_path: Path) -> None:
    post = Post()
    for number, day in enumerate((12, 10, 16, 11)):
        post.referral(london(f"2026-11-{day} 09:00"), f"k{number}", f"c{number}")
    red(post, "2026-11-17 09:00", "urgent", "u", "2026-11-17 10:00")

    async def story(qa: Qa) -> None:
        first = (await qa.get("/worklists?limit=2", "door")).json()
        assert [item["case_id"] for item in first["items"]] == ["k1", "k3"]
        rest = (await qa.get(f"/worklists?limit=2&cursor={first['next']}", "door")).json()
        assert [item["case_id"] for item in rest["items"]] == ["k0", "k2"]
        mash = (await qa.get("/worklists", "mash")).json()["items"]
        assert [(item["code"], item["case_id"]) for item in mash] == [("HOLD_STRATEGY_DISCUSSION", "urgent")]
        assert (await qa.get("/worklists", "auditor")).json()["items"] == []
        assert (await qa.get("/worklists", "paul")).json()["items"] == []

    told(tmp_path, story, post)


def test_the_contract_names_every_read(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        contract = (await qa.client.get("/qa/openapi.json")).json()
        names = {operation["operationId"] for path in contract["paths"].values() for operation in path.values()}
        assert names >= {
            "ReadCase",
            "ReadAuditTrail",
            "ReadClocks",
            "ListReads",
            "ListCases",
            "ListWorklist",
            "ListClients",
            "ListStaff",
            "ListRejections",
            "RegisterClient",
            "SuspendClient",
            "AppointStaff",
            "EndStaff",
        }
        assert "HTTPValidationError" not in json.dumps(contract)

    told(tmp_path, story)


def test_of_a_future_instant_there_is_what_there_is_now(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        ahead = (NOW + timedelta(days=9)).isoformat().replace("+00:00", "Z")
        answer = await qa.get(f"/cases/assessed/clocks?as_at={ahead}", "cat")
        assert answer.status_code == 200
        # What has not come to pass is not judged: it is as it stands now.
        now = (await qa.get("/cases/assessed/clocks", "cat")).json()["clocks"]
        assert answer.json()["clocks"] == now

    told(tmp_path, story, families())
