"""The roles that end with a new lead: whose place is taken, and who only held the child until somebody was named."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.allocation.decisions.asking import Asking, standing_of
from services.allocation.events import LeadEnded
from shared.kernel.people import Person
from shared.protocol.leads import CAT_WORKER, CP_LEAD, EARLY_SUPPORT_LEAD, FAMILY_LEAD, Lead
from shared.protocol.linked import Matter

Ending = tuple[tuple[str, ...], LeadEnded]


@dataclass(frozen=True)
class Ended:
    """replaced: whose place the lead takes for all of their children; endings: of other roles, for which children."""

    replaced: Person | None = None
    endings: tuple[Ending, ...] = ()


def leads_ended(matter: Matter, asking: Asking, lead: Person) -> Ended:
    """What a new lead ends, in one write with it: the worker of the assessment, and who stayed after protection."""
    holding = [one for one in asking.leads if one.until is None and one.person.id != lead.id]
    if asking.role == FAMILY_LEAD:
        replaced = asking.before if asking.replaces else None
        workers = _of(matter, holding, CAT_WORKER, asking.children, "SUCCESSOR")
        return Ended(replaced, (*workers, *_stayed(matter, asking, lead)))
    if asking.role == EARLY_SUPPORT_LEAD:
        return Ended(asking.before)
    whole = [one for one in holding if one.role == asking.role and _kept(matter, one) <= {*asking.children}]
    endings = [
        (tuple(sorted(_kept(matter, one))), LeadEnded(lead=one.person, role=one.role, reason_code="SUCCESSOR"))
        for one in whole[1:]
    ]
    stayed = _stayed(matter, asking, lead) if asking.role == CAT_WORKER else ()
    return Ended(whole[0].person if whole else None, (*endings, *stayed))


def _stayed(matter: Matter, asking: Asking, lead: Person) -> tuple[Ending, ...]:
    """Leads of protection whom no child of theirs needs any more, now that these children are led."""
    done = [
        one
        for one in asking.leads
        if one.until is None and one.role == CP_LEAD and not any(_is_held(matter, child) for child in one.children)
    ]
    return _of(matter, done, CP_LEAD, asking.children, "CP_WORK_ENDED")


def _is_held(matter: Matter, child: str) -> bool:
    """Whether the state a child is in is the work of the lead of protection."""
    held = matter.protocol.holds(standing_of(matter, child).state)
    return held is not None and held.person == CP_LEAD


def _of(matter: Matter, leads: Iterable[Lead], role: str, children: Iterable[str], reason: str) -> tuple[Ending, ...]:
    found: list[Ending] = []
    for one in leads:
        theirs = tuple(child for child in children if child in _kept(matter, one))
        if one.role == role and theirs:
            found.append((theirs, LeadEnded(lead=one.person, role=role, reason_code=reason)))
    return tuple(found)


def _kept(matter: Matter, lead: Lead) -> set[str]:
    return {matter.linked.child(child) for child in lead.children}
