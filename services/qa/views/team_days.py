"""The deadlines of teams: on each working day on which something waits for one, its managers meet about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from services.qa.clock import Alert, Clock, Status
from services.qa.views.desktops import WINDOW
from services.qa.views.words import day_in_words, read_instant, time_in_words
from shared.kernel.calendar import LONDON, add_working_days, end_of_day, is_working_day, local_date, start_of_day
from shared.kernel.limits import Limit, alert_instants
from shared.protocol.clocks import Clock as Block
from shared.protocol.protocol import Protocol

Row = dict[str, Any]


def team_clocks(
    rows: Iterable[Mapping[str, Any]],
    protocol: Protocol,
    now: datetime,
    judged_at: datetime | None = None,
    since: date | None = None,
) -> list[Clock]:
    """Every team's clock of each working day of the window, and of the next one ahead.

    rows: of the view of desktops, one authority's. judged_at: the instant at which they are judged, now if none is
    given. since: leaves out the days before. started_by: the team and the day, for no event starts it.
    """
    rows = tuple(rows)
    judged_at = now if judged_at is None else judged_at
    today = local_date(now)
    first = today - WINDOW if since is None else max(since, today - WINDOW)
    days = [day for day in _days(first, add_working_days(today, 1)) if is_working_day(day)]
    return [
        _clock(block, protocol, team, day, judged_at, waits, meetings)
        for block in protocol.clocks
        if block.daily is not None
        for team, waits, meetings in _by_team(rows, block.rule)
        for day in days
        if _asked(block, day, waits)
    ]


def nil_days(rows: Iterable[Mapping[str, Any]], protocol: Protocol, now: datetime) -> list[Row]:
    """The working days, since something first waited for a team, on which nothing did: nothing was asked for."""
    rows = tuple(rows)
    today = local_date(now)
    return [
        {"rule": block.rule, "team": team, "day": day.isoformat()}
        for block in protocol.clocks
        if block.daily is not None
        for team, waits, _ in _by_team(rows, block.rule)
        for day in _days(today - WINDOW, today)
        if is_working_day(day) and _begun_by(waits, day) and not _waiting(block, day, waits)
    ]


def team_and_day(clock: Clock) -> tuple[str, str]:
    """The team and the day of such a clock."""
    team, _, day = clock.started_by.rpartition("/")
    return team, day


def _by_team(rows: Iterable[Mapping[str, Any]], rule: str) -> Iterator[tuple[str, list[Row], list[Row]]]:
    waits: defaultdict[str, list[Row]] = defaultdict(list)
    meetings: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        told = row["clocks"].get(rule, {"waits": [], "meetings": []})
        for wait in told["waits"]:
            waits[wait["team"] or ""].append(wait)
        for meeting in told["meetings"]:
            meetings[meeting["team"] or ""].append(meeting)
    yield from ((team, waits[team], meetings[team]) for team in sorted(waits))


def _asked(block: Block, day: date, waits: list[Row]) -> bool:
    assert block.daily is not None
    return bool(_waiting(block, day, waits)) or (block.daily.every and _begun_by(waits, day))


def _begun_by(waits: list[Row], day: date) -> bool:
    return any(_at(wait["from"]) <= end_of_day(day) for wait in waits)


def _waiting(block: Block, day: date, waits: list[Row]) -> list[Row]:
    """What waited on a day from before the hour that counts."""
    assert block.daily is not None
    cutoff = datetime.combine(day, time.fromisoformat(block.daily.by), LONDON)
    begins = start_of_day(day)
    return [
        wait for wait in waits if _at(wait["from"]) <= cutoff and (wait["until"] is None or _at(wait["until"]) > begins)
    ]


def _clock(
    block: Block, protocol: Protocol, team: str, day: date, now: datetime, waits: list[Row], meetings: list[Row]
) -> Clock:
    waiting = _waiting(block, day, waits)
    due_at = end_of_day(day)
    started_at = max(start_of_day(day), min((_at(wait["from"]) for wait in waiting), default=start_of_day(day)))
    held = min((one for one in meetings if local_date(_at(one["at"])) == day), key=lambda one: one["at"], default=None)
    gone = _gone_at(waiting, due_at)
    status: Status = "MISSED" if now > due_at else "RUNNING"
    decided: Row | None = None
    if held is not None and (gone is None or _at(held["at"]) <= _at(gone["until"])):
        status, decided = "MET", {"event_id": held["event_id"], "at": held["at"]}
    elif gone is not None:
        status, decided = "CANCELLED", {"event_id": gone["event_id"], "at": gone["until"]}
    alerts = alert_instants(started_at, due_at, Limit(same_day=True)) if status == "RUNNING" else []
    clock = Clock(
        rule=block.rule,
        rules=block.rules,
        says=block.says,
        about=block.about,
        authority=protocol.authority,
        edition=protocol.edition,
        case_id=None,
        child_id=None,
        computed_by="qa",
        started_by=f"{team}/{day.isoformat()}",
        started_at=started_at,
        due_at=due_at,
        limit="same day",
        calendar=block.calendar,
        force=block.force,
        status=status,
        decided_by=None if decided is None else decided["event_id"],
        decided_at=None if decided is None else _at(decided["at"]),
        met_at=_at(decided["at"]) if decided is not None and status == "MET" else None,
        alerts=block.alerts,
        next_alerts=tuple(Alert(step=step, at=at) for step, at in alerts if at > now),
        passed_alerts=tuple(Alert(step=step, at=at) for step, at in alerts if at <= now),
    )
    return msgspec.structs.replace(clock, words=_words(clock, team))


def _gone_at(waiting: list[Row], due_at: datetime) -> Row | None:
    """The last that waited, if that day it waited no longer."""
    if not waiting or any(wait["until"] is None for wait in waiting):
        return None
    last = max(waiting, key=lambda wait: _at(wait["until"]))
    return last if _at(last["until"]) <= due_at else None


def _words(clock: Clock, team: str) -> str:
    asked = f"{clock.says} {team}, {day_in_words(clock.due_at)}:"
    rules = ", ".join(clock.rules)
    at = "" if clock.decided_at is None else time_in_words(clock.decided_at)
    match clock.status:
        case "RUNNING":
            return f"{asked} due by {time_in_words(clock.due_at)} ({rules})."
        case "MET":
            return f"{asked} held at {at} ({rules})."
        case "CANCELLED":
            return f"{asked} no longer asked for, nothing waited from {at} on ({rules})."
        case "MISSED":
            return f"{asked} missed, none was held ({rules})."


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=place) for place in range((last - first).days + 1))


def _at(written: str) -> datetime:
    moment = read_instant(written)
    assert moment is not None
    return moment
