"""Who leads: every lead that a family or one of its children has had, and who does so now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from shared.kernel.beliefs import Told
from shared.kernel.people import Person
from shared.protocol.facts import first

FAMILY_LEAD, CP_LEAD, CAT_WORKER, EARLY_SUPPORT_LEAD = (
    "LEAD_PRACTITIONER",
    "CP_LEAD",
    "CAT_WORKER",
    "EARLY_SUPPORT_LEAD",
)

LINE_MANAGER = "LINE_MANAGER"
MANAGERS_OF_A_LEAD = ("line_manager", "authorising_manager")
"""The word for a lead's own manager, known by the lead alone, and where the allocation names who answers for it."""

ROLE_OF = {
    "CAT_ASSESSMENT": CAT_WORKER,
    "CP_ENQUIRY": CP_LEAD,
    "CP_PLAN": CP_LEAD,
    "EARLY_SUPPORT": EARLY_SUPPORT_LEAD,
}
"""Purpose of an allocation -> the role on the case; any other makes somebody the family's lead practitioner."""


@dataclass(frozen=True)
class Lead:
    """One person in one role. children: for whom they hold it; until: None while it lasts.

    Who holds a child's role no longer for one of several children stands twice: ended for that one, lasting for the
    others.

    event_id, data: of the LeadAllocated that says so.
    """

    role: str
    purpose: str
    person: Person
    children: tuple[str, ...]
    since: datetime
    event_id: str
    data: Mapping[str, Any]
    until: datetime | None = None


def leads_in(facts: Iterable[Told]) -> tuple[Lead, ...]:
    """Every lead in order. facts: those that count, in the one order.

    A new lead of a purpose in place of an earlier one ends that one's time; the enquiry's lead goes on under the plan
    unless somebody else is named for it.
    """
    leads: list[Lead] = []
    for fact in facts:
        if fact.title == "LeadAllocated":
            new = _lead(fact)
            leads = [one for old in leads for one in (_ended(old, fact) if _replaces(new, old) else (old,))]
            leads.append(new)
        elif fact.title == "LeadEnded":
            role, who = first(fact.data, "role"), first(fact.data, "lead.id")
            leads = [
                one
                for old in leads
                for one in (_ended(old, fact) if old.role == role and old.person.id == who else (old,))
            ]
    return tuple(leads)


def active(leads: Iterable[Lead], role: str, child_ids: Iterable[str] | None = None) -> Lead | None:
    """Who holds a role now, the last allocated; for a child under any of its ids, where they are given."""
    ids = None if child_ids is None else frozenset(child_ids)
    holding = [lead for lead in leads if lead.role == role and lead.until is None]
    return next((lead for lead in reversed(holding) if ids is None or ids & {*lead.children}), None)


def _lead(fact: Told) -> Lead:
    purpose = str(first(fact.data, "purpose"))
    return Lead(
        role=ROLE_OF.get(purpose, FAMILY_LEAD),
        purpose=purpose,
        person=msgspec.convert(fact.data.get("lead") or {"id": ""}, Person),
        children=fact.child_ids,
        since=fact.occurred_at,
        event_id=fact.event_id,
        data=fact.data,
    )


def _replaces(new: Lead, old: Lead) -> bool:
    if old.until is not None or old.role != new.role:
        return False
    if new.role == FAMILY_LEAD:
        # One for the family: the same person for one more child goes on, somebody else takes over.
        return old.person.id != new.person.id
    return old.person.id != new.person.id and bool({*old.children} & {*new.children})


def _ended(lead: Lead, fact: Told) -> tuple[Lead, ...]:
    """The lead after an ending: of the family as a whole, of a child's role for the children whom the fact names."""
    if lead.until is not None:
        return (lead,)
    over = replace(lead, until=fact.occurred_at)
    if lead.role == FAMILY_LEAD or not fact.child_ids:
        return (over,)
    gone = tuple(child for child in lead.children if child in fact.child_ids)
    left = tuple(child for child in lead.children if child not in fact.child_ids)
    if not gone or not left:
        return (over,) if gone else (lead,)
    return replace(over, children=gone), replace(lead, children=left)
