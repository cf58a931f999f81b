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
    PlanEnded,
    PlanStarted,
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
    PrivateFosteringNotified,
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
    "ConcernRaised",
    "DiscussedChild",
    "EarlySupportLead",
    "FamilyTold",
    "Invited",
    "LCPPConversationHeld",
    "LineManagerDiscussionHeld",
    "Part",
    "Participant",
    "PlanChild",
    "PlanEnded",
    "PlanStarted",
    "PrivateFosteringNotified",
    "Recommendation",
    "RequestWithdrawn",
    "Section47EnquiryOpened",
    "StrategyDiscussionHeld",
    "StrategyDiscussionRequested",
    "ThresholdChanged",
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
    PlanEnded,
    CaseClosed,
    PrivateFosteringNotified,
    *OWN_EVENTS,
)
"""The service's table of events."""
