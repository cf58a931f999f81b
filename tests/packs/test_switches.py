"""Each open question of the text answered the other way: the pack follows without a line of code."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.discussed import RecordStrategyDiscussion
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.decisions.start_plan import StartPlan, start_plan
from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from services.referral.decisions.submit_referral import submit_referral
from services.referral.decisions.triage_referral import triage_referral
from services.referral.events import ReferralTriaged
from shared.protocol.load import protocol_of
from shared.protocol.standing import standing
from tests.decisions.on_case import case
from tests.decisions.planning.protected import enquiry, helped, planned
from tests.decisions.referral.forms import emarf, triage
from tests.given import AGENCY, DOOR_MANAGER, FRONT_DOOR, given
from tests.packs.families import ALTERNATIVE, Family
from tests.packs.test_team_days import Team
from tests.packs.told import CHILD, facts, said

NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)


def story_of(protocol):
    return given(protocol, by=AGENCY, client=True).when(submit_referral, emarf()).kept().by(FRONT_DOOR)


def test_amber_may_have_to_go_through_cat(switched):
    story = story_of(switched("amber_direct_route", "off"))
    child = story.children()[0]
    story.when(triage_referral, triage(child, "AMBER", "FAMILY_HELP")).refused("WLV-REF-07")
    story.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT")).then(ReferralTriaged)


def test_the_ten_days_may_be_days_of_the_calendar(switched):
    story = story_of(switched("cat_ten_days", "calendar"))
    done = story.when(triage_referral, triage(story.children()[0], "AMBER", "CAT_ASSESSMENT"))
    done.due("WLV-REF-08", "2026-04-12T22:59:59+00:00")


def test_a_return_from_the_mash_may_start_ten_days_too(switched):
    protocol = switched("cat_clock_after_mash", "on")

    def started(name, state=None, ran_before=(), **data):
        return [clock.rule for clock in protocol.clocks_started_by(name, data, NOW, CHILD, state, ran_before).clocks]

    held = "planning.StrategyDiscussionHeld"
    children = [{"child_id": CHILD, "outcome": "S17"}]
    assert started(held, held_by="MASH", children=children) == ["WLV-REF-08"]
    assert started(held, held_by="CAT", children=children) == []
    assert "WLV-REF-08" not in started(held, held_by="MASH", children=[{"child_id": CHILD, "outcome": "S47"}])
    assert started("referral.ReferralTriaged", outcome="CAT_ASSESSMENT") == ["WLV-REF-08"]
    assert started("referral.ReferralTriaged", outcome="FAMILY_HELP") == []
    for state in ("AWAITING_THRESHOLD", "AWAITING_ALLOCATION"):
        assert started("planning.AssessmentStarted", state, team="CAT") == ["WLV-REF-08"]
    assert started("planning.AssessmentStarted", "CAT_ASSESSMENT", team="CAT") == []
    assert started("planning.AssessmentStarted", "AWAITING_THRESHOLD", team="MASH") == []
    assert started("planning.AssessmentStarted", "AWAITING_THRESHOLD", ("WLV-REF-08",), team="CAT") == []


def test_the_mash_may_be_allowed_to_end_in_nothing(switched):
    protocol = switched("allow_mash_nfa", "on")
    red = said("referral.ReferralTriaged", triage_rag="RED", outcome="STRATEGY_DISCUSSION")
    nothing = {"held_by": "MASH", "children": [{"child_id": CHILD, "outcome": "NFA"}]}
    s17 = {"held_by": "MASH", "children": [{"child_id": CHILD, "outcome": "S17"}]}
    received = said("referral.ReferralReceived")

    def after(*events):
        return standing(facts(*events), protocol, CHILD).state

    assert after(received, red, said("planning.StrategyDiscussionHeld", **nothing)) == "CLOSED"
    assert after(received, red, said("planning.StrategyDiscussionHeld", **s17)) == "CAT_ASSESSMENT"
    asked = said("planning.StrategyDiscussionRequested")
    crossed = said("referral.ReferralTriaged", triage_rag="AMBER", outcome="FAMILY_HELP")
    held = said("planning.StrategyDiscussionHeld", **nothing)
    assert after(received, asked, crossed, held) == "AWAITING_THRESHOLD"


def test_where_the_mash_may_end_in_nothing_it_closes_the_case_of_a_child_with_nothing_before(switched):
    held = {"held_by": "MASH", "participants": [{"agency": "POLICE", "role": "LCPP"}]}
    command = RecordStrategyDiscussion.model_validate({"children": [{"child_id": "c1", "outcome": "NFA"}], **held})
    on, off = (replace(case(), protocol=switched("allow_mash_nfa", "on")), case())
    for story, closes in ((on, True), (off, False)):
        red = story.told("referral.ReferralReceived").told(
            "referral.ReferralTriaged", triage_rag="RED", outcome="STRATEGY_DISCUSSION"
        )
        done = red.when(record_strategy_discussion, command)
        assert [fact.event.title() for fact in done.facts] == [
            "StrategyDiscussionHeld",
            *(["CaseClosed"] if closes else []),
        ]
        assert done.kept().standing().state == ("CLOSED" if closes else "CAT_ASSESSMENT")
        assert ("WLV-REF-11" in {item.rule for item in done.facts[0].incomplete}) is not closes
    nobody = on.when(record_strategy_discussion, command)
    assert (nobody.facts[-1].event.reason_code, nobody.facts[-1].rules) == ("RC7", ("WLV-REF-11",))
    levelled = on.told("planning.ThresholdChanged", to="EARLY_SUPPORT", decided_in="TRIAGE")
    assert levelled.when(record_strategy_discussion, command).facts[1].event.decided_in == "STRATEGY"
    for state in ("NFA", "EARLY_SUPPORT_START"):
        story = on.told("referral.ReferralReceived").told("referral.ReferralTriaged", triage_rag="GREEN", outcome=state)
        assert story.when(record_strategy_discussion, command).facts[-1].event.title() == "CaseClosed"
    for outcome in ("S17", "S47"):
        other = RecordStrategyDiscussion.model_validate({"children": [{"child_id": "c1", "outcome": outcome}], **held})
        on.when(record_strategy_discussion, other).complete("WLV-REF-11")
    waiting = on.told("referral.ReferralReceived").when(record_strategy_discussion, command)
    assert waiting.facts[-1].event.title() == "CaseClosed"


def test_the_earliest_opportunity_may_be_the_same_day(switched):
    story = story_of(switched("earliest_opportunity", "same day"))
    done = story.when(triage_referral, triage(story.children()[0], "RED", "STRATEGY_DISCUSSION"))
    done.due("WLV-THR-29", "2026-04-02T22:59:59+00:00")


def test_triage_over_a_running_discussion_may_be_let_pass_with_a_warning(switched):
    story = story_of(switched("triage_over_protection", "warn"))
    open_child = story.children()[0]
    story = story.when(triage_referral, triage(open_child, "AMBER", "CAT_ASSESSMENT")).kept()
    story = story.told("planning.StrategyDiscussionRequested", open_child)
    story = story.by(AGENCY, client=True).when(submit_referral, emarf()).kept().by(FRONT_DOOR)
    command = triage(story.children()[0], "AMBER", "CAT_ASSESSMENT", open_child_id=open_child)
    # The rules that do not rest on this question refuse as before; those that do only warn.
    refused = story.when(triage_referral, command)
    refused.refused("WLV-REF-25")
    alone = story_of(story.protocol)
    child = alone.children()[0]
    alone = alone.told("planning.StrategyDiscussionRequested", child)
    alone.when(triage_referral, triage(child, "AMBER", "CAT_ASSESSMENT")).refused("WLV-REF-03")


def test_early_support_may_begin_without_a_lead(switched):
    body = {"type": "EARLY_SUPPORT_PLAN", "children": ["c1"], "response_mode": "SINGLE_AGENCY", "agencies": ["a"]}
    story = case(by=FRONT_DOOR).told("referral.ReferralReceived", "c1")
    begun = replace(story, protocol=switched("esp_lead_missing", "warn"))
    begun.when(start_plan, StartPlan.model_validate(body)).warned("WLV-REF-24")


def test_a_child_in_protection_who_moves_may_be_closed_before_the_receiver_is_named(switched):
    body = {"children": ["c1"], "closed_by_event": "MOVED_TO_OTHER_AUTHORITY", "acceptance_ref": "letter-1"}
    story = case(by=DOOR_MANAGER).told("referral.ReferralReceived", "c1")
    story = story.told("planning.Section47EnquiryOpened", "c1", enquiry_id="e1")
    story.when(close_case, CloseCase.model_validate(body)).refused("NAT-THR-11")
    moved = replace(story, protocol=switched("move_without_receiver", "warn"))
    moved.when(close_case, CloseCase.model_validate(body)).warned("NAT-THR-11")


def test_a_conversation_on_rising_need_may_be_due_the_same_day(switched):
    protocol = switched("earliest_opportunity", "same day")
    told = open_family()
    told.told("ChangeOfNeedReported", "2026-05-22 10:00", trend="UP")
    rows = clocks_of("k1", told.post.sent, lambda authority, at: protocol, NOW)
    assert [row["due_at"] for row in rows if row["rule"] == "WLV-THR-19"] == ["2026-05-22T22:59:59Z"]


def test_a_plan_that_is_not_begun_may_be_nobodys_task(switched):
    told = open_family()
    protocol = switched("plan_begun_task", "none")
    for asked, found in ((protocol_of("WLV", NOW), ["BEGIN_PLAN"]), (protocol, [])):
        file = case_file("k1", told.post.sent, lambda authority, at, asked=asked: asked)
        assert [item["code"] for item in file["worklist"]] == found


def test_a_team_may_meet_on_every_working_day(switched):
    team = Team()
    team.asks("2026-06-01 10:00")
    team.allocated("2026-06-01 12:00")
    daily = switched("imc_daily", "every working day")
    assert team.days("2026-06-03 09:00") == [("2026-06-01", "CANCELLED")]
    assert team.days("2026-06-03 09:00", daily) == [
        ("2026-06-01", "CANCELLED"),
        ("2026-06-02", "MISSED"),
        ("2026-06-03", "RUNNING"),
        ("2026-06-04", "RUNNING"),
    ]


def open_family():
    told = Family()
    told.opened("2026-05-20", "c1")
    told.lead("2026-05-21 09:00", ALTERNATIVE)
    return told


def test_a_child_may_land_at_targeted_level_after_a_plan(switched):
    story = planned(enquiry(helped()))
    about = [{"child_id": "c1", "decision": "END_PLAN"}]
    command = RecordReviewConference.model_validate({"children": about})
    there = replace(story, protocol=switched("landing_level", "TARGETED_EARLY_HELP"))
    assert there.when(record_review_conference, command).facts[-1].event.to == "TARGETED_EARLY_HELP"


def test_every_switch_of_the_pack_is_turned_here():
    turned = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_switches*.py"))
    protocol = protocol_of("WLV", NOW)
    switches = {**protocol.national.switches, **protocol.local.switches}
    names = {name for name, switch in switches.items() if len(switch.values) > 1}
    assert all(f'"{name}"' in turned for name in names), names
