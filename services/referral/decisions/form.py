"""The form of a referral: what a partner agency or the front door sends, in the department's names and codes."""

from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr

from shared.kernel.command import Command, Id, Line, Name, Narrative
from shared.kernel.fields import (
    Code,
    Instant,
    IsoDate,
    NhsNumber,
    Phone,
    Postcode,
    Sent,
    StrictBool,
    StrictInt,
    Text,
    Upn,
)

SEXES = ("M", "F", "U")
ETHNICITIES = (
    "WBRI",
    "WIRI",
    "WIRT",
    "WOTH",
    "WROM",
    "MWBC",
    "MWBA",
    "MWAS",
    "MOTH",
    "AIND",
    "APKN",
    "ABAN",
    "AOTH",
    "BCRB",
    "BAFR",
    "BOTH",
    "CHNE",
    "OOTH",
    "REFU",
    "NOBT",
)
DISABILITIES = ("NONE", "MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS", "BEH", "CON", "AUT", "DDA")
SOURCES = (
    "1A",
    "1B",
    "1C",
    "1D",
    "2A",
    "2B",
    "3A",
    "3B",
    "3C",
    "3D",
    "3E",
    "3F",
    "4",
    "5A",
    "5B",
    "5C",
    "5D",
    "6",
    "7",
    "8",
    "9",
    "10",
)
FORM_TYPES = ("EMARF", "MARF", "NONE", "FORM", "CONVERSATION")
REQUEST_KINDS = ("FAMILY_HELP_REQUEST", "SAFEGUARDING_CONCERN", "SOCIAL_CARE", "EARLY_HELP", "STEP_UP")
AGENCY_TYPES = (
    "CHILDRENS_SOCIAL_CARE",
    "POLICE",
    "SCHOOL",
    "EDUCATION",
    "CHILDCARE",
    "EARLY_YEARS",
    "GP",
    "HEALTH_VISITING",
    "SCHOOL_NURSING",
    "PRIMARY_HEALTH",
    "A_AND_E",
    "CAMHS",
    "HEALTH",
    "HOUSING",
    "YOUTH_SERVICES",
    "OTHER_AUTHORITY",
    "EARLY_HELP",
    "LEGAL",
    "VOLUNTARY",
    "CHILDRENS_CENTRE",
    "DAAT",
    "FAMILY",
    "NEIGHBOUR",
    "CHILD",
    "OTHER_PERSON",
    "ANONYMOUS",
    "UNKNOWN",
)
"""Closed lists, whatever the authority: what is in one travels in clear, so nobody's name may pass for a word."""
FLAGS = (
    "YOUNG_CARER",
    "SEND",
    "BEREAVED",
    "ANTI_SOCIAL_BEHAVIOUR",
    "OFTEN_MISSING",
    "HOME_SUBSTANCE_MISUSE",
    "HOME_MENTAL_ILL_HEALTH",
    "PARENT_IN_CUSTODY",
    "PRIVATELY_FOSTERED",
)


class Referrer(Sent):
    """Who refers. agency, agency_type: only of a referral entered on behalf of somebody; else from the register."""

    name: Name | None = None
    role: Name | None = None
    agency: Name | None = None
    agency_type: Annotated[str, Code(AGENCY_TYPES)] | None = None
    telephone: Phone | None = None
    email: Annotated[str, Text(254)] | None = None


class SubmittedChild(Sent):
    """A child as the referrer knows them; a date of birth may be unknown, estimated as an age, or expected."""

    first_name: Name | None = None
    surname: Name | None = None
    date_of_birth: IsoDate | None = None
    estimated_age: Annotated[StrictInt, Field(ge=0, le=120)] | None = None
    expected_date_of_delivery: IsoDate | None = None
    sex: Annotated[str, Code(SEXES)] | None = None
    ethnicity: Annotated[str, Code(ETHNICITIES)] | None = None
    disabilities: Annotated[tuple[Annotated[str, Code(DISABILITIES)], ...], Field(max_length=13)] = ()
    nhs_number: NhsNumber | None = None
    unique_pupil_number: Upn | None = None
    address: Line | None = None
    postcode: Postcode | None = None
    disabled: StrictBool | None = None
    young_carer: StrictBool | None = None
    not_in_education: StrictBool | None = None
    electively_home_educated: StrictBool | None = None


class SubmitReferral(Command):
    """A referral as it is sent. agency_reference: the sender's own, given back to them.

    immediate_risk, risk_of_significant_harm, s47_criteria: each makes it a worry, which is never turned away.
    received_at, acknowledged_at: of one entered on behalf of somebody, who was heard or answered before.
    """

    form_type: Annotated[str, Code(FORM_TYPES)] | None = None
    request_kind: Annotated[str, Code(REQUEST_KINDS)] | None = None
    agency_reference: Annotated[str, Text(100)] | None = None
    referrer: Referrer | None = None
    cin_source_code: Annotated[str, Code(SOURCES)] | None = None
    children: Annotated[tuple[SubmittedChild, ...], Field(max_length=20)] = ()
    concern: Narrative | None = None
    immediate_risk: StrictBool | None = None
    risk_of_significant_harm: StrictBool | None = None
    s47_criteria: StrictBool | None = None
    concern_identified_at: Instant | None = None
    vulnerability_flags: Annotated[tuple[Annotated[str, Code(FLAGS)], ...], Field(max_length=9)] = ()
    involved_services: Annotated[tuple[Annotated[str, Code(AGENCY_TYPES)], ...], Field(max_length=27)] = ()
    lives_in_area: StrictBool | None = None
    found_in_area: StrictBool | None = None
    entered_on_behalf: StrictBool | None = None
    received_at: Instant | None = None
    local_authority_received_at: Instant | None = None
    acknowledged_at: Instant | None = None
    early_support_review_id: Id | None = None

    _misfits: tuple[tuple[str, str], ...] = PrivateAttr(default=())
    _as_sent: Any = PrivateAttr(default=None)

    @property
    def misfits(self) -> tuple[tuple[str, str], ...]:
        """What did not fit the form and was left out: (JSON pointer, code). Only of a worry."""
        return self._misfits

    @property
    def as_sent(self) -> Any:
        """The whole body as it was sent, of a worry that did not fit."""
        return self._as_sent

    @property
    def worry(self) -> bool:
        """Whether it is a safeguarding concern or marks a risk: then it is never turned away."""
        marks = (self.immediate_risk, self.risk_of_significant_harm, self.s47_criteria)
        return self.request_kind == "SAFEGUARDING_CONCERN" or any(marks) or self._as_sent is not None

    def taken_with(self, misfits: tuple[tuple[str, str], ...], as_sent: Any) -> Self:
        """The same referral as a worry that did not fit: what was left out of it, and the body it came in."""
        taken = self.model_copy()
        taken._misfits, taken._as_sent = misfits, as_sent
        return taken
