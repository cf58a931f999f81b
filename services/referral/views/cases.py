"""What each case holds: its referrals, its children, and the cases linked with it."""

from collections.abc import Sequence

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View


def _keys(recorded: Recorded) -> Sequence[str]:
    return (recorded.case_id,) if recorded.case_id else ()


def _project(body: Body | None, recorded: Recorded, key: str) -> Body:
    row: Body = body or {
        "case_id": key,
        "authority": recorded.authority,
        "referrals": [],
        "children": [],
        "links": {},
    }
    if recorded.title == "ReferralReceived":
        row = row | {"referrals": sorted({*row["referrals"], recorded.stream.split("/", 1)[1]})}
    if recorded.title == "CasesLinked":
        other = recorded.data.joined if recorded.data.kept == key else recorded.data.kept
        row = row | {"links": {**row["links"], recorded.data.link_id: other}}
    if recorded.title == "CasesUnlinked":
        row = row | {"links": {link: case for link, case in row["links"].items() if link != recorded.data.link_id}}
    return row | {
        "children": sorted({*row["children"], *recorded.child_ids} if recorded.title in OWN else row["children"])
    }


OWN = frozenset({"ReferralReceived", "ChildIdentified"})

CASES = View(
    name="cases",
    reads=frozenset({"ReferralReceived", "ChildIdentified", "CasesLinked", "CasesUnlinked"}),
    keys=_keys,
    project=_project,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
