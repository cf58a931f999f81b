"""Every event that the front door records, but for those that each service records of its own."""

from datetime import date, datetime
from typing import Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.own_events import OWN_EVENTS
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a payload with several fields."""


class ReferredChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A child as a referral tells of it. One of age_years, unborn and not_known is there."""

    child_id: str
    age_years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None
    disabled: bool | None = None
    young_carer: bool | None = None
    not_in_education: bool | None = None
    electively_home_educated: bool | None = None
    expected_date_of_delivery: Sealed[date] | None = None


class Consent(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Agreement to a service, as the referrer says it was given."""

    given_by: str
    given_on: date
    informed: bool
    scope: str


class StepUp(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Why an early help service asks for more, and what it has tried."""

    rationale: Sealed[str] | None = None
    services_tried: tuple[str, ...] = ()
    outcomes: Sealed[str] | None = None


class ReferralReceived(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A referral has come in. Its case is its own until somebody links it.

    acknowledged_at: an agency's system has its answer at once; absent, the front door still has to acknowledge it.
    as_sent: the whole body of a worry that did not fit the form.
    """

    form_type: str | None = None
    request_kind: str | None = None
    source_agency: str | None = None
    agency_type: str
    cin_source_code: str
    referrer: Sealed[dict[str, str]] | None = None
    agency_reference: Sealed[str] | None = None
    agency_reference_hash: str | None = None
    received_at: datetime
    local_authority_received_at: datetime
    acknowledged_at: datetime | None = None
    children: tuple[ReferredChild, ...]
    concern: Sealed[str] | None = None
    immediate_risk: bool | None = None
    risk_of_significant_harm: bool | None = None
    s47_criteria: bool | None = None
    concern_identified_at: datetime | None = None
    vulnerability_flags: tuple[str, ...] = ()
    involved_services: tuple[str, ...] = ()
    lives_in_area: bool | None = None
    found_in_area: bool | None = None
    avenues_explored: tuple[str, ...] = ()
    own_support_offered: bool | None = None
    entered_on_behalf: bool | None = None
    as_sent: Sealed[str] | None = None
    early_support_review_id: str | None = None
    claimed_level: int | None = None
    step_up: StepUp | None = None
    early_help_case: str | None = None
    liaison_ref: str | None = None
    marf_waiver_reason: str | None = None
    information_summary_complete: bool | None = None
    consent: Consent | None = None
    lawful_basis: str | None = None


class ReferralAcknowledged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The referrer knows that the referral was received, or it is said why they cannot be told."""

    channel: str | None = None
    acknowledged_at: datetime
    not_possible_reason: str | None = None
    not_possible_reason_note: Sealed[str] | None = None


class ReferralReturned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The referrer was asked for more. It stops no clock and decides nothing."""

    reason_code: str
    reason_note: Sealed[str] | None = None
    items_needed: tuple[str, ...] = ()
    follow_up_on: date | None = None
    s47_not_met_reason: str | None = None
    s47_not_met_reason_note: Sealed[str] | None = None


class FiveQuestions(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What national guidance asks of the decision on a referral."""

    immediate_protection: bool | None = None
    section_17_assessment: bool | None = None
    section_47_enquiries: bool | None = None
    services: bool | None = None
    specialist_assessment: bool | None = None


class Section47Grounds(Part, frozen=True, kw_only=True, omit_defaults=True):
    """On what grounds section 47 is met."""

    epo: bool | None = None
    police_protection: bool | None = None
    reasonable_cause: bool | None = None


class Basis(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A text that a decision rests on."""

    type: str
    ref: str | None = None


class HeldInformation(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A decision on what was held, because nothing more came."""

    manager: Person
    reason_code: str
    reason_note: Sealed[str] | None = None


class RefusalReview(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a refusal of consent is itself a reason for concern."""

    by: Person
    reasonable_cause: bool
    reason_code: str
    reason_note: Sealed[str] | None = None


class YoungCarerOffer(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The offer of a young carer's assessment, and the answer."""

    offered_on: date
    answer: str


class ReferralTriaged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The front door has decided what follows for one child.

    open_child_id: the child already known that this one is; not_same_as: proposals that were declined.
    open_case_id: filled by the service for every outcome when the child has an open case.
    """

    outcome: str
    open_child_id: str | None = None
    not_same_as: tuple[str, ...] = ()
    open_case_id: str | None = None
    team_id: str | None = None
    threshold: str | None = None
    local_level: int | None = None
    triage_rag: str | None = None
    pathway: str | None = None
    cin: bool | None = None
    s17_limb: tuple[str, ...] = ()
    s47: Section47Grounds | None = None
    five_questions: FiveQuestions | None = None
    held_by: str | None = None
    basis: tuple[Basis, ...] = ()
    next_steps: Sealed[str] | None = None
    decided_by: Person
    receiving_team_manager: Person | None = None
    target_level: int | None = None
    indicator_of_need_level: int | None = None
    continuum_level: int | None = None
    unmet_needs: tuple[str, ...] = ()
    multi_agency_needed: bool | None = None
    complexity: str | None = None
    approach: str | None = None
    departure_reason: str | None = None
    departure_reason_note: Sealed[str] | None = None
    harm_indicator_considered: bool | None = None
    family_hub_considered: bool | None = None
    family_hub_considered_note: Sealed[str] | None = None
    information_sufficient: bool | None = None
    decided_on_held_information: HeldInformation | None = None
    consent_ref: str | None = None
    consent_not_obtained_reason: str | None = None
    consent_not_obtained_reason_note: Sealed[str] | None = None
    refusal_review: RefusalReview | None = None
    s47_not_met_reason: str | None = None
    s47_not_met_reason_note: Sealed[str] | None = None
    lives_in_area: bool | None = None
    found_in_area: bool | None = None
    young_carer: bool | None = None
    young_carer_assessment: YoungCarerOffer | None = None
    signposted_to: tuple[str, ...] = ()
    information_given: Sealed[str] | None = None
    designation: str | None = None


class ReferralClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The front door has no more to do with a referral."""

    reason_code: str
    reason_note: Sealed[str] | None = None
    decided_by: Person


class EarlySupportReviewed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Early support was looked at because worries rose. refer: social care is asked for a more targeted response."""

    esp_ref: str | None = None
    refer: bool
    by_esp_lead: bool
    decided_by: Person
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class Needs(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The needs in the home that a choice of pathway looks at."""

    mental_health: bool | None = None
    substance_misuse: bool | None = None
    domestic_abuse: bool | None = None


class PathwayDecided(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child is on a pathway that asks for something of its own, or (ended) no longer is."""

    pathway: str
    age_years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None
    main_concern: str | None = None
    needs: Needs | None = None
    circumstances: tuple[str, ...] = ()
    pathway_decision_reason: str | None = None
    pathway_decision_reason_note: Sealed[str] | None = None
    ended: bool | None = None


class Pair(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Two child ids that are one child."""

    kept: str
    joined: str


class CasesLinked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two cases are one family's, and some of their children are the same. Recorded under both; moves no event."""

    link_id: str
    kept: str
    joined: str
    children: tuple[Pair, ...] = ()
    reason_code: str
    reason_note: Sealed[str] | None = None


class CasesUnlinked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A link was wrong: each side stands on its own again. Recorded under both."""

    link_id: str
    kept: str
    joined: str
    children: tuple[Pair, ...] = ()
    reason_code: str
    reason_note: Sealed[str] | None = None


class ChildIdentified(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who a child is, as far as it is known: again for each correction.

    name: first_name, surname. identifiers: nhs_number, unique_pupil_number, and what else tells the child from
    others or the census asks: sex, ethnicity, disabilities, address, postcode.
    """

    child_id: str
    name: Sealed[dict[str, str]] | None = None
    date_of_birth: Sealed[date] | None = None
    identifiers: Sealed[dict[str, str]] | None = None
    age_years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None


class ChildReachedAge(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child of an open case has a birthday from which something follows."""

    child_id: str
    age: int


class ChildAgeCorrected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A child's age is another than was recorded."""

    child_id: str
    age_years: int | None = None
    unborn: bool | None = None
    not_known: bool | None = None
    date_of_birth: Sealed[date] | None = None


class ReferralTurnedAway(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's referral was not taken: somebody rings. No content, only what tells it when it comes again."""

    agency: str
    status: int
    reason_code: str
    key_hash: str | None = None
    agency_reference_hash: str | None = None
    at: datetime


class ReferralTurnedAwayResolved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was turned away has come again, or somebody rang."""

    of_event: str
    by: Literal["RESENT", "CALLED"]
    referral_id: str | None = None


EVENTS: tuple[type[Event], ...] = (
    ReferralReceived,
    ReferralAcknowledged,
    ReferralReturned,
    ReferralTriaged,
    ReferralClosed,
    EarlySupportReviewed,
    PathwayDecided,
    CasesLinked,
    CasesUnlinked,
    ChildIdentified,
    ChildReachedAge,
    ChildAgeCorrected,
    ReferralTurnedAway,
    ReferralTurnedAwayResolved,
    *OWN_EVENTS,
)
"""The service's table of events."""
