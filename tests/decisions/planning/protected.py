"""Stories of children in an enquiry or with a child protection plan, and where they stood before."""

from typing import Any

from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, CaseStory, case
from tests.given import CAT

MANAGER = Actor(id="p-manager", role="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
LCPP = Actor(id="p-lcpp", role="LCPP", team="MACPT", social_worker=True)
FHLP = {"id": "p-fhlp", "social_worker": False}


def received(*children: str) -> CaseStory:
    """Referrals that wait for triage, a manager acting."""
    story = case(by=MANAGER, at="2026-03-02T10:00:00+00:00")
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child)
    return story


def with_cat(*children: str) -> CaseStory:
    """With the assessment team."""
    story = received(*children)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralTriaged", child, outcome="CAT_ASSESSMENT", triage_rag="AMBER")
    return story


def determined(level: str = "CHILD_IN_NEED", *children: str) -> CaseStory:
    """Found to be at a level by the assessment team, and waiting for a lead."""
    story = with_cat(*children)
    for child in children or (CHILD,):
        said = [{"child_id": child, "outcome": "FAMILY_HELP"}]
        story = story.told("planning.AssessmentCompleted", child, team="CAT", children=said)
        story = story.told("planning.ThresholdChanged", child, to=level, decided_in="CAT", actor=CAT)
    return story


def helped(level: str = "CHILD_IN_NEED", *children: str) -> CaseStory:
    """With a lead practitioner in Family Help."""
    return with_lead(determined(level, *children), *children)


def with_lead(story: CaseStory, *children: str) -> CaseStory:
    """A lead practitioner is allocated."""
    for child in children or (CHILD,):
        story = story.told("allocation.LeadAllocated", child, purpose="FAMILY_HELP", lead=FHLP)
    return story


def enquiry(story: CaseStory, child: str = CHILD, enquiry_id: str = "q1", lead: str = LCPP.id) -> CaseStory:
    """An enquiry is open, led by an LCPP."""
    before = story.standing(child).level
    held = [{"child_id": child, "outcome": "S47"}]
    story = story.told("planning.StrategyDiscussionHeld", child, children=held)
    story = story.told("planning.Section47EnquiryOpened", child, enquiry_id=enquiry_id, strategy_ref="d1")
    change: dict[str, Any] = {"from": before} if before else {}
    story = story.told("planning.ThresholdChanged", child, to="CP_ENQUIRY", decided_in="STRATEGY", **change)
    return story.told("allocation.LeadAllocated", child, purpose="CP_ENQUIRY", lead={"id": lead, "social_worker": True})


def planned(story: CaseStory, child: str = CHILD, plan_id: str = "cp-1") -> CaseStory:
    """A conference has decided on a plan, which is in force."""
    story = story.told("planning.Section47EnquiryConcluded", child, enquiry_id="q1", outcome="CONFERENCE")
    story = story.told("planning.InitialConferenceHeld", child, decision="PLAN")
    story = story.told("planning.PlanStarted", child, plan_id=plan_id, type="CP", children=[{"child_id": child}])
    change = {"from": "CP_ENQUIRY", "to": "CHILD_PROTECTION_PLAN"}
    return story.told("planning.ThresholdChanged", child, decided_in="CONFERENCE", **change)


def titles(outcome: Any) -> list[str]:
    """What was recorded, by name."""
    return [fact.event.title() for fact in outcome.facts]


def of(outcome: Any, title: str) -> Any:
    """The one event of this name."""
    (event,) = [fact.event for fact in outcome.facts if fact.event.title() == title]
    return event


def missing(outcome: Any) -> set[tuple[str, str]]:
    """What the records lack."""
    return {(item.rule, item.what) for fact in outcome.facts for item in fact.incomplete}
