"""Whose place a new lead takes in the same role. What else ends with them is in `endings`."""

from dataclasses import dataclass

from services.allocation.decisions.asking import Asking
from services.allocation.events import LeadEnded
from shared.kernel.people import Person
from shared.protocol.leads import EARLY_SUPPORT_LEAD, FAMILY_LEAD, Lead
from shared.protocol.linked import Matter

Ending = tuple[tuple[str, ...], LeadEnded]


@dataclass(frozen=True)
class Ended:
    """replaced: whose place the lead takes for all of their children; endings: of others, for which children."""

    replaced: Person | None = None
    endings: tuple[Ending, ...] = ()


def leads_ended(matter: Matter, asking: Asking, lead: Person) -> Ended:
    """Who held the role before: of a child's role all whose every child the new lead takes."""
    holding = [one for one in asking.leads if one.until is None and one.person.id != lead.id]
    if asking.role == FAMILY_LEAD:
        return Ended(asking.before if asking.replaces else None)
    if asking.role == EARLY_SUPPORT_LEAD:
        return Ended(asking.before)
    whole = [one for one in holding if one.role == asking.role and _kept(matter, one) <= {*asking.children}]
    endings = tuple(
        (tuple(sorted(_kept(matter, one))), LeadEnded(lead=one.person, role=one.role, reason_code="SUCCESSOR"))
        for one in whole[1:]
    )
    return Ended(whole[0].person if whole else None, endings)


def _kept(matter: Matter, lead: Lead) -> set[str]:
    return {matter.linked.child(child) for child in lead.children}
