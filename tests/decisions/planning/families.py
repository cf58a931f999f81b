"""Families on their way through Family Help, as letters tell of them: a child in each state, and who leads."""

from typing import Any

from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, CaseStory, case

CAT_WORKER = Actor(id="p-cat-worker", role="SOCIAL_WORKER", team="CAT", social_worker=True)
FHLP = Actor(id="p-fhlp", employer="a-school")
CP_LEAD = Actor(id="p-lcpp", role="LCPP", team="MACPT", social_worker=True)
HELPER = Actor(id="p-helper", employer="a-clinic")
STRANGER = Actor(id="p-stranger", role="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)
FH_MANAGER = Actor(id="p-fh-boss", role="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
DELIVERY_MANAGER = Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
CAT_MANAGER = Actor(id="p-cat-boss", role="SW_TEAM_MANAGER", team="CAT", social_worker=True)
ADVISER = Actor(id="p-ap", role="ADVANCED_PRACTITIONER", team="FAMILY_HELP", social_worker=True)

PURPOSE = {CAT_WORKER.id: "CAT_ASSESSMENT", FHLP.id: "FAMILY_HELP", CP_LEAD.id: "CP_ENQUIRY"}


def leading(story: CaseStory, who: Actor, *children: str, **said: Any) -> CaseStory:
    """Somebody allocated, for the purpose that is theirs here."""
    lead = {"id": who.id, "employer_kind": "PARTNER" if who is FHLP else "AUTHORITY"} | said.pop("lead", {})
    data = {"purpose": PURPOSE.get(who.id, "FAMILY_HELP"), "lead": lead} | said
    return story.told("allocation.LeadAllocated", children or (CHILD,), **data)


def standing_in(state: str, child: str = CHILD, story: CaseStory | None = None) -> CaseStory:
    """A child in a state of the map, with nobody allocated."""
    story = (story or case()).told("referral.ReferralReceived", child)
    ways: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "RECEIVED": [],
        "EARLY_SUPPORT": [_triaged("EARLY_SUPPORT_START", "GREEN")],
        "CLOSED": [_triaged("NFA", "GREEN")],
        "AWAITING_THRESHOLD": [_triaged("FAMILY_HELP", "AMBER")],
        "CAT_ASSESSMENT": [_triaged("CAT_ASSESSMENT", "AMBER")],
        "AWAITING_ALLOCATION": [_triaged("FAMILY_HELP", "AMBER"), _level()],
        "FAMILY_HELP_ACTIVE": [_triaged("FAMILY_HELP", "AMBER"), _level(), _lead()],
        "STRATEGY_MASH": [_triaged("STRATEGY_DISCUSSION", "RED")],
        "STRATEGY_CAT": [_triaged("CAT_ASSESSMENT", "AMBER"), _asked()],
        "STRATEGY_OPEN": [_triaged("FAMILY_HELP", "AMBER"), _level(), _lead(), _asked()],
        "S47_MACPT": [_triaged("STRATEGY_DISCUSSION", "RED"), _enquiry()],
        "CP_PLAN": [_triaged("STRATEGY_DISCUSSION", "RED"), _enquiry(), _conference()],
    }
    for name, data in ways[state]:
        story = story.told(name, child, **data)
    return story


def without_lead(story: CaseStory) -> CaseStory:
    """The same family once its lead has gone."""
    return story.told("allocation.LeadEnded", CHILD, lead={"id": FHLP.id}, role="LEAD_PRACTITIONER")


def _triaged(outcome: str, rag: str) -> tuple[str, dict[str, Any]]:
    return "referral.ReferralTriaged", {"outcome": outcome, "triage_rag": rag}


def _level() -> tuple[str, dict[str, Any]]:
    return "planning.ThresholdChanged", {"to": "CHILD_IN_NEED", "decided_in": "CAT"}


def _lead() -> tuple[str, dict[str, Any]]:
    lead = {"id": FHLP.id, "employer_kind": "PARTNER"}
    return "allocation.LeadAllocated", {"purpose": "FAMILY_HELP", "lead": lead}


def _asked() -> tuple[str, dict[str, Any]]:
    return "planning.StrategyDiscussionRequested", {}


def _enquiry() -> tuple[str, dict[str, Any]]:
    return "planning.Section47EnquiryOpened", {"enquiry_id": "e1"}


def _conference() -> tuple[str, dict[str, Any]]:
    return "planning.InitialConferenceHeld", {"decision": "PLAN"}
