"""Visits, private fostering, being looked after and what courts do: what happened, each as one POST."""

from services.planning.decisions.conferring import people_of
from services.planning.decisions.record_court_step import RecordCourtStep, record_court_step
from services.planning.decisions.record_legal_step import RecordLegalStep, record_legal_step
from services.planning.decisions.record_looked_after import RecordLookedAfter, record_looked_after
from services.planning.decisions.record_looked_after_review import (
    RecordLookedAfterReview,
    record_looked_after_review,
)
from services.planning.decisions.record_private_fostering import RecordPrivateFostering, record_private_fostering
from services.planning.decisions.record_visit import RecordVisit, record_visit
from shared.http.command import Command
from shared.http.on_case import on_case

STATUTORY: tuple[Command, ...] = (
    on_case("RecordVisit", "visits", RecordVisit, record_visit, "Record a visit to children.", record=True),
    on_case(
        "RecordPrivateFostering",
        "private-fostering",
        RecordPrivateFostering,
        record_private_fostering,
        "Record that a private fostering was notified, or has ended.",
        record=True,
    ),
    on_case(
        "RecordLookedAfter",
        "looked-after",
        RecordLookedAfter,
        record_looked_after,
        "Record that children become looked after, are placed, or are looked after no longer.",
        record=True,
    ),
    on_case(
        "RecordLookedAfterReview",
        "looked-after-reviews",
        RecordLookedAfterReview,
        record_looked_after_review,
        "Record a review of children who are looked after.",
        people=people_of,
        record=True,
    ),
    on_case(
        "RecordLegalStep",
        "legal-steps",
        RecordLegalStep,
        record_legal_step,
        "Record a legal planning meeting, or the letter before proceedings.",
        record=True,
    ),
    on_case(
        "RecordCourtStep",
        "court-steps",
        RecordCourtStep,
        record_court_step,
        "Record proceedings issued, a care order, or proceedings concluded.",
        record=True,
    ),
)
