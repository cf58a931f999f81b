"""Who leads a family at an instant, by the packs' words."""

from datetime import datetime

from shared.protocol.leads import FAMILY_LEAD, Lead, leads_in
from shared.protocol.linked import Matter


def led_by(lead: Lead | None) -> str:
    """SOCIAL_WORKER, ALTERNATIVELY_QUALIFIED or NONE. Who is not known to be a social worker counts as none."""
    if lead is None:
        return "NONE"
    return "SOCIAL_WORKER" if lead.person.social_worker else "ALTERNATIVELY_QUALIFIED"


def lead_at(matter: Matter, at: datetime) -> Lead | None:
    """The family's lead practitioner at an instant."""
    held = (one for one in leads_in(matter.facts) if one.role == FAMILY_LEAD and one.since <= at)
    return next((one for one in reversed([*held]) if one.until is None or at < one.until), None)
