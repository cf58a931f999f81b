"""How old each child is: a structural fact that referral tells, never a date of birth."""

from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import instant
from shared.kernel.letters import Letter

Row = dict[str, Any]


def ages_of(papers: Papers) -> dict[str, Row]:
    """What was last said of each child's age, by child id: `years`, `unborn` or `not_known`, and when."""
    ages: dict[str, Row] = {}
    for letter in papers.facts:
        for child_id, said in _said(letter):
            age = _age(said)
            if age is not None:
                ages[child_id] = {**age, "at": instant(letter.occurred_at), "event_id": letter.event_id}
    return ages


def _said(letter: Letter) -> list[tuple[str, Row]]:
    data = letter.data
    listed = data.get("children")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list | tuple) else []
    found = [(entry["child_id"], entry) for entry in entries if entry.get("child_id")]
    if len(letter.child_ids) == 1:
        found.append((data.get("child_id") or letter.child_ids[0], data))
    return found


def _age(said: Row) -> Row | None:
    for field in ("age_years", "age"):
        if isinstance(said.get(field), int):
            return {"years": said[field]}
    if said.get("unborn"):
        return {"unborn": True}
    return {"not_known": True} if said.get("not_known") else None
