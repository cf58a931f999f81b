"""What is known of the family's lead when a child rises to be in need: what choosing them would have asked then."""

from collections.abc import Mapping
from typing import Any

from services.planning.decisions.leaving import IN_NEED
from shared.protocol.facts import first
from shared.protocol.leads import Lead
from shared.protocol.linked import Matter
from shared.protocol.standing import standings


def lead_words(matter: Matter, lead: Lead | None) -> Mapping[str, Any]:
    """lead: SOCIAL_WORKER, AQ or NONE; lead_is: AQ and PARTNER, whichever holds; and what the choice rested on.

    lead_rationale: the choice was weighed for a child in need, because one of the family's was in need then.
    """
    if lead is None:
        return {"lead": "NONE"}
    social_worker = lead.person.social_worker is True
    partner = lead.person.employer_kind == "PARTNER"
    overseen = any(first(lead.data, f"{by}.social_worker") is True for by in ("overseen_by", "supervisor"))
    chosen = matter.fact(lead.event_id)
    then = standings(matter.before(chosen), matter.protocol).values() if chosen else ()
    return {
        "lead": "SOCIAL_WORKER" if social_worker else "AQ",
        "lead_employed": lead.person.employer_kind,
        "lead_is": [word for word, holds in (("AQ", not social_worker), ("PARTNER", partner)) if holds],
        "line_manager_agreement": True if first(lead.data, "line_manager_agreement") else None,
        "lead_agreed_at": True if first(lead.data, "lead_agreed_at") else None,
        "lead_overseen_by": True if overseen else None,
        "lead_rationale": True if any(one.level == IN_NEED for one in then) else None,
    }
