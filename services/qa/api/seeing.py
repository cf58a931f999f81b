"""Who may see a case: the policy over the gathered row and qa's own record of access, up to its last commit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import msgspec

from services.qa.views.leave import READS, facts_in, keys_of
from services.qa.views.worklist import there_at
from shared.access.about import About, ChildIn, RoleOnCase
from shared.access.caller import Caller
from shared.access.case_facts import break_glass_in, grants_in, restrictions_in
from shared.access.desks import Desk, front_door_desks
from shared.access.masks import Group, Mask
from shared.access.policy import may
from shared.http.house import House
from shared.http.problems import not_found
from shared.kernel.beliefs import Told
from shared.kernel.events import Recorded
from shared.kernel.service import Body
from shared.protocol.protocol import Protocol
from shared.store.projector import get_rows
from shared.store.store import Store

PAGE = 500


@dataclass(frozen=True)
class Seen:
    """A case that a caller may see, and how much of it. leave: changes with every event of access about it."""

    case_id: str
    row: Body
    mask: Mask
    leave: str

    @property
    def case_ids(self) -> frozenset[str]:
        """The case and those linked with it."""
        return frozenset(self.row["access"]["case_ids"])


async def see_one(house: House, store: Store, caller: Caller, case_id: str) -> Seen:
    """The case. Raises ProblemError: the one 404, for none there and for none to be seen."""
    rows = await get_rows(store, "cases", [case_id])
    seen = (await see(house, store, caller, rows)).get(case_id)
    if seen is None:
        raise not_found()
    return seen


async def see(house: House, store: Store, caller: Caller, rows: Mapping[str, Body]) -> dict[str, Seen]:
    """Those of these cases that the caller may see, by id. rows: of the view of cases."""
    ours = {case_id: row for case_id, row in rows.items() if row["authority"] == caller.authority}
    if not ours:
        return {}
    now = house.now()
    protocol = house.protocol_for(str(caller.authority), now)
    told = await _leave(store, {key for row in ours.values() for key in _keys(row)})
    found: dict[str, Seen] = {}
    for case_id, row in ours.items():
        leave = facts_in(told.bodies(_keys(row)), told.newer_about(_keys(row)))
        mask = may(caller, _about(row, protocol, leave, now), now)
        # Who is told the status alone, a referrer, is told it by the front door.
        if mask is not None and Group.REFERENCE in mask.groups:
            found[case_id] = Seen(case_id, row, mask, _fingerprint(leave))
    return found


def _keys(row: Body) -> list[str]:
    children = row["file"]["children"]
    return [
        *row["access"]["case_ids"],
        *(one for child in children for one in (child["child_id"], *child["alias_ids"])),
    ]


def _about(row: Body, protocol: Protocol, leave: tuple[Told, ...], now: datetime) -> About:
    access = row["access"]
    front_door = front_door_desks(protocol)
    return About(
        authority=row["authority"],
        case_ids=frozenset(access["case_ids"]),
        children=msgspec.convert(access["children"], tuple[ChildIn, ...]),
        referrers=frozenset(access["referrers"]),
        front_door=front_door,
        untriaged=access["untriaged"],
        roles=msgspec.convert(access["roles"], tuple[RoleOnCase, ...]),
        worklist=_others(_desks(row, now), front_door),
        grants=tuple(replace(one, child_ids=_with_aliases(one.child_ids, row)) for one in grants_in(leave)),
        break_glass=tuple(replace(one, child_ids=_with_aliases(one.child_ids, row)) for one in break_glass_in(leave)),
        restrictions=restrictions_in(leave, now),
    )


def _with_aliases(child_ids: frozenset[str], row: Body) -> frozenset[str]:
    """The children under each id that they have here: what opens one id of a child opens that child."""
    ids = ({child["child_id"], *child["alias_ids"]} for child in row["file"]["children"])
    return child_ids.union(*(each for each in ids if each & child_ids))


def _desks(row: Body, now: datetime) -> set[Desk]:
    # A person who has a role on the case sees it by that.
    desks = (desk for item in there_at(row["items"], now) for desk in item["desks"] if not desk.get("person"))
    return {Desk(team=desk["team"], post=desk["post"]) for desk in desks}


def _others(desks: Iterable[Desk], front_door: Collection[Desk]) -> tuple[Desk, ...]:
    """The desks that are not the front door's: work that lies there shows it no more than it sees anyway."""
    teams, posts = {desk.team for desk in front_door}, {desk.post for desk in front_door}
    others = (desk for desk in desks if desk.team not in teams and (desk.team is not None or desk.post not in posts))
    return tuple(sorted(others, key=str))


def _fingerprint(leave: Iterable[Told]) -> str:
    return sha256(" ".join(fact.event_id for fact in leave).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Leave:
    """Rows of access by key, and the events of access that are on record and in no row yet."""

    rows: Mapping[str, Body]
    newer: tuple[Recorded, ...]

    def bodies(self, keys: Iterable[str]) -> list[Body]:
        return [self.rows[key] for key in keys if key in self.rows]

    def newer_about(self, keys: Collection[str]) -> list[Recorded]:
        return [recorded for recorded in self.newer if not set(keys).isdisjoint(keys_of(recorded))]


async def _leave(store: Store, keys: Collection[str]) -> _Leave:
    # A revocation binds at the commit that records it: whatever the fold has not come to is read from the log.
    folded_to = (await store.places("views")).get((store.source, 0), ("", 0))[1]
    rows = await get_rows(store, "leave", sorted(keys))
    newer: list[Recorded] = []
    while events := await store.log(folded_to, PAGE):
        recorded = (store.mapper.recorded(state) for _, state in events)
        newer.extend(event for event in recorded if event.title in READS)
        folded_to = events[-1][0]
    return _Leave(rows, tuple(newer))
