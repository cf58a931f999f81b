"""Who decided and who leads: posts and identifiers, never names."""

from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import given, instant, plain
from shared.kernel.letters import Letter
from shared.protocol.leads import Lead, leads_in

Row = dict[str, Any]

_BASIS = (
    "previous_lead",
    "change_reason",
    "imc_id",
    "approvals",
    "lead_agreed_at",
    "capacity_confirmed",
    "existing_relationship",
    "advanced_practitioner_id",
    "supervisor",
    "overseen_by",
    "line_manager",
    "authorising_manager",
    "line_manager_agreement",
    "family_informed",
)


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
    """Every lead the family has had: who, for what, for whom, from when and until when. until: None while it lasts.

    role: on the case, which follows from the purpose; basis: what it rests on and who stands by the lead.
    """
    letters = {letter.event_id: letter for letter in papers.facts}
    leads = leads_in(papers.told)
    return [_lead(lead, letters[lead.event_id]) for lead in leads]


def _lead(lead: Lead, letter: Letter) -> Row:
    person = letter.data.get("lead")
    return {
        "lead": plain(person) if isinstance(person, dict) else {"id": person},
        "role": lead.role,
        "purpose": letter.data.get("purpose"),
        "agency": letter.data.get("agency"),
        "team": letter.data.get("team"),
        "child_ids": sorted(letter.child_ids),
        "case_id": letter.case_id,
        "from": instant(letter.occurred_at),
        "until": None if lead.until is None else instant(lead.until),
        "basis": given(letter.data, _BASIS),
        "event_id": letter.event_id,
        "rules": list(letter.rules),
    }
