"""What the front door sends when it decides on a referral: one entry for each child it decides on."""

from typing import Annotated

from pydantic import Field

from services.referral.decisions.pathways import PATHWAYS
from shared.kernel.command import Command, Id, Ids, Note, Word, Words
from shared.kernel.fields import Code, Sent, StrictBool


class Answers(Sent):
    """The five questions of national guidance."""

    immediate_protection: StrictBool | None = None
    section_17_assessment: StrictBool | None = None
    section_47_enquiries: StrictBool | None = None
    services: StrictBool | None = None
    specialist_assessment: StrictBool | None = None


class Grounds(Sent):
    """On what grounds section 47 is met."""

    epo: StrictBool | None = None
    police_protection: StrictBool | None = None
    reasonable_cause: StrictBool | None = None


class TriagedChild(Sent):
    """The decision on one child.

    open_child_id: the child already known that this one is; not_same_as: known children that it is not.
    """

    child_id: Id
    outcome: Word | None = None
    triage_rag: Word | None = None
    open_child_id: Id | None = None
    not_same_as: Ids = ()
    five_questions: Answers | None = None
    pathway: Annotated[str, Code(PATHWAYS)] | None = None
    held_by: Word | None = None
    team_id: Id | None = None
    s47: Grounds | None = None
    family_hub_considered: StrictBool | None = None
    family_hub_considered_note: Note | None = None
    young_carer: StrictBool | None = None
    lives_in_area: StrictBool | None = None
    found_in_area: StrictBool | None = None
    signposted_to: Words = ()
    next_steps: Note | None = None
    information_given: Note | None = None


class TriageReferral(Command):
    """The decision on a referral, for some of its children or all, each on its own."""

    children: Annotated[tuple[TriagedChild, ...], Field(min_length=1, max_length=20)]
