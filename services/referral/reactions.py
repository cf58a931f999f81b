"""What the front door hears of the others: it acts on none of their letters by itself, and decides knowing them."""

from collections.abc import Callable, Mapping, Sequence

from shared.kernel.about import about_case, about_key, believed_by_all
from shared.kernel.letters import Letter

BELIEFS: Mapping[str, Callable[[Letter], Sequence[str]]] = {
    **believed_by_all("referral"),
    "allocation.LeadAllocated": about_case,
    "allocation.LeadEnded": about_case,
    "allocation.PanelDisposed": about_case,
    "planning.AssessmentStarted": about_case,
    "planning.AssessmentCompleted": about_case,
    "planning.PlanStarted": about_case,
    "planning.PlanEnded": about_case,
    "planning.WorkbookOpened": about_case,
    "planning.FamilyMemberAdded": about_case,
    "planning.MemberScopeSet": about_case,
    "planning.LCPPConversationHeld": about_case,
    "planning.StrategyDiscussionRequested": about_case,
    "planning.StrategyDiscussionHeld": about_case,
    "planning.Section47EnquiryOpened": about_case,
    "planning.Section47EnquiryConcluded": about_case,
    "planning.ThresholdChanged": about_case,
    "planning.EarlyHelpNotified": about_case,
    "planning.LookedAfterStarted": about_case,
    "qa.DisputeRaised": about_key,
    "qa.DisputeResolved": about_key,
    "qa.ClockDue": about_case,
    "qa.ClockBreached": about_case,
}
"""The letters listed, each with the cases or persons that it is about."""
