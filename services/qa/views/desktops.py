"""What has waited for a team on the desktop its managers share, case by case, and when they met about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.qa.views.cases import NEVER, linked_by, of_a_case, on_the_case, sortable, token
from services.qa.views.conditions import Begun, Holding
from services.qa.views.matching import Matching
from services.qa.views.papers import papers_of
from services.qa.views.words import instant, read_instant
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering
from shared.protocol.clocks import Clock as Block
from shared.protocol.load import protocol_of
from shared.store.program import Query
from shared.store.store import Store

Row = dict[str, Any]

WINDOW = timedelta(days=100)
"""How far back days are looked at: a meeting written down later than that changes no day any more."""
_DECODE = msgspec.json.Decoder().decode


def team_of(letter: Letter) -> str | None:
    """The team that an event names: its id where there are several of the kind, else the kind."""
    return letter.data.get("team_id") or letter.data.get("team")


def waits_in(matching: Matching, block: Block) -> list[Row]:
    """What waited by the condition of a clock of teams: for which team, about which child, from when until when."""
    (condition,) = block.while_
    holding = Holding(condition, matching)
    before: dict[str, Begun] = {}
    found: list[Row] = []
    running: dict[str, Row] = {}
    for at, letter in matching.facts:
        holding.read(letter, at)
        for child in [one for one in before if holding.of.get(one) != before[one]]:
            running.pop(child)["until"] = instant(letter.occurred_at)
        for child, begun in holding.of.items():
            if child not in running:
                running[child] = _wait(child, begun)
                found.append(running[child])
        before = dict(holding.of)
    return found


def meetings_in(matching: Matching, block: Block) -> list[Row]:
    """The meetings that meet such a clock: of which team, and when."""
    stops = [pattern for group in block.stops for pattern in group]
    found: list[Row] = []
    for at, letter in matching.facts:
        pattern = matching.first(stops, letter, at, None)
        if pattern is not None:
            held = instant(pattern.instant(letter.data, letter.occurred_at))
            found.append({"team": team_of(letter), "at": held, "event_id": letter.event_id})
    return found


async def authorities_in(store: Store) -> list[str]:
    """The authorities of which something waits, or waited, for a team."""
    (rows,) = await store.read(Query("SELECT DISTINCT authority FROM view_desktops WHERE last_at > %s", ("",)))
    return sorted(authority for (authority,) in rows)


async def desktops_of(store: Store, authority: str, now: datetime) -> list[Body]:
    """The rows of an authority in which something waited, or somebody met, within the window before an instant."""
    (rows,) = await store.read(
        Query(
            "SELECT key, body FROM view_desktops WHERE authority = %s AND last_at >= %s ORDER BY key",
            (authority, sortable(now - WINDOW)),
        )
    )
    return [_DECODE(bytes(body)) for _, body in rows]


def _wait(child: str, begun: Begun) -> Row:
    return {
        "team": team_of(begun.letter),
        "child_id": child,
        "from": instant(begun.since),
        "until": None,
        "event_id": begun.letter.event_id,
    }


def _fold(case_id: str, letters: Sequence[Letter]) -> Body | None:
    papers = papers_of(case_id, on_the_case(letters))
    if not papers.letters:
        return None
    matching = Matching(papers, protocol_of)
    authority = papers.letters[-1].authority
    blocks = [] if not matching.facts else matching.protocol_of(matching.facts[-1][1]).clocks
    daily = [block for block in blocks if block.daily is not None]
    # What linked cases have together is there once, on the case where the work of all goes on.
    counts = papers.links.kept_case(case_id) == case_id
    return {
        "authority": authority,
        "clocks": {
            block.rule: {"waits": waits_in(matching, block), "meetings": meetings_in(matching, block)}
            for block in daily
            if counts
        },
    }


def _search(body: Body) -> dict[str, str | None]:
    waits = [wait for each in body["clocks"].values() for wait in each["waits"]]
    meetings = [meeting for each in body["clocks"].values() for meeting in each["meetings"]]
    ends = [NEVER if wait["until"] is None else _sortable(wait["until"]) for wait in waits]
    ends += [_sortable(meeting["at"]) for meeting in meetings]
    teams = {token("team", one["team"]) for one in (*waits, *meetings) if one["team"]}
    return {"authority": body["authority"], "last_at": max(ends, default=""), "teams": "".join(sorted(teams))}


def _sortable(written: str) -> str:
    moment = read_instant(written)
    return sortable(moment) if moment is not None else NEVER


DESKTOPS = Gathering(
    name="desktops",
    keys=of_a_case,
    related=linked_by,
    fold=_fold,
    columns=("authority", "last_at", "teams"),
    search=_search,
)
