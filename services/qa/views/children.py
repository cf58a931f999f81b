"""Each child of a case: where it stands on the map, at what level, and who holds it now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.qa.views.ages import ages_of
from services.qa.views.papers import Papers
from services.qa.views.protection import levels_of, protection_of
from services.qa.views.words import instant
from shared.protocol.blocks import Held
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing, standings, weight

Row = dict[str, Any]


def standings_of(papers: Papers, protocol: Protocol) -> Mapping[str, Standing]:
    """Where each child stands, by child id, folded from the facts of all services in house order."""
    if protocol.edition not in papers.standings:
        papers.standings[protocol.edition] = standings(papers.told, protocol)
    return papers.standings[protocol.edition]


def children_of(
    papers: Papers,
    protocol: Protocol,
    standing: Mapping[str, Standing],
    leads: Sequence[Row],
    plans: Sequence[Row],
) -> list[Row]:
    """One row for each child, linked ids in one, in the order of their ids.

    A child id keeps a place of its own in `positions`: a referral that still waits is not hidden by an open case.
    """
    ages = ages_of(papers)
    rows: dict[str, list[str]] = {}
    for child_id in sorted(standing):
        rows.setdefault(papers.links.kept_child(child_id), []).append(child_id)
    return [
        _row(papers, protocol, kept, sorted({kept, *ids}), standing, ages, leads, plans)
        for kept, ids in sorted(rows.items())
    ]


def missing_persons(child: Row) -> list[Row]:
    """The holders whose state asks for a named person where nobody has been named."""
    asked = (holder for holder in child["holders"] if holder["person"] is not None and holder["named"])
    return [holder for holder in asked if holder["held_by"] is None]


def _row(
    papers: Papers,
    protocol: Protocol,
    kept: str,
    ids: list[str],
    standing: Mapping[str, Standing],
    ages: Mapping[str, Row],
    leads: Sequence[Row],
    plans: Sequence[Row],
) -> Row:
    # A link may be known before anything else of the case it keeps.
    places = [standing[child_id] for child_id in dict.fromkeys((kept, *ids)) if child_id in standing]
    # A child closed or in early support who came again is where the new referral has led: whoever acts for it counts.
    now = max(places, key=lambda place: weight(place, protocol.moves))
    level = next((place.level for place in (now, *places) if place.level is not None), None)
    said = [ages[child_id] for child_id in ids if child_id in ages]
    return {
        "child_id": kept,
        "alias_ids": [child_id for child_id in ids if child_id != kept],
        "age": max(said, key=lambda age: (age["at"], age["event_id"])) if said else None,
        "state": now.state,
        "beneath": now.beneath,
        "protected": now.protected,
        "level": level,
        "since": None if now.since is None else instant(now.since),
        "levels": levels_of(papers, ids),
        "protection": protection_of(papers, ids),
        "strategy_discussion_asked_by": sorted(now.asked),
        "enquiry_open": bool(now.enquiries),
        "holders": [_holder(held, ids, leads, plans) for held in _held(now, places, protocol)],
        "positions": [
            {
                "child_id": child_id,
                "case_ids": _cases(papers, child_id),
                "state": standing[child_id].state,
                "triaged": standing[child_id].triaged,
                "joined_to": standing[child_id].joined_to,
            }
            for child_id in ids
            if child_id in standing
        ],
    }


def _held(now: Standing, places: Sequence[Standing], protocol: Protocol) -> list[Held]:
    """Who holds the child where it is now, and who goes on beside them: early support does not end by itself."""
    beside = [place for place in places if not place.awaits_triage(protocol.moves)]
    held = {one.state: one for place in (now, *beside) for one in protocol.holders(place.state, place.beneath)}
    return list(held.values())


def _holder(held: Held, ids: list[str], leads: Sequence[Row], plans: Sequence[Row]) -> Row:
    person = None if held.person is None else _in_role(held.person, ids, leads, plans)
    stand_ins = list(held.stand_ins) if person is None else []
    return {
        "state": held.state,
        "teams": list(held.teams),
        "posts": list(held.posts),
        "person": held.person,
        "held_by": person,
        "stand_in": next(iter(stand_ins), None),
        "stand_ins": stand_ins,
        "rules": list(held.rules),
        "named": held.named,
    }


def _in_role(role: str, ids: list[str], leads: Sequence[Row], plans: Sequence[Row]) -> object:
    active = [lead for lead in leads if lead["until"] is None and lead["role"] == role]
    named = [lead["lead"].get("id") for lead in active if not lead["child_ids"] or set(ids) & set(lead["child_ids"])]
    if named:
        return named[-1]
    # The lead of early support is named in the plan itself, by the agency that does the work.
    for plan in plans:
        if plan["role"] == role and plan["until"] is None and set(ids) & set(plan["child_ids"]):
            person = (plan["lead"] or {}).get("person")
            return person.get("id") if isinstance(person, dict) else person
    return None


def _cases(papers: Papers, child_id: str) -> list[str]:
    return sorted({case for case, named in _named(papers) if child_id in named})


def _named(papers: Papers) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ((letter.case_id, letter.child_ids) for letter in papers.facts if letter.case_id is not None)
