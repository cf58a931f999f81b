"""What the registers say of a client or a person at an instant, read from what letters told.

Each entry and each ending is a statement that holds from its own `from` on, whatever was said before it: of the
statements whose `from` has come, the one made last decides. So a date set back corrects, and one set ahead waits.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from shared.access.desks import Appointment
from shared.kernel.beliefs import Told
from shared.kernel.calendar import local_date
from shared.kernel.people import Person

CLIENT_FACTS = ("qa.ClientRegistered", "qa.ClientSuspended")
STAFF_FACTS = ("qa.StaffAppointed", "qa.StaffEnded")
PRACTITIONER_FACTS = ("allocation.PractitionerRegistered", "allocation.PractitionerDeregistered")


class ClientEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A registered client, as other services read it. Shapes: qa.ClientRegistered."""

    client_id: str
    agency: str
    agency_type: str
    cin_source_code: str | None = None
    authority: str
    scopes: tuple[str, ...] = ()
    jwks_url: str | None = None
    public_key: dict[str, Any] | None = None
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None


class PractitionerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a registered person is, as other services read it. Shapes: allocation.PractitionerRegistered."""

    practitioner_id: str
    profession: str | None = None
    employer: str | None = None
    employer_kind: str | None = None
    sector: str | None = None
    social_worker: bool | None = None
    swe_valid_to: date | None = None
    supervisor: str | None = None
    line_manager: str | None = None
    from_: datetime = msgspec.field(name="from")

    def is_social_worker(self, at: datetime) -> bool | None:
        """Whether they are a social worker then: with a registration that has run out nobody is."""
        over = self.swe_valid_to is not None and local_date(at) > self.swe_valid_to
        return False if over else self.social_worker


class _Appointed(msgspec.Struct, frozen=True, kw_only=True):
    staff_id: str
    authority: str
    post: str
    team: str | None = None
    team_id: str | None = None
    deputy_of: str | None = None
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None


class _Ended(msgspec.Struct, frozen=True, kw_only=True):
    post: str
    from_: datetime = msgspec.field(name="from")


class _From(msgspec.Struct, frozen=True, kw_only=True):
    from_: datetime = msgspec.field(name="from")


def client_at(facts: Iterable[Told], client_id: str, at: datetime) -> ClientEntry | None:
    """The entry of a client that is in force at an instant; None if there is none or it is suspended or over."""
    last = _last_said(_about(facts, CLIENT_FACTS, "client_id", client_id), at)
    if last is None or last.title != "ClientRegistered":
        return None
    entry = msgspec.convert(last.data, ClientEntry)
    return entry if entry.until is None or at < entry.until else None


def practitioner_at(facts: Iterable[Told], person_id: str, at: datetime) -> PractitionerEntry | None:
    """What a person is at an instant by the practitioner register; None if not in it."""
    last = _last_said(_about(facts, PRACTITIONER_FACTS, "practitioner_id", person_id), at)
    if last is None or last.title != "PractitionerRegistered":
        return None
    return msgspec.convert(last.data, PractitionerEntry)


def appointments_at(facts: Iterable[Told], person_id: str, authority: str, at: datetime) -> tuple[Appointment, ...]:
    """The posts that a person holds in an authority at an instant, the longest held first.

    An ending ends the post in every team in which the person holds it, in the authority that ended it and no other.
    """
    said = (fact for fact in _about(facts, STAFF_FACTS, "staff_id", person_id) if fact.authority in ("", authority))
    held: dict[tuple[str, str | None, str | None], Appointment] = {}
    for fact in said:
        if fact.title == "StaffEnded":
            ended = msgspec.convert(fact.data, _Ended)
            if ended.from_ <= at:
                held = {place: one for place, one in held.items() if one.post != ended.post}
            continue
        appointed = msgspec.convert(fact.data, _Appointed)
        if appointed.authority == authority and appointed.from_ <= at:
            held[(appointed.post, appointed.team, appointed.team_id)] = Appointment(
                authority=appointed.authority,
                post=appointed.post,
                team=appointed.team,
                team_id=appointed.team_id,
                deputy_of=appointed.deputy_of,
                from_=appointed.from_,
                until=appointed.until,
            )
    in_force = (one for one in held.values() if one.until is None or at < one.until)
    return tuple(sorted(in_force, key=lambda one: (one.from_, one.post, one.team or "", one.team_id or "")))


def person_at(
    facts: Iterable[Told],
    person_id: str,
    authority: str,
    at: datetime,
    *,
    post: str | None = None,
    team: str | None = None,
) -> Person | None:
    """A person whom a command names by id only, filled in as of an instant; None if in neither register.

    post, team: what they are named for, where that is asked; a person who does not hold it is filled in without.
    """
    facts = tuple(facts)
    entry = practitioner_at(facts, person_id, at)
    appointments = appointments_at(facts, person_id, authority, at)
    if entry is None and not appointments:
        return None
    wanted = [one for one in appointments if post in (None, one.post) and team in (None, one.team)]
    acting = wanted[0] if wanted else None
    return Person(
        id=person_id,
        role=acting.post if acting else None,
        team=acting.team if acting else None,
        employer=entry.employer if entry else None,
        employer_kind=entry.employer_kind if entry else None,
        sector=entry.sector if entry else None,
        social_worker=entry.is_social_worker(at) if entry else None,
    )


def _about(facts: Iterable[Told], names: tuple[str, ...], field: str, whom: str) -> tuple[Told, ...]:
    said = (fact for fact in facts if fact.name in names and fact.data.get(field) == whom)
    return tuple(sorted(said, key=lambda fact: (fact.recorded_at, fact.source, fact.sequence)))


def _last_said(said: Iterable[Told], at: datetime) -> Told | None:
    last = None
    for fact in said:
        if msgspec.convert(fact.data, _From).from_ <= at:
            last = fact
    return last
