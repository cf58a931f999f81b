"""Every event that allocation records, but for those that each service records of its own."""

from services.allocation.events.following import LeadNonCompliant, WorklistReassigned
from services.allocation.events.leads import (
    AgencyAssistanceAnswered,
    AgencyAssistanceRequested,
    Agreement,
    Approval,
    APSupportRequested,
    CoAllocated,
    CompetenceMatch,
    FamilyTold,
    LeadAllocated,
    LeadEnded,
)
from services.allocation.events.meetings import (
    Attendee,
    ChildDecision,
    CoAllocation,
    Considered,
    IMCHeld,
    IMCRequested,
    IMCScheduled,
    IMCTaskRaised,
    RecommendationWeighed,
)
from services.allocation.events.register import (
    EquivalenceAccepted,
    PractitionerDeregistered,
    PractitionerRegistered,
    TrainingRecorded,
)
from services.allocation.events.requests import (
    AllocationRequested,
    Recommendation,
)
from shared.kernel.events import Event
from shared.kernel.own_events import OWN_EVENTS

__all__ = [
    "EVENTS",
    "APSupportRequested",
    "AgencyAssistanceAnswered",
    "AgencyAssistanceRequested",
    "Agreement",
    "AllocationRequested",
    "Approval",
    "Attendee",
    "ChildDecision",
    "CoAllocated",
    "CoAllocation",
    "CompetenceMatch",
    "Considered",
    "EquivalenceAccepted",
    "FamilyTold",
    "IMCHeld",
    "IMCRequested",
    "IMCScheduled",
    "IMCTaskRaised",
    "LeadAllocated",
    "LeadEnded",
    "LeadNonCompliant",
    "PractitionerDeregistered",
    "PractitionerRegistered",
    "Recommendation",
    "RecommendationWeighed",
    "TrainingRecorded",
]

EVENTS: tuple[type[Event], ...] = (
    AllocationRequested,
    LeadNonCompliant,
    WorklistReassigned,
    IMCScheduled,
    IMCRequested,
    IMCTaskRaised,
    IMCHeld,
    PractitionerRegistered,
    PractitionerDeregistered,
    TrainingRecorded,
    EquivalenceAccepted,
    LeadAllocated,
    LeadEnded,
    CoAllocated,
    AgencyAssistanceRequested,
    AgencyAssistanceAnswered,
    APSupportRequested,
    *OWN_EVENTS,
)
"""The service's table of events."""
