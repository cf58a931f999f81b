"""A conversation with an LCPP settles whether child protection starts; who asked, or a manager, withdraws a request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.planning.decisions.record_lcpp_conversation import RecordLCPPConversation, record_lcpp_conversation
from services.planning.decisions.record_talk_of_the_lead import (
    RecordLineManagerDiscussion,
    record_line_manager_discussion,
)
from services.planning.decisions.request_strategy_discussion import (
    RequestStrategyDiscussion,
    request_strategy_discussion,
)
from services.planning.events import ChangeOfNeedReported, LCPPConversationHeld, StrategyDiscussionRequested
from shared.kernel.people import Actor
from shared.kernel.refusal import Refused
from tests.decisions.on_case import CHILD, SIBLING, case
from tests.decisions.planning.test_record_strategy_discussion import (
    STATES,
    WORKER,
    asked,
    helped,
    levelled,
    missing,
    owners,
    red_over,
    titles,
    triaged,
)

LCPP = Actor(id="l-1", role="LCPP", team="MACPT", social_worker=True)
PLAIN = {"cp_triggered": False, "macpt_involved": False, "reason_code": "NO_HARM"}
WITHDRAWN = {"request_withdrawn": {"reason_code": "EXPLAINED"}}
BEFORE_HELP = {"AWAITING_THRESHOLD": "STRATEGY_CAT", "CAT_ASSESSMENT": "STRATEGY_CAT",
               "AWAITING_ALLOCATION": "STRATEGY_CAT"}  # fmt: skip


def talk(children=(CHILD,), **said):
    return RecordLCPPConversation.model_validate({"child_ids": children, **PLAIN, **said})


def recorded(story, **said):
    return story.when(record_lcpp_conversation, talk(**said))


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize(
    "state, then",
    [
        *BEFORE_HELP.items(),
        ("FAMILY_HELP_ACTIVE", "STRATEGY_OPEN"),
        ("RECEIVED", "STRATEGY_MASH"),
        ("EARLY_SUPPORT", "STRATEGY_MASH"),
    ],
)
def test_yes_asks_for_a_strategy_discussion(state, then):
    done = recorded(STATES[state]().by(LCPP), cp_triggered=True)
    done.then(LCPPConversationHeld, StrategyDiscussionRequested).due("WLV-THR-29", "2026-04-07T22:59:59+00:00")
    requested = done.facts[1].event
    assert (requested.from_state, requested.against_lcpp_view) == (state, None)
    found = missing(done)
    assert not any(rule in ("WLV-THR-01", "WLV-THR-02") for rule, _ in found)
    assert ("WLV-THR-21", "lcpp_conversation") not in found
    assert (("WLV-THR-21", "line_manager_discussion") in found) == (state == "FAMILY_HELP_ACTIVE")
    assert done.kept().standing().state == then
    done.cites("WLV-THR-01")


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("plan", [False, True])
def test_beside_an_enquiry_or_a_plan_the_cp_lead_may_hold_a_further_discussion(plan):
    story = triaged().by(LCPP).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN") if plan else story
    done = recorded(story, cp_triggered=True).then(LCPPConversationHeld, StrategyDiscussionRequested)
    assert missing(done) == set()
    assert done.kept().standing().state == ("CP_PLAN" if plan else "S47_MACPT")


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("state", ["STRATEGY_MASH", "STRATEGY_CAT", "STRATEGY_OPEN"])
def test_what_is_asked_for_already_is_not_asked_for_again(state):
    done = recorded(STATES[state]().by(LCPP), cp_triggered=True).then(LCPPConversationHeld)
    assert done.kept().standing().state == state


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("state", [*BEFORE_HELP, "RECEIVED", "EARLY_SUPPORT", "STRATEGY_MASH", "STRATEGY_CAT"])
def test_no_leaves_the_child_where_it_is(state):
    done = recorded(STATES[state]().by(LCPP)).then(LCPPConversationHeld)
    assert (missing(done), done.kept().standing().state) == (set(), state)


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("state", ["FAMILY_HELP_ACTIVE", "STRATEGY_OPEN"])
def test_no_about_a_child_open_to_family_help_is_a_change_of_need(state):
    done = recorded(STATES[state]().by(LCPP)).then(LCPPConversationHeld, ChangeOfNeedReported)
    change = done.facts[1]
    assert (change.event.trend, change.event.source, change.rules) == ("UP", "MEETING", ("WLV-THR-01",))
    assert change.event.from_event == done.facts[0].event_id
    assert done.kept().standing().state == state


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("over", ["RED", "CAT"])
def test_so_is_no_about_one_over_whom_mash_or_cat_was_asked(over):
    waits = asked(levelled(triaged("FAMILY_HELP")))
    beside = waits.told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead={"id": "f-1"})
    story = red_over(helped()) if over == "RED" else beside
    assert story.standing().state == ("STRATEGY_MASH" if over == "RED" else "STRATEGY_CAT")
    recorded(story.by(LCPP)).then(LCPPConversationHeld, ChangeOfNeedReported)


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("what", ["cp_triggered", "reason_code"])
def test_what_it_settled_and_why_is_asked_after(what):
    done = recorded(triaged().by(LCPP), **{what: None})
    assert missing(done) == {("WLV-THR-01", what)}
    assert owners(done, "WLV-THR-01") == {"LCPP"}


@pytest.mark.rule("WLV-THR-01")
def test_with_whom_it_was():
    story = triaged().by(WORKER).registered("l-1", social_worker=True)
    assert missing(recorded(story, lcpp_id="l-1")) == {("WLV-THR-01", "lcpp_post")}
    both = story.appointed("l-1", "SOCIAL_WORKER", "CAT").appointed("l-1", "LCPP", "MACPT")
    done = recorded(both, lcpp_id="l-1")
    assert (missing(done), done.event.lcpp.role) == (set(), "LCPP")
    assert owners(recorded(story), "WLV-THR-01") == {"LCPP"}
    recorded(story, lcpp_id="nobody").refused("SYS-REF-07")


@pytest.mark.rule("WLV-THR-02")
@pytest.mark.parametrize("state", ["FAMILY_HELP_ACTIVE", "STRATEGY_OPEN"])
def test_over_family_help_it_settles_whether_macpt_comes_in(state):
    done = recorded(STATES[state]().by(LCPP), macpt_involved=None)
    assert missing(done) == {("WLV-THR-02", "macpt_involved")}
    assert owners(done, "WLV-THR-02") == {"LCPP"}
    done.cites("WLV-THR-02")
    assert missing(recorded(STATES[state]().by(LCPP), macpt_involved=True)) == set()
    assert missing(recorded(triaged().by(LCPP), macpt_involved=None)) == set()


# -- a request is withdrawn


def over(state):
    story = asked(triaged()) if state == "STRATEGY_CAT" else asked(helped())
    if state == "STRATEGY_MASH":
        story = asked(STATES["RECEIVED"]())
    if state in ("S47_MACPT", "CP_PLAN"):
        story = triaged().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
        story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN") if state == "CP_PLAN" else story
        story = asked(story)
    assert (story.standing().state, story.standing().asked) == (state, {"REQUEST"})
    return story


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize(
    "state, back",
    [
        ("STRATEGY_CAT", "CAT_ASSESSMENT"),
        ("STRATEGY_OPEN", "FAMILY_HELP_ACTIVE"),
        ("STRATEGY_MASH", "RECEIVED"),
        ("S47_MACPT", "S47_MACPT"),
    ],
)
def test_who_asked_withdraws_it_and_the_child_is_where_it_was(state, back):
    done = recorded(over(state).by(WORKER), **WITHDRAWN, lcpp_id=None)
    assert (done.event.request_withdrawn.by.id, done.event.request_withdrawn.reason_code) == ("w-1", "EXPLAINED")
    after = done.kept().standing()
    assert (after.state, after.asked) == (back, frozenset())


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize(
    "state, teams",
    [
        ("STRATEGY_MASH", {"MASH"}),
        ("STRATEGY_CAT", {"CAT"}),
        ("STRATEGY_OPEN", {"FAMILY_HELP", "MACPT"}),
        ("S47_MACPT", {"MACPT"}),
        ("CP_PLAN", {"MACPT"}),
    ],
)
@pytest.mark.parametrize("team", ["MASH", "CAT", "FAMILY_HELP", "MACPT", "FAMILIES_FRONT_DOOR"])
def test_a_manager_of_the_team_that_would_hold_it_withdraws_it(state, teams, team):
    story = over(state).by(Actor(id="b-1", role="SW_TEAM_MANAGER", team=team, social_worker=True))
    done = recorded(story, **WITHDRAWN)
    if team in teams:
        assert done.kept().standing().asked == frozenset()
    else:
        done.refused("WLV-THR-01")


@pytest.mark.rule("WLV-THR-01")
def test_nobody_else_withdraws_it_and_whom_they_name_decides():
    story = over("STRATEGY_CAT").registered("b-1", social_worker=True).appointed("b-1", "SW_TEAM_MANAGER", "CAT")
    recorded(story.by(LCPP), **WITHDRAWN).refused("WLV-THR-01")
    named = {"request_withdrawn": {"by_id": "b-1", "reason_code": "EXPLAINED"}}
    done = recorded(story.by(LCPP), **named)
    assert (done.event.request_withdrawn.by.id, done.kept().standing().state) == ("b-1", "CAT_ASSESSMENT")
    recorded(story.by(LCPP), request_withdrawn={"by_id": "nobody", "reason_code": "X"}).refused(
        "SYS-REF-07", "WLV-THR-01"
    )


@pytest.mark.rule("WLV-THR-01")
def test_it_is_not_withdrawn_without_a_reason_nor_where_the_process_starts():
    story = over("STRATEGY_CAT").by(WORKER)
    recorded(story, request_withdrawn={}).refused("WLV-THR-01")
    recorded(story, **WITHDRAWN, cp_triggered=True).refused("WLV-THR-01")


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("also", ["RED", "CAT", "NOBODY"])
def test_what_a_red_or_cat_asks_for_too_is_held(also):
    red = STATES["STRATEGY_MASH"]()
    assessed = {"team": "CAT", "children": [{"child_id": CHILD, "outcome": "STRATEGY_DISCUSSION"}]}
    by_cat = triaged().told("planning.AssessmentCompleted", CHILD, **assessed)
    story = {"RED": asked(red), "CAT": asked(by_cat), "NOBODY": triaged()}[also].by(WORKER)
    recorded(story, **WITHDRAWN).refused("WLV-THR-01")
    assert recorded(story).kept().standing().state == story.standing().state


@pytest.mark.rule("WLV-THR-01")
def test_it_is_not_withdrawn_before_it_was_asked_for():
    story = over("STRATEGY_CAT").by(WORKER)
    act = replace(story.act(), occurred_at=story.act().occurred_at - timedelta(days=1))
    with pytest.raises(Refused):
        record_lcpp_conversation(story.matter(), story.known(), talk(**WITHDRAWN), act)
    record_lcpp_conversation(story.matter(), story.known(), talk(), act)


# -- who may, and what a talk fills


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(
    "actor, may",
    [
        (LCPP, True),
        (Actor(id="a", role="SOCIAL_WORKER"), True),
        (Actor(id="a", role="SENIOR_SOCIAL_WORKER"), True),
        (Actor(id="a", role="SW_TEAM_MANAGER"), True),
        (Actor(id="a", role="DELIVERY_MANAGER"), True),
        (Actor(id="f-1"), True),
        (Actor(id="asked-for-it"), True),
        (Actor(id="a", role="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR"), False),
    ],
)
def test_who_may_record_it(actor, may):
    story = helped().told("planning.StrategyDiscussionRequested", CHILD, actor=Actor(id="asked-for-it"))
    done = recorded(story.by(actor))
    assert (done.refusal is None) is may
    if not may:
        done.refused("SYS-REF-02")


def test_about_a_child_not_known_here_nothing_is_recorded():
    case(by=LCPP).when(record_lcpp_conversation, talk()).refused("SYS-REF-07")
    case(by=LCPP).when(record_lcpp_conversation, talk([CHILD, SIBLING])).refused("SYS-REF-07")


ASK = RequestStrategyDiscussion.model_validate({"child_ids": [CHILD]})


@pytest.mark.rule("WLV-THR-21")
def test_a_talk_fills_what_the_request_lacked():
    story = helped().when(request_strategy_discussion, ASK).kept()
    request = story.past[-1]
    done = recorded(story.by(LCPP))
    filled = next(fact for fact in done.facts if fact.event.title() == "IncompleteResolved")
    assert (filled.event.of_event, filled.event.what) == (request.event_id, "lcpp_conversation")
    assert (filled.event.rule, filled.event.value_ref) == ("WLV-THR-21", done.facts[0].event_id)
    later = done.kept().by(Actor(id="f-1")).registered("m-9", social_worker=True)
    command = RecordLineManagerDiscussion(child_ids=(CHILD,), line_manager_id="m-9", note="we agreed")
    talked = later.when(record_line_manager_discussion, command)
    assert titles(talked) == ["LineManagerDiscussionHeld", "IncompleteResolved"]
    assert (talked.facts[1].event.what, talked.event.line_manager.id) == ("line_manager_discussion", "m-9")
    assert (talked.event.note.clear, talked.event.held_at) == ("we agreed", later.moment)
    again = talked.kept().by(Actor(id="f-1")).when(record_line_manager_discussion, command)
    assert titles(again) == ["LineManagerDiscussionHeld"]


@pytest.mark.rule("WLV-THR-21")
@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(
    "actor, may, manager",
    [
        (Actor(id="f-1"), True, None),
        (Actor(id="m-1"), True, "m-1"),
        (Actor(id="a", role="LINE_MANAGER"), True, "a"),
        (Actor(id="a", role="SW_TEAM_MANAGER"), True, "a"),
        (Actor(id="a", role="DELIVERY_MANAGER"), True, "a"),
        (Actor(id="a", role="SOCIAL_WORKER"), False, None),
    ],
)
def test_the_lead_or_the_line_manager_records_their_talk(actor, may, manager):
    who = {"id": "f-1", "social_worker": True}
    story = levelled(triaged("FAMILY_HELP")).told(
        "allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead=who, line_manager={"id": "m-1"}
    )
    command = RecordLineManagerDiscussion(child_ids=(CHILD,))
    done = story.by(actor).when(record_line_manager_discussion, command)
    if not may:
        done.refused("SYS-REF-02")
        return
    assert (done.event.line_manager.id if done.event.line_manager else None) == manager
    assert missing(done) == (set() if manager else {("WLV-THR-21", "line_manager")})
    assert owners(done, "WLV-THR-21") <= {"LEAD_PRACTITIONER"}
    named = RecordLineManagerDiscussion(child_ids=(CHILD,), line_manager_id="nobody")
    story.by(actor).when(record_line_manager_discussion, named).refused("SYS-REF-07")
    case(by=LCPP).by(Actor(id="a", role="LINE_MANAGER")).when(record_line_manager_discussion, command).refused(
        "SYS-REF-07"
    )
