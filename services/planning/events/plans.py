"""Plans, from their beginning to their end."""

from datetime import date

from services.planning.events.shapes import EarlySupportLead, PlanChild
from shared.kernel.events import Event
from shared.kernel.sealed import Sealed


class PlanStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan for some of a family's children began. author_role: of who wrote it; begun_on: of one filed later.

    esp_lead, agencies, response_mode: of early support, SINGLE_AGENCY or PARTNERSHIP.
    """

    plan_id: str
    type: str
    children: tuple[PlanChild, ...]
    author_role: str | None = None
    next_review_date: date | None = None
    esp_lead: EarlySupportLead | None = None
    agencies: tuple[str, ...] = ()
    response_mode: str | None = None
    begun_on: date | None = None


class PlanEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A plan has ended for one child. exit_reason: the event that ended the child's case, if one did."""

    plan_id: str
    type: str
    reason_code: str
    reason_note: Sealed[str] | None = None
    exit_reason: str | None = None
