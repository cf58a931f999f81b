"""The sealed parts of a case file: asked of their owner with a warrant for one read, and put where they belong."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services.qa.api.answering import Read
from services.qa.api.seeing import Seen
from shared.access.masks import Group
from shared.access.warrants import Warrant
from shared.http.problems import ProblemError

Opened = Callable[[Warrant], Awaitable[dict[str, Any] | None]]
Row = dict[str, Any]

OWNER = "referral"
_OF_CHILDREN = frozenset({Group.WHO, Group.ADDRESS})
_OF_ALL = frozenset({Group.NARRATIVE})


async def opened_file(read: Read, seen: Seen, file: Row, opened: Opened) -> Row:
    """The file with names and words where the mask shows any. `missing_parts` names an owner that did not answer."""
    asked = [warrant for case_id in _cases_in(file) if (warrant := _warrant(read, seen, file, case_id)) is not None]
    if not asked:
        return {**file, "missing_parts": []}
    answers = await asyncio.gather(*(_ask(opened, warrant) for warrant in asked))
    parts = [answer for answer in answers if answer is not None]
    children: Row = {}
    referrals: Row = {}
    for part in parts:
        children |= part.get("children", {})
        referrals |= part.get("referrals", {})
    return {
        **file,
        "children": [_with_names(child, children) for child in file["children"]],
        "referrals": [_with_words(referral, referrals) for referral in file["referrals"]],
        "missing_parts": [] if len(parts) == len(asked) else [OWNER],
    }


async def _ask(opened: Opened, warrant: Warrant) -> Row | None:
    try:
        return await opened(warrant)
    except ProblemError:
        # An owner that cannot record the read shows nothing; what qa holds itself is shown all the same.
        return None


def _cases_in(file: Row) -> list[str]:
    return [file["case_id"], *file["linked_ids"]]


def _warrant(read: Read, seen: Seen, file: Row, case_id: str) -> Warrant | None:
    """Leave to open one of the cases in the file, for those children of whom something sealed is shown."""
    named = {
        child["child_id"]
        for referral in file["referrals"]
        if referral["case_id"] == case_id
        for child in referral["children"]
    }
    named |= {
        position["child_id"]
        for child in file["children"]
        for position in child["positions"]
        if case_id in position["case_ids"]
    }
    # What was written tells of everybody in the case: it is opened to whoever sees it of all of them.
    fields = {child_id: (_OF_CHILDREN & seen.mask.of(child_id)) | (_OF_ALL & seen.mask.groups) for child_id in named}
    shown = sorted(child_id for child_id, of_child in fields.items() if of_child)
    if not shown:
        return None
    return Warrant(
        read_id=read.read_id if case_id == file["case_id"] else read.house.new_id(),
        audience=OWNER,
        authority=seen.row["authority"],
        case_id=case_id,
        child_ids=tuple(shown),
        fields=frozenset(str(group) for child_id in shown for group in fields[child_id]),
        purpose=read.caller.purpose or "",
        practitioner=str(read.caller.person_id),
    )


def _with_names(child: Row, told: Mapping[str, Row]) -> Row:
    known = next((told[one] for one in (child["child_id"], *child["alias_ids"]) if one in told), None)
    if known is None:
        return child
    who = {part: known[part] for part in ("name", "date_of_birth", "identifiers") if known.get(part) is not None}
    return {**child, "who": who, "address": known.get("address")}


def _with_words(referral: Row, told: Mapping[str, Row]) -> Row:
    words = told.get(referral["referral_id"])
    if words is None:
        return referral
    narrative = {name: text for name, text in words.items() if name != "referrer"}
    return {**referral, "referrer": words.get("referrer"), "narrative": narrative}
