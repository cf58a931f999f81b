"""What waits for the managers to talk about a family: tasks that were raised, and wishes that were made."""

from collections.abc import Callable, Iterable, Sequence

from services.allocation.decisions.tasks import waits
from services.allocation.events import IMCRequested, IMCTaskRaised
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View
from shared.protocol.linked import Matter

COLUMNS = ("authority", "reason_code", "case_id")


def to_hold(rows: Iterable[Body], matter_of: Callable[[str], Matter]) -> list[Body]:
    """What still waits, the most overdue first; what has no deadline after that, the oldest first.

    rows: of the view below; matter_of: case id -> all that allocation knows of that case. Each row comes with `teams`
    and `posts`, whose worklist it is on (empty: the pack has none).
    """
    found = [shown for row in rows if (shown := _shown(row, matter_of(row["case_id"]))) is not None]
    return sorted(found, key=lambda row: (row["due_at"] or "~", row["since"], row["event_id"]))


def _shown(row: Body, matter: Matter) -> Body | None:
    fact = matter.fact(row["event_id"])
    if fact is None or not waits(matter, fact, matter.facts):
        return None
    board = matter.protocol.waits(fact.name, fact.data)
    if board is None:
        return {**row, "teams": [], "posts": [], "due_at": None, "rules": []}
    due = matter.protocol.clock(board.clock).due(fact.occurred_at) if board.clock else None
    return {
        **row,
        "teams": list(board.teams),
        "posts": list(board.posts),
        "due_at": due.isoformat() if due else None,
        "rules": [board.rule],
    }


def _keys(recorded: Recorded) -> Sequence[str]:
    return (recorded.data.of_event,) if recorded.title == "RecordWithdrawn" else (recorded.event_id,)


def _project(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    said = recorded.data
    match said:
        case IMCTaskRaised():
            row: Body = {"kind": "TASK", "from_event": said.from_event, "about_lead": None, "asked_by": None}
        case IMCRequested():
            row = {"kind": "REQUEST", "from_event": None, "about_lead": said.about_lead, "asked_by": said.by.id}
        case _:
            return None
    return {
        **row,
        "event_id": key,
        "authority": recorded.authority,
        "case_id": recorded.case_id,
        "child_ids": list(recorded.child_ids),
        "reason_code": said.reason_code,
        "since": recorded.occurred_at.isoformat(),
    }


MEETINGS = View(
    name="meetings",
    reads=frozenset({"IMCTaskRaised", "IMCRequested", "RecordWithdrawn"}),
    keys=_keys,
    project=_project,
    columns=COLUMNS,
    search=lambda body: {column: body[column] for column in COLUMNS},
)
"""Every task that was raised and wish that was made, and not withdrawn, by its event id."""
