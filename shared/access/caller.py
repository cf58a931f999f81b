"""Who is calling: an agency's system, a registered person, or a service of the product."""

from dataclasses import dataclass, replace
from enum import StrEnum

from shared.access.desks import Appointment
from shared.kernel.people import Actor, Person


class Kind(StrEnum):
    """SYSTEM: an agency's system, for no person; PERSON: somebody in the registers; SERVICE: one of ours."""

    SYSTEM = "SYSTEM"
    PERSON = "PERSON"
    SERVICE = "SERVICE"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A caller. From a token alone it says who asks; after `known_caller` also what the registers say of them.

    id: the person's, else the client's, else the service's. agency and the two codes after it: of the client's entry.
    post, team, team_id: what the caller acts as; appointments: all it may act as, of which that is the first.
    employer, employer_kind, sector, social_worker: of the practitioner's entry. purpose: why a record is read.
    """

    kind: Kind
    id: str
    client_id: str
    authority: str | None
    scopes: frozenset[str] = frozenset()
    agency: str | None = None
    agency_type: str | None = None
    cin_source_code: str | None = None
    person_id: str | None = None
    post: str | None = None
    team: str | None = None
    team_id: str | None = None
    employer: str | None = None
    employer_kind: str | None = None
    sector: str | None = None
    social_worker: bool | None = None
    purpose: str | None = None
    appointments: tuple[Appointment, ...] = ()

    def acting_as(self, appointment: Appointment) -> "Caller":
        """The same caller, acting in one of its appointments and no other."""
        return replace(
            self,
            post=appointment.post,
            team=appointment.team,
            team_id=appointment.team_id,
            appointments=(appointment,),
        )

    def actor(self) -> Actor:
        """The caller as an event's envelope names them."""
        return Actor(
            id=self.id,
            role=self.post,
            team=self.team,
            employer=self.employer or self.agency,
            social_worker=self.social_worker,
        )

    def person(self) -> Person | None:
        """The caller as an event's payload names a person; None for a system."""
        if self.person_id is None:
            return None
        return Person(
            id=self.person_id,
            role=self.post,
            team=self.team,
            employer=self.employer,
            employer_kind=self.employer_kind,
            sector=self.sector,
            social_worker=self.social_worker,
        )
