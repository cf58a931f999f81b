"""The joint desktop: which children wait for a lead, since when and until when, and what is still missing."""

from collections.abc import Callable, Iterable, Sequence

from services.allocation.decisions.waiting import NAME, ended_by, stands
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View
from shared.protocol.linked import Matter


def waiting(rows: Iterable[Body], matter_of: Callable[[str], Matter]) -> list[Body]:
    """The requests that still wait, the earliest due first.

    rows: of the view below; matter_of: case id -> all that allocation knows of that case. Each row comes with
    `teams` and `posts`, whose desktop it is on (empty: the pack has none), and `missing`: what should be there
    meanwhile is not, and its rule says so without holding the clock.
    """
    found = [shown for row in rows if (shown := _shown(row, matter_of(row["case_id"]))) is not None]
    return sorted(found, key=lambda row: (row["due_at"] or "~", row["since"], row["event_id"]))


def _shown(row: Body, matter: Matter) -> Body | None:
    request = matter.fact(row["event_id"])
    if request is None or not stands(matter, request):
        return None
    board = matter.protocol.waits(NAME, request.data)
    if board is None:
        return {**row, "teams": [], "posts": [], "missing": False, "rules": []}
    child_id = row["child_id"]
    if any(ended_by(matter, child_id, board, fact) for fact in matter.about(child_id, matter.after(request))):
        return None
    there = any(
        board.answered_by(fact.name, fact.data, one)
        for fact in matter.about(child_id, matter.facts)
        for one in matter.linked.ids_of(child_id)
    )
    return {
        **row,
        "teams": list(board.teams),
        "posts": list(board.posts),
        "missing": bool(board.expects) and not there,
        "rules": [board.rule],
    }


def _keys(recorded: Recorded) -> Sequence[str]:
    return (recorded.event_id,) if recorded.title == "AllocationRequested" else (recorded.data.of_event,)


def _project(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    if recorded.title == "RecordWithdrawn":
        return None
    asked = recorded.data
    return {
        "event_id": key,
        "authority": recorded.authority,
        "case_id": recorded.case_id,
        "child_id": recorded.child_ids[0],
        "team": asked.team,
        "team_id": asked.team_id,
        "purpose": asked.purpose,
        "reason_code": asked.reason_code,
        "level": asked.level,
        "receiving_team_manager": asked.receiving_team_manager.id if asked.receiving_team_manager else None,
        "from_event": asked.from_event,
        "since": recorded.occurred_at.isoformat(),
        "due_at": min((clock.due_at.isoformat() for clock in recorded.clocks), default=None),
    }


REQUESTS = View(
    name="requests",
    reads=frozenset({"AllocationRequested", "RecordWithdrawn"}),
    keys=_keys,
    project=_project,
    columns=("authority", "team", "team_id", "case_id"),
    search=lambda body: {column: body[column] for column in ("authority", "team", "team_id", "case_id")},
)
"""Every request that was made and not withdrawn, by its event id."""
