"""Every event that allocation records, but for those that each service records of its own."""

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
    "CoAllocated",
    "CompetenceMatch",
    "EquivalenceAccepted",
    "FamilyTold",
    "LeadAllocated",
    "LeadEnded",
    "PractitionerDeregistered",
    "PractitionerRegistered",
    "Recommendation",
    "TrainingRecorded",
]

EVENTS: tuple[type[Event], ...] = (
    AllocationRequested,
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
