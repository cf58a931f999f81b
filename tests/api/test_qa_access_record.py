"""Grants, restrictions and emergency openings: they bind at the commit that records them, and die the same way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from services.qa.events import (
    AccessGranted,
    AccessRevoked,
    BreakGlassOpened,
    Reader,
    RecordRestricted,
    RestrictionLifted,
)
from shared.kernel.act import Act
from shared.kernel.events import Event, Fact
from shared.kernel.people import SYSTEM, Person
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Append, Stored
from shared.store.store import versions
from tests.api.qa_house import Qa, fresh_id, qa_running
from tests.views.letters import Post, london
from tests.views.stories import active, amber, joined

NOW = london("2026-11-25 10:00")
MANAGER = Person(id="m", role="SW_TEAM_MANAGER")


def told(folder: Path, story: Callable[[Qa], Awaitable[None]]) -> None:
    async def main() -> None:
        post = Post()
        amber(post, "2026-11-10 09:00", "helped", "h", "2026-11-10 12:00")
        active(post, "2026-11-11 09:00", "helped", "h")
        joined(post, "2026-11-21 09:00", "again", "x", "helped", "h", "link")
        async with qa_running(folder, NOW) as qa:
            await qa.take(post.sent)
            await story(qa)

    asyncio.run(main())


async def record(qa: Qa, stream: str, event: Event, *children: str, at: datetime = NOW) -> None:
    """An event of access is committed, and nothing that runs beside has seen it yet."""
    loaded = await qa.store.load(stream)
    recorded = stamp(
        Decided("Test", [Fact(stream=stream, event=event, case_id="helped", child_ids=children)]),
        service="qa",
        authority="WLV",
        edition="wolverhampton/2024-09-26",
        act=Act(occurred_at=at, recorded_at=at, by=SYSTEM, new_id=fresh_id),
        versions=versions(loaded),
        correlation_id="c",
    )
    rows, keys = qa.store.rows(recorded)
    assert isinstance(await qa.store.append(Append(events=rows, expects=versions(loaded), keys=keys)), Stored)


def grant(*fields: str, until: datetime | None = None, grant_id: str = "g") -> AccessGranted:
    return AccessGranted(
        grant_id=grant_id,
        reader=Reader(id="paul"),
        scope=("READ",),
        purpose="CASEWORK",
        fields=fields,
        from_=NOW,
        until=until,
        reason_code="WORKS_WITH_FAMILY",
    )


async def status(qa: Qa, who: str, case: str = "helped") -> int:
    return (await qa.get(f"/cases/{case}", who)).status_code


def test_a_grant_and_its_revocation_bind_at_once_folded_or_not(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for settled in (False, True):
            stream = f"grant/{settled}"
            assert await status(qa, "paul") == 404
            await record(qa, stream, grant("state", "ages", grant_id=stream))
            if settled:
                await qa.settle()
            answer = await qa.get("/cases/helped", "paul")
            assert answer.status_code == 200
            body = answer.json()
            assert body["mask"] == "partial"
            assert set(body["children"][0]) >= {"child_id", "state", "age"}
            assert "level" not in body["children"][0]
            assert "plans" not in body
            assert [event.data.grant_id for event in await qa.stored("qa.RecordRead")][-1] == stream
            tag = answer.headers["etag"]
            assert (await qa.get("/cases/helped", "paul", **{"If-None-Match": tag})).status_code == 304
            revoked = AccessRevoked(grant_id=stream, from_=NOW, reason_code="ENDED")
            await record(qa, stream, revoked)
            # What was held before is no leave to hold it on.
            assert (await qa.get("/cases/helped", "paul", **{"If-None-Match": tag})).status_code == 404
            await qa.settle()
            assert await status(qa, "paul") == 404

    told(tmp_path, story)


def test_a_new_grant_gives_another_tag(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        await record(qa, "grant/one", grant("state", grant_id="one"))
        first = (await qa.get("/cases/helped", "paul")).headers["etag"]
        await record(qa, "grant/one", AccessRevoked(grant_id="one", from_=NOW, reason_code="ENDED"))
        await record(qa, "grant/two", grant("state", grant_id="two"))
        second = await qa.get("/cases/helped", "paul", **{"If-None-Match": first})
        assert second.status_code == 200
        assert second.headers["etag"] != first

    told(tmp_path, story)


def test_a_grant_ends_by_itself_and_is_for_one_purpose(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        await record(qa, "grant/g", grant("state", until=NOW + timedelta(hours=1)))
        await qa.settle()
        assert [row["case_id"] for row in (await qa.get("/cases", "paul")).json()["items"]] == ["again", "helped"]
        qa.tokens["curious"] = replace(qa.tokens["paul"], purpose="RESEARCH")
        assert await status(qa, "curious") == 404
        qa.clock.at = NOW + timedelta(hours=1)
        assert await status(qa, "paul") == 404
        assert (await qa.get("/cases", "paul")).json()["items"] == []

    told(tmp_path, story)


def test_a_grant_for_one_child_opens_it_under_each_of_its_ids(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        await record(qa, "grant/g", grant("state"), "x")
        body = (await qa.get("/cases/helped", "paul")).json()
        assert body["children"][0]["child_id"] == "h"
        assert body["children"][0]["state"] == "FAMILY_HELP_ACTIVE"
        assert "links" not in body

    told(tmp_path, story)


def test_a_restriction_on_any_child_closes_all_that_is_linked_until_it_is_lifted(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        restricted = RecordRestricted(
            restriction_id="r", child_ids=("x",), kind="SEALED", by=MANAGER, reason_code="SAFETY"
        )
        await record(qa, "grant/r", restricted, "x")
        for settled in (False, True):
            if settled:
                await qa.settle()
            for who in ("help", "door", "auditor", "p-fhlp"):
                assert await status(qa, who) == 404
                assert await status(qa, who, "again") == 404
                assert (await qa.get("/cases", who)).json()["items"] == []
                assert (await qa.get("/worklists", who)).json()["items"] == []
        lifted = RestrictionLifted(restriction_id="r", by=MANAGER, reason_code="OVER")
        await record(qa, "grant/r", lifted, "x")
        assert await status(qa, "help") == 200

    told(tmp_path, story)


def test_a_hidden_address_is_asked_of_nobody(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        hidden = RecordRestricted(
            restriction_id="r", child_ids=("h",), kind="HIDDEN_ADDRESS", by=MANAGER, reason_code="SAFETY"
        )
        await record(qa, "grant/r", hidden, "h")
        assert await status(qa, "help") == 200
        assert all("address" not in warrant.fields for warrant in qa.warrants)
        assert {warrant.case_id for warrant in qa.warrants} == {"helped", "again"}
        assert len({warrant.read_id for warrant in qa.warrants}) == 2

    told(tmp_path, story)


def test_broken_glass_opens_the_children_named_for_its_time(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        opened = BreakGlassOpened(
            reader=Person(id="mash"),
            child_ids=("h",),
            category="EMERGENCY",
            until=NOW + timedelta(minutes=60),
            reason_code="CHILD_AT_RISK",
        )
        assert await status(qa, "mash") == 404
        await record(qa, "grant/b", opened, "h")
        body = (await qa.get("/cases/helped", "mash")).json()
        assert body["children"][0]["state"] == "FAMILY_HELP_ACTIVE"
        qa.clock.at = NOW + timedelta(minutes=60)
        assert await status(qa, "mash") == 404

    told(tmp_path, story)
