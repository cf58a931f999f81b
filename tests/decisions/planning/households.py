"""Families at work, as decisions on assessments and levels find them: with CAT, waiting, open to Family Help."""

from typing import Any

from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, CaseStory, case
from tests.given import CAT

CAT_MANAGER = Actor(id="p-cat-boss", role="SW_TEAM_MANAGER", team="CAT", social_worker=True)
TEAM_MANAGER = Actor(id="p-tm", role="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
DELIVERY = Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
FHLP = Actor(id="p-fhlp", role="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)
PARTNER = Actor(id="p-partner-boss", role="LINE_MANAGER", team=None, employer="a-school", social_worker=False)
ADVISER = Actor(id="p-ap", role="ADVANCED_PRACTITIONER", team="FAMILY_HELP", social_worker=True)

BOTH = [
    {"id": "p-dm", "role": "DELIVERY_MANAGER", "social_worker": False},
    {"id": "p-tm", "role": "SW_TEAM_MANAGER", "social_worker": True},
]
TOLD = {"date": "2026-04-01", "child_included": True, "rationale": "What was found, and what follows."}


def staffed(at: str = "2026-03-02T10:00:00+00:00") -> CaseStory:
    """A case of which nothing is known, and the people of the two teams."""
    story = case(at=at)
    for actor in (CAT, CAT_MANAGER, TEAM_MANAGER, DELIVERY, FHLP, ADVISER):
        story = story.registered(
            actor.id, employer="WLV", employer_kind="AUTHORITY", social_worker=bool(actor.social_worker)
        )
        story = story.appointed(actor.id, str(actor.role), actor.team)
    story = story.registered("p-partner-boss", employer="a-school", employer_kind="PARTNER", social_worker=False)
    story = story.registered("p-esl", employer="a-school", employer_kind="PARTNER", social_worker=False)
    return story.appointed("p-partner-boss", "LINE_MANAGER")


def with_cat(*children: str, at: str = "2026-03-02T10:00:00+00:00") -> CaseStory:
    """Children whom triage sent to CAT."""
    story = staffed(at)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child, received_at=story.moment.isoformat())
        story = story.told("referral.ReferralTriaged", child, triage_rag="AMBER", outcome="CAT_ASSESSMENT")
    return story


def waiting(*children: str, at: str = "2026-03-02T10:00:00+00:00") -> CaseStory:
    """Children whom triage sent to Family Help, and whose level CAT has to determine."""
    story = staffed(at)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child, received_at=story.moment.isoformat())
        story = story.told("referral.ReferralTriaged", child, triage_rag="AMBER", outcome="FAMILY_HELP")
    return story


def determined(*children: str, level: str = "TARGETED_EARLY_HELP") -> CaseStory:
    """Children who wait for a lead."""
    story = waiting(*children)
    for child in children or (CHILD,):
        story = story.told("planning.ThresholdChanged", child, to=level, decided_in="CAT", direction=None)
    return story


def led(*children: str, level: str = "TARGETED_EARLY_HELP", social_worker: bool = True, **lead: Any) -> CaseStory:
    """Children open to Family Help, with a lead practitioner and the family's plan."""
    whole = {
        "purpose": "FAMILY_HELP",
        "lead": {"id": "p-fhlp", "social_worker": social_worker, "employer_kind": "AUTHORITY"},
        "team": "FAMILY_HELP",
        "line_manager": {"id": "p-tm", "employer_kind": "AUTHORITY"},
    }
    named = children or (CHILD,)
    story = determined(*named, level=level).told("allocation.LeadAllocated", named, **(whole | lead))
    plan = {"plan_id": "fhp-1", "type": "FAMILY_HELP_PLAN", "children": [{"child_id": child} for child in named]}
    return story.told("planning.PlanStarted", named, **plan)


def reviewed(story: CaseStory, recommendation: str | None, *children: str, kind: str = "SCHEDULED") -> CaseStory:
    """The plan was reviewed."""
    named = children or (CHILD,)
    said = [{"child_id": child, "recommendation": recommendation} for child in named]
    return story.told(
        "planning.PlanReviewed",
        named,
        plan_id="fhp-1",
        type="FAMILY_HELP_PLAN",
        review_kind=kind,
        event_id="review-1",
        children=said,
    )


def conferred(
    story: CaseStory, classification: str | None, *reasons: str, agreed: bool | None = True, **said: Any
) -> CaseStory:
    """The managers have talked: the form `imc-1`."""
    decisions = [{"child_id": CHILD, "classification": classification, "agreed": agreed}]
    whole: dict[str, Any] = {
        "form_id": "imc-1",
        "reasons": list(reasons),
        "attendees": BOTH,
        "child_decisions": decisions,
    }
    return story.told("allocation.IMCHeld", (), **(whole | said))
