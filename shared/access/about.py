"""What the policy has to know of a case before it can say who may see it: facts passed in, nothing looked up."""

from dataclasses import dataclass
from datetime import datetime

from shared.access.caller import Caller, Kind
from shared.access.desks import Desk


@dataclass(frozen=True, kw_only=True)
class ChildIn:
    """One child of the case. holds: whose work a child in this state is, by the `holds` block of the protocol."""

    child_id: str
    state: str
    holds: tuple[Desk, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleOnCase:
    """A role on the case, of a registered person, or of everybody whom an agency employs (its worker leads).

    case_id: the case it was given on; from_, until: UTC, the end not included.
    """

    case_id: str
    role: str
    person_id: str | None = None
    employer: str | None = None
    from_: datetime
    until: datetime | None = None

    def is_held_by(self, caller: Caller, at: datetime) -> bool:
        """Whether the caller holds it at an instant. A system holds none."""
        if caller.kind is not Kind.PERSON or not _runs(self.from_, self.until, at):
            return False
        if self.person_id is not None:
            return self.person_id == caller.person_id
        return self.employer is not None and self.employer == caller.employer


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Leave to read, comment or write, for one purpose. Shapes: qa.AccessGranted and qa.AccessRevoked.

    One of reader_id, reader_agency, reader_post names the reader. child_ids: of whom, none for all of the case.
    fields: groups of `masks.Group`; until: the earlier of its end and its revocation.
    """

    grant_id: str
    case_id: str
    reader_id: str | None = None
    reader_agency: str | None = None
    reader_post: str | None = None
    scope: frozenset[str]
    purpose: str
    fields: frozenset[str]
    child_ids: frozenset[str] = frozenset()
    from_: datetime
    until: datetime | None = None

    def opens_to(self, caller: Caller, at: datetime) -> bool:
        """Whether it is the caller's, active at an instant, and for what the caller came for."""
        if caller.kind is not Kind.PERSON or not _runs(self.from_, self.until, at) or self.purpose != caller.purpose:
            return False
        if self.reader_id is not None:
            return self.reader_id == caller.person_id
        if self.reader_agency is not None:
            return self.reader_agency == caller.agency
        return self.reader_post is not None and any(one.post == self.reader_post for one in caller.appointments)


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """A record opened in an emergency, by one person, for a short time. Shapes: qa.BreakGlassOpened."""

    person_id: str
    child_ids: frozenset[str]
    opened_at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """A record restricted and not lifted. Shapes: qa.RecordRestricted. A kind that takes one field group says so."""

    restriction_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class About:
    """A case, as far as access goes.

    case_ids: the case and all linked to it, for as long as the links stand: a role or grant of another counts for
    nothing. referrers: agencies whose referral is in it.
    front_door: the desks of the front door, from the protocol; untriaged: all that is in it, linked cases included,
    still awaits the front door's decision.
    worklist: desks that an open item, a meeting or a sign-off names. restrictions: of any child of any linked case.
    """

    authority: str
    case_ids: frozenset[str]
    children: tuple[ChildIn, ...] = ()
    referrers: frozenset[str] = frozenset()
    front_door: tuple[Desk, ...] = ()
    untriaged: bool = False
    roles: tuple[RoleOnCase, ...] = ()
    worklist: tuple[Desk, ...] = ()
    grants: tuple[Grant, ...] = ()
    break_glass: tuple[BreakGlass, ...] = ()
    restrictions: tuple[Restriction, ...] = ()

    def held_by_the_front_door(self) -> tuple[Desk, ...]:
        """The desks among the holders that are in the front door's own team.

        A child that a new worry has just brought in says nothing of the open case it is linked to: what is held by
        the front door shows no more than the front door sees anyway.
        """
        return tuple(desk for desk in self._held_by() if desk.team in self._front_door_teams())

    def held_by_others(self) -> tuple[Desk, ...]:
        """Whose work any of the children is, the front door left out."""
        return tuple(desk for desk in self._held_by() if desk.team not in self._front_door_teams())

    def _held_by(self) -> tuple[Desk, ...]:
        return tuple(desk for child in self.children for desk in child.holds)

    def _front_door_teams(self) -> frozenset[str | None]:
        return frozenset(desk.team for desk in self.front_door if desk.team is not None)


def _runs(from_: datetime, until: datetime | None, at: datetime) -> bool:
    return from_ <= at and (until is None or at < until)
