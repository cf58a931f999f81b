"""What was given and taken by the record of access: grants, restrictions, records opened in an emergency.

Each row is about one case or one child. An ending names the same case and children as what it ends; one that does
not leaves a restriction standing, which is the safe side to err on.
"""

from collections.abc import Sequence
from typing import Any

from services.qa.events import AccessGranted, AccessRevoked, BreakGlassOpened, RecordRestricted, RestrictionLifted
from services.qa.views.cases import token
from services.qa.views.words import instant
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View

NOTHING: Body = {"grants": {}, "restrictions": {}, "opened": {}}


def keys_of(recorded: Recorded) -> Sequence[str]:
    """The case and the children that an event of access is about."""
    children = getattr(recorded.data, "child_ids", ())
    named = (recorded.case_id, *recorded.child_ids, *children)
    return tuple(dict.fromkeys(one for one in named if one))


def after(body: Body | None, recorded: Recorded, key: str) -> Body:
    """The row after one more event; the same event again changes nothing."""
    row = {part: dict(inner) for part, inner in (body or NOTHING).items()}
    match recorded.data:
        case AccessGranted() as grant:
            row["grants"].setdefault(grant.grant_id, _granted(grant, recorded))
        case AccessRevoked(grant_id=grant_id, from_=from_) if grant_id in row["grants"]:
            row["grants"][grant_id] = row["grants"][grant_id] | {"revoked": instant(from_)}
        case RecordRestricted() as restricted:
            row["restrictions"].setdefault(restricted.restriction_id, {"kind": restricted.kind, "lifted": False})
        case RestrictionLifted(restriction_id=restriction_id) if restriction_id in row["restrictions"]:
            row["restrictions"][restriction_id] = row["restrictions"][restriction_id] | {"lifted": True}
        case BreakGlassOpened() as opened:
            row["opened"][recorded.event_id] = {
                "person_id": opened.reader.id,
                "child_ids": list(opened.child_ids),
                "at": instant(recorded.occurred_at),
                "until": instant(opened.until),
            }
        case _:
            pass
    return row


def _granted(grant: AccessGranted, recorded: Recorded) -> dict[str, Any]:
    return {
        "case_id": recorded.case_id,
        "child_ids": list(recorded.child_ids),
        "reader": {"id": grant.reader.id, "agency": grant.reader.agency, "role": grant.reader.role},
        "scope": list(grant.scope),
        "purpose": grant.purpose,
        "fields": list(grant.fields),
        "from": instant(grant.from_),
        "until": None if grant.until is None else instant(grant.until),
        "revoked": None,
    }


def _search(body: Body) -> dict[str, str | None]:
    readers = [grant["reader"] for grant in body["grants"].values()]
    words = {token(kind, reader[kind]) for reader in readers for kind in ("id", "agency", "role") if reader[kind]}
    words |= {token("id", opened["person_id"]) for opened in body["opened"].values()}
    cases = {token("case", grant["case_id"]) for grant in body["grants"].values() if grant["case_id"]}
    return {"readers": "".join(sorted(words | cases))}


LEAVE = View(
    name="leave",
    reads=frozenset({"AccessGranted", "AccessRevoked", "RecordRestricted", "RestrictionLifted", "BreakGlassOpened"}),
    keys=keys_of,
    project=after,
    columns=("readers",),
    search=_search,
)
