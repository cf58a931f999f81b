"""Parts of payloads that several events of planning have."""

from datetime import date

import msgspec

from shared.kernel.people import Person
from shared.kernel.sealed import Sealed

Day = date
"""The type of a field that is itself called `date`."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a payload with several fields."""


class PlanChild(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A child whom a plan covers."""

    child_id: str


class Invited(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who is asked to come. person: of that agency, by the registers."""

    agency: str
    person: Person | None = None


class Recommendation(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who should lead, as the assessment team put it. lead_id: a person of the register."""

    qualification: str
    employer: str | None = None
    lead_id: str | None = None


class FamilyTold(Part, frozen=True, kw_only=True, omit_defaults=True):
    """When the family was told and whether the child was there, or why not. risk_exemption, reason_not: codes."""

    date: Day | None = None
    risk_exemption: str | None = None
    child_included: bool | None = None
    reason_not: str | None = None
    rationale: Sealed[str] | None = None


class EarlySupportLead(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who leads early support, and for which agency."""

    person: Person
    agency: str | None = None


class Participant(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Who took part. agency: of which kind; role: in which post; person: by the registers, where they are in them."""

    agency: str
    role: str | None = None
    person: Person | None = None
    name: Sealed[str] | None = None


class Attendance(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Whether somebody who was asked came. answer: ATTENDED, APOLOGY, ABSENT or CONTRIBUTED."""

    person: Person | None = None
    agency: str | None = None
    answer: str
