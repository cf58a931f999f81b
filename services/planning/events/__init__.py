"""Every event that planning records, but for those that each service records of its own."""

from services.planning.events.assessments import (
    AssessedChild,
    AssessmentStarted,
)
from services.planning.events.discussions import (
    DiscussedChild,
    LCPPConversationHeld,
    LineManagerDiscussionHeld,
    RequestWithdrawn,
    StrategyDiscussionHeld,
)
from services.planning.events.endings import (
    CaseClosed,
)
from services.planning.events.levels import (
    ChangeOfNeedReported,
    ThresholdChanged,
)
from services.planning.events.plans import (
    CompletedChild,
    PlanAction,
    PlanActionChanged,
    PlanApproved,
    PlanCompleted,
    PlanEnded,
    PlanReviewed,
    PlanStarted,
    ReviewedChild,
    TeamAroundFamilyFormed,
    TeamMember,
)
from services.planning.events.protection import (
    ConcernRaised,
    Section47EnquiryOpened,
    StrategyDiscussionRequested,
)
from services.planning.events.shapes import (
    Attendance,
    EarlySupportLead,
    FamilyTold,
    Invited,
    Part,
    Participant,
    PlanChild,
    Recommendation,
)
from services.planning.events.work import (
    CaseNoteAdded,
    FamilyContact,
    FamilyInformed,
    PrivateFosteringNotified,
    RiskExemption,
    SpokenWith,
    UpdatedDiscussionCompleted,
)
from shared.kernel.events import Event
from shared.kernel.own_events import OWN_EVENTS

__all__ = [
    "EVENTS",
    "AssessedChild",
    "AssessmentStarted",
    "Attendance",
    "CaseClosed",
    "CaseNoteAdded",
    "ChangeOfNeedReported",
    "CompletedChild",
    "ConcernRaised",
    "DiscussedChild",
    "EarlySupportLead",
    "FamilyContact",
    "FamilyInformed",
    "FamilyTold",
    "Invited",
    "LCPPConversationHeld",
    "LineManagerDiscussionHeld",
    "Part",
    "Participant",
    "PlanAction",
    "PlanActionChanged",
    "PlanApproved",
    "PlanChild",
    "PlanCompleted",
    "PlanEnded",
    "PlanReviewed",
    "PlanStarted",
    "PrivateFosteringNotified",
    "Recommendation",
    "RequestWithdrawn",
    "ReviewedChild",
    "RiskExemption",
    "Section47EnquiryOpened",
    "SpokenWith",
    "StrategyDiscussionHeld",
    "StrategyDiscussionRequested",
    "TeamAroundFamilyFormed",
    "TeamMember",
    "ThresholdChanged",
    "UpdatedDiscussionCompleted",
]

EVENTS: tuple[type[Event], ...] = (
    ThresholdChanged,
    ChangeOfNeedReported,
    ConcernRaised,
    StrategyDiscussionRequested,
    StrategyDiscussionHeld,
    LCPPConversationHeld,
    LineManagerDiscussionHeld,
    Section47EnquiryOpened,
    CaseNoteAdded,
    AssessmentStarted,
    PlanStarted,
    PlanCompleted,
    PlanApproved,
    PlanActionChanged,
    PlanReviewed,
    TeamAroundFamilyFormed,
    PlanEnded,
    UpdatedDiscussionCompleted,
    FamilyInformed,
    FamilyContact,
    CaseClosed,
    PrivateFosteringNotified,
    *OWN_EVENTS,
)
"""The service's table of events."""
