"""Token and register must agree: the caller whom a token names, filled in from our own registers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.access.caller import Caller, Kind
from shared.access.desks import Appointment
from shared.access.registers import ClientEntry, appointments_at, client_at, practitioner_at
from shared.kernel.beliefs import Told


def known_caller(caller: Caller, known_facts: Iterable[Told], at: datetime) -> Caller | None:
    """The caller with what the registers say of them at an instant of domain time; None where they disagree.

    known_facts: what letters told about `caller.client_id` and `caller.person_id`. A service of the product is in
    no register: its credential is all there is, and it sees no person's record.
    The client has to be registered for the same authority and agency, with every scope the token carries. A person
    has to be in one of the two registers, and to hold the post and team that the token names, if it names one.
    """
    if caller.kind is Kind.SERVICE:
        return caller
    facts = tuple(known_facts)
    client = client_at(facts, caller.client_id, at)
    if client is None or not _agrees(caller, client):
        return None
    filled = replace(
        caller,
        agency=client.agency,
        agency_type=client.agency_type,
        cin_source_code=client.cin_source_code,
    )
    if caller.kind is Kind.SYSTEM:
        return None if _acts_as_somebody(caller) else filled
    return _person(filled, facts, client.authority, at)


def _agrees(caller: Caller, client: ClientEntry) -> bool:
    return (
        caller.authority == client.authority
        and caller.agency in (None, client.agency)
        and caller.scopes <= frozenset(client.scopes)
    )


def _acts_as_somebody(caller: Caller) -> bool:
    return any(named is not None for named in (caller.person_id, caller.post, caller.team, caller.team_id))


def _person(caller: Caller, facts: tuple[Told, ...], authority: str, at: datetime) -> Caller | None:
    if caller.person_id is None:
        return None
    entry = practitioner_at(facts, caller.person_id, at)
    held = appointments_at(facts, caller.person_id, authority, at)
    if entry is None and not held:
        return None
    acting = tuple(one for one in held if _named_by(caller, one))
    if not acting and _names_a_post(caller):
        return None
    first = acting[0] if acting else None
    return replace(
        caller,
        post=first.post if first else None,
        team=first.team if first else None,
        team_id=first.team_id if first else None,
        appointments=acting,
        employer=entry.employer if entry else None,
        employer_kind=entry.employer_kind if entry else None,
        sector=entry.sector if entry else None,
        social_worker=entry.is_social_worker(at) if entry else None,
    )


def _names_a_post(caller: Caller) -> bool:
    return any(named is not None for named in (caller.post, caller.team, caller.team_id))


def _named_by(caller: Caller, one: Appointment) -> bool:
    return caller.post in (None, one.post) and caller.team in (None, one.team) and caller.team_id in (None, one.team_id)
