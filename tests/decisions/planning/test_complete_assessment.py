"""Completing CAT's assessment: four outcomes, the level where help follows, the end of the case where none does."""

from typing import Any

import pytest

from services.planning.decisions.complete_assessment import CompleteAssessment, complete_assessment
from services.planning.decisions.start_assessment import StartAssessment, start_assessment
from services.planning.events import AssessmentCompleted, CaseClosed, PlanEnded, ThresholdChanged
from shared.protocol.load import protocol_of
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.households import FHLP, TEAM_MANAGER, led, staffed, waiting, with_cat

PLAN = {"plan_id": "fhp-1", "type": "FAMILY_HELP_PLAN"}
HELPED = {"outcome": "FAMILY_HELP", "determination": "CHILD_IN_NEED"}


def came_to(*children: dict[str, Any], **said: Any) -> CompleteAssessment:
    whole = {"children": list(children), "fhlp_recommendation": {"qualification": "SOCIAL_WORKER"}} | said
    return CompleteAssessment.model_validate({key: value for key, value in whole.items() if value is not None})


def one(
    outcome: str | None = "FAMILY_HELP", determination: str | None = "CHILD_IN_NEED", **said: Any
) -> dict[str, Any]:
    """What it came to for the child."""
    given = {"child_id": CHILD, "outcome": outcome, "determination": determination} | said
    if outcome != "FAMILY_HELP":
        del given["determination"]
    return {key: value for key, value in given.items() if value is not None}


def planned(*children: str) -> CaseStory:
    named = children or (CHILD,)
    return with_cat(*named).told("planning.PlanStarted", named, children=[{"child_id": each} for each in named], **PLAN)


@pytest.mark.rule("WLV-REF-14", "WLV-REF-15", "WLV-REF-16", "WLV-REF-26", "WLV-THR-09")
def test_family_help_brings_the_level_that_cat_determines():
    done = planned().when(complete_assessment, came_to(one())).then(AssessmentCompleted, ThresholdChanged).warned()
    completed, changed = (fact.event for fact in done.facts)
    assert (completed.team, completed.team_id, completed.type) == ("CAT", "CAT", "FAMILY_HELP_PLAN")
    assert completed.fhlp_recommendation.qualification == "SOCIAL_WORKER"
    assert [(each.outcome, each.determination) for each in completed.children] == [("FAMILY_HELP", "CHILD_IN_NEED")]
    assert (changed.from_, changed.to, changed.direction) == (None, "CHILD_IN_NEED", None)
    assert (changed.decided_in, changed.reason_code) == ("CAT", "CAT_DETERMINATION")
    done.cites("WLV-REF-14", "WLV-REF-15", "WLV-REF-16", "WLV-REF-26")
    after = done.kept().standing()
    assert (after.state, after.level) == ("AWAITING_ALLOCATION", "CHILD_IN_NEED")


@pytest.mark.rule("WLV-REF-14")
def test_it_ends_in_one_of_four_outcomes():
    for outcome in (None, "CIN_PLAN", "EARLY_HELP"):
        planned().when(complete_assessment, came_to(one(outcome))).refused("WLV-REF-14")
    for outcome in ("NFA", "SIGNPOSTED"):
        done = with_cat().when(complete_assessment, came_to(one(outcome))).then(AssessmentCompleted, CaseClosed)
        closed = done.facts[1].event
        assert (closed.reason_code, closed.from_state) == ("RC8", "CAT_ASSESSMENT")
        assert done.kept().standing().state == "CLOSED"


@pytest.mark.rule("WLV-REF-14")
def test_family_help_without_its_plan_is_said_and_followed_up():
    done = with_cat().when(complete_assessment, came_to(one())).warned("WLV-REF-14")
    done.lacking(("WLV-REF-14", "family_help_plan"))
    assert {item.owner for fact in done.facts for item in fact.incomplete} == {"CAT_WORKER"}
    with_cat().when(complete_assessment, came_to(one("NFA"))).warned().complete("WLV-REF-14")
    planned().when(complete_assessment, came_to(one())).complete("WLV-REF-14")


@pytest.mark.rule("WLV-THR-29", "WLV-REF-14")
def test_a_strategy_discussion_is_asked_for_and_due_at_once():
    story = with_cat(at="2026-05-20T10:00:00+00:00").at("2026-05-22T10:00:00+00:00")
    done = story.when(complete_assessment, came_to(one("STRATEGY_DISCUSSION"))).then(AssessmentCompleted)
    done.due("WLV-THR-29", "2026-05-26T22:59:59+00:00")
    assert done.kept().standing().state == "STRATEGY_CAT"


@pytest.mark.rule("WLV-REF-15")
def test_the_determination_is_one_of_two_levels():
    for level in (None, "EARLY_SUPPORT", "CP_ENQUIRY"):
        planned().when(complete_assessment, came_to(one(determination=level))).refused("WLV-REF-15")
    done = planned().when(complete_assessment, came_to(one(determination="TARGETED_EARLY_HELP")))
    assert done.facts[1].event.to == "TARGETED_EARLY_HELP"


@pytest.mark.rule("WLV-REF-15")
def test_a_level_that_the_child_holds_stands():
    held = planned().told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="ASSESSMENT")
    held.when(complete_assessment, came_to(one())).then(AssessmentCompleted)
    lower = held.when(complete_assessment, came_to(one(determination="TARGETED_EARLY_HELP")))
    changed = lower.then(AssessmentCompleted, ThresholdChanged).facts[1].event
    assert (changed.from_, changed.direction) == ("CHILD_IN_NEED", "STEP_DOWN")


@pytest.mark.rule("WLV-REF-15", "SYS-REF-02")
def test_nobody_else_completes_it():
    for somebody in (TEAM_MANAGER, FHLP):
        planned().by(somebody).when(complete_assessment, came_to(one())).refused("SYS-REF-02")


@pytest.mark.rule("WLV-REF-16")
def test_who_should_lead_is_recommended():
    planned().when(complete_assessment, came_to(one(), fhlp_recommendation=None)).refused("WLV-REF-16")
    planned().when(complete_assessment, came_to(one(), fhlp_recommendation={"employer": "a"})).refused("WLV-REF-16")
    with_cat().when(complete_assessment, came_to(one("NFA"), fhlp_recommendation=None)).then(
        AssessmentCompleted, CaseClosed
    )
    named = {"qualification": "AQ_ACCEPTABLE", "employer": "a-school", "lead_id": "p-esl"}
    done = planned().when(complete_assessment, came_to(one(), fhlp_recommendation=named))
    assert done.event.fhlp_recommendation.lead_id == "p-esl"
    unknown = named | {"lead_id": "p-nobody"}
    planned().when(complete_assessment, came_to(one(), fhlp_recommendation=unknown)).refused("SYS-REF-07")


@pytest.mark.rule("WLV-REF-26")
def test_only_what_is_with_cat_is_completed():
    waiting().when(complete_assessment, came_to(one("NFA"))).refused("WLV-REF-26")
    led().when(complete_assessment, came_to(one("NFA"))).refused("WLV-REF-26")
    staffed().told("referral.ReferralReceived").when(complete_assessment, came_to(one("NFA"))).refused("WLV-REF-26")
    with_cat().when(complete_assessment, came_to(one("NFA") | {"child_id": "nobody"})).refused("SYS-REF-07")


def test_it_is_the_one_under_way():
    begun = StartAssessment.model_validate({"type": "FAMILY_HELP_PLAN", "children": [{"child_id": CHILD}]})
    story = planned().when(start_assessment, begun).kept()
    assessment_id = story.past[-1].data.assessment_id
    done = story.when(complete_assessment, came_to(one()))
    assert done.event.assessment_id == assessment_id
    story.when(complete_assessment, came_to(one(), assessment_id=assessment_id)).then(
        AssessmentCompleted, ThresholdChanged
    )
    story.when(complete_assessment, came_to(one(), assessment_id="another")).refused("SYS-REF-07")


@pytest.mark.rule("NAT-REF-04")
@pytest.mark.parametrize("outcome", ["NFA", "FAMILY_HELP"])
def test_a_homeless_child_of_sixteen_may_have_to_be_accommodated(outcome: str):
    homeless = planned().told("referral.PathwayDecided", pathway="HOMELESS_16_17")
    homeless.when(complete_assessment, came_to(one(outcome))).refused("NAT-REF-04")
    homeless.when(complete_assessment, came_to(one(outcome, section20_considered=False))).refused("NAT-REF-04")
    said = homeless.when(complete_assessment, came_to(one(outcome, section20_considered=True)))
    assert said.event.children[0].section20_considered is True
    before = homeless.told("planning.PlanCompleted", children=[{"child_id": CHILD, "section20_considered": True}])
    assert before.when(complete_assessment, came_to(one(outcome))).refusal is None
    ended = homeless.told("referral.PathwayDecided", pathway="HOMELESS_16_17", ended=True)
    assert ended.when(complete_assessment, came_to(one(outcome))).refusal is None
    other = planned().told("referral.PathwayDecided", pathway="PRIVATE_FOSTERING")
    assert other.when(complete_assessment, came_to(one(outcome))).refusal is None


def late(story: CaseStory) -> CaseStory:
    """The referral came in on 22 May 2026: the 45 working days are over with 27 July."""
    return story.at("2026-07-28T09:00:00+00:00")


@pytest.mark.rule("NAT-PLAN-01")
def test_one_that_took_too_long_says_why():
    story = with_cat(at="2026-05-22T10:00:00+00:00")
    in_time = story.at("2026-07-27T22:59:59+00:00")
    assert in_time.when(complete_assessment, came_to(one("NFA"))).refusal is None
    late(story).when(complete_assessment, came_to(one("NFA"))).refused("NAT-PLAN-01")
    done = late(story).when(complete_assessment, came_to(one("NFA"), overrun_reason="STAFFING"))
    assert done.then(AssessmentCompleted, CaseClosed).event.overrun_reason == "STAFFING"
    late(story).when(complete_assessment, came_to(one("NFA"), overrun_reason="OTHER")).refused("SYS-REF-03")
    plan = {
        "plan_id": "p1",
        "type": "FAMILY_HELP_PLAN",
        "children": [{"child_id": CHILD}],
        "overrun_reason": "STAFFING",
    }
    said = late(story).told("planning.PlanCompleted", **plan)
    assert said.when(complete_assessment, came_to(one("NFA"))).refusal is None
    noted = came_to(one("NFA"), overrun_reason="OTHER", overrun_reason_note="Two visits fell through.")
    assert late(story).when(complete_assessment, noted).event.overrun_reason_note.clear


@pytest.mark.rule("NAT-PLAN-01", "WLV-PLAN-16")
def test_the_plan_completed_in_time_was_the_assessment():
    story = with_cat(at="2026-05-22T10:00:00+00:00")
    completed = {"plan_id": "fhp-1", "type": "FAMILY_HELP_PLAN", "children": [{"child_id": CHILD}]}
    in_time = story.at("2026-06-22T10:00:00+00:00").told("planning.PlanCompleted", **completed)
    assert late(in_time).when(complete_assessment, came_to(one())).refusal is None
    too_late = late(story).told("planning.PlanCompleted", **completed)
    too_late.when(complete_assessment, came_to(one())).refused("NAT-PLAN-01")


@pytest.mark.rule("NAT-PLAN-01", "WLV-PLAN-16")
def test_family_help_ends_no_45_days_and_a_lower_level_cancels_them():
    story = with_cat(at="2026-05-22T10:00:00+00:00")
    helped = [{"child_id": CHILD, "outcome": "FAMILY_HELP"}]
    done = story.at("2026-06-01T10:00:00+00:00").told("planning.AssessmentCompleted", team="CAT", children=helped)
    back = done.told("planning.AssessmentStarted", team="CAT", basis="REFERRAL")
    late(back).when(complete_assessment, came_to(one("NFA"))).refused("NAT-PLAN-01")
    lower = done.told("planning.ThresholdChanged", to="TARGETED_EARLY_HELP", decided_in="CAT")
    again = lower.told("planning.AssessmentStarted", team="CAT", basis="REFERRAL")
    assert late(again).when(complete_assessment, came_to(one("NFA"))).refusal is None
    anew = lower.at("2026-07-01T10:00:00+00:00").told("planning.AssessmentStarted", team="CAT", basis="REASSESSMENT")
    assert late(anew).when(complete_assessment, came_to(one("NFA"))).refusal is None
    anew.at("2026-09-04T10:00:00+00:00").when(complete_assessment, came_to(one("NFA"))).refused("NAT-PLAN-01")


def test_an_episode_with_an_enquiry_or_a_plan_is_not_only_an_assessment():
    enquired = with_cat().told("planning.Section47EnquiryOpened", enquiry_id="e-1")
    enquired = enquired.told("planning.Section47EnquiryConcluded", enquiry_id="e-1", outcome="EARLY_HELP")
    assert enquired.standing().state == "CAT_ASSESSMENT"
    protected = with_cat().told("planning.PlanStarted", plan_id="cp-1", type="CP")
    for story in (enquired, protected):
        done = story.when(complete_assessment, came_to(one("NFA")))
        assert next(fact.event for fact in done.facts if isinstance(fact.event, CaseClosed)).reason_code == "RC7"
    # The plan that holds the assessment is not a plan for help.
    done = planned().when(complete_assessment, came_to(one("NFA"))).then(AssessmentCompleted, CaseClosed, PlanEnded)
    assert done.facts[1].event.reason_code == "RC8"


@pytest.mark.rule("WLV-REF-14")
@pytest.mark.parametrize("outcome", ["NFA", "SIGNPOSTED"])
def test_a_level_ends_with_the_case(outcome: str):
    story = with_cat().told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="ASSESSMENT")
    done = story.when(complete_assessment, came_to(one(outcome)))
    done.then(AssessmentCompleted, ThresholdChanged, CaseClosed)
    changed = done.facts[1].event
    assert (changed.from_, changed.to, changed.direction) == ("CHILD_IN_NEED", "UNIVERSAL", "CLOSE")
    assert (changed.decided_in, changed.reason_code) == ("CAT", "NO_FURTHER_HELP")


def test_each_child_has_an_outcome_of_its_own():
    story = planned(CHILD, SIBLING)
    both = came_to(one("NFA"), HELPED | {"child_id": SIBLING})
    done = story.when(complete_assessment, both).then(AssessmentCompleted, CaseClosed, ThresholdChanged)
    assert [fact.child_ids for fact in done.facts] == [(CHILD, SIBLING), (CHILD,), (SIBLING,)]
    after = done.kept()
    assert (after.standing(CHILD).state, after.standing(SIBLING).state) == ("CLOSED", "AWAITING_ALLOCATION")
    story.when(complete_assessment, came_to(one("NFA"), {"child_id": SIBLING})).refused("WLV-REF-14")
    last = story.when(complete_assessment, came_to(one("NFA"), one("NFA") | {"child_id": SIBLING}))
    last.then(AssessmentCompleted, CaseClosed, CaseClosed, PlanEnded, PlanEnded)


def test_the_codes_for_going_over():
    codes = protocol_of("WLV", with_cat().moment).codes("CompleteAssessment.overrun_reason")
    assert codes == ("WAITING_FOR_INFORMATION", "FAMILY_NOT_REACHED", "ENQUIRY_RUNNING", "STAFFING", "OTHER")
