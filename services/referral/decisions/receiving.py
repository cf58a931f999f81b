"""A referral as events: received, with its deadlines, and each of its children identified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from services.referral.decisions.ages import Age, age_on
from services.referral.decisions.around import Around
from services.referral.decisions.form import Referrer, SubmitReferral, SubmittedChild
from services.referral.events import ChildIdentified, ReferralReceived, ReferredChild
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import ClockStart, Fact, cite
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol

T = TypeVar("T")

IDENTIFIERS = (
    "nhs_number",
    "unique_pupil_number",
    "sex",
    "ethnicity",
    "disabilities",
    "address",
    "postcode",
)
"""What is kept of a child besides name and date of birth."""


@dataclass(frozen=True)
class Named:
    """A child of a referral with the id it now has. place: in the form."""

    place: int
    child_id: str
    said: SubmittedChild
    age: Age


def named(command: SubmitReferral, act: Act) -> tuple[Named, ...]:
    """The children of a referral, each with a fresh id and its age that day."""
    # A worry that names no child is about one all the same, of whom nothing is known.
    said = command.children or ((SubmittedChild(),) if command.worry else ())
    day = local_date(act.occurred_at)
    return tuple(
        Named(
            place,
            act.new_id(),
            child,
            age_on(day, child.date_of_birth, child.estimated_age, child.expected_date_of_delivery),
        )
        for place, child in enumerate(said)
    )


def received_at(command: SubmitReferral, act: Act) -> datetime:
    """When it was received: now from an agency's system; one entered for somebody may have been heard before."""
    if act.client or command.received_at is None:
        return act.occurred_at
    return min(command.received_at, act.occurred_at)


def received(
    referral_id: str,
    command: SubmitReferral,
    request_kind: str | None,
    protocol: Protocol,
    act: Act,
    around: Around,
    children: Sequence[Named],
) -> ReferralReceived:
    """The referral as it is recorded. request_kind: as it is taken, whatever was sent."""
    referrer = f"referrer/{referral_id}"
    said = command.referrer or Referrer()
    agency = around.agency
    on_behalf = not act.client and (command.entered_on_behalf or act.by.team == protocol.front_door)
    at = received_at(command, act)
    council_at = None if act.client else command.local_authority_received_at
    as_sent = None if command.as_sent is None else msgspec.json.encode(command.as_sent).decode()
    return ReferralReceived(
        form_type=command.form_type,
        request_kind=request_kind,
        source_agency=agency.agency if agency else None,
        agency_type=agency.agency_type if agency else said.agency_type or "UNKNOWN",
        cin_source_code=agency.cin_source_code if agency else command.cin_source_code or "10",
        referrer=sealed(referrer, said.model_dump(exclude_none=True)),
        agency_reference=sealed(referrer, command.agency_reference),
        agency_reference_hash=around.agency_reference_hash,
        received_at=at,
        local_authority_received_at=min(council_at or at, act.occurred_at),
        acknowledged_at=_acknowledged_at(command, act, at),
        children=tuple(_referred(child) for child in children),
        concern=sealed(f"note/{act.new_id()}", command.concern),
        immediate_risk=command.immediate_risk,
        risk_of_significant_harm=command.risk_of_significant_harm,
        s47_criteria=command.s47_criteria,
        concern_identified_at=command.concern_identified_at,
        vulnerability_flags=command.vulnerability_flags,
        involved_services=command.involved_services,
        lives_in_area=command.lives_in_area,
        found_in_area=command.found_in_area,
        entered_on_behalf=True if on_behalf else None,
        as_sent=sealed(f"note/{act.new_id()}", as_sent),
        early_support_review_id=command.early_support_review_id,
    )


def identified(child: Named, case_id: str) -> Fact:
    """Who a child of a referral is, on a stream of its own."""
    subject = f"child/{child.child_id}"
    said = child.said.model_dump(mode="json", exclude_none=True)
    kept = {name: said[name] for name in IDENTIFIERS if said.get(name)}
    if "disabilities" in kept:
        kept["disabilities"] = " ".join(kept["disabilities"])
    event = ChildIdentified(
        child_id=child.child_id,
        name=sealed(subject, {name: said[name] for name in ("first_name", "surname") if name in said}),
        date_of_birth=sealed(subject, child.said.date_of_birth),
        identifiers=sealed(subject, kept),
        age_years=child.age.years,
        unborn=child.age.unborn,
        not_known=child.age.not_known,
    )
    return Fact(stream=subject, event=event, case_id=case_id, child_ids=(child.child_id,))


def started(protocol: Protocol, event: ReferralReceived, act: Act) -> tuple[tuple[ClockStart, ...], tuple[str, ...]]:
    """The deadlines of each child, and the rules they cite."""
    each = [
        protocol.clocks_started_by("referral.ReferralReceived", event, act.occurred_at, child.child_id)
        for child in event.children
    ]
    return tuple(clock for one in each for clock in one.clocks), cite(*(one.rules for one in each))


def sealed(subject: str, value: T | None) -> Sealed[T] | None:
    """A value sealed with its subject's key; nothing for nothing said."""
    return Sealed(subject, value) if _said(value) else None


def _said(value: Any) -> bool:
    return value is not None and value not in ("", {}, [], ())


def _acknowledged_at(command: SubmitReferral, act: Act, at: datetime) -> datetime | None:
    if act.client:
        return at
    return min(command.acknowledged_at, act.occurred_at) if command.acknowledged_at else None


def _referred(child: Named) -> ReferredChild:
    return ReferredChild(
        child_id=child.child_id,
        age_years=child.age.years,
        unborn=child.age.unborn,
        not_known=child.age.not_known,
        disabled=child.said.disabled,
        young_carer=child.said.young_carer,
        not_in_education=child.said.not_in_education,
        electively_home_educated=child.said.electively_home_educated,
        expected_date_of_delivery=sealed(f"child/{child.child_id}", child.said.expected_date_of_delivery),
    )
