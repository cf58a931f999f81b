"""Who decided and who leads: posts and identifiers, never names."""

from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import instant, plain
from shared.kernel.letters import Letter

Row = dict[str, Any]


def who(letter: Letter) -> Row:
    """The actor of an event, as structural facts."""
    return plain(letter.actor)


def decider(letter: Letter) -> Row:
    """Who decided: as the payload says, with what the envelope knows of the same person; else the actor."""
    named = letter.data.get("decided_by")
    actor = who(letter)
    if isinstance(named, str):
        named = {"id": named}
    if not isinstance(named, dict):
        return actor
    return {**actor, **named} if named.get("id") in (None, actor["id"]) else plain(named)


def leads_of(papers: Papers) -> list[Row]:
    """Every lead the family has had: who, for what, from when and until when. until: None while it lasts."""
    leads: list[Row] = []
    for letter in papers.facts:
        if letter.title == "LeadAllocated":
            if letter.data.get("previous_lead"):
                _end(leads, letter, lambda row, new=letter: row["purpose"] == new.data.get("purpose"))
            leads.append(_lead(letter))
        elif letter.title == "LeadEnded":
            gone, role = _id(letter.data.get("lead")), letter.data.get("role")
            _end(leads, letter, lambda row, gone=gone, role=role: _is(row, gone, role))
    return leads


def _lead(letter: Letter) -> Row:
    person = letter.data.get("lead")
    return {
        "lead": plain(person) if isinstance(person, dict) else {"id": person},
        "purpose": letter.data.get("purpose"),
        "agency": letter.data.get("agency"),
        "team": letter.data.get("team"),
        "child_ids": sorted(letter.child_ids),
        "case_id": letter.case_id,
        "from": instant(letter.occurred_at),
        "until": None,
        "event_id": letter.event_id,
        "rules": list(letter.rules),
    }


def _end(leads: list[Row], letter: Letter, ends: Any) -> None:
    for row in leads:
        if row["until"] is None and ends(row):
            row["until"] = instant(letter.occurred_at)


def _is(row: Row, person: object, role: object) -> bool:
    return row["lead"].get("id") == person and role in (None, row["lead"].get("role"))


def _id(person: object) -> object:
    return person.get("id") if isinstance(person, dict) else person
