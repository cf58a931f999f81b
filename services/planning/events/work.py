"""What was done and noted beside the decisions."""

from datetime import date

from shared.kernel.events import Event
from shared.kernel.sealed import Sealed


class CaseNoteAdded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something about one child was noted. kind: what, as a word."""

    kind: str
    note: Sealed[str] | None = None


class PrivateFosteringNotified(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The authority knows that a child is privately fostered. Both are days on a London calendar."""

    aware_from: date
    notified_on: date
