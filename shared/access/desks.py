"""Posts and teams: what a person is appointed to, and whom a protocol or a piece of work names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.protocol.blocks import Held
from shared.protocol.protocol import Protocol


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One post that a person holds in an authority, until it ends. from_, until: UTC, the end not included."""

    authority: str
    post: str
    team: str | None = None
    team_id: str | None = None
    deputy_of: str | None = None
    from_: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where work lies: a post, a team, or a post in a team. Something must be named; what is not named is not asked."""

    post: str | None = None
    team: str | None = None
    team_id: str | None = None

    def __post_init__(self) -> None:
        if self.post is None and self.team is None and self.team_id is None:
            raise ValueError("a desk that names nothing would be everybody's")

    def taken_by(self, appointment: Appointment) -> bool:
        """Whether work on this desk is the work of somebody so appointed."""
        return (
            self.post in (None, appointment.post)
            and self.team in (None, appointment.team)
            and self.team_id in (None, appointment.team_id)
        )


def sits_at(appointments: Iterable[Appointment], desks: Iterable[Desk]) -> bool:
    """Whether any of the appointments takes work of any of the desks."""
    desks = tuple(desks)
    return any(desk.taken_by(appointment) for appointment in appointments for desk in desks)


def desks_of(held: Iterable[Held]) -> tuple[Desk, ...]:
    """The desks whose work a child is, of the `holds` entries for its state."""
    return tuple(
        Desk(team=team, post=post) for entry in held for team in entry.teams for post in (entry.posts or (None,))
    )


def front_door_desks(protocol: Protocol) -> tuple[Desk, ...]:
    """The desks of the front door: its posts and its managers' posts, in its team."""
    door = protocol.local.front_door
    return tuple(Desk(team=door.team, post=post) for post in (*door.posts, *door.manager_posts))
