"""The level of need of each child of a case, now and at any day before."""

from collections.abc import Sequence
from datetime import datetime

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View


def level_at(row: Body, child_id: str, at: datetime | None = None) -> Body | None:
    """The change that made a child's level what it is, or was at an instant; None for a child without a level.

    Gives `level`, `local_level`, `since`, `decided_in`, `event_id`. row: of the view below.
    """
    changes = [
        change
        for change in row["changes"]
        if change["child_id"] == child_id and (at is None or datetime.fromisoformat(change["since"]) <= at)
    ]
    if not changes or changes[-1]["direction"] == "CLOSE":
        return None
    return {key: changes[-1][key] for key in ("level", "local_level", "since", "decided_in", "event_id")}


def levels_of(row: Body) -> dict[str, Body]:
    """Every child of the case who has a level, with it."""
    children = dict.fromkeys(change["child_id"] for change in row["changes"])
    return {child_id: held for child_id in children if (held := level_at(row, child_id)) is not None}


def _keys(recorded: Recorded) -> Sequence[str]:
    return (recorded.case_id,) if recorded.case_id else ()


def _project(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    row = body or {"case_id": key, "authority": recorded.authority, "changes": []}
    if recorded.title == "RecordWithdrawn":
        gone = {recorded.data.of_event}
        return {**row, "changes": _without(row, gone)} if body else None
    change = recorded.data
    new = [
        {
            "event_id": recorded.event_id,
            "child_id": child_id,
            "level": change.to,
            "local_level": change.local_level,
            "direction": change.direction,
            "decided_in": change.decided_in,
            "since": recorded.occurred_at.isoformat(),
            "order": recorded.stream_version,
        }
        for child_id in recorded.child_ids
    ]
    kept = _without(row, {recorded.corrects, recorded.event_id})
    return {**row, "changes": sorted([*kept, *new], key=_by_time)}


def _without(row: Body, gone: set[str | None]) -> list[Body]:
    return [change for change in row["changes"] if change["event_id"] not in gone]


def _by_time(change: Body) -> tuple[datetime, int]:
    return datetime.fromisoformat(change["since"]), change["order"]


LEVELS = View(
    name="levels",
    reads=frozenset({"ThresholdChanged", "RecordWithdrawn"}),
    keys=_keys,
    project=_project,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
"""Each case's changes of level that stand, in the order in which they became true."""
