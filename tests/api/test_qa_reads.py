"""Who reads what of a case at qa: the matrix of callers and reads, the one 404, and a trace of every read."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.api.qa_families import families, told
from tests.api.qa_house import Qa
from tests.views.letters import Post, london
from tests.views.stories import active, amber, joined

SEES = {
    "door": {"new": "whole", "assessed": "door", "helped": "door", "urgent": "door"},
    "cat": {"assessed": "whole"},
    "mash": {"urgent": "whole"},
    "help": {"helped": "whole"},
    "p-fhlp": {"helped": "whole"},
    "auditor": dict.fromkeys(("new", "assessed", "helped", "urgent"), "auditor"),
    "officer": {},
    "paul": {},
    "testford": {},
}
CASES = ("new", "assessed", "helped", "urgent", "nowhere")
READS = ("", "/audit-trail", "/clocks", "/reads")


def test_each_reads_the_cases_that_are_theirs_and_no_other(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for who, sees in SEES.items():
            for case in CASES:
                for read in READS:
                    answer = await qa.get(f"/cases/{case}{read}", who)
                    assert answer.status_code == (200 if case in sees else 404), (who, case, read)
                    if case in sees and read != "/reads":
                        assert answer.json()["mask"] == sees[case], (who, case)
            listed = await qa.get("/cases", who)
            assert {row["case_id"]: row["mask"] for row in listed.json()["items"]} == sees, who

    told(tmp_path, story, families())


def test_who_could_never_read_is_told_so_whatever_the_case(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for who, status in {"system": 403, "no_purpose": 403, "no_scope": 403, "stranger": 401, "nobody": 401}.items():
            for path in ("/cases", "/worklists", *(f"/cases/{case}{read}" for case in CASES for read in READS)):
                assert (await qa.get(path, who)).status_code == status, (who, path)
        # Who asks comes before what is asked.
        assert (await qa.get("/cases/new?as_at=yesterday", "nobody")).status_code == 401
        assert (await qa.get("/cases/new?as_at=yesterday", "door")).status_code == 422

    told(tmp_path, story, families())


def test_every_404_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        asked = [("cat", "nowhere"), ("cat", "urgent"), ("testford", "helped"), ("paul", "new"), ("mash", "assessed")]
        answers = [await qa.get(f"/cases/{case}{read}", who) for who, case in asked for read in READS]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({answer.headers["content-type"] for answer in answers}) == 1

    told(tmp_path, story, families())


def test_every_read_is_on_record_and_nothing_else_is(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        served = []
        for who in ("door", "cat", "auditor", "paul", "system"):
            for case in CASES:
                for read in READS:
                    answer = await qa.get(f"/cases/{case}{read}", who)
                    if answer.status_code == 200:
                        served.append((who, case, f"/qa/v1/cases/{{case_id}}{read}"))
        recorded = [event for event in await qa.stored("qa.RecordRead") if event.case_id]
        assert [(event.actor.id, event.case_id, event.data.route) for event in recorded] == served
        assert {event.data.purpose for event in recorded} == {"CASEWORK"}
        door = next(event for event in recorded if event.case_id == "assessed")
        assert door.data.child_ids == ("a",)
        assert "narrative" in door.data.fields
        assert "work" not in door.data.fields

        await qa.settle()
        looked = (await qa.get("/cases/assessed/reads?limit=3", "cat")).json()
        mine = [case for _, case, _ in served if case == "assessed"]
        rest = (await qa.get(f"/cases/assessed/reads?cursor={looked['next']}", "cat")).json()
        assert len(looked["items"]) == 3
        assert len(looked["items"]) + len(rest["items"]) == len(mine)
        assert looked["items"][0]["reader"]["id"] == "door"
        assert looked["items"][0]["service"] == "qa"

    told(tmp_path, story, families())


def test_a_list_names_every_child_it_carried(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        first = (await qa.get("/cases?limit=3", "door")).json()
        assert [row["case_id"] for row in first["items"]] == ["assessed", "helped", "new"]
        second = (await qa.get(f"/cases?limit=3&cursor={first['next']}", "door")).json()
        assert [row["case_id"] for row in second["items"]] == ["urgent"]
        assert second["next"] is None
        reads = await qa.stored("qa.RecordRead")
        assert [event.data.child_ids for event in reads] == [("a", "h", "n"), ("u",)]
        assert (await qa.get("/cases?cursor=abc", "door")).status_code == 400

    told(tmp_path, story, families())


@pytest.mark.slow
def test_no_store_no_trace_no_byte(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        answer = await qa.get("/cases/assessed", "cat")
        assert answer.status_code == 200
        # Somebody else holds the record's only pen: it can be read, and not be written.
        connection = sqlite3.connect(tmp_path / "qa.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            refused = await qa.get("/cases/assessed", "cat")
            assert refused.status_code == 503
            assert "children" not in refused.text
        finally:
            connection.execute("ROLLBACK")
            connection.close()

    told(tmp_path, story, families())


def test_the_file_says_what_goes_into_if_match(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        body = (await qa.get("/cases/helped", "help")).json()
        assert body["versions"] == {"referral": 2, "allocation": 2, "planning": 1, "family": 0, "child": {}}
        assert body["referrals"][0]["version"] == 2
        assert body["children"][0]["state"] == "FAMILY_HELP_ACTIVE"
        assert body["children"][0]["holders"][0]["held_by"] == "p-fhlp"

    told(tmp_path, story, families())


def test_what_is_held_already_is_not_sent_again_but_recorded(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for read in ("", "/audit-trail", "/clocks"):
            first = await qa.get(f"/cases/assessed{read}", "cat")
            again = await qa.get(f"/cases/assessed{read}", "cat", **{"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            await qa.settle()
            # That somebody looked changes nothing in what is seen.
            third = await qa.get(f"/cases/assessed{read}", "cat", **{"If-None-Match": first.headers["etag"]})
            assert third.status_code == 304
        assert len(await qa.stored("qa.RecordRead")) == 9
        other = await qa.get("/cases/assessed", "door")
        assert other.headers["etag"] != (await qa.get("/cases/assessed", "cat")).headers["etag"]

    told(tmp_path, story, families())


def test_as_it_was_and_as_it_was_known(tmp_path: Path) -> None:
    post = Post()
    post.referral(london("2026-11-16 09:00"), "late", "c")
    post.triage(london("2026-11-16 15:00"), "late", "c", "AMBER", "CAT_ASSESSMENT", recorded=london("2026-11-18 09:00"))

    async def story(qa: Qa) -> None:
        def state(body: dict[str, Any]) -> str:
            return body["children"][0]["state"]

        async def read(query: str, path: str = "") -> dict[str, Any]:
            answer = await qa.get(f"/cases/late{path}?{query}", "cat")
            assert answer.status_code == 200, answer.text
            return answer.json()

        assert state((await qa.get("/cases/late", "cat")).json()) == "CAT_ASSESSMENT"
        before = await read("as_at=2026-11-16T12:00:00Z")
        assert state(before) == "RECEIVED"
        assert before["as_at"] == "2026-11-16T12:00:00Z"
        # It had happened, and nobody here knew.
        assert state(await read("as_at=2026-11-17T12:00:00Z")) == "CAT_ASSESSMENT"
        assert state(await read("known_at=2026-11-17T12:00:00Z")) == "RECEIVED"
        assert state(await read("as_at=2026-11-17T12:00:00Z&known_at=2026-11-17T12:00:00Z")) == "RECEIVED"
        trail = await read("known_at=2026-11-17T12:00:00Z", "/audit-trail")
        assert [entry["name"] for entry in trail["trail"]] == ["referral.ReferralReceived"]
        clocks = await read("as_at=2026-11-16T12:00:00Z", "/clocks")
        assert {clock["status"] for clock in clocks["clocks"]} == {"RUNNING"}
        clocks = await read("known_at=2026-11-18T09:00:00Z", "/clocks")
        assert {clock["rule"]: clock["status"] for clock in clocks["clocks"]}["NAT-REF-01"] == "MET"

    told(tmp_path, story, post)


def test_a_link_that_was_wrong_opens_no_other_family_to_who_asks_for_then(tmp_path: Path) -> None:
    post = Post()
    amber(post, "2026-11-02 09:00", "k1", "c1", "2026-11-02 12:00")
    active(post, "2026-11-03 09:00", "k1", "c1")
    post.referral(london("2026-11-04 09:00"), "k2", "c2")
    post.triage(london("2026-11-04 12:00"), "k2", "c2", "RED", "STRATEGY_DISCUSSION", held_by="MASH")
    post.link(london("2026-11-05 09:00"), "wrong", "k1", "k2")
    post.unlink(london("2026-11-06 09:00"), "wrong", "k1", "k2")

    async def story(qa: Qa) -> None:
        then = "as_at=2026-11-05T12:00:00Z"
        assert (await qa.get("/cases/k1", "help")).status_code == 200
        for read in ("", "/audit-trail", "/clocks"):
            assert (await qa.get(f"/cases/k1{read}?{then}", "help")).status_code == 404
            both = await qa.get(f"/cases/k1{read}?{then}", "door")
            assert both.status_code == 200
            assert both.json()["mask"] == "door"

    told(tmp_path, story, post)


def test_linked_cases_are_one_to_whoever_holds_one(tmp_path: Path) -> None:
    post = families()
    joined(post, "2026-11-21 09:00", "again", "x", "helped", "h", "link")

    async def story(qa: Qa) -> None:
        body = (await qa.get("/cases/again", "help")).json()
        assert body["kept_case_id"] == "helped"
        assert body["children"][0]["child_id"] == "h"
        assert body["children"][0]["alias_ids"] == ["x"]
        assert len(body["referrals"]) == 2
        assert (await qa.get("/cases/again", "door")).json()["mask"] == "door"
        assert (await qa.get("/cases/again", "cat")).status_code == 404

    told(tmp_path, story, post)
