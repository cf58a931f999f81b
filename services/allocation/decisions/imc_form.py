"""The form of a conversation of the managers: what is common to its families, and what is of one family alone."""

from typing import Annotated

from pydantic import Field

from services.allocation.decisions.attending import Attending
from shared.kernel.command import Command, Id, Line, Note, Word, Words
from shared.kernel.fields import Code, Instant, Sent, StrictBool

KINDS = ("DAILY", "MONTHLY", "AD_HOC")
REASONS = (
    "NEW_REFERRAL",
    "CHANGE_IN_NEED_UP",
    "CHANGE_IN_NEED_DOWN",
    "CHANGE_OF_FHLP",
    "MANAGER_DISCRETION",
    "STEP_OFF_CP",
    "FHLP_REQUEST",
    "JOINT_UPDATE",
    "MONTHLY_CIN_AQ",
    "MONTHLY_PARTNER",
)
LEVELS = ("TARGETED_EARLY_HELP", "CHILD_IN_NEED")
"""At which the managers may see a child."""

QUALIFICATIONS = ("AQ_ACCEPTABLE", "SOCIAL_WORKER")
RISKS = ("HIGH", "DYNAMIC", "COMPLEX")

Reasons = Annotated[tuple[Annotated[str, Code(REASONS)], ...], Field(max_length=len(REASONS))]
People = Annotated[tuple[Attending, ...], Field(max_length=50)]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]


class RecommendationSent(Sent):
    """Whether the assessment team's recommendation was followed, and why."""

    follow: StrictBool | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


class ConsideredSent(Sent):
    """What was weighed. esp_ref: the early support plan."""

    cat_recommendation: RecommendationSent | None = None
    esp_ref: Id | None = None


class CoAllocationSent(Sent):
    """Who else is to support the family."""

    role: Word
    agency: Id | None = None
    person_id: Id | None = None


class ChildDecisionSent(Sent):
    """What the managers say of one child."""

    child_id: Id
    classification: Annotated[str, Code(LEVELS)] | None = None
    agreed: StrictBool | None = None


class FamilyForm(Sent):
    """What is of one family. corrects: the record of this meeting that it fills in, by the id of its event or form.

    What is left out of such a one stays as it was recorded. co_allocations: an empty list says that nobody is needed;
    risk_profile: one that says there is no such risk any more.
    """

    corrects: Id | None = None
    reasons: Reasons = ()
    considered: ConsideredSent | None = None
    needs: Lines = ()
    required_competences: Words = ()
    co_allocations: Annotated[tuple[CoAllocationSent, ...], Field(max_length=50)] | None = None
    lead_candidates: People = ()
    qualification_needed: Annotated[str, Code(QUALIFICATIONS)] | None = None
    child_decisions: Annotated[tuple[ChildDecisionSent, ...], Field(max_length=50)] = ()
    lead_change: StrictBool | None = None
    decision: Word | None = None
    decision_note: Note | None = None
    next_steps: Lines = ()
    plan_progress: Note | None = None
    support_needed: Note | None = None
    oversight: Note | None = None
    additional_support_considered: StrictBool | None = None
    additional_support_considered_note: Note | None = None
    other_information: Note | None = None
    risk_profile: Annotated[tuple[Annotated[str, Code(RISKS)], ...], Field(max_length=len(RISKS))] | None = None
    risk_profile_note: Note | None = None
    accountable_manager_id: Id | None = None


class OtherFamily(FamilyForm):
    """A further family that the same meeting was about. reasons: left out, those of the meeting."""

    case_id: Id


class RecordIMC(Command, FamilyForm):
    """The meeting, with what is of the family of the address. families: the others it was about.

    meeting_id: of the one that was scheduled, if it was; team: that met, by default the recorder's.
    """

    meeting_id: Id | None = None
    held_at: Instant | None = None
    team: Word | None = None
    team_id: Id | None = None
    kind: Annotated[str, Code(KINDS)] | None = None
    organised_by: People = ()
    led_by: Attending | None = None
    invited: People = ()
    attendees: People = ()
    families: Annotated[tuple[OtherFamily, ...], Field(max_length=50)] = ()


def people_of(command: RecordIMC) -> tuple[str, ...]:
    """Whom it names."""
    led_by = () if command.led_by is None else (command.led_by,)
    named = [*command.organised_by, *led_by, *command.invited, *command.attendees]
    ids: list[str | None] = []
    for form in (command, *command.families):
        named += form.lead_candidates
        ids += [one.person_id for one in form.co_allocations or ()]
        ids.append(form.accountable_manager_id)
    ids += [one.person_id for one in named]
    return tuple(one for one in ids if one is not None)
