"""Reports over HTTP: for managers and auditors, on a day, page by page, and of a case only what its reader may see."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.qa.tick import next_due
from shared.kernel.events import Warned
from shared.kernel.letters import Letter
from tests.api.qa_house import Qa, qa_running
from tests.packs.families import OF_A_SCHOOL, SOCIAL_WORKER, Family
from tests.views.letters import london
from tests.views.test_reports import registered

NOW = london("2026-11-25 10:00")
REPORTS = ("children-in-need", "lead-mix", "lead-competence", "warnings", "incomplete", "decisions-at-risk")


def told(folder: Path, story: Callable[[Qa], Awaitable[None]], letters: list[Letter]) -> None:
    async def main() -> None:
        async with qa_running(folder, NOW) as qa:
            await qa.take(letters)
            await story(qa)

    asyncio.run(main())


def families() -> list[Letter]:
    """One family led by a school since March, with a warned triage and a decision at risk; a lead in the register."""
    family = Family()
    family.post.referral(london("2026-03-02 09:00"), "k1", "c1", "c2")
    warned = tuple(Warned(rule=f"WLV-ALLOC-2{number}", because="It was not said.", child_id="c1") for number in (5, 6))
    for child, warnings in (("c1", warned), ("c2", ())):
        family.post.triage(london("2026-03-02 10:00"), "k1", child, "AMBER", "FAMILY_HELP", warnings=warnings)
        family.level("2026-03-02 11:00", child, "CHILD_IN_NEED", decided_in="CAT", risk_profile=["HIGH"])
    family.lead("2026-03-03 10:00", {**OF_A_SCHOOL, "id": "p-aq", "sector": "EDUCATION"}, "c1", "c2")
    family.level("2026-04-01 10:00", "c2", "TARGETED_EARLY_HELP", **{"from": "CHILD_IN_NEED"})
    family.level("2026-05-01 10:00", "c2", "CHILD_IN_NEED", **{"from": "TARGETED_EARLY_HELP"})
    registered(family.post, "2026-03-01 09:00", practitioner_id="p-aq")
    return family.post.sent


async def answer(qa: Qa, path: str, who: str = "auditor") -> dict[str, Any]:
    response = await qa.get(path, who)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.rule("WLV-QA-10")
@pytest.mark.rule("WLV-ALLOC-20")
def test_counts_are_of_a_day(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        assert await answer(qa, "/reports/children-in-need") == {
            "on": "2026-11-25",
            "rules": ["WLV-QA-10"],
            "children": 2,
            "by_first_determination": 1,
        }
        then = await answer(qa, "/reports/children-in-need?on=2026-04-15", "door_manager")
        assert (then["on"], then["children"], then["by_first_determination"]) == ("2026-04-15", 1, 1)
        mix = await answer(qa, "/reports/lead-mix")
        assert (mix["children"], mix["partners"], mix["share_inside"]) == (2, {"EDUCATION": 2}, 0.0)
        assert mix["rules"] == ["WLV-ALLOC-20"]
        assert (await qa.get("/reports/lead-mix?on=yesterday", "auditor")).status_code == 422

    told(tmp_path, story, families())


@pytest.mark.rule("WLV-QA-08")
@pytest.mark.rule("WLV-TRAIN-08")
def test_training_is_read_by_practitioner_and_the_programme_by_anybody_signed_in(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        (lead,) = (await answer(qa, "/reports/lead-competence"))["items"]
        assert (lead["practitioner_id"], lead["leads"], len(lead["essential_missing"])) == ("p-aq", 1, 5)
        assert "name" not in lead
        programme = await answer(qa, "/training-programme", "cat")
        assert [course["provider"] for course in programme["courses"]] == ["PARTNERSHIP", *["AUTHORITY"] * 4]
        assert programme["rules"] == ["WLV-TRAIN-08"]
        assert (await answer(qa, "/training-programme", "testford"))["courses"] == []

    told(tmp_path, story, families())


@pytest.mark.rule("WLV-QA-07")
@pytest.mark.rule("WLV-ALLOC-25")
def test_lists_come_page_by_page_and_of_the_cases_that_the_reader_may_see(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        first = await answer(qa, "/reports/warnings?limit=1")
        rest = await answer(qa, f"/reports/warnings?limit=1&cursor={first['next']}")
        assert [item["rule"] for item in (*first["items"], *rest["items"])] == ["WLV-ALLOC-25", "WLV-ALLOC-26"]
        assert rest["next"] is None
        assert len((await answer(qa, "/reports/warnings?rule=WLV-ALLOC-26"))["items"]) == 1
        (one, other) = (await answer(qa, "/reports/decisions-at-risk"))["items"]
        assert {one["case_id"], other["case_id"]} == {"k1"}
        assert one["decided_by"]["role"] == "FRONT_DOOR_WORKER"
        # A manager of another team has no work on the case: its rows are not for them, the counts are.
        assert (await answer(qa, "/reports/warnings", "cat_manager"))["items"] == []
        assert (await answer(qa, "/reports/children-in-need", "cat_manager"))["children"] == 2

    told(tmp_path, story, families())


def test_reports_are_for_managers_and_auditors_and_every_read_is_on_record(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for report in REPORTS:
            for who in ("cat", "officer", "p-fhlp"):
                assert (await qa.get(f"/reports/{report}", who)).status_code == 403
            await answer(qa, f"/reports/{report}", "door_manager")
        assert SOCIAL_WORKER["id"] not in str(await answer(qa, "/reports/warnings"))

    told(tmp_path, story, families())


def waiting() -> list[Letter]:
    """A request waits for a lead since the Monday; nobody met that day, and somebody did the day after."""
    family = Family()
    family.post.send(
        "allocation.AllocationRequested", london("2026-11-23 10:00"), case="k1", about=("c1",), team="FAMILY_HELP"
    )
    family.post.send(
        "allocation.IMCHeld",
        london("2026-11-24 10:00"),
        case="k1",
        kind="DAILY",
        team="FAMILY_HELP",
        held_at=london("2026-11-24 10:00").isoformat(),
    )
    return family.post.sent


@pytest.mark.rule("WLV-ALLOC-03")
def test_a_teams_day_without_its_conversation_is_told_once_and_taken_back_when_one_was_held(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        async def told_of() -> list[str]:
            events = [qa.store.mapper.recorded(state) for _, state in await qa.store.log(0, 500)]
            return [event.title for event in events if getattr(event.data, "rule", "") == "WLV-ALLOC-03"]

        read = await answer(qa, "/team-clocks")
        states = [(row["day"], row["status"]) for row in read["clocks"]]
        assert states == [
            ("2026-11-23", "MISSED"),
            ("2026-11-24", "MET"),
            ("2026-11-25", "RUNNING"),
            ("2026-11-26", "RUNNING"),
        ]
        assert read["nil_days"] == []
        assert read["clocks"][0]["team"] == "FAMILY_HELP"
        await qa.tick()
        await qa.settle()
        once = await told_of()
        assert once.count("ClockBreached") == 1
        await qa.tick()
        assert await told_of() == once
        due = await next_due(qa.house, qa.store)
        # Half of the day that runs: at noon they are reminded again.
        assert due == london("2026-11-25 11:59") + timedelta(seconds=59, microseconds=500_000)
        qa.clock.at = london("2026-11-26 00:00")
        await qa.tick()
        assert (await told_of()).count("ClockBreached") == 2
        late = waiting()[1]
        held = {**late.data, "held_at": london("2026-11-23 15:00").isoformat()}
        more = msgspec.structs.replace(late, event_id="late", sequence=99, previous=late.sequence, data=held)
        await qa.take([more])
        await qa.tick()
        events = [qa.store.mapper.recorded(state) for _, state in await qa.store.log(0, 500)]
        assert [event.title for event in events].count("RecordWithdrawn") == 1
        assert (await qa.get("/team-clocks", "cat")).status_code == 403

    told(tmp_path, story, waiting())


def overdue() -> list[Letter]:
    """A family led by a school whose monthly conversations, and whose review after six weeks, nobody has held."""
    family = Family()
    family.opened("2026-09-28", "c1", level="CHILD_IN_NEED")
    family.lead("2026-09-29 10:00", {**OF_A_SCHOOL, "id": "p-fhlp"}, "c1")
    family.plan("2026-10-16 10:00", "c1")
    family.imc("2026-10-27 10:00", "MONTHLY_PARTNER", of=("a-school",), lacks=("WLV-INFO-02",))
    return family.post.sent


@pytest.mark.rule("WLV-PLAN-08")
@pytest.mark.rule("WLV-ALLOC-40")
def test_deadlines_of_the_cases_at_hand_come_with_the_most_overdue_first(tmp_path: Path) -> None:
    async def story(qa: Qa) -> None:
        for who in ("help", "p-fhlp"):
            found = (await answer(qa, "/deadlines", who))["items"]
            assert [(one["rule"], one["due_at"][:10], one["overdue"]) for one in found] == [
                ("WLV-ALLOC-35", "2026-10-29", True),
                ("WLV-ALLOC-40", "2026-11-27", False),
                ("WLV-PLAN-08", "2026-11-27", False),
            ]
            assert found[0]["says"].startswith("While a child of the family is Child in Need")
            assert found[0]["alerts"] == ["LEAD_PRACTITIONER", "LINE_MANAGER", "SW_TEAM_MANAGER"]
        first = await answer(qa, "/deadlines?limit=2", "help")
        rest = await answer(qa, f"/deadlines?limit=2&cursor={first['next']}", "help")
        assert (len(first["items"]), len(rest["items"])) == (2, 1)
        assert [one["rule"] for one in (await answer(qa, "/deadlines?by=2026-11-26", "help"))["items"]] == [
            "WLV-ALLOC-35"
        ]
        assert (await answer(qa, "/deadlines", "mash"))["items"] == []
        lacking = (await answer(qa, "/reports/incomplete?rule=WLV-INFO-02"))["items"]
        assert [(one["rule"], one["owner"], one["case_id"]) for one in lacking] == [
            ("WLV-INFO-02", "SW_TEAM_MANAGER", "k1")
        ]

    told(tmp_path, story, overdue())
