"""People acting in a role: identifiers and structural facts, never names."""

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A registered person as an event keeps them, filled in from the registers as of `occurred_at`.

    id: the same in the staff and the practitioner register; employer_kind: AUTHORITY, COMMISSIONED or PARTNER;
    sector: the agency type of a partner employer.
    """

    id: str
    role: str | None = None
    team: str | None = None
    employer: str | None = None
    employer_kind: str | None = None
    sector: str | None = None
    social_worker: bool | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who did it: a registered person, an agency's system, or the service itself (id "system")."""

    id: str
    role: str | None = None
    team: str | None = None
    employer: str | None = None
    social_worker: bool | None = None


SYSTEM = Actor(id="system")
