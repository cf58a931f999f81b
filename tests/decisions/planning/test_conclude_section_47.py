"""An enquiry ends with an outcome for each child, and each outcome has a next step."""

from typing import Any

import pytest

from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, case
from tests.decisions.planning.protected import (
    LCPP,
    MANAGER,
    determined,
    enquiry,
    helped,
    of,
    planned,
    received,
    titles,
    with_cat,
    with_lead,
)
from tests.given import FRONT_DOOR

OTHERS = ("SUPPORT_CHILD_IN_NEED", "EARLY_HELP", "NO_FURTHER_NEED")
CONCLUDED, LEVEL = "Section47EnquiryConcluded", "ThresholdChanged"


def concluding(outcome: str | None = "NO_FURTHER_NEED", child: str = CHILD, **said: Any) -> ConcludeSection47:
    return ConcludeSection47.model_validate({"children": [{"child_id": child, "outcome": outcome} | said]})


@pytest.mark.rule("NAT-THR-10")
def test_without_an_outcome_it_is_not_concluded():
    story = enquiry(with_cat())
    story.when(conclude_section_47, concluding(None)).refused("NAT-THR-10")
    story.when(conclude_section_47, concluding("CLOSED")).refused("NAT-THR-10")


@pytest.mark.rule("NAT-THR-10")
@pytest.mark.parametrize("outcome", ["CONFERENCE", *OTHERS])
def test_each_outcome_concludes_the_enquiry(outcome: str):
    done = enquiry(helped()).when(conclude_section_47, concluding(outcome)).cites("NAT-THR-10")
    assert (done.event.enquiry_id, done.event.outcome) == ("q1", outcome)


@pytest.mark.rule("NAT-THR-10")
def test_for_a_conference_it_stays_open_and_the_child_where_it_is():
    done = enquiry(helped()).when(conclude_section_47, concluding("CONFERENCE"))
    assert titles(done) == [CONCLUDED]
    after = done.kept().standing()
    assert (after.state, after.level, after.awaiting) == ("S47_MACPT", "CP_ENQUIRY", {"q1"})
    done.kept().when(conclude_section_47, concluding("CONFERENCE")).then()


@pytest.mark.rule("NAT-THR-10")
def test_no_conference_is_needed_after_all():
    story = enquiry(helped()).when(conclude_section_47, concluding("CONFERENCE")).kept()
    after = story.when(conclude_section_47, concluding("EARLY_HELP")).kept().standing()
    assert (after.state, after.level, after.enquiries) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED", frozenset())


@pytest.mark.rule("WLV-THR-27")
@pytest.mark.parametrize("outcome", OTHERS)
@pytest.mark.parametrize("level", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_a_child_in_family_help_returns_to_its_lead_at_its_level(outcome: str, level: str):
    done = enquiry(helped(level)).when(conclude_section_47, concluding(outcome)).cites("WLV-THR-27")
    change = of(done, LEVEL)
    assert (change.from_, change.to, change.direction) == ("CP_ENQUIRY", level, "STEP_DOWN")
    assert (change.decided_in, change.reason_code) == ("ASSESSMENT", "ENQUIRY_CONCLUDED")
    assert change.decision_ref == done.facts[0].event_id
    assert titles(done)[:2] == [CONCLUDED, LEVEL]
    assert not {"AssessmentStarted", "CaseClosed"} & {*titles(done)}
    after = done.kept().standing()
    assert (after.state, after.level, after.enquiries) == ("FAMILY_HELP_ACTIVE", level, frozenset())


@pytest.mark.rule("WLV-THR-27")
@pytest.mark.parametrize("level", ["TARGETED_EARLY_HELP", "CHILD_IN_NEED"])
@pytest.mark.parametrize("outcome", OTHERS)
def test_support_above_the_level_before_is_a_change_of_need(outcome: str, level: str):
    for before in (helped(level), determined(level)):
        done = enquiry(before).when(conclude_section_47, concluding(outcome))
        rises = outcome == "SUPPORT_CHILD_IN_NEED" and level == "TARGETED_EARLY_HELP"
        assert ("ChangeOfNeedReported" in titles(done)) is rises
        if rises:
            need = of(done, "ChangeOfNeedReported")
            assert (need.trend, need.source, need.from_event) == ("UP", "PRACTITIONER", done.facts[0].event_id)


@pytest.mark.rule("WLV-THR-27")
def test_from_early_support_too():
    story = received().told("referral.ReferralTriaged", CHILD, outcome="EARLY_SUPPORT_START", triage_rag="GREEN")
    story = enquiry(story.told("planning.ThresholdChanged", CHILD, to="EARLY_SUPPORT", decided_in="TRIAGE"))
    done = story.when(conclude_section_47, concluding("SUPPORT_CHILD_IN_NEED"))
    assert (of(done, LEVEL).to, of(done, "ChangeOfNeedReported").trend) == ("EARLY_SUPPORT", "UP")
    assert done.kept().standing().state == "CAT_ASSESSMENT"
    # With a lead allocated meanwhile it is in Family Help, where early support is no level.
    done = with_lead(story).when(conclude_section_47, concluding("EARLY_HELP"))
    assert of(done, LEVEL).to == "CHILD_IN_NEED"
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-THR-27")
@pytest.mark.parametrize("outcome", OTHERS)
def test_any_other_child_goes_to_the_assessment_team(outcome: str):
    planned_for = determined().told("planning.PlanCompleted", CHILD, type="FAMILY_HELP_PLAN")
    done = enquiry(planned_for).when(conclude_section_47, concluding(outcome))
    assert of(done, LEVEL).to == "CHILD_IN_NEED"
    begun = of(done, "AssessmentStarted")
    assert (begun.type, begun.basis, begun.team) == ("FAMILY_HELP_PLAN", "REASSESSMENT", "CAT")
    after = done.due("NAT-PLAN-01", "2026-05-07T22:59:59+00:00").due("WLV-REF-08", None).kept().standing()
    assert (after.state, after.level) == ("CAT_ASSESSMENT", "CHILD_IN_NEED")


@pytest.mark.rule("WLV-THR-27")
def test_a_child_without_a_level_is_at_child_in_need():
    for before in (with_cat(), with_lead(enquiry(received()))):
        story = before if before.standing().enquiries else enquiry(before)
        change = of(story.when(conclude_section_47, concluding("EARLY_HELP")), LEVEL)
        assert (change.to, change.decided_in) == ("CHILD_IN_NEED", "ASSESSMENT")
        assert change.reason_code == "ENQUIRY_CONCLUDED"


@pytest.mark.rule("WLV-THR-27")
def test_an_assessment_that_still_runs_goes_on():
    done = enquiry(with_cat()).when(conclude_section_47, concluding("EARLY_HELP"))
    assert titles(done) == [CONCLUDED, LEVEL]
    assert done.kept().standing().state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-THR-27")
def test_the_forty_five_days_that_the_discussion_started_end_with_the_enquiry():
    # The referral's own had ended with the plan: those that ran came from the discussion.
    story = determined().told("planning.PlanCompleted", CHILD, type="FAMILY_HELP_PLAN")
    done = enquiry(story).when(conclude_section_47, concluding("EARLY_HELP"))
    assert titles(done) == [CONCLUDED, LEVEL, "AssessmentStarted"]


@pytest.mark.rule("WLV-THR-27")
def test_with_nothing_before_and_no_further_need_it_is_closed():
    triaged = received().told("referral.ReferralTriaged", CHILD, outcome="STRATEGY_DISCUSSION", triage_rag="RED")
    done = enquiry(triaged).when(conclude_section_47, concluding("NO_FURTHER_NEED"))
    assert titles(done) == [CONCLUDED, "CaseClosed"]
    closed = of(done, "CaseClosed")
    assert (closed.reason_code, closed.from_state, closed.decided_by.id) == ("RC7", "S47_MACPT", MANAGER.id)
    after = done.kept().standing()
    assert (after.state, after.level, after.enquiries) == ("CLOSED", None, frozenset())
    for outcome in ("SUPPORT_CHILD_IN_NEED", "EARLY_HELP"):
        done = enquiry(triaged).when(conclude_section_47, concluding(outcome))
        assert done.kept().standing().state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-THR-27")
def test_no_further_need_closes_nobody_who_was_open_before():
    done = enquiry(with_cat()).when(conclude_section_47, concluding("NO_FURTHER_NEED"))
    assert done.kept().standing().state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-THR-27")
def test_a_sibling_s_lead_does_not_make_it_family_help():
    story = with_lead(determined("CHILD_IN_NEED", CHILD, SIBLING), SIBLING)
    done = enquiry(story).when(conclude_section_47, concluding("EARLY_HELP"))
    assert done.kept().standing().state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-THR-27")
def test_a_child_with_a_plan_stays_in_it():
    story = planned(enquiry(helped())).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    done = story.when(conclude_section_47, concluding("EARLY_HELP"))
    assert titles(done) == [CONCLUDED]
    after = done.kept().standing()
    assert (after.state, after.level) == ("CP_PLAN", "CHILD_PROTECTION_PLAN")


@pytest.mark.rule("WLV-THR-27")
def test_with_another_enquiry_open_it_stays_in_that():
    story = enquiry(helped()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    story.when(conclude_section_47, concluding("EARLY_HELP")).refused("SYS-REF-07")
    done = story.when(conclude_section_47, concluding("EARLY_HELP", enquiry_id="q2"))
    assert titles(done) == [CONCLUDED]
    after = done.kept().standing()
    assert (after.state, after.enquiries) == ("S47_MACPT", {"q1"})


@pytest.mark.rule("WLV-THR-27")
def test_siblings_may_differ():
    story = enquiry(enquiry(helped("CHILD_IN_NEED", CHILD, SIBLING)), SIBLING, "q2")
    both = ConcludeSection47.model_validate(
        {"children": [{"child_id": CHILD, "outcome": "CONFERENCE"}, {"child_id": SIBLING, "outcome": "EARLY_HELP"}]}
    )
    after = story.when(conclude_section_47, both).kept()
    assert (after.standing(CHILD).state, after.standing(SIBLING).state) == ("S47_MACPT", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("SYS-REF-02")
def test_who_leads_the_enquiry_or_a_manager_concludes_it():
    story = enquiry(with_cat())
    story.by(LCPP).when(conclude_section_47, concluding()).cites("SYS-REF-02")
    story.by(FRONT_DOOR).when(conclude_section_47, concluding()).refused("SYS-REF-02")
    other = Actor(id="p-other", role="SOCIAL_WORKER", team="MACPT", social_worker=True)
    story.by(other).when(conclude_section_47, concluding()).refused("SYS-REF-02")
    named = with_cat().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q1", lead={"id": "p-other"})
    named.by(other).when(conclude_section_47, concluding()).cites("NAT-THR-10")


@pytest.mark.rule("SYS-REF-07")
def test_what_is_not_open_is_not_concluded():
    with_cat().when(conclude_section_47, concluding()).refused("SYS-REF-07")
    enquiry(with_cat()).when(conclude_section_47, concluding(enquiry_id="q9")).refused("SYS-REF-07")
    case(by=MANAGER).when(conclude_section_47, concluding()).refused("SYS-REF-07")


@pytest.mark.rule("NAT-THR-10")
def test_what_was_learnt_stands_in_the_conclusion():
    said = {"child_spoken_to_on": "2026-03-03", "information_sources": ["POLICE", "HEALTH"]}
    done = enquiry(helped()).when(conclude_section_47, concluding(**said)).event
    assert (done.child_spoken_to.date.isoformat(), done.information_sources) == ("2026-03-03", ("POLICE", "HEALTH"))
    said = {"not_spoken_reason": "OTHER", "not_spoken_reason_note": "Asleep each time."}
    done = enquiry(helped()).when(conclude_section_47, concluding(**said)).event
    assert (done.not_spoken_reason, done.not_spoken_reason_note.clear) == ("OTHER", "Asleep each time.")
