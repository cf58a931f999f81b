"""What qa's own record says of access: grants, restrictions and records opened in an emergency.

Each row is about one case or one child, and keeps the events themselves. An ending names the same case and children
as what it ends; one that does not leaves a restriction standing, which is the safe side to err on.
"""

from collections.abc import Iterable, Sequence

import msgspec

from services.qa.views.cases import token
from services.qa.views.words import plain
from shared.kernel.beliefs import Told, in_order, told_of
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View

READS = frozenset({"AccessGranted", "AccessRevoked", "RecordRestricted", "RestrictionLifted", "BreakGlassOpened"})


def keys_of(recorded: Recorded) -> Sequence[str]:
    """The case and the children that an event of access is about."""
    named = (recorded.case_id, *recorded.child_ids, *getattr(recorded.data, "child_ids", ()))
    return tuple(dict.fromkeys(one for one in named if one))


def facts_in(bodies: Iterable[Body], newer: Iterable[Recorded] = ()) -> tuple[Told, ...]:
    """What rows tell, and what was recorded since they were folded: each once, in the order of the house."""
    kept = msgspec.convert([fact for body in bodies for fact in body["facts"]], list[Told])
    return in_order([*kept, *map(told_of, newer)])


def _project(body: Body | None, recorded: Recorded, key: str) -> Body:
    facts = [] if body is None else body["facts"]
    if any(fact["event_id"] == recorded.event_id for fact in facts):
        return {"facts": facts}
    return {"facts": [*facts, plain(told_of(recorded))]}


def _search(body: Body) -> dict[str, str | None]:
    words: set[str] = set()
    for fact in body["facts"]:
        reader = fact["data"].get("reader")
        if reader:
            words |= {token(kind, reader[kind]) for kind in ("id", "agency", "role") if reader.get(kind)}
    return {"readers": "".join(sorted(words))}


LEAVE = View(name="leave", reads=READS, keys=keys_of, project=_project, columns=("readers",), search=_search)
