"""Visits to children."""

from datetime import datetime

from shared.kernel.events import Event
from shared.kernel.sealed import Sealed


class VisitHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Children were visited. access: the visitor was let in; each list names children of the case."""

    visit_id: str
    kind: str
    ended_at: datetime | None = None
    access: bool | None = None
    children_seen: tuple[str, ...] = ()
    seen_alone: tuple[str, ...] = ()
    children_spoken_to: tuple[str, ...] = ()
    expectant_parent_seen: bool | None = None
    purpose_code: str | None = None


class VisitRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was found on a visit was written down. on_behalf_of: by somebody else than who made it."""

    visit_ref: str
    template_complete: bool | None = None
    on_behalf_of: str | None = None
    text: Sealed[str] | None = None
