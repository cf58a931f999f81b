"""Conferences and core groups: what each decided about a child, what starts and ends by it, and what is missing."""

from typing import Any

import pytest

from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from services.planning.decisions.record_initial_conference import (
    RecordInitialConference,
    record_initial_conference,
)
from services.planning.decisions.record_plan_group import RecordCoreGroup, record_core_group
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.protected import (
    LCPP,
    determined,
    enquiry,
    helped,
    missing,
    of,
    planned,
    received,
    titles,
    with_cat,
    with_lead,
)
from tests.given import FRONT_DOOR

HELD, CONCLUDED, STARTED = "InitialConferenceHeld", "Section47EnquiryConcluded", "PlanStarted"
LEVEL, ENDED, REVIEWED = "ThresholdChanged", "PlanEnded", "ReviewConferenceHeld"
INVITED = [{"agency": "FAMILY_HELP", "person_id": "p-fhlp"}, {"agency": "MACPT", "person_id": "p-lcpp"}]


def known(story: CaseStory) -> CaseStory:
    """Those who come to conferences are registered."""
    story = story.registered("p-fhlp", social_worker=False).registered("p-lcpp", social_worker=True)
    return story.registered("p-chair", social_worker=True).appointed("p-lcpp", "LCPP", "MACPT")


def initial(decision: str = "PLAN", *children: str, **said: Any) -> RecordInitialConference:
    about = [{"child_id": child, "decision": decision} for child in children or (CHILD,)]
    return RecordInitialConference.model_validate({"children": about, "invited": INVITED} | said)


def review(decision: str = "CONTINUE", landing_level: str | None = None, **said: Any) -> RecordReviewConference:
    about = [{"child_id": CHILD, "decision": decision, "landing_level": landing_level}]
    return RecordReviewConference.model_validate({"children": about, "invited": INVITED} | said)


def core_group(*children: str, **said: Any) -> RecordCoreGroup:
    return RecordCoreGroup.model_validate({"child_ids": list(children or (CHILD,)), "invited": INVITED} | said)


EACH = [
    (record_initial_conference, initial, lambda: enquiry(helped())),
    (record_review_conference, review, lambda: planned(enquiry(helped()))),
    (record_core_group, core_group, lambda: planned(enquiry(helped()))),
]


@pytest.mark.rule("WLV-PLAN-15", "NAT-THR-06")
def test_a_decision_for_a_plan_starts_it_and_concludes_the_enquiry():
    done = known(enquiry(helped())).when(record_initial_conference, initial(chair_id="p-chair"))
    assert titles(done) == [HELD, CONCLUDED, STARTED, LEVEL]
    held, concluded, started, level = (fact.event for fact in done.facts)
    assert (held.decision, held.chair.id, held.held_at) == ("PLAN", "p-chair", done.story.moment)
    assert (concluded.enquiry_id, concluded.outcome) == ("q1", "CONFERENCE")
    assert (started.type, [child.child_id for child in started.children]) == ("CP", [CHILD])
    assert (level.from_, level.to, level.direction) == ("CP_ENQUIRY", "CHILD_PROTECTION_PLAN", "STEP_UP")
    assert (level.decided_in, level.reason_code) == ("CONFERENCE", "INITIAL_CONFERENCE")
    assert level.decision_ref == done.facts[0].event_id
    after = done.cites("WLV-PLAN-15", "NAT-THR-06").kept().standing()
    assert (after.state, after.level, after.enquiries) == ("CP_PLAN", "CHILD_PROTECTION_PLAN", frozenset())
    assert after.beneath == "FAMILY_HELP_ACTIVE"
    assert missing(done) == set()


@pytest.mark.rule("WLV-PLAN-15")
def test_an_enquiry_that_awaits_it_is_concluded_already():
    story = enquiry(helped()).told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="q1", outcome="CONFERENCE")
    done = known(story).when(record_initial_conference, initial())
    assert titles(done) == [HELD, STARTED, LEVEL]
    assert done.kept().standing().enquiries == frozenset()
    no_plan = known(story).when(record_initial_conference, initial("NO_PLAN"))
    assert titles(no_plan) == [HELD, LEVEL]


@pytest.mark.rule("NAT-THR-06")
def test_a_plan_in_force_stays_the_only_one():
    story = planned(enquiry(helped())).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    done = known(story).when(record_initial_conference, initial())
    assert titles(done) == [HELD, CONCLUDED]
    assert done.kept().standing().level == "CHILD_PROTECTION_PLAN"


@pytest.mark.rule("NAT-THR-06")
def test_the_child_in_need_plan_ends_on_that_day():
    story = enquiry(helped()).told("planning.PlanStarted", CHILD, plan_id="cin-1", type="CIN")
    done = known(story).when(record_initial_conference, initial())
    ended = of(done, ENDED)
    assert (ended.plan_id, ended.type, ended.reason_code) == ("cin-1", "CIN", "STEP_UP")
    assert ended.decision_ref == done.facts[0].event_id
    kept = story.told("planning.PlanStarted", SIBLING, plan_id="cin-2", type="CIN")
    assert [fact.event.plan_id for fact in known(kept).when(record_initial_conference, initial()).facts[3:4]] == [
        "cin-1"
    ]
    without = known(story).when(record_initial_conference, initial("NO_PLAN"))
    assert ENDED not in titles(without)


@pytest.mark.rule("WLV-PLAN-15")
def test_without_an_enquiry_the_plan_starts_and_the_enquiry_is_asked_for():
    done = known(helped()).when(record_initial_conference, initial())
    assert titles(done) == [HELD, STARTED, LEVEL]
    assert ("WLV-PLAN-15", "from_enquiry") in missing(done)
    after = done.kept().standing()
    assert (after.state, after.beneath) == ("CP_PLAN", "FAMILY_HELP_ACTIVE")
    closed = known(helped()).told("planning.CaseClosed", CHILD, reason_code="RC5")
    assert closed.when(record_initial_conference, initial()).kept().standing().state == "CP_PLAN"
    ended = done.kept().when(record_review_conference, review("END_PLAN")).kept().standing()
    assert (ended.state, ended.level) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED")
    no_plan = known(helped()).when(record_initial_conference, initial("NO_PLAN"))
    assert (titles(no_plan), ("WLV-PLAN-15", "from_enquiry") in missing(no_plan)) == ([HELD], False)
    assert no_plan.kept().standing().level == "CHILD_IN_NEED"


@pytest.mark.rule("WLV-THR-27")
@pytest.mark.parametrize("level", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_without_a_plan_a_child_in_family_help_returns_to_its_lead(level: str):
    done = known(enquiry(helped(level))).when(record_initial_conference, initial("NO_PLAN"))
    assert titles(done) == [HELD, CONCLUDED, LEVEL]
    assert (of(done, CONCLUDED).outcome, of(done, LEVEL).to) == ("CONFERENCE", level)
    assert (of(done, LEVEL).decided_in, of(done, LEVEL).reason_code) == ("CONFERENCE", "NO_PLAN_NEEDED")
    after = done.cites("WLV-THR-27").kept().standing()
    assert (after.state, after.level, after.enquiries) == ("FAMILY_HELP_ACTIVE", level, frozenset())


@pytest.mark.rule("WLV-THR-27")
def test_without_a_plan_any_other_child_goes_to_the_assessment_team():
    story = determined().told("planning.PlanCompleted", CHILD, type="FAMILY_HELP_PLAN")
    done = known(enquiry(story)).when(record_initial_conference, initial("NO_PLAN"))
    assert titles(done) == [HELD, CONCLUDED, LEVEL]
    assert done.kept().standing().state == "CAT_ASSESSMENT"
    # The enquiry's own forty-five days run on after a conference; once they are met there are new ones.
    met = enquiry(story).told("planning.AssessmentApproved", CHILD)
    done = known(met).when(record_initial_conference, initial("NO_PLAN"))
    begun = of(done, "AssessmentStarted")
    assert (begun.type, begun.basis, begun.team) == ("FAMILY_HELP_PLAN", "REASSESSMENT", "CAT")


@pytest.mark.rule("WLV-THR-27")
def test_without_a_plan_a_child_that_had_no_level_is_at_child_in_need():
    for story in (enquiry(with_cat()), with_lead(enquiry(received()))):
        change = of(known(story).when(record_initial_conference, initial("NO_PLAN")), LEVEL)
        assert (change.to, change.decided_in, change.reason_code) == ("CHILD_IN_NEED", "CONFERENCE", "NO_PLAN_NEEDED")
    green = received().told("referral.ReferralTriaged", CHILD, outcome="EARLY_SUPPORT_START", triage_rag="GREEN")
    early = enquiry(green.told("planning.ThresholdChanged", CHILD, to="EARLY_SUPPORT", decided_in="TRIAGE"))
    assert of(known(early).when(record_initial_conference, initial("NO_PLAN")), LEVEL).to == "EARLY_SUPPORT"
    helped_ = known(with_lead(early))
    assert of(helped_.when(record_initial_conference, initial("NO_PLAN")), LEVEL).to == "CHILD_IN_NEED"


@pytest.mark.rule("WLV-THR-27")
def test_without_a_plan_and_another_enquiry_open_nothing_moves():
    story = enquiry(helped()).told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="q1", outcome="CONFERENCE")
    story = story.told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    done = known(story).when(record_initial_conference, initial("NO_PLAN"))
    assert titles(done) == [HELD]
    assert (done.kept().standing().state, done.kept().standing().level) == ("S47_MACPT", "CP_ENQUIRY")


@pytest.mark.rule("WLV-PLAN-15", "NAT-THR-06")
def test_siblings_may_differ():
    story = known(enquiry(enquiry(helped("CHILD_IN_NEED", CHILD, SIBLING)), SIBLING, "q2"))
    both = [{"child_id": CHILD, "decision": "PLAN"}, {"child_id": SIBLING, "decision": "NO_PLAN"}]
    after = story.when(record_initial_conference, initial(children=both)).kept()
    assert (after.standing(CHILD).state, after.standing(SIBLING).state) == ("CP_PLAN", "FAMILY_HELP_ACTIVE")


@pytest.mark.rule("WLV-THR-05")
@pytest.mark.parametrize(("decide", "command", "story"), EACH)
def test_the_family_s_lead_is_asked_to_it(decide: Any, command: Any, story: Any):
    told = known(story())
    without = told.when(decide, command(invited=INVITED[1:]))
    assert missing(without) == {("WLV-THR-05", "fhlp")}
    assert {item.owner for fact in without.facts for item in fact.incomplete} == {"LCPP"}
    came = [{"person_id": "p-fhlp", "answer": "ATTENDED"}]
    assert missing(told.when(decide, command(invited=INVITED[1:], attendance=came))) == set()
    stayed_away = [{"person_id": "p-fhlp", "answer": "ABSENT"}]
    assert missing(told.when(decide, command(invited=INVITED[1:], attendance=stayed_away))) == {("WLV-THR-05", "fhlp")}
    without_one = known(enquiry(with_cat()) if decide is record_initial_conference else planned(enquiry(with_cat())))
    without_one.when(decide, command(invited=INVITED[1:])).complete("WLV-THR-05")


@pytest.mark.rule("WLV-THR-06")
@pytest.mark.parametrize(("decide", "command", "story"), EACH)
def test_it_names_who_leads_the_child_protection_work(decide: Any, command: Any, story: Any):
    told = known(story())
    without = told.when(decide, command(invited=INVITED[:1]))
    assert missing(without) == {("WLV-THR-06", "cp_lead")}
    assert {item.owner for fact in without.facts for item in fact.incomplete} == {"LCPP"}
    came = [{"person_id": "p-lcpp", "answer": "CONTRIBUTED"}]
    told.when(decide, command(invited=INVITED[:1], attendance=came)).complete("WLV-THR-06")


@pytest.mark.rule("WLV-THR-06")
def test_an_initial_conference_may_name_another():
    about = [{"child_id": CHILD, "decision": "PLAN", "cp_lead_id": "p-lcpp", "category": "NEG"}]
    done = known(enquiry(helped(), lead="p-left")).when(
        record_initial_conference, initial(children=about, invited=INVITED[:1])
    )
    held = done.complete("WLV-THR-06").event
    assert (held.cp_lead.id, held.cp_lead.role, held.category) == ("p-lcpp", "LCPP", "NEG")


@pytest.mark.rule("SYS-REF-07")
def test_of_whom_no_register_knows_is_named_as_missing():
    about = [{"child_id": CHILD, "decision": "PLAN", "cp_lead_id": "nobody"}]
    came = [{"person_id": "nobody", "answer": "ATTENDED"}]
    story = known(enquiry(helped()))
    done = story.when(record_initial_conference, initial(children=about, chair_id="nobody", attendance=came))
    fields = {what for rule, what in missing(done) if rule == "SYS-REF-07"}
    assert fields == {"chair_id", "cp_lead_id", "attendance/0/person_id"}
    assert done.event.chair is None
    planned_story = known(planned(enquiry(helped())))
    done = planned_story.when(record_review_conference, review(chair_id="nobody"))
    assert ("SYS-REF-07", "chair_id") in missing(done)


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(("decide", "command", "story"), EACH)
def test_who_may_record_it(decide: Any, command: Any, story: Any):
    told = known(story())
    for post, team in (
        ("SW_TEAM_MANAGER", "CAT"),
        ("SENIOR_SOCIAL_WORKER", "CAT"),
        ("LCPP", "CAT"),
        ("SOCIAL_WORKER", "MACPT"),
    ):
        told.by(Actor(id="p-1", role=post, team=team, social_worker=True)).when(decide, command()).cites("SYS-REF-02")
    lead = Actor(id=LCPP.id, role="SOCIAL_WORKER", team="CAT", social_worker=True)
    told.by(lead).when(decide, command()).cites("SYS-REF-02")
    told.by(FRONT_DOOR).when(decide, command()).refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-07")
def test_a_child_of_whom_nothing_is_known_here():
    story = known(enquiry(helped()))
    story.when(record_initial_conference, initial("PLAN", "c-nobody")).refused("SYS-REF-07")
    story.when(record_core_group, core_group("c-nobody")).refused("SYS-REF-07")
    nobody = [{"child_id": "c-nobody", "decision": "CONTINUE"}]
    story.when(record_review_conference, review(children=nobody)).refused("SYS-REF-07")


@pytest.mark.rule("WLV-THR-08", "NAT-THR-07")
@pytest.mark.parametrize("stated", [None, "CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_when_the_plan_ends_the_family_s_lead_goes_on(stated: str | None):
    done = known(planned(enquiry(helped()))).when(record_review_conference, review("END_PLAN", stated))
    assert titles(done) == [REVIEWED, ENDED, LEVEL]
    held, ended, level = (fact.event for fact in done.facts)
    assert (held.decision, held.landing_level) == ("END_PLAN", stated)
    assert (ended.plan_id, ended.type, ended.reason_code) == ("cp-1", "CP", "STEP_DOWN")
    assert ended.decision_ref == level.decision_ref == done.facts[0].event_id
    to = stated or "CHILD_IN_NEED"
    assert (level.from_, level.to, level.direction) == ("CHILD_PROTECTION_PLAN", to, "STEP_DOWN")
    assert (level.decided_in, level.reason_code) == ("CONFERENCE", "PLAN_ENDED")
    after = done.cites("WLV-THR-08", "NAT-THR-07", "WLV-PLAN-09").kept().standing()
    assert (after.state, after.level) == ("FAMILY_HELP_ACTIVE", to)


@pytest.mark.rule("WLV-THR-08")
@pytest.mark.parametrize("stated", [None, "TARGETED_EARLY_HELP"])
def test_without_a_lead_it_waits_for_one(stated: str | None):
    done = known(planned(enquiry(with_cat()))).when(record_review_conference, review("END_PLAN", stated))
    after = done.kept().standing()
    assert (after.state, after.level) == ("AWAITING_ALLOCATION", stated or "CHILD_IN_NEED")
    assert of(done, LEVEL).reason_code == "PLAN_ENDED"


@pytest.mark.rule("WLV-THR-08", "NAT-THR-02")
@pytest.mark.parametrize("stated", [None, "TARGETED_EARLY_HELP"])
def test_under_an_open_enquiry_the_child_is_in_that(stated: str | None):
    for before, state in ((helped(), "FAMILY_HELP_ACTIVE"), (with_cat(), "AWAITING_ALLOCATION")):
        story = planned(enquiry(before)).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
        done = known(story).when(record_review_conference, review("END_PLAN", stated))
        assert titles(done) == [REVIEWED, ENDED, LEVEL]
        level = of(done, LEVEL)
        assert (level.to, level.decided_in, level.reason_code) == ("CP_ENQUIRY", "CONFERENCE", "PLAN_ENDED")
        done.due("WLV-PLAN-09", None).due("NAT-THR-02", "2026-03-23T23:59:59+00:00")
        after = done.kept().standing()
        assert (after.state, after.level, after.beneath) == ("S47_MACPT", "CP_ENQUIRY", state)


@pytest.mark.rule("WLV-THR-08", "WLV-THR-27")
@pytest.mark.parametrize("stated", [None, "TARGETED_EARLY_HELP"])
def test_after_that_enquiry_it_goes_on_where_the_plan_had_left_it(stated: str | None):
    story = planned(enquiry(helped())).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q2")
    story = known(story).when(record_review_conference, review("END_PLAN", stated)).kept()
    said = {"child_id": CHILD, "outcome": "EARLY_HELP", "enquiry_id": "q2"}
    done = story.when(conclude_section_47, ConcludeSection47.model_validate({"children": [said]}))
    after = done.kept().standing()
    assert (after.state, after.level) == ("FAMILY_HELP_ACTIVE", stated or "CHILD_IN_NEED")


@pytest.mark.rule("WLV-THR-08")
def test_a_plan_that_goes_on_changes_nothing():
    done = known(planned(enquiry(helped()))).when(record_review_conference, review())
    assert titles(done) == [REVIEWED]
    assert done.kept().standing().state == "CP_PLAN"


@pytest.mark.rule("NAT-THR-07")
def test_without_a_plan_on_record_a_review_ends_none():
    done = known(helped()).when(record_review_conference, review("END_PLAN"))
    assert titles(done) == [REVIEWED]
    assert done.kept().standing().level == "CHILD_IN_NEED"


@pytest.mark.rule("WLV-THR-05", "WLV-THR-06")
@pytest.mark.parametrize(("decide", "command", "story"), EACH)
def test_a_later_record_fills_the_gaps_of_the_first(decide: Any, command: Any, story: Any):
    done = known(story()).when(decide, command(invited=[]))
    assert missing(done) == {("WLV-THR-05", "fhlp"), ("WLV-THR-06", "cp_lead")}
    kept = done.kept()
    first = kept.past[0]
    later = kept.at("2026-04-01T09:00:00+00:00").when(decide, command(corrects=first.event_id))
    assert titles(later) == titles(done)[:1]
    assert (later.facts[0].corrects, missing(later)) == (first.event_id, set())
    after = later.kept()
    assert after.past[-1].occurred_at == first.occurred_at == after.past[-1].data.held_at
    assert after.standing() == kept.standing()


@pytest.mark.rule("SYS-PLAN-03")
def test_a_correction_makes_no_other_decision_of_it():
    story = known(enquiry(helped())).when(record_initial_conference, initial()).kept()
    one = story.past[0].event_id
    story.when(record_initial_conference, initial("NO_PLAN", corrects=one)).refused("SYS-PLAN-03")
    story.when(record_review_conference, review(corrects=one)).refused("SYS-REF-07")
    story.when(record_core_group, core_group(corrects="e-nothing")).refused("SYS-REF-07")
    reviewed = known(planned(enquiry(helped()))).when(record_review_conference, review()).kept()
    again = review("END_PLAN", corrects=reviewed.past[0].event_id)
    reviewed.when(record_review_conference, again).refused("SYS-PLAN-03")


@pytest.mark.rule("WLV-THR-06")
def test_a_correction_is_of_each_child_s_own_record():
    story = known(enquiry(enquiry(helped("CHILD_IN_NEED", CHILD, SIBLING)), SIBLING, "q2"))
    kept = story.when(record_initial_conference, initial("PLAN", CHILD, SIBLING, invited=[])).kept()
    own = {event.child_ids[0]: event.event_id for event in kept.past if event.title == HELD}
    done = kept.when(record_initial_conference, initial("PLAN", CHILD, SIBLING, corrects=own[SIBLING]))
    assert {fact.child_ids[0]: fact.corrects for fact in done.facts} == own
