"""The same reactions through the real intake into a real store: once, in order, with what they rest on."""

import asyncio
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.allocation.service import SERVICE as ALLOCATION
from services.planning.events import ThresholdChanged
from services.planning.service import SERVICE as PLANNING
from shared.bus.intake import Intake
from shared.bus.reader import Page
from shared.kernel.act import Act
from shared.kernel.events import Fact, Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from shared.kernel.service import Service
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Append
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_sqlite
from shared.store.projector import get_rows, project_page
from shared.store.sqlite import SqliteBackend
from shared.store.store import Store
from tests.decisions.planning.reacting import MANAGER, wolverhampton
from tests.views.letters import AUTHORITY, EDITION, Post, london
from tests.views.stories import PRACTITIONER

TEN, ELEVEN, NOON = london("2026-03-02 10:00"), london("2026-03-02 11:00"), london("2026-03-02 12:00")
TUESDAY, LATER, NOW = london("2026-03-03 10:00"), london("2026-03-16 15:30"), london("2026-03-20 09:00")


class NoOrigin:
    """Nothing was lost on the way, so nobody is asked again."""

    async def page(self, source: str, partition: int, after: int) -> Any:
        raise AssertionError("a gap")


class Running:
    """A service's store and intake, in a folder."""

    def __init__(self, service: Service, folder: Path):
        file = folder / f"{service.name}.db"
        migrate_sqlite(file, service.views)
        self.numbers = itertools.count(1)
        self.store = Store(service, "main", SqliteBackend(file), Keyring(folder / f"{service.name}.kek.json"))
        self.intake = Intake(
            self.store,
            None,  # type: ignore[arg-type]
            NoOrigin(),
            lambda authority, at: wolverhampton(at),
            lambda: NOW,
            lambda: f"{service.name}-{next(self.numbers)}",
            lambda source: source,
        )

    async def take(self, letters: Iterable[Letter]) -> None:
        """Apply letters one page each, those of others only, each of them twice."""
        for letter in letters:
            if letter.service != self.store.service.name:
                await self.intake.take(Page(letter.source, letter.partition, [letter]))
                await self.intake.take(Page(letter.source, letter.partition, [letter]))

    async def recorded(self) -> list[Recorded]:
        return [self.store.mapper.recorded(state) for _, state in await self.store.log(0, 100)]

    async def record(self, fact: Fact) -> None:
        act = Act(TUESDAY, TUESDAY, MANAGER, lambda: f"person-{next(self.numbers)}")
        events = stamp(
            Decided("SetThreshold", [fact]),
            service=self.store.service.name,
            authority=AUTHORITY,
            edition=EDITION,
            act=act,
            versions={},
            correlation_id="c",
        )
        rows, keys = self.store.rows(events)
        await self.store.append(Append(events=rows, expects={fact.stream: 0}, keys=keys))


def partitioned(letters: Iterable[Letter], *cases: str) -> list[Letter]:
    """The letters as they travel: each case in a partition of its own, in which each names the one before it."""
    last: dict[tuple[str, int], int] = {}
    found = []
    for letter in letters:
        place = (letter.source, cases.index(str(letter.case_id)))
        found.append(msgspec.structs.replace(letter, partition=place[1], previous=last.get(place, 0)))
        last[place] = letter.sequence
    return found


async def started(service: Service, folder: Path) -> Running:
    running = Running(service, folder)
    await running.store.start()
    return running


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_request_is_stored_once_with_its_clock_and_shown(tmp_path: Path) -> None:
    async def story() -> None:
        running = await started(ALLOCATION, tmp_path)
        post = Post()
        post.referral(TEN, "k1", "c1")
        triage = post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP")
        await running.take(partitioned(post.sent, "k1"))

        (request,) = await running.recorded()
        assert (request.name, request.stream) == ("allocation.AllocationRequested", "case/k1")
        assert (request.occurred_at, request.recorded_at) == (ELEVEN, NOW)
        assert (request.causation_id, request.correlation_id) == (triage.event_id, triage.correlation_id)
        assert [clock.rule for clock in request.clocks] == ["WLV-ALLOC-05"]
        assert request.receipt is not None
        assert [(used.about, used.sequence) for used in request.receipt.beliefs] == [("k1", triage.sequence)]
        assert await project_page(running.store) == 1
        rows = await get_rows(running.store, "requests", [request.event_id])
        assert rows[request.event_id]["child_id"] == "c1"
        await running.store.stop()

    asyncio.run(story())


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize("late", [False, True])
def test_a_change_of_need_reaches_the_kept_case_however_late_the_lead_is_told(tmp_path: Path, late: bool) -> None:
    async def story() -> None:
        running = await started(PLANNING, tmp_path)
        level = ThresholdChanged(
            to="CHILD_IN_NEED",
            decided_in="CAT",
            authorised_by=Person(id=MANAGER.id),
            reason_code="OTHER",
            effective_at=TUESDAY,
        )
        await running.record(Fact(stream="case/k1", case_id="k1", child_ids=("c1",), event=level))
        post = Post()
        post.referral(TEN, "k1", "c1")
        post.triage(ELEVEN, "k1", "c1", "AMBER", "FAMILY_HELP")
        post.referral(NOON, "k3", "c3")
        post.link(NOON, "l1", "k1", "k3", ("c1", "c3"))
        post.referral(LATER, "k2", "c2")
        # It joins the joined case: what is known of the kept one has to be found by the link.
        triage = post.triage(LATER, "k2", "c2", "AMBER", "ADDED_TO_OPEN_CASE", open_case_id="k3", open_child_id="c3")
        letters = list(post.sent)
        lead = post.send(
            "allocation.LeadAllocated",
            london("2026-03-04 10:00"),
            case="k1",
            about=("c1",),
            lead=PRACTITIONER,
            purpose="FAMILY_HELP",
        )
        await running.take(partitioned([*letters, lead] if late else [lead, *letters], "k1", "k2", "k3"))

        *_, reported = await running.recorded()
        assert (reported.name, reported.stream) == ("planning.ChangeOfNeedReported", "case/k1")
        assert (reported.child_ids, reported.stream_version) == (("c1",), 2)
        assert (reported.occurred_at, reported.causation_id) == (LATER, triage.event_id)
        assert len(await running.recorded()) == 2
        await running.store.stop()

    asyncio.run(story())
