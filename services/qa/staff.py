"""A person in the staff register: the posts they were appointed to, each with its end if it has one."""

from datetime import datetime

import msgspec

from services.qa.events import StaffAppointed, StaffEnded
from shared.kernel.events import Recorded


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about a person's posts needs. appointments: the last one to each post in each team."""

    staff_id: str
    appointments: tuple[StaffAppointed, ...] = ()

    def to(self, post: str) -> tuple[StaffAppointed, ...]:
        """The appointments to a post, in whatever team, over or not."""
        return tuple(one for one in self.appointments if one.post == post)


def unknown(staff_id: str) -> Staff:
    """A person nobody has appointed."""
    return Staff(staff_id=staff_id)


def evolve(staff: Staff, recorded: Recorded) -> Staff:
    """The person after one more event of their stream."""
    match recorded.data:
        case StaffAppointed() as appointed:
            others = (one for one in staff.appointments if place(one) != place(appointed))
            return Staff(staff_id=appointed.staff_id, appointments=(*others, appointed))
        case StaffEnded(post=post, from_=from_):
            theirs = (post, recorded.authority)
            ended = tuple(
                _ended(one, from_) if (one.post, one.authority) == theirs else one for one in staff.appointments
            )
            return Staff(staff_id=staff.staff_id, appointments=ended)
        case _:
            return staff


def place(appointed: StaffAppointed) -> tuple[str, str, str | None, str | None]:
    """What an appointment is to: the authority, the post, the team."""
    return appointed.authority, appointed.post, appointed.team, appointed.team_id


def _ended(appointed: StaffAppointed, from_: datetime) -> StaffAppointed:
    until = from_ if appointed.until is None else min(appointed.until, from_)
    return msgspec.structs.replace(appointed, until=until)
