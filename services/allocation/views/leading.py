"""Where a person was ever allocated: the cases to look at when they leave."""

from collections.abc import Sequence

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View


def _keys(recorded: Recorded) -> Sequence[str]:
    return (f"{recorded.case_id}/{recorded.data.lead.id}",)


def _project(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    return {"case_id": recorded.case_id, "person_id": recorded.data.lead.id, "authority": recorded.authority}


LEADING = View(
    name="leading",
    reads=frozenset({"LeadAllocated"}),
    keys=_keys,
    project=_project,
    columns=("authority", "person_id"),
    search=lambda body: {"authority": body["authority"], "person_id": body["person_id"]},
)
"""One row for each case and person. Whether they hold a role there still is asked of the case itself."""
