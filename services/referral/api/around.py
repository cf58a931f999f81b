"""Reading what stands around a command of the front door: proposals, linked cases, what others told of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.referral.child import Child
from services.referral.decisions.around import Agency, Around, Match
from services.referral.referral import Referral
from services.referral.views.identity import terms
from shared.http.command import Deciding
from shared.kernel.beliefs import Told, told_of
from shared.store.projector import get_rows
from shared.store.store import Store


async def proposals(
    store: Store,
    authority: str,
    children: Mapping[str, tuple[Any, date | None, Any]],
    own: Iterable[str] = (),
) -> tuple[Match, ...]:
    """Children already known that these may be. children: id or place -> (names, date of birth, identifiers).

    own: ids that are no proposal for each other. A number counts before a name.
    """
    wanted: dict[str, tuple[str, str]] = {}
    for child, (names, born, identifiers) in children.items():
        for term, by in terms(authority, names, born, identifiers).items():
            wanted[store.keyring.blind(term)] = (child, by)
    rows = await get_rows(store, "identity", list(wanted))
    mine, found = set(own) | set(children), {}
    for key in sorted(rows, key=lambda key: wanted[key][1] == "NAME_AND_BIRTH"):
        child, by = wanted[key]
        for other, case_id in rows[key]["children"].items():
            if other not in mine:
                found.setdefault((child, other), Match(child, by, other, case_id))  # type: ignore[arg-type]
    return tuple(found.values())


def described(child: Child) -> tuple[Any, date | None, Any]:
    """What a child is found by."""
    return child.name, child.date_of_birth, child.identifiers


async def linked_cases(deciding: Deciding, cases: Iterable[str | None]) -> set[str]:
    """These cases and all that are linked with them now, by their own streams."""
    found: set[str] = set()
    todo = {case for case in cases if case}
    while todo:
        found |= todo
        await deciding.read(*(f"family/{case}" for case in sorted(todo)))
        links = [link for case in todo for link in deciding.state(f"family/{case}").standing_links]
        todo = {case for link in links for case in (link.kept, link.joined)} - found
    return found


def _ours(deciding: Deciding, rows: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of the caller's authority: one of another is not here, though it lies in the same store (X-08)."""
    return {key: row for key, row in rows.items() if row["authority"] == deciding.caller.authority}


async def own_facts(deciding: Deciding, cases: Collection[str], without: Iterable[str] = ()) -> tuple[Told, ...]:
    """This service's own events of these cases: their referrals and their links, read as part of the decision."""
    rows = _ours(deciding, await get_rows(deciding.store, "cases", sorted(cases)))
    streams = {f"referral/{referral}" for row in rows.values() for referral in row["referrals"]}
    streams |= {f"family/{case}" for case in cases}
    # The view may not know yet of what was just read.
    read = {stream: events for stream, events in deciding.loaded.items() if stream.startswith("referral/") and events}
    streams |= {stream for stream, events in read.items() if events[0].case_id in cases}
    await deciding.read(*sorted(streams))
    return tuple(told_of(event) for stream in sorted(streams - set(without)) for event in deciding.loaded[stream])


async def around_referral(deciding: Deciding, named: Iterable[str] = ()) -> None:
    """What a decision on a referral may rest on besides it. named: children that the command speaks of."""
    stream = f"referral/{deciding.ids['referral_id']}"
    state: Referral = deciding.state(stream)
    opened = await deciding.store.load_open(*(f"child/{child}" for child in state.child_ids))
    deciding.loaded.update(opened)
    children: dict[str, Child] = {child: deciding.state(f"child/{child}") for child in state.child_ids}
    own = {child_id: described(child) for child_id, child in children.items()}
    matches = await proposals(deciding.store, str(deciding.caller.authority), own)
    wanted = {*named, *(match.other_child_id for match in matches)}
    places = _ours(deciding, await get_rows(deciding.store, "children", sorted(wanted)))
    cases = {child: row["case_id"] for child, row in places.items()}
    near = await linked_cases(deciding, (state.case_id, *cases.values()))
    facts = await own_facts(deciding, near, without=(stream,))
    cases |= await _cases_of(deciding.store, near, facts)
    await deciding.believe(*near)
    deciding.extra["around"] = Around(matches=matches, cases=cases, facts=facts, children=children)


async def _cases_of(store: Store, near: Iterable[str], facts: Sequence[Told]) -> dict[str, str]:
    children = {child for fact in facts for child in fact.child_ids}
    rows = await get_rows(store, "children", sorted(children))
    return {child: row["case_id"] for child, row in rows.items()}


def agency_of(deciding: Deciding) -> Agency | None:
    """The calling agency's entry in the register; None for a person of the authority."""
    caller = deciding.caller
    if caller.person_id is not None or caller.agency is None:
        return None
    return Agency(caller.agency, caller.agency_type or "UNKNOWN", caller.cin_source_code or "10")


async def around_case(deciding: Deciding) -> None:
    """What a link or its undoing may rest on: both families, and the case of each child named."""
    command = deciding.body
    ends = {getattr(command, "kept", None), getattr(command, "joined", None), deciding.ids["case_id"]}
    cases = await linked_cases(deciding, ends)
    undone = deciding.state(f"family/{deciding.ids['case_id']}").links
    cases = await linked_cases(deciding, {*cases, *(case for link in undone for case in (link.kept, link.joined))})
    pairs = getattr(command, "children", ())
    named = {child for pair in pairs for child in (pair.kept, pair.joined)}
    places = _ours(deciding, await get_rows(deciding.store, "children", sorted(named)))
    facts = await own_facts(deciding, cases)
    await deciding.believe(*cases)
    deciding.extra["around"] = Around(cases={child: row["case_id"] for child, row in places.items()}, facts=facts)


async def open_child(deciding: Deciding) -> None:
    """The child with its name and date of birth open, and who leads on its case."""
    stream = f"child/{deciding.ids['child_id']}"
    deciding.loaded.update(await deciding.store.load_open(stream))
    state: Child = deciding.state(stream)
    if state.case_id:
        await deciding.believe(state.case_id)
