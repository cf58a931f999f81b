"""A strategy discussion is recorded whatever it lacks; what it came to is carried out for each child in one write."""

import pytest

from services.planning.decisions.discussed import RecordStrategyDiscussion
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.events import (
    AssessmentStarted,
    CaseClosed,
    ChangeOfNeedReported,
    Section47EnquiryOpened,
    StrategyDiscussionHeld,
    ThresholdChanged,
)
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, case

WORKER = Actor(id="w-1", role="SOCIAL_WORKER", team="CAT", social_worker=True)
LCPP = {"agency": "CHILDRENS_SOCIAL_CARE", "role": "LCPP"}
WHOLE = (LCPP, {"agency": "POLICE"}, {"agency": "HEALTH"})
NO_LEAD = {("WLV-ALLOC-21", "lead"), ("WLV-REF-13", "lead_post"), ("WLV-REF-13", "lead_team")}
BY_CAT = {"held_by": "CAT", "convened_by_id": "w-1"}
ADVISED = {"qualification": "SOCIAL_WORKER"}
OTHER_TEAMS = ("UNKNOWN", "FAMILIES_FRONT_DOOR", "MASH", "FAMILY_HELP", "MACPT")
BEFORE_HELP = ("STRATEGY_CAT", "AWAITING_THRESHOLD", "CAT_ASSESSMENT", "AWAITING_ALLOCATION")


def discussion(outcome=None, *, children=None, **said):
    entry = {"child_id": CHILD, **({"outcome": outcome} if outcome else {})}
    if outcome in ("S17", "FAMILY_HELP_NOT_S17"):
        entry["fhlp_recommendation"] = ADVISED
    said = {"participants": WHOLE, "record": "what was said", **said}
    if said.get("held_by") == "UNKNOWN":
        del said["held_by"]
    return RecordStrategyDiscussion.model_validate({"children": children or [entry], **said})


def received(child=CHILD):
    return case(by=WORKER).told("referral.ReferralReceived", child)


def triaged(outcome="CAT_ASSESSMENT", rag="AMBER"):
    return received().told("referral.ReferralTriaged", CHILD, outcome=outcome, triage_rag=rag)


def asked(story):
    return story.told("planning.StrategyDiscussionRequested", CHILD)


def levelled(story, to="CHILD_IN_NEED"):
    return story.told("planning.ThresholdChanged", CHILD, to=to, decided_in="CAT")


def lead(story, social_worker=True):
    who = {"id": "f-1", "social_worker": social_worker}
    return story.told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead=who)


def helped(social_worker=True):
    return lead(levelled(triaged("FAMILY_HELP")), social_worker)


def staffed(story):
    for who, post, team, qualified in [
        ("w-1", "SOCIAL_WORKER", "CAT", True),
        ("t-1", "SW_TEAM_MANAGER", "FAMILY_HELP", True),
        ("s-1", "SENIOR_SOCIAL_WORKER", "FAMILY_HELP", True),
        ("d-1", "DELIVERY_MANAGER", "FAMILY_HELP", True),
        ("x-1", "SW_TEAM_MANAGER", "FAMILY_HELP", False),
        ("l-1", "LCPP", "MACPT", True),
        ("m-1", "SOCIAL_WORKER", "MACPT", True),
    ]:
        story = story.registered(who, social_worker=qualified, sector=None).appointed(who, post, team)
    return story


STATES = {
    "RECEIVED": received,
    "EARLY_SUPPORT": lambda: triaged("EARLY_SUPPORT_START", "GREEN"),
    "CLOSED": lambda: triaged("NFA", "GREEN"),
    "UNKNOWN": lambda: case(by=WORKER),
    "STRATEGY_MASH": lambda: triaged("STRATEGY_DISCUSSION", "RED"),
    "STRATEGY_CAT": lambda: asked(triaged()),
    "AWAITING_THRESHOLD": lambda: triaged("FAMILY_HELP"),
    "CAT_ASSESSMENT": triaged,
    "AWAITING_ALLOCATION": lambda: levelled(triaged("FAMILY_HELP")),
    "STRATEGY_OPEN": lambda: asked(helped()),
    "FAMILY_HELP_ACTIVE": helped,
}


def done_in(state, *arguments, **said):
    story = staffed(STATES[state]())
    stands = story.standing().state
    assert stands == (None if state == "UNKNOWN" else state)
    return story.when(record_strategy_discussion, discussion(*arguments, **said))


def missing(outcome, *but):
    found = {(item.rule, item.what) for fact in outcome.facts for item in fact.incomplete}
    return {item for item in found if item[0] not in but}


def owners(outcome, rule):
    return {item.owner for fact in outcome.facts for item in fact.incomplete if item.rule == rule}


def titles(outcome):
    return [fact.event.title() for fact in outcome.facts]


def landed(outcome):
    said = outcome.event.children[0]
    after = outcome.kept().standing()
    assert said.landing_state == after.state
    return after


# -- what every discussion has


@pytest.mark.rule("NAT-THR-01")
@pytest.mark.parametrize("left_out", ["CHILDRENS_SOCIAL_CARE", "POLICE", "HEALTH"])
def test_who_of_the_three_was_not_there_is_named_and_nothing_waits_for_them(left_out):
    there = [one for one in (LCPP, *WHOLE[1:]) if one["agency"] != left_out]
    there = [*there, {"agency": "SCHOOL", "role": "LCPP"}]
    done = done_in("STRATEGY_MASH", "S17", held_by="MASH", participants=there)
    assert missing(done) == {("NAT-THR-01", f"participants.{left_out}")}
    assert owners(done, "NAT-THR-01") == {"SW_TEAM_MANAGER"}
    assert landed(done).state == "CAT_ASSESSMENT"


@pytest.mark.rule("NAT-THR-01")
@pytest.mark.parametrize(
    "agency", ["GP", "HEALTH_VISITING", "SCHOOL_NURSING", "PRIMARY_HEALTH", "A_AND_E", "CAMHS", "HEALTH"]
)
def test_health_is_whoever_is_of_health(agency):
    there = (LCPP, {"agency": "POLICE"}, {"agency": agency})
    assert missing(done_in("STRATEGY_MASH", "S47", held_by="MASH", participants=there)) == NO_LEAD


@pytest.mark.rule("NAT-THR-01")
def test_whoever_of_a_partner_is_in_the_register_stands_for_their_sector():
    story = STATES["STRATEGY_MASH"]().registered("h-1", social_worker=False, employer="ICB", sector="HEALTH")
    there = (LCPP, {"agency": "POLICE"}, {"agency": "OTHER_PERSON", "person_id": "h-1"})
    command = discussion("S17", held_by="MASH", participants=there)
    done = story.when(record_strategy_discussion, command).complete("NAT-THR-01")
    assert done.event.participants[2].person.id == "h-1"


@pytest.mark.rule("WLV-REF-10")
def test_of_several_posts_of_who_was_there_the_one_counts_that_is_asked_for():
    story = staffed(STATES["STRATEGY_MASH"]()).appointed("w-1", "LCPP", "MACPT")
    there = [{"agency": "CHILDRENS_SOCIAL_CARE", "person_id": "w-1"}, *WHOLE[1:]]
    done = story.when(record_strategy_discussion, discussion("S17", held_by="MASH", participants=there))
    assert missing(done) == set()
    assert (done.event.participants[0].role, done.event.participants[0].person.team) == ("LCPP", "MACPT")
    # Of whom the register knows, it says in which posts they are.
    there = [{**LCPP, "person_id": "m-1"}, *WHOLE[1:]]
    done = story.when(record_strategy_discussion, discussion("S17", held_by="MASH", participants=there))
    assert missing(done) == {("WLV-REF-10", "posts.LCPP")}
    assert done.event.participants[0].role == "SOCIAL_WORKER"


@pytest.mark.rule("NAT-THR-09")
@pytest.mark.parametrize("outcome", [None, "BANANA"])
def test_without_an_outcome_it_is_recorded_and_a_manager_is_asked(outcome):
    done = done_in("STRATEGY_MASH", outcome, held_by="MASH")
    assert missing(done) == {("NAT-THR-09", "outcome"), ("WLV-REF-11", "outcome")}
    assert owners(done, "NAT-THR-09") == {"SW_TEAM_MANAGER"}
    assert done.event.children[0].outcome is None
    assert landed(done).state == "CAT_ASSESSMENT"


@pytest.mark.rule("NAT-THR-09")
def test_what_is_recorded_of_it():
    people = [{**LCPP, "person_id": "l-1"}, {"agency": "POLICE", "name": "DS Hall"}, {"agency": "HEALTH"}]
    done = done_in("STRATEGY_CAT", "S17", **BY_CAT, chair_id="t-1", participants=people, invited=[{"agency": "POLICE"}])
    held = done.event
    assert missing(done) == set()
    assert (held.held_by, held.team_id, held.convened_by.id, held.chair.role) == (
        "CAT",
        "CAT",
        "w-1",
        "SW_TEAM_MANAGER",
    )
    assert held.participants[0].person.team == "MACPT"
    assert held.participants[1].name.clear == "DS Hall"
    assert [one.agency for one in held.invited] == ["POLICE"]
    assert held.children[0].fhlp_recommendation.qualification == "SOCIAL_WORKER"
    assert (held.record.clear, held.held_at) == ("what was said", done.story.moment)


def test_whom_no_register_knows_is_asked_after_and_holds_nothing_up():
    people = [{**LCPP, "person_id": "nobody"}, *WHOLE[1:]]
    done = done_in(
        "STRATEGY_MASH", "S47", held_by="MASH", chair_id="nobody", convened_by_id="nobody", lead_id="nobody",
        participants=people, invited=[{"agency": "POLICE", "person_id": "nobody"}],
    )  # fmt: skip
    assert missing(done, "WLV-ALLOC-21", "WLV-REF-13", "NAT-ALLOC-03") == {
        ("SYS-REF-07", what)
        for what in ("chair_id", "convened_by_id", "lead_id", "participants/0/person_id", "invited/0/person_id")
    }


@pytest.mark.rule("WLV-QA-07")
@pytest.mark.parametrize("risk", ["HIGH", "DYNAMIC", "COMPLEX"])
def test_a_risk_that_counted_is_said_with_its_reason(risk):
    done = done_in("STRATEGY_MASH", "S17", held_by="MASH", risk_profile=[risk, risk])
    assert (missing(done), done.event.risk_profile) == (set(), (risk,))
    without = done_in("STRATEGY_MASH", "S17", held_by="MASH", risk_profile=[risk], record=None)
    assert missing(without) == {("WLV-QA-07", "record")}
    plain = done_in("STRATEGY_MASH", "S17", held_by="MASH", record=None)
    assert missing(plain) == set()


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(
    "actor, may",
    [
        (WORKER, True),
        (Actor(id="a", role="SENIOR_SOCIAL_WORKER"), True),
        (Actor(id="a", role="SW_TEAM_MANAGER"), True),
        (Actor(id="a", role="DELIVERY_MANAGER"), True),
        (Actor(id="a", role="LCPP", team="MACPT"), True),
        (Actor(id="a", role="POLICE_OFFICER", team="MASH"), True),
        (Actor(id="a", role="PRACTICE_SUPERVISOR", team="CAT"), True),
        (Actor(id="a", role="SOCIAL_WORKER", team="FAMILY_HELP"), True),
        (Actor(id="a", role="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR"), False),
        (Actor(id="a"), False),
    ],
)
def test_who_is_not_of_those_who_hold_one_is_heard_and_it_is_noted(actor, may):
    story = STATES["STRATEGY_MASH"]().by(actor)
    done = story.when(record_strategy_discussion, discussion("S17", held_by="MASH"))
    assert missing(done) == (set() if may else {("SYS-REF-02", "decided_by")})


# -- MASH


@pytest.mark.rule("WLV-REF-10")
@pytest.mark.parametrize("team", ["MASH", "UNKNOWN"])
def test_mash_has_an_lcpp_with_it(team):
    there = [{"agency": "CHILDRENS_SOCIAL_CARE"}, *WHOLE[1:]]
    done = done_in("STRATEGY_MASH", "S17", held_by=team, participants=there).cites("WLV-REF-10")
    assert missing(done) == {("WLV-REF-10", "posts.LCPP")}
    assert owners(done, "WLV-REF-10") == {"LCPP"}
    done_in("STRATEGY_MASH", "S17", held_by=team).complete("WLV-REF-10")
    done_in("AWAITING_ALLOCATION", "S47", participants=there).complete("WLV-REF-10")


@pytest.mark.rule("WLV-REF-11")
@pytest.mark.rule("WLV-REF-12")
@pytest.mark.parametrize("state", ["STRATEGY_MASH", "RECEIVED", "EARLY_SUPPORT", "CLOSED", "UNKNOWN"])
@pytest.mark.parametrize("outcome", ["S17", "NFA", "FAMILY_HELP_NOT_S17", "CONTINUE_FAMILY_HELP", None])
def test_short_of_section_47_nobody_drops_out(state, outcome):
    done = done_in(state, outcome, held_by="MASH").cites("WLV-REF-11")
    late = {"RECEIVED": "triage", "UNKNOWN": "triage", "EARLY_SUPPORT": "new_referral", "CLOSED": "new_referral"}
    expected = {("WLV-REF-03", late[state])} if state in late else set()
    expected |= set() if outcome == "S17" else {("WLV-REF-11", "outcome")}
    assert missing(done, "NAT-THR-09") == expected
    assert owners(done, "WLV-REF-11") <= {"MASH"}
    after = landed(done)
    assert (after.state, after.enquiries) == ("CAT_ASSESSMENT", frozenset())
    assert after.level is None or state == "EARLY_SUPPORT"
    assert ("WLV-REF-12" in done.facts[0].rules) is (outcome == "S17")


@pytest.mark.rule("WLV-REF-12")
@pytest.mark.parametrize("state, again", [("STRATEGY_MASH", False), ("CLOSED", True), ("UNKNOWN", True)])
def test_an_assessment_is_begun_where_no_forty_five_days_run(state, again):
    done = done_in(state, "S17", held_by="MASH")
    started = [fact for fact in done.facts if isinstance(fact.event, AssessmentStarted)]
    assert bool(started) is again
    assert titles(done) == ["StrategyDiscussionHeld", *(["AssessmentStarted"] if again else [])]
    if started:
        event = started[0].event
        assert (event.type, event.basis, event.team) == ("FAMILY_HELP_PLAN", "REASSESSMENT", "CAT")
        assert [clock.rule for clock in started[0].clocks] == ["NAT-PLAN-01"]
        assert "WLV-REF-12" in started[0].rules
    assert landed(done).state == "CAT_ASSESSMENT"


def red_over(story):
    story = story.told("referral.ReferralReceived", "c9", case="k9")
    return story.told(
        "referral.ReferralTriaged", "c9", case="k9", outcome="STRATEGY_DISCUSSION", triage_rag="RED",
        open_case_id="k1", open_child_id=CHILD,
    )  # fmt: skip


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.rule("WLV-REF-11")
@pytest.mark.parametrize("state", ["AWAITING_THRESHOLD", "CAT_ASSESSMENT", "AWAITING_ALLOCATION", "FAMILY_HELP_ACTIVE"])
@pytest.mark.parametrize("outcome", ["S17", "NFA", None])
def test_a_red_short_of_section_47_returns_the_child_to_where_it_was(state, outcome):
    story = staffed(red_over(STATES[state]()))
    assert story.standing().state == "STRATEGY_MASH"
    command = discussion(outcome, held_by="MASH", invited=[{"agency": "CHILDRENS_SOCIAL_CARE", "person_id": "f-1"}])
    done = story.registered("f-1").when(record_strategy_discussion, command)
    assert missing(done, "NAT-THR-09") == (set() if outcome == "S17" else {("WLV-REF-11", "outcome")})
    assert owners(done, "WLV-REF-11") <= {"MASH"}
    assert landed(done).state == state
    rises = state == "FAMILY_HELP_ACTIVE"
    assert titles(done) == ["StrategyDiscussionHeld", *(["ChangeOfNeedReported"] if rises else [])]
    if rises:
        change = done.facts[1]
        assert (change.event.trend, change.event.source) == ("UP", "MEETING")
        assert change.event.from_event == done.facts[0].event_id
        assert change.rules == ("WLV-REF-25",)


@pytest.mark.rule("WLV-REF-25")
def test_a_red_about_a_child_open_that_comes_to_section_47_opens_an_enquiry():
    story = staffed(red_over(STATES["CAT_ASSESSMENT"]()))
    done = story.when(record_strategy_discussion, discussion("S47", held_by="MASH", lead_id="l-1"))
    assert missing(done) == set()
    assert titles(done) == ["StrategyDiscussionHeld", "Section47EnquiryOpened", "ThresholdChanged"]
    after = landed(done)
    assert (after.state, after.beneath) == ("S47_MACPT", "CAT_ASSESSMENT")


# -- CAT


@pytest.mark.rule("WLV-REF-17")
@pytest.mark.parametrize("team", OTHER_TEAMS)
def test_what_cat_found_to_be_needed_cat_holds(team):
    done = done_in("STRATEGY_CAT", "S47", held_by=team, convened_by_id="l-1")
    lacks = {("WLV-REF-17", "held_by"), ("WLV-REF-17", "convened_by.team")}
    assert missing(done) == lacks | NO_LEAD
    assert owners(done, "WLV-REF-17") == {"CAT"}
    assert landed(done).state == "S47_MACPT"


@pytest.mark.rule("WLV-REF-17")
@pytest.mark.parametrize("state", ["STRATEGY_CAT", "CAT_ASSESSMENT", "STRATEGY_MASH"])
def test_what_cat_holds_it_convenes_with_an_lcpp(state):
    there = [{"agency": "CHILDRENS_SOCIAL_CARE"}, *WHOLE[1:]]
    done = done_in(state, "S47", held_by="CAT", participants=there)
    assert missing(done, "WLV-ALLOC-21", "WLV-REF-13") == {
        ("WLV-REF-17", "convened_by.team"),
        ("WLV-REF-17", "posts.LCPP"),
    }
    assert owners(done, "WLV-REF-17") == {"CAT", "LCPP"}
    assert missing(done_in(state, "S47", **BY_CAT)) == NO_LEAD


@pytest.mark.rule("WLV-REF-17")
@pytest.mark.parametrize("beneath", ["AWAITING_THRESHOLD", "CAT_ASSESSMENT", "AWAITING_ALLOCATION"])
def test_an_lcpp_is_in_it_whoever_holds_it(beneath):
    there = [{"agency": "CHILDRENS_SOCIAL_CARE"}, *WHOLE[1:]]
    command = discussion("S47", held_by="FAMILY_HELP", convened_by_id="w-1", participants=there)
    done = staffed(asked(STATES[beneath]())).when(record_strategy_discussion, command)
    assert missing(done) == NO_LEAD | {("WLV-REF-17", "held_by"), ("WLV-REF-17", "posts.LCPP")}


@pytest.mark.rule("WLV-REF-18")
@pytest.mark.rule("WLV-REF-16")
@pytest.mark.parametrize("state", BEFORE_HELP)
@pytest.mark.parametrize("outcome, level", [("S17", "CHILD_IN_NEED"), ("FAMILY_HELP_NOT_S17", "TARGETED_EARLY_HELP")])
def test_cat_sends_a_child_to_family_help_and_determines_its_level(state, outcome, level):
    done = done_in(state, outcome, **BY_CAT).cites("WLV-REF-18", "WLV-REF-16")
    assert missing(done) == set()
    after = landed(done)
    assert (after.state, after.level) == ("AWAITING_ALLOCATION", level)
    same = state == "AWAITING_ALLOCATION" and level == "CHILD_IN_NEED"
    assert titles(done) == ["StrategyDiscussionHeld", *([] if same else ["ThresholdChanged"])]
    if not same:
        changed = done.facts[1].event
        assert (changed.decided_in, changed.authorised_by.id) == ("CAT", "w-1")
        assert (changed.decision_ref, changed.reason_code) == (done.facts[0].event_id, "CAT_STRATEGY_DISCUSSION")
        assert (done.facts[1].rules, done.facts[1].incomplete) == (("WLV-REF-18",), ())


@pytest.mark.rule("WLV-REF-18")
@pytest.mark.parametrize(("was", "outcome"), [("TARGETED_EARLY_HELP", "S17"), ("CHILD_IN_NEED", "FAMILY_HELP_NOT_S17")])
def test_cat_determines_anew_whom_it_had_determined(was, outcome):
    story = staffed(levelled(triaged("FAMILY_HELP"), was))
    done = story.when(record_strategy_discussion, discussion(outcome, **BY_CAT))
    assert titles(done) == ["StrategyDiscussionHeld", "ThresholdChanged"]
    assert landed(done).level == {"S17": "CHILD_IN_NEED", "FAMILY_HELP_NOT_S17": "TARGETED_EARLY_HELP"}[outcome]


@pytest.mark.rule("WLV-REF-16")
@pytest.mark.parametrize("outcome", ["S17", "FAMILY_HELP_NOT_S17"])
def test_cat_recommends_who_should_lead(outcome):
    done = done_in("STRATEGY_CAT", **BY_CAT, children=[{"child_id": CHILD, "outcome": outcome}])
    assert missing(done) == {("WLV-REF-16", "fhlp_recommendation")}
    assert owners(done, "WLV-REF-16") == {"CAT"}
    assert landed(done).state == "AWAITING_ALLOCATION"
    for team in OTHER_TEAMS:
        entry = [{"child_id": CHILD, "outcome": outcome}]
        done_in("STRATEGY_MASH", held_by=team, children=entry).complete("WLV-REF-16")


@pytest.mark.rule("WLV-REF-18")
@pytest.mark.parametrize("state", BEFORE_HELP)
def test_cat_closes_a_case_with_no_further_action(state):
    done = done_in(state, "NFA", **BY_CAT)
    assert missing(done) == set()
    closed = done.facts[-1]
    levels = ["ThresholdChanged"] if state == "AWAITING_ALLOCATION" else []
    assert titles(done) == ["StrategyDiscussionHeld", *levels, "CaseClosed"]
    assert (closed.event.reason_code, closed.event.from_state) == ("RC7", state)
    assert (closed.event.decision_ref, closed.rules) == (done.facts[0].event_id, ("WLV-REF-18",))
    assert done.event.children[0].landing_state == "CLOSED"
    if levels:
        assert (done.facts[1].event.direction, done.facts[1].event.decided_in) == ("CLOSE", "CAT")
    assert (landed(done).state, landed(done).level) == ("CLOSED", None)


@pytest.mark.rule("WLV-REF-18")
def test_after_an_assessment_that_is_what_the_census_is_told():
    assessed = {"team": "CAT", "children": [{"child_id": CHILD, "outcome": "STRATEGY_DISCUSSION"}]}
    story = staffed(triaged().told("planning.AssessmentCompleted", CHILD, **assessed))
    story = story.told("planning.PlanStarted", CHILD, plan_id="p1", type="FAMILY_HELP_PLAN")
    done = story.when(record_strategy_discussion, discussion("NFA", **BY_CAT))
    assert titles(done) == ["StrategyDiscussionHeld", "PlanEnded", "CaseClosed"]
    assert done.facts[-1].event.reason_code == "RC8"
    story = staffed(triaged()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e1", outcome="EARLY_HELP")
    story = asked(story.told("planning.AssessmentCompleted", CHILD, **{**assessed, "children": []}))
    done = story.when(record_strategy_discussion, discussion("NFA", **BY_CAT))
    assert done.facts[-1].event.reason_code == "RC7"


@pytest.mark.rule("WLV-REF-18")
@pytest.mark.parametrize("state", BEFORE_HELP)
@pytest.mark.parametrize("team", OTHER_TEAMS)
def test_what_another_team_finds_short_of_section_47_decides_nothing(state, team):
    done = done_in(state, "S17", held_by=team, convened_by_id="w-1")
    assert ("WLV-REF-18", "outcome") in missing(done)
    assert owners(done, "WLV-REF-18") == {"CAT"}
    assert titles(done) == ["StrategyDiscussionHeld"]
    assert landed(done).state == ("CAT_ASSESSMENT" if state == "STRATEGY_CAT" else state)


@pytest.mark.rule("WLV-REF-18")
@pytest.mark.parametrize("state", BEFORE_HELP)
@pytest.mark.parametrize("outcome", ["CONTINUE_FAMILY_HELP", None])
def test_an_outcome_that_is_none_of_cat_s_returns_the_child(state, outcome):
    done = done_in(state, outcome, **BY_CAT)
    assert missing(done, "NAT-THR-09") == {("WLV-REF-18", "outcome")}
    assert owners(done, "WLV-REF-18") == {"CAT"}
    assert landed(done).state == ("CAT_ASSESSMENT" if state == "STRATEGY_CAT" else state)


@pytest.mark.rule("WLV-REF-18")
def test_a_child_back_with_cat_for_whom_no_forty_five_days_run_is_assessed_again():
    assessed = {"team": "CAT", "children": [{"child_id": CHILD, "outcome": "STRATEGY_DISCUSSION"}]}
    story = staffed(triaged().told("planning.AssessmentCompleted", CHILD, **assessed))
    done = story.when(record_strategy_discussion, discussion(None, **BY_CAT))
    assert titles(done) == ["StrategyDiscussionHeld", "AssessmentStarted"]
    started = done.facts[1]
    assert (started.event.type, started.event.basis, started.event.team) == ("FAMILY_HELP_PLAN", "REASSESSMENT", "CAT")
    assert {clock.rule for clock in started.clocks} == {"NAT-PLAN-01"}
    assert "WLV-REF-18" in started.rules
    assert landed(done).state == "CAT_ASSESSMENT"


# -- a case open to Family Help

MEETING = {"held_by": "FAMILY_HELP", "convened_by_id": "t-1", "chair_id": "s-1"}
WITH_LEAD = {"invited": [{"agency": "CHILDRENS_SOCIAL_CARE", "person_id": "f-1"}]}
HELPED_STATES = ("STRATEGY_OPEN", "FAMILY_HELP_ACTIVE", "STRATEGY_CAT")
NOT_MASH_NOR_CAT = ("UNKNOWN", "FAMILIES_FRONT_DOOR", "FAMILY_HELP", "MACPT")


def over_help(state="STRATEGY_OPEN", social_worker=True):
    story = helped(social_worker)
    if state == "STRATEGY_OPEN":
        story = asked(story)
    elif state == "STRATEGY_CAT":
        story = lead(asked(levelled(triaged("FAMILY_HELP"))), social_worker)
    story = staffed(story).registered("f-1", social_worker=social_worker)
    assert story.standing().state == state
    if state == "FAMILY_HELP_ACTIVE":
        story = story.told("planning.LineManagerDiscussionHeld", CHILD).told("planning.LCPPConversationHeld", CHILD)
    return story


@pytest.mark.rule("WLV-THR-26")
@pytest.mark.rule("WLV-THR-03")
@pytest.mark.rule("WLV-THR-05")
@pytest.mark.parametrize("state", HELPED_STATES)
def test_a_child_stays_with_family_help_at_its_level_and_the_managers_are_asked(state):
    done = over_help(state).when(record_strategy_discussion, discussion("CONTINUE_FAMILY_HELP", **MEETING, **WITH_LEAD))
    assert missing(done) == set()
    done.cites("WLV-THR-26", "WLV-THR-03", "WLV-THR-05")
    assert titles(done) == ["StrategyDiscussionHeld", "ChangeOfNeedReported"]
    change = done.facts[1]
    assert (change.event.trend, change.event.source, change.rules) == ("UP", "MEETING", ("WLV-THR-26",))
    after = landed(done)
    assert (after.state, after.level) == ("FAMILY_HELP_ACTIVE", "CHILD_IN_NEED")


@pytest.mark.rule("WLV-THR-26")
@pytest.mark.parametrize("state", HELPED_STATES)
@pytest.mark.parametrize("outcome", ["S17", "NFA", "FAMILY_HELP_NOT_S17", None])
def test_anything_else_is_handled_as_staying(state, outcome):
    done = over_help(state).when(record_strategy_discussion, discussion(outcome, **MEETING, **WITH_LEAD))
    assert missing(done, "NAT-THR-09") == {("WLV-THR-26", "outcome")}
    assert owners(done, "WLV-THR-26") == {"LEAD_PRACTITIONER"}
    assert titles(done) == ["StrategyDiscussionHeld", "ChangeOfNeedReported"]
    assert landed(done).state == "FAMILY_HELP_ACTIVE"


@pytest.mark.rule("WLV-THR-26")
def test_why_a_child_stays_is_said():
    command = discussion("CONTINUE_FAMILY_HELP", **MEETING, **WITH_LEAD, record=None)
    done = over_help().when(record_strategy_discussion, command)
    assert missing(done) == {("WLV-THR-26", "record")}
    assert owners(done, "WLV-THR-26") == {"LEAD_PRACTITIONER"}


@pytest.mark.rule("WLV-THR-26")
@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize("state", HELPED_STATES)
def test_section_47_over_family_help_opens_an_enquiry_above_it(state):
    done = over_help(state).when(record_strategy_discussion, discussion("S47", **MEETING, **WITH_LEAD, lead_id="l-1"))
    assert missing(done) == set()
    assert titles(done) == ["StrategyDiscussionHeld", "Section47EnquiryOpened", "ThresholdChanged"]
    after = landed(done)
    assert (after.state, after.beneath, after.level) == ("S47_MACPT", "FAMILY_HELP_ACTIVE", "CP_ENQUIRY")


@pytest.mark.rule("WLV-THR-03")
@pytest.mark.parametrize("state", HELPED_STATES)
@pytest.mark.parametrize("team", NOT_MASH_NOR_CAT)
@pytest.mark.parametrize(
    "convenes, chairs, lacks",
    [
        ("t-1", "s-1", set()),
        ("s-1", "t-1", set()),
        ("l-1", "s-1", {"convened_by.role"}),
        ("s-1", "d-1", {"chair.role"}),
        ("x-1", "s-1", {"convened_by.social_worker"}),
        ("s-1", "x-1", {"chair.social_worker"}),
        (None, "t-1", {"convened_by.role", "convened_by.social_worker"}),
    ],
)
def test_with_a_social_worker_as_lead_its_managers_convene_and_chair(state, team, convenes, chairs, lacks):
    people = {"convened_by_id": convenes, "chair_id": chairs, "held_by": team}
    done = over_help(state).when(record_strategy_discussion, discussion("CONTINUE_FAMILY_HELP", **people, **WITH_LEAD))
    assert missing(done) == {("WLV-THR-03", what) for what in lacks}
    assert owners(done, "WLV-THR-03") <= {"SW_TEAM_MANAGER"}


@pytest.mark.rule("WLV-THR-04")
@pytest.mark.parametrize("state", HELPED_STATES)
@pytest.mark.parametrize("team", NOT_MASH_NOR_CAT)
@pytest.mark.parametrize(
    "convenes, chairs, lacks",
    [("l-1", "m-1", set()), ("t-1", "m-1", {"convened_by.team"}), ("m-1", "t-1", {"chair.team"})],
)
def test_with_another_lead_macpt_convenes_and_chairs(state, team, convenes, chairs, lacks):
    people = {"convened_by_id": convenes, "chair_id": chairs, "held_by": team}
    command = discussion("CONTINUE_FAMILY_HELP", **people, **WITH_LEAD)
    done = over_help(state, social_worker=False).when(record_strategy_discussion, command)
    assert missing(done) == {("WLV-THR-04", what) for what in lacks}
    assert owners(done, "WLV-THR-04") <= {"LCPP"}


@pytest.mark.rule("WLV-THR-03")
@pytest.mark.rule("WLV-THR-04")
@pytest.mark.parametrize("team", ["MASH", "CAT"])
@pytest.mark.parametrize("social_worker", [True, False])
def test_what_mash_or_cat_holds_they_convene_themselves(team, social_worker):
    command = discussion("CONTINUE_FAMILY_HELP", held_by=team, convened_by_id="w-1", **WITH_LEAD)
    assert missing(over_help(social_worker=social_worker).when(record_strategy_discussion, command)) == set()


def test_of_several_posts_the_one_counts_in_which_they_may_chair():
    story = over_help().appointed("l-1", "SENIOR_SOCIAL_WORKER", "FAMILY_HELP")
    command = discussion("CONTINUE_FAMILY_HELP", convened_by_id="l-1", chair_id="l-1", **WITH_LEAD)
    done = story.when(record_strategy_discussion, command)
    assert missing(done) == set()
    assert (done.event.chair.role, done.event.convened_by.role) == ("SENIOR_SOCIAL_WORKER", "SENIOR_SOCIAL_WORKER")


@pytest.mark.rule("WLV-THR-05")
@pytest.mark.parametrize("social_worker", [True, False])
def test_the_lead_practitioner_is_asked_to_it(social_worker):
    done = over_help(social_worker=social_worker).when(
        record_strategy_discussion, discussion("CONTINUE_FAMILY_HELP", held_by="MASH")
    )
    assert missing(done) == {("WLV-THR-05", "invited.LEAD_PRACTITIONER")}
    assert owners(done, "WLV-THR-05") == {"LCPP"}
    was_there = [*WHOLE, {"agency": "CHILDRENS_SOCIAL_CARE", "person_id": "f-1"}]
    command = discussion("CONTINUE_FAMILY_HELP", held_by="MASH", participants=was_there)
    assert missing(over_help(social_worker=social_worker).when(record_strategy_discussion, command)) == set()


@pytest.mark.rule("WLV-THR-05")
def test_a_child_of_whom_nobody_leads_family_help_asks_for_no_lead():
    assert missing(done_in("STRATEGY_CAT", "S47", **BY_CAT)) == NO_LEAD


@pytest.mark.rule("WLV-THR-21")
@pytest.mark.parametrize("team", NOT_MASH_NOR_CAT)
def test_the_talks_that_were_not_recorded_are_asked_for_and_hold_nothing_up(team):
    people = {"held_by": team, "convened_by_id": "t-1", "chair_id": "s-1"}
    story = staffed(helped()).registered("f-1", social_worker=True)
    done = story.when(record_strategy_discussion, discussion("CONTINUE_FAMILY_HELP", **people, **WITH_LEAD))
    assert missing(done) == {("WLV-THR-21", "line_manager_discussion"), ("WLV-THR-21", "lcpp_conversation")}
    assert owners(done, "WLV-THR-21") == {"LEAD_PRACTITIONER"}
    for team_of in ("MASH", "CAT"):
        command = discussion("CONTINUE_FAMILY_HELP", held_by=team_of, convened_by_id="w-1", **WITH_LEAD)
        story.when(record_strategy_discussion, command).complete("WLV-THR-21")


# -- several children


@pytest.mark.rule("WLV-REF-11")
@pytest.mark.rule("WLV-REF-18")
def test_each_child_is_judged_on_its_own():
    story = staffed(asked(triaged())).told("referral.ReferralReceived", SIBLING)
    story = story.told("referral.ReferralTriaged", SIBLING, outcome="STRATEGY_DISCUSSION", triage_rag="RED")
    children = [{"child_id": CHILD, "outcome": "S17"}, {"child_id": SIBLING, "outcome": "NFA"}]
    done = story.when(record_strategy_discussion, discussion(children=children, participants=[LCPP], **BY_CAT))
    assert missing(done) == {
        ("NAT-THR-01", "participants.POLICE"),
        ("NAT-THR-01", "participants.HEALTH"),
        ("WLV-REF-16", "children[0].fhlp_recommendation"),
        ("WLV-REF-11", "children[1].outcome"),
    }
    assert {(item.rule, item.child_id) for item in done.facts[0].incomplete} == {
        ("NAT-THR-01", None),
        ("WLV-REF-16", CHILD),
        ("WLV-REF-11", SIBLING),
    }
    assert len([item for item in done.facts[0].incomplete if item.rule == "NAT-THR-01"]) == 2
    assert [(fact.event.title(), fact.child_ids) for fact in done.facts] == [
        ("StrategyDiscussionHeld", (CHILD, SIBLING)),
        ("ThresholdChanged", (CHILD,)),
    ]
    after = done.kept()
    assert after.standing().state == "AWAITING_ALLOCATION"
    assert after.standing(SIBLING).state == "CAT_ASSESSMENT"


@pytest.mark.rule("WLV-REF-12")
def test_children_who_go_back_to_cat_together_have_one_assessment():
    children = [{"child_id": CHILD, "outcome": "S17"}, {"child_id": SIBLING, "outcome": "S17"}]
    done = case(by=WORKER).when(record_strategy_discussion, discussion(children=children, held_by="MASH"))
    started = done.facts[1]
    assert [one.child_id for one in started.event.children] == [CHILD, SIBLING]
    assert {clock.child_id for clock in started.clocks} == {CHILD, SIBLING}


def test_the_classes_are_those_of_the_catalogue():
    done = done_in("STRATEGY_MASH", "S47", held_by="MASH")
    done.then(StrategyDiscussionHeld, Section47EnquiryOpened, ThresholdChanged)
    done_in("STRATEGY_CAT", "NFA", **BY_CAT).then(StrategyDiscussionHeld, CaseClosed)
    over_help().when(record_strategy_discussion, discussion("NFA", **MEETING, **WITH_LEAD)).then(
        StrategyDiscussionHeld, ChangeOfNeedReported
    )
