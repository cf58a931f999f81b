"""What allocation records by itself: a lead who may not stay as things are, and work that changes its list."""

from shared.kernel.events import Event
from shared.kernel.people import Person


class LeadNonCompliant(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody leads who by a rule should not, or is there no longer. from_event: what made it so."""

    lead: Person
    reason_code: str
    from_event: str


class WorklistReassigned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child's work leaves one list for another."""

    from_worklist: str
    to_worklist: str
    reason_code: str
