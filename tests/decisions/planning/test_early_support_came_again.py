"""A child in early support, or closed, who came again: work goes on where the new referral has led."""

import pytest

from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.start_plan import StartPlan, start_plan
from services.planning.events import PlanStarted
from shared.kernel.people import Actor
from tests.decisions.on_case import CaseStory, case
from tests.decisions.planning.families import CAT_WORKER


def came_again(outcome: str, kept: str) -> CaseStory:
    """The child is c0 in the first case k0 and c1 in the second, k1, which CAT has."""
    story = case().told("referral.ReferralReceived", "c0", case="k0")
    story = story.told("referral.ReferralTriaged", "c0", case="k0", triage_rag="GREEN", outcome=outcome)
    if outcome == "EARLY_SUPPORT_START":
        plan = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "children": [{"child_id": "c0"}]}
        lead = {"esp_lead": {"person": {"id": "p-esl"}}}
        story = story.told("planning.PlanStarted", "c0", case="k0", **plan, **lead)
        story = story.told("planning.ThresholdChanged", "c0", case="k0", to="EARLY_SUPPORT", decided_in="TRIAGE")
    story = story.told("referral.ReferralReceived", "c1", case="k1")
    ids = {"k0": ("c0", "c1", "k1"), "k1": ("c1", "c0", "k0")}
    child, other, joined = ids[kept]
    link = {"link_id": "l1", "kept": kept, "joined": joined, "children": [{"kept": child, "joined": other}]}
    for one in (kept, joined):
        story = story.told("referral.CasesLinked", ("c0", "c1"), case=one, **link)
    story = story.told("referral.ReferralTriaged", "c1", case="k1", triage_rag="AMBER", outcome="CAT_ASSESSMENT")
    worker = {"purpose": "CAT_ASSESSMENT", "lead": {"id": CAT_WORKER.id}}
    return story.told("allocation.LeadAllocated", child, case=kept, **worker).by(CAT_WORKER)


@pytest.mark.rule("WLV-REF-25", "WLV-PLAN-01", "WLV-PLAN-02")
@pytest.mark.parametrize("outcome", ["EARLY_SUPPORT_START", "NFA"])
@pytest.mark.parametrize("kept", ["k0", "k1"])
@pytest.mark.parametrize("child", ["c0", "c1"])
def test_whichever_case_is_kept_and_under_whichever_id_the_child_is_named(outcome: str, kept: str, child: str) -> None:
    story = came_again(outcome, kept)
    command = StartPlan.model_validate({"type": "FAMILY_HELP_PLAN", "children": [child]})
    done = story.when(start_plan, command, kept).then(PlanStarted)
    assert done.event.esp_ref == ("esp-1" if outcome == "EARLY_SUPPORT_START" else None)
    # The level of early support was that of the first case: in this one the child has none yet.
    now = story.matter(kept).standing(child)
    assert (now.state, now.level) == ("CAT_ASSESSMENT", None)
    assert story.matter(kept).standing("c-nobody").state is None


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize("kept", ["k0", "k1"])
def test_its_lead_does_not_close_with_it_a_child_whom_cat_has(kept: str) -> None:
    story = came_again("EARLY_SUPPORT_START", kept).by(Actor(id="p-esl")).registered("p-esl", employer="a-school")
    command = EndPlan.model_validate({"plan_id": "esp-1", "reason_code": "NEED_MET"})
    story.when(end_plan, command, kept).refused("WLV-REF-26")
