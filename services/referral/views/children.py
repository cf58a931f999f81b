"""Which case each child is in, under which referral, and which birthdays were told of."""

from collections.abc import Sequence

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View


def _keys(recorded: Recorded) -> Sequence[str]:
    return recorded.child_ids


def _project(body: Body | None, recorded: Recorded, key: str) -> Body:
    row = body or {
        "child_id": key,
        "case_id": recorded.case_id,
        "authority": recorded.authority,
        "reached": [],
    }
    if recorded.title == "ReferralReceived":
        return row | {"referral_id": recorded.stream.split("/", 1)[1]}
    if recorded.title == "ChildReachedAge":
        return row | {"reached": sorted({*row["reached"], recorded.data.age})}
    return row


CHILDREN = View(
    name="children",
    reads=frozenset({"ReferralReceived", "ChildIdentified", "ChildReachedAge"}),
    keys=_keys,
    project=_project,
    columns=("authority", "case_id"),
    search=lambda body: {"authority": body["authority"], "case_id": body["case_id"]},
)
