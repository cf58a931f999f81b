"""How enquiries end, and what conferences and core groups came to, each as one POST."""

from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from services.planning.decisions.conferring import people_of
from services.planning.decisions.record_initial_conference import (
    RecordInitialConference,
    record_initial_conference,
)
from services.planning.decisions.record_initial_conference import people_of as people_of_initial
from services.planning.decisions.record_plan_group import RecordCoreGroup, record_core_group
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from shared.http.command import Command
from shared.http.on_case import on_case

CONFERENCES: tuple[Command, ...] = (
    on_case(
        "ConcludeSection47",
        "section-47-conclusions",
        ConcludeSection47,
        conclude_section_47,
        "Conclude section 47 enquiries, with an outcome for each child.",
    ),
    on_case(
        "RecordInitialConference",
        "initial-conferences",
        RecordInitialConference,
        record_initial_conference,
        "Record an initial child protection conference.",
        people=people_of_initial,
        record=True,
    ),
    on_case(
        "RecordReviewConference",
        "review-conferences",
        RecordReviewConference,
        record_review_conference,
        "Record a review conference.",
        people=people_of,
        record=True,
    ),
    on_case(
        "RecordCoreGroup",
        "core-groups",
        RecordCoreGroup,
        record_core_group,
        "Record a core group.",
        people=people_of,
        record=True,
    ),
)
