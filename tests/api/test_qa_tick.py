"""The tick tells of each deadline once, in order, and takes back what a late letter shows was none."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from services.qa.service import SERVICE
from services.qa.tick import next_due
from shared.store.gatherer import regather
from shared.store.projector import every_row, rebuild
from tests.api.qa_house import Qa, qa_running
from tests.views.letters import Post, london
from tests.views.stories import amber, joined

MONDAY = london("2026-11-16 09:00")


def told(folder: Path, story: Callable[[Qa], Awaitable[None]]) -> None:
    async def main() -> None:
        async with qa_running(folder, MONDAY) as qa:
            await story(qa)

    asyncio.run(main())


async def notices(qa: Qa) -> list[tuple[str, str, str]]:
    """What was told, in order: the event, its rule, its step."""
    told = [*await qa.stored("qa.ClockDue"), *await qa.stored("qa.ClockBreached")]
    return [(one.title, one.data.rule, getattr(one.data, "step", "")) for one in sorted(told, key=_when)]


def _when(event: object) -> datetime:
    return event.recorded_at  # type: ignore[attr-defined]


@pytest.mark.rule("NAT-REF-01")
def test_a_deadline_is_reminded_of_and_its_breach_told_once(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        post = Post()
        post.referral(MONDAY, "k", "c")
        await qa.take(post.sent)
        await qa.tick()
        assert await notices(qa) == []
        steps = []
        while (due := await next_due(qa.house, qa.store)) is not None and due < london("2026-11-20 09:00"):
            assert due >= qa.clock.at
            qa.clock.at = due
            await qa.tick()
            # Told, though no letter of it has come back yet; and a second tick has nothing to add.
            before = await notices(qa)
            await qa.tick()
            assert await notices(qa) == before
            steps.append((due, before[-1]))
            await qa.settle()
        mine = [(at, step) for at, step in steps if step[1] == "NAT-REF-01"]
        assert [(at, step) for at, (_, _, step) in mine] == [
            (london("2026-11-17 00:00"), "DAY"),
            (london("2026-11-17 04:29:59.500000"), "HALF"),
            (london("2026-11-17 23:59:59.000001"), ""),
        ]
        breach = [event for event in await qa.stored("qa.ClockBreached") if event.data.rule == "NAT-REF-01"]
        assert len(breach) == 1
        assert breach[0].data.due_at == london("2026-11-17 23:59:59")
        assert breach[0].actor.id == "system"
        assert breach[0].case_id == "k"
        clocks = (await qa.get("/cases/k/clocks", "door")).json()["clocks"]
        assert {clock["rule"]: clock["status"] for clock in clocks}["NAT-REF-01"] == "MISSED"

    told(tmp_path, story)


def test_what_was_done_in_time_and_told_late_takes_the_breach_back(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        post = Post()
        post.referral(MONDAY, "k", "c")
        await qa.take(post.sent)
        qa.clock.at = london("2026-11-18 09:00")
        await qa.tick()
        await qa.settle()
        (breach,) = [event for event in await qa.stored("qa.ClockBreached") if event.data.rule == "NAT-REF-01"]
        triage = post.triage(london("2026-11-17 15:00"), "k", "c", "GREEN", "NFA", recorded=london("2026-11-17 15:00"))
        await qa.take([triage])
        assert await next_due(qa.house, qa.store) == qa.clock.at
        await qa.tick()
        await qa.tick()
        (withdrawn,) = await qa.stored("qa.RecordWithdrawn")
        assert withdrawn.data.of_event == breach.event_id
        assert withdrawn.data.reason_code == "RECORDED_IN_ERROR"
        assert withdrawn.stream == breach.stream
        await qa.settle()
        await qa.tick()
        assert len(await qa.stored("qa.RecordWithdrawn")) == 1
        trail = (await qa.get("/cases/k/audit-trail", "auditor")).json()["trail"]
        marks = {entry["event_id"]: entry["marks"] for entry in trail}
        assert marks[breach.event_id]["withdrawn"]["by"] == withdrawn.event_id

    told(tmp_path, story)


def test_the_tick_that_slept_tells_of_the_breach_and_no_reminder(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        post = Post()
        post.referral(MONDAY, "k", "c")
        await qa.take(post.sent)
        qa.clock.at = london("2026-11-19 09:00")
        await qa.tick()
        said = [notice for notice in await notices(qa) if notice[1] == "NAT-REF-01"]
        assert said == [("ClockBreached", "NAT-REF-01", "")]

    told(tmp_path, story)


def test_linked_cases_are_told_of_once(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        post = Post()
        amber(post, "2026-11-10 09:00", "k1", "c1", "2026-11-10 12:00")
        joined(post, "2026-11-12 09:00", "k2", "c2", "k1", "c1", "link")
        await qa.take(post.sent)
        qa.clock.at = london("2026-11-24 09:00")
        for _ in range(2):
            await qa.tick()
            await qa.settle()
        breaches = await qa.stored("qa.ClockBreached")
        assert breaches
        assert len({event.stream for event in breaches}) == len(breaches)
        assert "WLV-ALLOC-05" in {event.data.rule for event in breaches}
        assert await qa.stored("qa.RecordWithdrawn") == []

    told(tmp_path, story)


def test_rebuilt_is_what_the_live_views_are_byte_for_byte(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        post = Post()
        amber(post, "2026-11-10 09:00", "k1", "c1", "2026-11-10 12:00")
        joined(post, "2026-11-12 09:00", "k2", "c2", "k1", "c1", "link")
        post.unlink(london("2026-11-13 09:00"), "link", "k1", "k2", ("c1", "c2"))
        # One by one and the services out of step, as a bus may bring them.
        for letter in sorted(post.sent, key=lambda letter: (letter.source, letter.sequence)):
            await qa.take([letter])
        qa.clock.at = london("2026-11-24 09:00")
        await qa.tick()
        await qa.get("/cases/k1", "door")
        await qa.settle()
        for view in SERVICE.gatherings:
            live = await every_row(qa.store, view.name)
            assert live or view.name == "rejections"
            await regather(qa.store, view, lambda done, of: None)
            assert await every_row(qa.store, view.name) == live
        for view in SERVICE.views:
            live = await every_row(qa.store, view.name)
            await rebuild(qa.store, view, lambda done, of: None)
            assert await every_row(qa.store, view.name) == live

    told(tmp_path, story)
