"""What time alone brings at qa: reminders, breaches, and breaches taken back because what met them came late."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from services.qa.clock import Clock, Notice, notices_of
from services.qa.views.cases import NEVER, linked_by, on_the_case, sortable
from services.qa.views.clocks import clocks_in
from services.qa.views.deadlines import BEFORE_ALL, next_of, next_report, of_the_case, streams_of, told_in
from services.qa.views.desktops import authorities_in, desktops_of
from services.qa.views.papers import Papers, papers_of
from services.qa.views.reports_due import reports_due
from services.qa.views.team_days import team_clocks
from shared.http.house import House
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Recorded
from shared.kernel.people import SYSTEM
from shared.kernel.service import Body
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Append
from shared.store.gatherer import READER, letters_about
from shared.store.program import Query
from shared.store.store import Store, versions

PAGE = 200


@dataclass(frozen=True)
class Told:
    """Clocks as they stand now, and what is on record about them, told to the inbox or not yet. papers: of a case."""

    papers: Papers | None
    clocks: list[Clock]
    loaded: dict[str, list[Recorded]]
    notices: dict[str, Notice]


def tick(house: House, store: Store) -> Callable[[], Awaitable[None]]:
    """Tell of every clock whose instant has come. What was told already is found on its own stream, and stays."""

    looked: dict[str, _Looked] = {}

    async def run() -> None:
        now = house.now()
        async for case_id, _ in _waiting(store, now):
            told = await _told(house, store, case_id, now)
            if told.papers is not None and told.papers.letters:
                await _report(house, store, told.papers.letters[-1].authority, told, now)
        folded_to = (await store.places(READER)).get((store.source, 0), ("", 0))[1]
        for authority in await authorities_in(store):
            before = looked.get(authority)
            # Nothing new has been folded and nothing is due: every day of the window is as it was.
            if before is not None and before.place == folded_to and (before.due is None or now < before.due):
                continue
            rows = await desktops_of(store, authority, now)
            same = before is not None and before.rows == rows
            told = await _told_of_teams(house, store, authority, rows, now, before.day if before and same else None)
            await _report(house, store, authority, told, now)
            due = await _due_of(house, store, authority, rows, now)
            looked[authority] = _Looked(folded_to, rows, local_date(now), due)

    return run


@dataclass(frozen=True)
class _Looked:
    """What the days of an authority's teams were told by. day: before which all is told; due: when something is."""

    place: int
    rows: list[Body]
    day: date
    due: datetime | None


async def next_due(house: House, store: Store) -> datetime | None:
    """The earliest instant, from now on, at which the tick has something to tell; None if nothing is ahead."""
    now, found = house.now(), None
    async for case_id, hint in _waiting(store):
        # A row may lag behind what was told, never the other way: what it says is at the earliest.
        if found is not None and hint >= sortable(found):
            break
        told = await _told(house, store, case_id, now)
        at = None if told.papers is None else next_report(told.papers, house.protocol_for, told.notices)
        if at is not None and (found is None or at < found):
            found = at
    for authority in await authorities_in(store):
        at = await _due_of(house, store, authority, await desktops_of(store, authority, now), now)
        if at is not None and (found is None or at < found):
            found = at
    return None if found is None else max(found, now)


async def _due_of(house: House, store: Store, authority: str, rows: list[Body], now: datetime) -> datetime | None:
    """When something is to be told of an authority's teams next, of today and what is ahead."""
    today = local_date(now)
    told = await _told_of_teams(house, store, authority, rows, now, today)
    return next_of(team_clocks(rows, house.protocol_for(authority, now), now, BEFORE_ALL, today), told.notices)


async def _waiting(store: Store, until: datetime | None = None) -> AsyncIterator[tuple[str, str]]:
    """(case, instant) of all cases in which something is to be told, by then if it is said, the earliest first."""
    at, case_id = "", ""
    while True:
        (rows,) = await store.read(
            Query(
                "SELECT next_at, key FROM view_deadlines WHERE (next_at, key) > (%s, %s) AND next_at <= %s"
                " ORDER BY next_at, key LIMIT %s",
                (at, case_id, sortable(until) if until else NEVER, PAGE),
            )
        )
        for at, case_id in rows:
            yield case_id, at
        if len(rows) < PAGE:
            return


async def _told(house: House, store: Store, case_id: str, now: datetime) -> Told:
    papers = papers_of(case_id, on_the_case(await letters_about(store, case_id, linked_by)))
    clocks = clocks_in(papers, house.protocol_for, now)
    # The inbox hears of what was told a moment later: the streams themselves know at once.
    known = told_in(papers)
    loaded = await store.load(*streams_of(clocks, known))
    notices = known | of_the_case(papers, notices_of(event for events in loaded.values() for event in events))
    return Told(papers, clocks, loaded, notices)


async def _told_of_teams(
    house: House, store: Store, authority: str, rows: list[Body], now: datetime, since: date | None
) -> Told:
    clocks = team_clocks(rows, house.protocol_for(authority, now), now, since=since)
    loaded = await store.load(*streams_of(clocks, ()))
    return Told(None, clocks, loaded, notices_of(event for events in loaded.values() for event in events))


async def _report(house: House, store: Store, authority: str, told: Told, now: datetime) -> None:
    facts = reports_due(told.clocks, told.notices)
    if not facts:
        return
    before = versions(told.loaded)
    recorded = stamp(
        Decided("ReportClocks", facts),
        service=house.service.name,
        authority=authority,
        edition=house.protocol_for(authority, now).edition,
        act=Act(occurred_at=now, recorded_at=now, by=SYSTEM, new_id=house.new_id),
        versions=before,
        correlation_id=house.new_id(),
    )
    rows, keys = store.rows(recorded)
    # Stale: another replica, or the tick of a linked case, has told of it meanwhile.
    await store.append(Append(events=rows, expects={fact.stream: before[fact.stream] for fact in facts}, keys=keys))
