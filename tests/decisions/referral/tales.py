"""Stories that many tests begin with."""

from services.referral.decisions.submit_referral import SubmitReferral, submit_referral
from services.referral.decisions.triage_referral import triage_referral
from tests.decisions.referral.forms import emarf, triage
from tests.given import AGENCY, FRONT_DOOR, NOW, Story, given


def received(command: SubmitReferral | None = None, at: str = NOW) -> Story:
    """An agency's system has sent a referral; the front door is next."""
    sent = given(at=at, by=AGENCY, client=True).when(submit_referral, command or emarf())
    return sent.kept().by(FRONT_DOOR)


def again(story: Story, command: SubmitReferral | None = None) -> Story:
    """A second referral has come in; the front door is next."""
    sent = story.by(AGENCY, client=True).when(submit_referral, command or emarf())
    return sent.kept().by(FRONT_DOOR)


def triaged(rag: str, outcome: str, command: SubmitReferral | None = None, at: str = NOW) -> Story:
    """A referral of one child has come in and been decided on."""
    story = received(command, at)
    return story.when(triage_referral, triage(story.children()[0], rag, outcome)).kept()


def in_family_help(at: str = NOW) -> Story:
    """A child has come through AMBER, CAT's level and a lead to Family Help."""
    story = triaged("AMBER", "FAMILY_HELP", at=at)
    child = story.children()[0]
    story = story.told("planning.ThresholdChanged", child, to="CHILD_IN_NEED", decided_in="CAT")
    return story.told("allocation.LeadAllocated", child, purpose="FAMILY_HELP", lead={"id": "p-fhlp"})


def in_early_support(lead: str = "p-esl", agency: str = "Moseley Primary", at: str = NOW) -> Story:
    """A child is in early support, with a plan on file and its lead."""
    story = triaged("GREEN", "EARLY_SUPPORT_START", at=at)
    child = story.children()[0]
    lead_of = {"person": {"id": lead}, "agency": agency}
    return story.told("planning.PlanStarted", child, plan_id="esp-1", type="EARLY_SUPPORT_PLAN", esp_lead=lead_of)
