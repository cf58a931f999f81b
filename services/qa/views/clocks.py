"""The clocks of a case: what is due, what was met, missed or cancelled, by which event, and under which rule."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.qa.clock import Alert, Clock, Status
from services.qa.views.clock_ends import End, end_of
from services.qa.views.clock_runs import runs_of
from services.qa.views.clock_starts import Start, starts_of
from services.qa.views.clock_words import sentence
from services.qa.views.matching import Matching, ProtocolFor
from services.qa.views.papers import Papers, papers_of
from services.qa.views.words import plain
from shared.kernel.calendar import is_provisional, local_date
from shared.kernel.letters import Letter
from shared.kernel.limits import Limit, alert_instants

Row = dict[str, Any]


def clocks_of(
    case_id: str,
    letters: Iterable[Letter],
    protocol_for: ProtocolFor,
    now: datetime,
    *,
    as_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Row]:
    """Every clock of the case and those linked with it, the earliest due first, as a view shows them.

    letters: of all cases ever linked with it, in any order. now: the instant at which they are judged.
    """
    papers = papers_of(case_id, letters, as_at=as_at, known_at=known_at)
    return [row_of(clock) for clock in clocks_in(papers, protocol_for, now)]


def clocks_in(papers: Papers, protocol_for: ProtocolFor, now: datetime) -> list[Clock]:
    """The clocks of a case's papers, judged at an instant, the earliest due first."""
    matching = Matching(papers, protocol_for)
    clocks = [
        _clock(start, end, further, alerts_of(matching, start, end), now) for start, end, further in _ended_in(matching)
    ]
    return sorted(clocks, key=lambda clock: (clock.due_at, clock.rule, clock.child_id or "", clock.started_by))


def alerts_of(matching: Matching, start: Start, end: End | None = None) -> tuple[str, ...]:
    """Whom the rule of a clock tells of it: by where the child stands, while it runs."""
    if start.block is None:
        return ()
    runs = start.block.alerts_in and (end is None or end.letter is None)
    further = start.block.alerts_in.get(matching.state_of(start.child_id) or "", ()) if runs else ()
    return tuple(dict.fromkeys((*further, *start.block.alerts)))


def unended_in(matching: Matching) -> list[Start]:
    """The starts of clocks that nothing has met or cancelled, in time or late."""
    return [start for start, end, _ in _ended_in(matching) if end.letter is None]


def row_of(clock: Clock) -> Row:
    """A clock as JSON holds it."""
    row = plain(clock)
    row["provisional"] = is_provisional(local_date(clock.due_at))
    return row


def _ended_in(matching: Matching) -> list[tuple[Start, End, tuple[str, ...]]]:
    started = [(start, end_of(matching, start)) for start in starts_of(matching)]
    kept = _each_running_once(matching, started)
    runs = runs_of(matching, [(start, end) for start, end, _ in kept])
    return [*kept, *((start, end, ()) for start, end in runs)]


def _each_running_once(
    matching: Matching, ended: Sequence[tuple[Start, End]]
) -> list[tuple[Start, End, tuple[str, ...]]]:
    """The clocks without starts that changed nothing because one of the same rule and child ran already.

    Only for clocks of which the pack says that the first start counts. One whose first start was cancelled runs
    from the further start after all: the subject came back into scope before that clock had ended. A start that
    brings back what another event cancelled starts nothing where that event did not cancel the last one.
    """
    kept: list[tuple[Start, End, list[str]]] = []
    running: dict[tuple[str, str], int] = {}
    kept_child = matching.papers.links.kept_child
    for start, end in ended:
        key = (start.rule, kept_child(start.child_id) if start.child_id else "")
        if start.after is not None and (key not in running or not _was_cancelled(kept[running[key]][1], start)):
            continue
        if start.block is not None and start.block.first_start_counts and not end.withdrawn:
            first = running.get(key)
            if first is not None and _covers(kept[first][1], start, end):
                kept[first][2].append(start.letter.event_id)
                continue
            running[key] = len(kept)
        kept.append((start, end, []))
    return [(start, end, tuple(further)) for start, end, further in kept]


def _was_cancelled(end: End, start: Start) -> bool:
    if end.cancel is None or start.after is None or end.cancel.occurred_at > start.started_at:
        return False
    return any(start.after.matches(end.cancel.name, end.cancel.data, child) for child in end.cancel.child_ids)


def _covers(end: End, further: Start, its_end: End) -> bool:
    if end.cancel is not None:
        # What ends no later than the first is taken away leaves nothing to go on with.
        return its_end.instant is not None and end.instant is not None and its_end.instant <= end.instant
    return end.stopped_at is None or end.stopped_at > further.started_at


def _clock(start: Start, end: End, further: tuple[str, ...], alerted: tuple[str, ...], now: datetime) -> Clock:
    block = start.block
    status = _status(start, end, now)
    limit = _limit(start)
    alerts = alert_instants(start.started_at, start.due_at, limit) if status == "RUNNING" else []
    decided = end.letter
    clock = Clock(
        rule=start.rule,
        rules=block.rules if block is not None else (start.rule,),
        says=block.says if block is not None else "",
        about=block.about if block is not None else "case",
        authority=start.letter.authority,
        edition=start.letter.edition,
        case_id=start.letter.case_id or "",
        child_id=start.child_id,
        computed_by=start.computed_by,
        started_by=start.letter.event_id,
        started_at=start.started_at,
        also_started_by=further,
        due_at=start.due_at,
        limit=limit.describe(),
        calendar=block.calendar if block is not None else "",
        force=block.force if block is not None else "mandatory",
        status=status,
        decided_by=None if decided is None else decided.event_id,
        decided_at=end.instant,
        met_at=end.stopped_at if status == "MET" else None,
        alerts=alerted,
        next_alerts=tuple(Alert(step=step, at=at) for step, at in alerts if at > now),
        passed_alerts=tuple(Alert(step=step, at=at) for step, at in alerts if at <= now),
        check=start.check,
        expected=start.expected,
    )
    ended_by = None if decided is None else decided.name
    return msgspec.structs.replace(clock, words=sentence(clock, start.letter.name, ended_by))


def _status(start: Start, end: End, now: datetime) -> Status:
    if end.withdrawn:
        return "CANCELLED"
    if end.instant is not None and end.instant <= start.due_at:
        return "MET" if end.stop is not None else "CANCELLED"
    return "MISSED" if now > start.due_at else "RUNNING"


def _limit(start: Start) -> Limit:
    if start.block is not None and start.block.limit is not None:
        return start.block.limit
    return Limit(until=local_date(start.due_at))
