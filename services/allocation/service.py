"""The wiring of allocation, as one table."""

from services.allocation import case, meeting, practitioner
from services.allocation.events import EVENTS
from services.allocation.reactions import REACTIONS
from services.allocation.views.leading import LEADING
from services.allocation.views.meetings import MEETINGS
from services.allocation.views.requests import REQUESTS
from shared.kernel.about import about_case, about_child, about_key, about_person, about_triage, believed_by_all
from shared.kernel.service import Service, Stream
from shared.protocol.urgent import is_urgent

SERVICE = Service(
    name="allocation",
    is_urgent=is_urgent,
    title="Allocation",
    events=EVENTS,
    streams={
        "case": Stream("case", lambda stream: case.unknown(stream.partition("/")[2]), case.evolve),
        "meeting": Stream("meeting", lambda stream: meeting.unknown(stream.partition("/")[2]), meeting.evolve),
        "practitioner": Stream(
            "practitioner", lambda stream: practitioner.unknown(stream.partition("/")[2]), practitioner.evolve
        ),
    },
    beliefs={
        **believed_by_all("allocation"),
        "allocation.PractitionerRegistered": about_person,
        "allocation.PractitionerDeregistered": about_person,
        "referral.ReferralReceived": about_case,
        "referral.ReferralTriaged": about_triage,
        "referral.ReferralPassedToPanel": about_case,
        "referral.PathwayDecided": about_case,
        "referral.FSTWorkDecided": about_case,
        "referral.ReferredToFST": about_case,
        "referral.ChildReachedAge": about_child,
        "planning.AssessmentStarted": about_case,
        "planning.AssessmentCompleted": about_case,
        "planning.PlanStarted": about_case,
        "planning.PlanApproved": about_case,
        "planning.PlanReviewed": about_case,
        "planning.PlanEnded": about_case,
        "planning.SupervisionHeld": about_case,
        "planning.SupervisionApproved": about_case,
        "planning.FamilyMemberAdded": about_case,
        "planning.MemberScopeSet": about_case,
        "planning.EHACompleted": about_case,
        "planning.ChangeOfNeedReported": about_case,
        "planning.LCPPConversationHeld": about_case,
        "planning.UpdatedDiscussionCompleted": about_case,
        "planning.StrategyDiscussionRequested": about_case,
        "planning.StrategyDiscussionHeld": about_case,
        "planning.Section47EnquiryOpened": about_case,
        "planning.Section47EnquiryConcluded": about_case,
        "planning.InitialConferenceHeld": about_case,
        "planning.ReviewConferenceHeld": about_case,
        "planning.ThresholdChanged": about_case,
        "planning.ThresholdRecommendationAgreed": about_case,
        "planning.StepDownAgreed": about_case,
        "planning.StepForwardProposed": about_case,
        "planning.StepForwardWithdrawn": about_case,
        "planning.PanelNotified": about_case,
        "planning.ServiceClosed": about_case,
        "planning.FamilyClosed": about_case,
        "planning.FamilyInformed": about_case,
        "planning.PrivateFosteringNotified": about_case,
        "planning.PrivateFosteringEnded": about_case,
        "planning.LookedAfterStarted": about_case,
        "planning.LookedAfterEnded": about_case,
        "planning.CareProceedingsDecided": about_case,
        "planning.CareProceedingsIssued": about_case,
        "planning.CareOrderGranted": about_case,
        "planning.CareProceedingsConcluded": about_case,
        "qa.DisputeRaised": about_key,
        "qa.DisputeResolved": about_key,
        "qa.ClockDue": about_case,
        "qa.ClockBreached": about_case,
    },
    reactions=REACTIONS,
    views=(
        LEADING,
        REQUESTS,
        MEETINGS,
    ),
)
