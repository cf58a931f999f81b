"""A case as far as access goes, read from what letters and the service's own events tell of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from shared.access.about import About, BreakGlass, ChildIn, Grant, Restriction, RoleOnCase
from shared.access.desks import Desk, desks_of, front_door_desks
from shared.kernel.beliefs import Told
from shared.protocol.facts import aliases, joins
from shared.protocol.follows import Waits
from shared.protocol.leads import FAMILY_LEAD, LINE_MANAGER, ROLE_OF
from shared.protocol.linked import linked_with
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing, standings

_BEHIND_THE_LEAD = {"ADVANCED_PRACTITIONER": "advanced_practitioner_id", LINE_MANAGER: "line_manager"}
"""Who has a role on the case through the lead, while that one leads, and where the allocation names them."""

_Led = dict[tuple[str | None, object, str | None], set[str]]
"""(case, role, person) -> the children for whom they still lead."""


class _Reader(msgspec.Struct, frozen=True, kw_only=True):
    id: str | None = None
    agency: str | None = None
    role: str | None = None


class _Granted(msgspec.Struct, frozen=True, kw_only=True):
    grant_id: str
    reader: _Reader
    scope: frozenset[str] = frozenset()
    purpose: str
    fields: frozenset[str] = frozenset()
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None


class _Revoked(msgspec.Struct, frozen=True, kw_only=True):
    grant_id: str
    from_: datetime = msgspec.field(name="from")


def about_case(
    authority: str,
    case_ids: Collection[str],
    facts: Iterable[Told],
    protocol: Protocol,
    at: datetime,
    standing: Mapping[str, Standing] | None = None,
) -> About:
    """What the policy has to know of a case, at an instant of domain time.

    case_ids: the case and all linked to it; facts: of those cases and of their children, in the order of the house.
    protocol: the one in force now; standing: where these facts put the children, where that was folded already. Of a
    case in which no child is in anybody's hands any more nobody has a role.
    """
    facts = tuple(fact for fact in facts if fact.authority in ("", authority))
    standing = standings(facts, protocol) if standing is None else standing
    moves = protocol.moves
    in_hand = any(one.state is not None and (moves is None or one.state != moves.closed) for one in standing.values())
    return About(
        authority=authority,
        case_ids=frozenset(case_ids),
        children=tuple(
            ChildIn(
                child_id=child_id,
                state=one.state or "",
                holds=desks_of(protocol.holders(one.state, one.beneath)),
            )
            for child_id, one in sorted(standing.items())
        ),
        referrers=frozenset(
            fact.data["source_agency"]
            for fact in facts
            if fact.name == "referral.ReferralReceived" and fact.data.get("source_agency")
        ),
        front_door=front_door_desks(protocol),
        untriaged=bool(standing) and all(one.awaits_triage(moves) for one in standing.values()),
        worklist=waiting_desks(facts, protocol),
        roles=roles_in(facts) if in_hand else (),
        grants=grants_in(facts),
        break_glass=break_glass_in(facts),
        restrictions=restrictions_in(facts, at),
    )


def waiting_desks(facts: Iterable[Told], protocol: Protocol) -> tuple[Desk, ...]:
    """The desks on whose worklist a child of these facts waits; facts in the order of the house."""
    waiting: dict[tuple[str, str], Waits] = {}
    for fact in facts:
        board = protocol.waits(fact.name, fact.data)
        for child in fact.child_ids:
            ended = [
                key for key, one in waiting.items() if key[0] == child and one.ended_by(fact.name, fact.data, child)
            ]
            for key in ended:
                del waiting[key]
            if board is not None:
                waiting[(child, fact.event_id)] = board
    boards = {(board.teams, board.posts): board for board in waiting.values()}.values()
    named = ((team, post) for one in boards for team in (one.teams or (None,)) for post in (one.posts or (None,)))
    return tuple(Desk(team=team, post=post) for team, post in named if team or post)


def roles_in(facts: Iterable[Told]) -> tuple[RoleOnCase, ...]:
    """Who has held which role on these cases, from when until when; facts in the order of the house."""
    roles: list[RoleOnCase] = []
    plans: dict[str, set[str | None]] = {}
    homes: dict[str, str] = {}
    led: _Led = {}
    facts = tuple(facts)
    for place, fact in enumerate(facts):
        if fact.case_id is None:
            continue
        data = fact.data
        match fact.name:
            case "allocation.LeadAllocated":
                role = _case_role(data)
                before, who = _id_of(data.get("previous_lead")), _id_of(data.get("lead"))
                for there in _in_each_case(fact, facts[: place + 1]):
                    if before:
                        roles = _ended(roles, there, before, role)
                    for of_case, of_role, other in [*led]:
                        # Somebody else now leads these children: that one goes on for the others, if there are any.
                        if (of_case, of_role) == (there.case_id, role) and other != who and role != FAMILY_LEAD:
                            roles = _less(roles, led, there, other, role)
                    if role == FAMILY_LEAD:
                        roles = _without_those_behind(roles, there)
                roles += _begun(fact, role, who)
                led.setdefault((fact.case_id, role, who), set()).update(fact.child_ids)
                if role == FAMILY_LEAD:
                    for behind, named in _BEHIND_THE_LEAD.items():
                        roles += _begun(fact, behind, _id_of(data.get(named)))
            case "allocation.LeadEnded":
                for there in _in_each_case(fact, facts[: place + 1]):
                    roles = _less(roles, led, there, _id_of(data.get("lead")), data.get("role"))
                    roles = _without_those_behind(roles, there) if data.get("role") == FAMILY_LEAD else roles
            case "allocation.CoAllocated":
                roles += _begun(fact, data.get("role") or "CO_WORKER", _id_of(data.get("person")))
            case "planning.PlanStarted" if isinstance(data.get("esp_lead"), dict):
                named = {child.get("child_id") for child in data.get("children") or ()}
                plans[data.get("plan_id") or fact.event_id] = named | set(fact.child_ids)
                homes[data.get("plan_id") or fact.event_id] = fact.case_id
                roles += _begun(fact, "EARLY_SUPPORT_LEAD", _id_of(data["esp_lead"].get("person")))
            case "planning.PlanEnded" if data.get("plan_id") in plans:
                # It goes on for the children for whom it has not ended. Of linked cases the kept one says so, under
                # the child's id there: it ends where it began, under the other.
                links = joins(facts[: place + 1])
                plans[data["plan_id"]] -= {one for child in fact.child_ids for one in (child, *aliases(child, links))}
                if not plans[data["plan_id"]]:
                    there = msgspec.structs.replace(fact, case_id=homes[data["plan_id"]])
                    roles = _all_ended(roles, there, "EARLY_SUPPORT_LEAD")
            case _:
                pass
    return tuple(roles)


def grants_in(facts: Iterable[Told]) -> tuple[Grant, ...]:
    """The grants on these cases, each with its end. One that names no case opens none."""
    grants: dict[str, Grant] = {}
    for fact in facts:
        if fact.name == "qa.AccessGranted" and fact.case_id is not None:
            given = msgspec.convert(fact.data, _Granted)
            grants[given.grant_id] = Grant(
                grant_id=given.grant_id,
                case_id=fact.case_id,
                reader_id=given.reader.id,
                reader_agency=given.reader.agency,
                reader_post=given.reader.role,
                scope=given.scope,
                purpose=given.purpose,
                fields=given.fields,
                child_ids=frozenset(fact.child_ids),
                from_=given.from_,
                until=given.until,
            )
        elif fact.name == "qa.AccessRevoked":
            revoked = msgspec.convert(fact.data, _Revoked)
            if (grant := grants.get(revoked.grant_id)) is not None:
                until = revoked.from_ if grant.until is None else min(grant.until, revoked.from_)
                grants[grant.grant_id] = replace(grant, until=until)
    return tuple(grants.values())


def break_glass_in(facts: Iterable[Told]) -> tuple[BreakGlass, ...]:
    """The emergency openings of these cases' children."""
    return tuple(
        BreakGlass(
            person_id=reader,
            child_ids=frozenset(fact.data.get("child_ids") or ()),
            opened_at=fact.occurred_at,
            until=msgspec.convert(fact.data.get("until"), datetime),
        )
        for fact in facts
        if fact.name == "qa.BreakGlassOpened" and (reader := _id_of(fact.data.get("reader")))
    )


def restrictions_in(facts: Iterable[Told], at: datetime) -> tuple[Restriction, ...]:
    """The restrictions that stand. One holds from when it is known, whatever its date; it ends when it was lifted."""
    restrictions: dict[str, Restriction] = {}
    for fact in facts:
        restriction_id = str(fact.data.get("restriction_id"))
        if fact.name == "qa.RecordRestricted":
            restrictions[restriction_id] = Restriction(restriction_id=restriction_id, kind=str(fact.data.get("kind")))
        elif fact.name == "qa.RestrictionLifted" and fact.occurred_at <= at:
            restrictions.pop(restriction_id, None)
    return tuple(restrictions.values())


def _case_role(data: dict[str, Any]) -> str:
    lead = data.get("lead")
    named = lead.get("role") if isinstance(lead, dict) else None
    return ROLE_OF.get(str(data.get("purpose"))) or (
        named if named in (*ROLE_OF.values(), FAMILY_LEAD) else FAMILY_LEAD
    )


def _in_each_case(fact: Told, until: Sequence[Told]) -> tuple[Told, ...]:
    """A fact as it would stand in each case linked by then, its children under all of their ids.

    Of linked cases the kept one says who leads: a role that began in another ends with what is said there.
    """
    linked = linked_with(str(fact.case_id), until)
    if len(linked.case_ids) == 1:
        return (fact,)
    children = tuple(sorted({one for child in fact.child_ids for one in linked.ids_of(child)}))
    return tuple(msgspec.structs.replace(fact, case_id=case, child_ids=children) for case in linked.case_ids)


def _begun(fact: Told, role: str, person_id: str | None) -> list[RoleOnCase]:
    if fact.case_id is None or person_id is None:
        return []
    return [RoleOnCase(case_id=fact.case_id, role=role, person_id=person_id, from_=fact.occurred_at)]


def _less(roles: list[RoleOnCase], led: _Led, fact: Told, person_id: str | None, role: object) -> list[RoleOnCase]:
    """A role over for the children of a fact, for all where it names none; gone with the last of them."""
    left = led.setdefault((fact.case_id, role, person_id), set())
    left -= set(fact.child_ids or left)
    if left:
        return roles
    del led[(fact.case_id, role, person_id)]
    return _ended(roles, fact, person_id, role)


def _ended(roles: list[RoleOnCase], fact: Told, person_id: str | None, role: object) -> list[RoleOnCase]:
    return [
        replace(one, until=fact.occurred_at)
        if _runs_here(one, fact) and one.person_id == person_id and role in (None, one.role)
        else one
        for one in roles
    ]


def _all_ended(roles: list[RoleOnCase], fact: Told, role: str) -> list[RoleOnCase]:
    return [
        replace(one, until=fact.occurred_at) if _runs_here(one, fact) and one.role == role else one for one in roles
    ]


def _without_those_behind(roles: list[RoleOnCase], fact: Told) -> list[RoleOnCase]:
    for behind in _BEHIND_THE_LEAD:
        roles = _all_ended(roles, fact, behind)
    return roles


def _runs_here(one: RoleOnCase, fact: Told) -> bool:
    return one.case_id == fact.case_id and one.until is None


def _id_of(person: object) -> str | None:
    named = person.get("id") if isinstance(person, dict) else person
    return named if isinstance(named, str) else None
