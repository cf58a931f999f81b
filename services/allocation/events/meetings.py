"""What the managers schedule, are asked for and decide when they talk about a family."""

from datetime import datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class Attendee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asked to a meeting, or there: a registered person, filled in from the registers, or a name.

    role: the post they came in. name: of somebody whom no register knows.
    """

    id: str | None = None
    role: str | None = None
    team: str | None = None
    employer: str | None = None
    employer_kind: str | None = None
    sector: str | None = None
    social_worker: bool | None = None
    name: Sealed[str] | None = None


class IMCScheduled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation of the managers about a family is to be held. reasons: why; invited: who is asked to come."""

    meeting_id: str
    team: str | None = None
    team_id: str | None = None
    reasons: tuple[str, ...] = ()
    reason_note: Sealed[str] | None = None
    organised_by: tuple[Attendee, ...] = ()
    invited: tuple[Attendee, ...] = ()
    planned_at: datetime | None = None


class IMCRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asks the managers to look at a family. `by.role` is the role on the case of who leads it, else the post.

    about_lead: it is about who leads; asked_as: by the lead practitioner, or by somebody else.
    """

    by: Person
    about_lead: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None
    asked_as: Literal["FHLP", "OTHER"] | None = None


class IMCTaskRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The managers have to hold a conversation about one child. from_event: what makes it so."""

    reason_code: str
    from_event: str


class RecommendationWeighed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the managers follow what the assessment team recommended, and why."""

    follow: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class Considered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lay before the managers. esp_ref: the plan of early support that they weighed."""

    cat_recommendation: RecommendationWeighed | None = None
    esp_ref: str | None = None


class CoAllocation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who else is to support the family: in what role, and of which agency or which person, where that is known."""

    role: str
    agency: str | None = None
    person: Person | None = None


class ChildDecision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At which level the managers see one child. agreed: they agree that it is at that level from now on."""

    child_id: str
    classification: str | None = None
    agreed: bool | None = None


class IMCHeld(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The managers have talked about one family: the form. One of each family that the meeting was about.

    meeting_id: the same in the forms of all its families; kind: DAILY, MONTHLY or AD_HOC; reasons: what it was about.
    co_allocations: empty where nobody else is needed, None where it was not said. lead_change: another is to lead.
    risk_profile: empty where it was cleared, None where it was not looked at.
    """

    form_id: str
    meeting_id: str
    held_at: datetime
    team: str | None = None
    team_id: str | None = None
    kind: str | None = None
    reasons: tuple[str, ...] = ()
    organised_by: tuple[Attendee, ...] = ()
    led_by: Attendee | None = None
    invited: tuple[Attendee, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    considered: Considered | None = None
    needs: Sealed[tuple[str, ...]] | None = None
    required_competences: tuple[str, ...] = ()
    co_allocations: tuple[CoAllocation, ...] | None = None
    lead_candidates: tuple[Attendee, ...] = ()
    qualification_needed: str | None = None
    child_decisions: tuple[ChildDecision, ...] = ()
    lead_change: bool | None = None
    decision: str | None = None
    decision_note: Sealed[str] | None = None
    next_steps: Sealed[tuple[str, ...]] | None = None
    plan_progress: Sealed[str] | None = None
    support_needed: Sealed[str] | None = None
    oversight: Sealed[str] | None = None
    additional_support_considered: bool | None = None
    additional_support_considered_note: Sealed[str] | None = None
    other_information: Sealed[str] | None = None
    risk_profile: tuple[str, ...] | None = None
    risk_profile_note: Sealed[str] | None = None
    accountable_manager_id: str | None = None
