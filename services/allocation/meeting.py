"""A meeting as allocation scheduled it: about which families, and who is asked to come about each."""

import msgspec

from services.allocation.events import Attendee, IMCScheduled
from shared.kernel.events import Recorded


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """What a record of a meeting needs of its schedule. invited: case id -> who was asked."""

    meeting_id: str
    authority: str | None = None
    invited: dict[str, tuple[Attendee, ...]] = {}


def unknown(meeting_id: str) -> Meeting:
    """A meeting that was not scheduled."""
    return Meeting(meeting_id=meeting_id)


def evolve(meeting: Meeting, recorded: Recorded) -> Meeting:
    """The meeting after one more event of its stream."""
    if not isinstance(recorded.data, IMCScheduled) or recorded.case_id is None:
        return meeting
    return msgspec.structs.replace(
        meeting,
        authority=recorded.authority,
        invited={**meeting.invited, recorded.case_id: recorded.data.invited},
    )
