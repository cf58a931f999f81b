"""Which cases to ask the policy about: those that name the caller in some way, found by the columns of the views."""

from collections.abc import Iterable

import msgspec

from services.qa.views.cases import desk_token, token
from services.qa.views.leave import facts_in
from shared.access.caller import Caller
from shared.access.desks import front_door_desks, sits_at
from shared.access.scopes import AUDITOR
from shared.http.house import House
from shared.kernel.service import Body
from shared.store.program import Query
from shared.store.store import Store

_DECODE = msgspec.json.Decoder().decode
ALL = 1_000_000
"""More cases than one person could ever have at hand."""


async def cases_for(house: House, store: Store, caller: Caller, after: str, limit: int) -> list[tuple[str, Body]]:
    """Cases that the caller may perhaps see, by id behind `after`; the policy still has to be asked of each."""
    if _sees_all(house, caller):
        return await _cases(store, str(caller.authority), (), after, limit)
    words = {*_of_desks(caller), token("person", caller.person_id)}
    if caller.employer is not None:
        words.add(token("employer", caller.employer))
    words |= {token(kind, one) for one in await _granted(store, caller) for kind in ("case", "child")}
    return await _cases(store, str(caller.authority), words, after, limit)


async def cases_at_hand(store: Store, caller: Caller) -> dict[str, Body]:
    """Every case that somebody's desk or role brings to the caller, by id: held, worked on, or led by them."""
    words = sorted(_of_desks(caller))
    return dict(await _cases(store, str(caller.authority), words, "", ALL)) if words else {}


async def cases_with_work(store: Store, caller: Caller) -> dict[str, Body]:
    """Every case with an open item on one of the caller's desks, by id."""
    words = _of_desks(caller)
    if not words:
        return {}
    dialect = store.backend.dialect.name
    holds = " OR ".join([_holds("desks", dialect)] * len(words))
    (rows,) = await store.read(
        Query(
            f"SELECT key, body FROM view_cases WHERE authority = %s AND ({holds}) ORDER BY key",
            [str(caller.authority), *sorted(words)],
        )
    )
    return {key: _DECODE(bytes(body)) for key, body in rows}


def _sees_all(house: House, caller: Caller) -> bool:
    protocol = house.protocol_for(str(caller.authority), house.now())
    held = [one for one in caller.appointments if one.authority == caller.authority]
    return any(one.post == AUDITOR for one in held) or sits_at(held, front_door_desks(protocol))


def _of_desks(caller: Caller) -> set[str]:
    held = [one for one in caller.appointments if one.authority == caller.authority]
    desks = {
        desk_token({"team": team, "post": post})
        for one in held
        for team, post in ((one.team, None), (None, one.post))
        if team or post
    }
    return desks | ({token("person", caller.person_id)} if caller.person_id else set())


async def _granted(store: Store, caller: Caller) -> set[str]:
    """The cases and children of which something was ever granted or opened to the caller."""
    readers = [
        ("id", caller.person_id),
        ("agency", caller.agency),
        *(("role", one.post) for one in caller.appointments),
    ]
    words = sorted({token(kind, word) for kind, word in readers if word})
    holds = " OR ".join([_holds("readers", store.backend.dialect.name)] * len(words))
    (rows,) = await store.read(Query(f"SELECT key, body FROM view_leave WHERE {holds} ORDER BY key", words))
    told = facts_in(_DECODE(bytes(body)) for _, body in rows)
    named = (
        (fact.case_id, *fact.child_ids, *(fact.data.get("child_ids") or ())) for fact in told if "reader" in fact.data
    )
    return {one for names in named for one in names if one}


async def _cases(store: Store, authority: str, words: Iterable[str], after: str, limit: int) -> list[tuple[str, Body]]:
    words = sorted(words)
    ways = " OR ".join([_holds("readers", store.backend.dialect.name)] * len(words))
    only = f"AND ({ways})" if ways else ""
    (rows,) = await store.read(
        Query(
            f"SELECT key, body FROM view_cases WHERE authority = %s AND key > %s {only} ORDER BY key LIMIT %s",
            [authority, after, *words, limit],
        )
    )
    return [(key, _DECODE(bytes(body))) for key, body in rows]


def _holds(column: str, dialect: str) -> str:
    """A condition that holds where a column of several words has the one given as a parameter, to the letter."""
    return f"strpos({column}, %s) > 0" if dialect == "postgres" else f"instr({column}, %s) > 0"
