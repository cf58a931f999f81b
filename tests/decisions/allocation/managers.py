"""A family that waits for the managers, and the form they fill in: whole, unless a test takes something out."""

from typing import Any

from services.allocation.decisions.imc_form import RecordIMC
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, CaseStory, case

DM = Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP", employer="WLV", social_worker=False)
TM = Actor(id="p-tm", role="SW_TEAM_MANAGER", team="FAMILY_HELP", employer="WLV", social_worker=True)
LEAD, LINE_MANAGER, WORKER, SENIOR = "p-lead", "p-line", "p-worker", "p-senior"
BOTH = ({"person_id": "p-dm", "for": "DELIVERY_MANAGER"}, {"person_id": "p-tm", "for": "SW_TEAM_MANAGER"})
AQ, SW = False, True
AUTHORITY = {"employer": "WLV", "employer_kind": "AUTHORITY"}
PARTNER = {"employer": "larch-lane", "employer_kind": "PARTNER", "sector": "SCHOOL"}


def person(who: str, **more: Any) -> dict[str, Any]:
    """Somebody as a command names them."""
    return {"person_id": who, **more}


def family(*children: str, at: str = "2026-04-02T10:00:00+01:00") -> CaseStory:
    """Children sent to Family Help by AMBER whose level CAT has determined, and people of the registers."""
    children = children or (CHILD,)
    story = case("allocation", at=at, by=DM)
    for who, post, social_worker in (
        ("p-dm", "DELIVERY_MANAGER", False),
        ("p-tm", "SW_TEAM_MANAGER", True),
        (SENIOR, "SENIOR_SOCIAL_WORKER", True),
        (WORKER, "SOCIAL_WORKER", True),
    ):
        story = story.registered(who, social_worker=social_worker, **AUTHORITY).appointed(who, post, "FAMILY_HELP")
    story = story.registered(LINE_MANAGER, social_worker=False, **PARTNER)
    story = story.registered(LEAD, social_worker=False, line_manager=LINE_MANAGER, **PARTNER)
    story = story.told("referral.ReferralReceived", children, children=[{"child_id": child} for child in children])
    for child in children:
        triage = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP", "event_id": f"triage-{child}"}
        story = story.told("referral.ReferralTriaged", child, **triage)
        story = story.told(
            "allocation.AllocationRequested",
            child,
            team="FAMILY_HELP",
            purpose="FAMILY_HELP",
            reason_code="NEW_REFERRAL",
            from_event=f"triage-{child}",
        )
        story = story.told("planning.ThresholdChanged", child, to="CHILD_IN_NEED", decided_in="CAT")
    return story


def led(social_worker: bool = AQ, *children: str, **more: Any) -> CaseStory:
    """The same, and somebody leads."""
    children = children or (CHILD,)
    lead = {"id": LEAD, "role": "LEAD_PRACTITIONER", "social_worker": social_worker, **PARTNER}
    return family(*children).told("allocation.LeadAllocated", children, purpose="FAMILY_HELP", lead=lead, **more)


def form(*reasons: str, **more: Any) -> RecordIMC:
    """A form for these reasons, with both managers there and nothing else on it."""
    said = {"kind": "AD_HOC", "reasons": list(reasons), "attendees": BOTH, **more}
    return RecordIMC.model_validate({key: value for key, value in said.items() if value is not None})


def whole(*reasons: str, **more: Any) -> RecordIMC:
    """The form of a new referral with every head filled in. None takes one out."""
    said = {
        "kind": "DAILY",
        "needs": ["Routines at home"],
        "required_competences": ["DIRECT_WORK"],
        "co_allocations": [],
        "lead_candidates": [person(LEAD)],
        "qualification_needed": "AQ_ACCEPTABLE",
        "child_decisions": [{"child_id": CHILD, "classification": "CHILD_IN_NEED"}],
    }
    return form(*(reasons or ("NEW_REFERRAL",)), **{**said, **more})
