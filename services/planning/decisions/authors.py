"""Who may write the family's plan for a child: what somebody is to it now, and who holds which role."""

from typing import Any

from services.planning.decisions.recording import standing_of
from shared.kernel.act import Act
from shared.protocol.facts import concerned, first
from shared.protocol.leads import CAT_WORKER, CP_LEAD, FAMILY_LEAD, Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.plans import FAMILY_HELP, open_plans

HELPS_BESIDE = "CO_WORKER"


def lead_of_the_family(matter: Matter) -> Lead | None:
    """The one lead practitioner of the family, None while it has none."""
    return active(leads_in(matter.facts), FAMILY_LEAD)


def family_of(matter: Matter) -> tuple[str, ...]:
    """The children of whom work with the family is: those of its plan, else all who are open, else all there are."""
    planned = [child for plan in open_plans(matter.facts, FAMILY_HELP) for child in plan.children]
    everyone = dict.fromkeys(child for fact in matter.facts for child in sorted(concerned(fact)))
    closed = matter.protocol.moves.closed if matter.protocol.moves else None
    here = [child for child in everyone if standing_of(matter, child).state not in (None, closed)]
    return tuple(dict.fromkeys(matter.linked.child(child) for child in planned or here or everyone))


def roles_of(matter: Matter, person_id: str, child_id: str | None = None) -> tuple[str, ...]:
    """The roles on the case that somebody holds now; for one child, where it is given.

    The family's lead is every child's.
    """
    leads = leads_in(matter.facts)
    ids = None if child_id is None else matter.linked.ids_of(child_id)
    held = [(FAMILY_LEAD, active(leads, FAMILY_LEAD))]
    for role in (CAT_WORKER, CP_LEAD):
        children = {child for lead in leads if lead.role == role for child in lead.children}
        wanted = children if ids is None else ids
        held += [(role, active(leads, role, (child,))) for child in sorted(wanted)]
    found = [role for role, lead in held if lead is not None and lead.person.id == person_id]
    beside = (fact for fact in matter.facts if fact.title == "CoAllocated")
    if any(first(fact.data, "person.id") == person_id for fact in beside):
        found.append(HELPS_BESIDE)
    return tuple(dict.fromkeys(found))


def authorship(matter: Matter, child_id: str, act: Act) -> dict[str, Any]:
    """What the rows on authors ask about one child, by the packs' words."""
    leads = leads_in(matter.facts)
    ids = matter.linked.ids_of(child_id)
    return {
        "state": standing_of(matter, child_id).state or "UNKNOWN",
        "fhlp": _has(active(leads, FAMILY_LEAD)),
        "cat_worker": _has(active(leads, CAT_WORKER, ids)),
        "cp_lead": _has(active(leads, CP_LEAD, ids)),
        "by": list(roles_of(matter, act.by.id, child_id)) or ["NONE"],
    }


def _has(lead: Lead | None) -> str:
    return "NONE" if lead is None else "ACTIVE"
