"""Section 47 from a strategy discussion opens one enquiry and no second; records of a discussion can be completed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.events import Section47EnquiryOpened, StrategyDiscussionHeld, ThresholdChanged
from shared.kernel.own_events import IncompleteResolved
from tests.decisions.on_case import CHILD
from tests.decisions.planning.test_record_strategy_discussion import (
    BY_CAT,
    NO_LEAD,
    STATES,
    asked,
    discussion,
    done_in,
    levelled,
    missing,
    staffed,
    titles,
    triaged,
)

OPEN = OpenSection47.model_validate({"child_ids": [CHILD]})
S47 = ("STRATEGY_MASH", "S47")


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize("state", ["STRATEGY_MASH", "RECEIVED", "EARLY_SUPPORT", "CLOSED", "UNKNOWN"])
@pytest.mark.parametrize("team", ["MASH", "FAMILY_HELP", "UNKNOWN"])
def test_whoever_held_it_the_enquiry_and_the_level_are_in_one_write(state, team):
    done = done_in(state, "S47", held_by=team, lead_id="l-1")
    done.then(StrategyDiscussionHeld, Section47EnquiryOpened, ThresholdChanged)
    held, opened, raised = done.facts
    assert (opened.event.lead.id, opened.event.lead.role, opened.event.strategy_ref) == ("l-1", "LCPP", held.event_id)
    assert (raised.event.to, raised.event.decided_in, raised.event.decision_ref) == (
        "CP_ENQUIRY",
        "STRATEGY",
        held.event_id,
    )
    assert held.event.children[0].enquiry_id is None
    assert opened.incomplete == ()
    assert {"WLV-REF-13", "WLV-ALLOC-21"} <= set(opened.rules)
    story = done.kept()
    assert (story.standing().state, story.standing().enquiries) == ("S47_MACPT", {opened.event.enquiry_id})
    assert held.event.children[0].landing_state == "S47_MACPT"
    assert story.past[0].event_id == held.event_id


@pytest.mark.rule("WLV-REF-13")
def test_without_a_lead_it_is_opened_and_the_duty_desk_is_asked():
    done = done_in(*S47, held_by="MASH")
    assert missing(done) == NO_LEAD
    assert {item.owner for item in done.facts[1].incomplete} == {"LCPP"}


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize("awaits", [False, True])
def test_where_one_is_open_it_is_put_to_that_one(awaits):
    story = staffed(triaged()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1", strategy_ref="s0")
    story = levelled(story, "CP_ENQUIRY")
    if awaits:
        story = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e1", outcome="CONFERENCE")
    done = story.when(record_strategy_discussion, discussion("S47", held_by="MACPT")).due("NAT-THR-02", None)
    assert (titles(done), missing(done)) == (["StrategyDiscussionHeld"], set())
    assert done.event.children[0].enquiry_id == "e1"
    after = done.kept().standing()
    assert (after.state, after.level, after.enquiries) == ("S47_MACPT", "CP_ENQUIRY", {"e1"})


@pytest.mark.rule("WLV-THR-26")
@pytest.mark.parametrize("outcome", ["S17", "NFA", "CONTINUE_FAMILY_HELP"])
@pytest.mark.parametrize("plan", [False, True])
def test_under_an_enquiry_or_a_plan_any_outcome_is_recorded_and_the_state_stays(outcome, plan):
    story = staffed(triaged()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1", strategy_ref="s0")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN") if plan else story
    state = "CP_PLAN" if plan else "S47_MACPT"
    assert story.standing().state == state
    done = story.when(record_strategy_discussion, discussion(outcome, held_by="MACPT"))
    assert (titles(done), missing(done)) == (["StrategyDiscussionHeld"], set())
    assert done.event.children[0].enquiry_id is None
    assert done.kept().standing().state == done.event.children[0].landing_state == state


@pytest.mark.rule("WLV-REF-13")
def test_under_a_plan_an_enquiry_is_opened_and_the_level_stays():
    story = staffed(triaged()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1", strategy_ref="s0")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    story = story.told("planning.PlanStarted", CHILD, plan_id="p1", type="CP", children=[{"child_id": CHILD}])
    story = levelled(story, "CHILD_PROTECTION_PLAN")
    done = story.when(record_strategy_discussion, discussion("S47", held_by="MACPT", lead_id="l-1"))
    assert titles(done) == ["StrategyDiscussionHeld", "Section47EnquiryOpened"]
    done.due("NAT-THR-02", None)
    after = done.kept().standing()
    assert (after.state, after.level) == ("CP_PLAN", "CHILD_PROTECTION_PLAN")
    assert after.enquiries == {done.facts[1].event.enquiry_id}


@pytest.mark.rule("NAT-THR-13")
@pytest.mark.parametrize("outcome", ["S47", "S17", None])
def test_a_discussion_fills_what_the_enquiry_rests_on_whatever_it_came_to(outcome):
    story = staffed(STATES["STRATEGY_MASH"]()).when(open_section_47, OPEN).kept()
    opened = story.past[0]
    done = story.when(record_strategy_discussion, discussion(outcome, held_by="MACPT"))
    held, filled = done.facts
    assert isinstance(filled.event, IncompleteResolved)
    assert (filled.event.of_event, filled.event.what) == (opened.event_id, "strategy_discussion")
    assert (filled.event.rule, filled.event.resolved_as) == ("NAT-THR-13", "FILLED")
    assert (filled.event.value_ref, filled.event.by.id) == (held.event_id, "w-1")
    after = done.kept()
    assert after.standing().state == "S47_MACPT"
    again = after.when(record_strategy_discussion, discussion(outcome, held_by="MACPT"))
    assert titles(again) == ["StrategyDiscussionHeld"]


# -- a record is completed


def corrected(story, outcome, **said):
    first = next(event for event in story.past if event.title == "StrategyDiscussionHeld")
    # As the edge does it: a correction that says no time is of the time of what it corrects.
    then = story.at(first.occurred_at.isoformat())
    return then.when(record_strategy_discussion, discussion(outcome, corrects=first.event_id, **said))


@pytest.mark.rule("WLV-REF-10")
def test_a_later_record_fills_what_is_missing_and_opens_nothing_again():
    first = done_in(*S47, held_by="MASH", participants=[], lead_id="l-1")
    assert ("WLV-REF-10", "posts.LCPP") in missing(first)
    done = corrected(first.kept(), "S47", held_by="MASH", lead_id="l-1")
    assert (titles(done), missing(done)) == (["StrategyDiscussionHeld"], set())
    assert done.facts[0].corrects == first.facts[0].event_id
    assert done.event.children[0].enquiry_id is None
    after = done.kept().standing()
    assert (after.state, after.level) == ("S47_MACPT", "CP_ENQUIRY")
    # And once more, naming the first: the one that counts is replaced.
    third = corrected(done.kept(), "S47", held_by="MASH", lead_id="l-1")
    assert third.facts[0].corrects == done.kept().past[-1].event_id
    assert third.kept().standing().enquiries == after.enquiries


@pytest.mark.rule("WLV-REF-16")
def test_a_recommendation_that_was_missing_is_added_and_the_level_is_not_set_twice():
    entry = [{"child_id": CHILD, "outcome": "S17"}]
    first = done_in("STRATEGY_CAT", **BY_CAT, children=entry)
    assert missing(first) == {("WLV-REF-16", "fhlp_recommendation")}
    later = levelled(first.kept(), "TARGETED_EARLY_HELP")
    done = corrected(later, "S17", **BY_CAT)
    assert (titles(done), missing(done)) == (["StrategyDiscussionHeld"], set())
    assert done.kept().standing().state == "AWAITING_ALLOCATION"


@pytest.mark.rule("WLV-THR-21")
@pytest.mark.rule("WLV-REF-03")
def test_what_was_supplied_since_is_not_asked_for_again():
    first = done_in("FAMILY_HELP_ACTIVE", "CONTINUE_FAMILY_HELP", held_by="FAMILY_HELP")
    assert ("WLV-THR-21", "lcpp_conversation") in missing(first)
    later = first.kept().told("planning.LCPPConversationHeld", CHILD)
    found = missing(corrected(later, "CONTINUE_FAMILY_HELP", held_by="FAMILY_HELP"))
    assert ("WLV-THR-21", "lcpp_conversation") not in found
    assert ("WLV-THR-21", "line_manager_discussion") in found
    first = done_in("RECEIVED", "S17", held_by="MASH")
    red = {"outcome": "STRATEGY_DISCUSSION", "triage_rag": "RED"}
    later = first.kept().told("referral.ReferralTriaged", CHILD, **red)
    assert missing(first) == {("WLV-REF-03", "triage")}
    assert missing(corrected(later, "S17", held_by="MASH")) == set()
    first = done_in("CLOSED", "S17", held_by="MASH")
    pair = {"link_id": "l1", "kept": "k1", "joined": "k2", "children": [{"kept": CHILD, "joined": "c9"}]}
    later = first.kept().told("referral.CasesLinked", (CHILD, "c9"), **pair)
    assert missing(first) == {("WLV-REF-03", "new_referral")}
    assert missing(corrected(later, "S17", held_by="MASH")) == set()


@pytest.mark.rule("WLV-REF-18")
def test_another_outcome_than_was_recorded_is_carried_out():
    first = done_in("STRATEGY_CAT", "FAMILY_HELP_NOT_S17", **BY_CAT)
    done = corrected(first.kept(), "S17", **BY_CAT)
    assert titles(done) == ["StrategyDiscussionHeld", "ThresholdChanged"]
    assert (done.facts[1].event.from_, done.facts[1].event.to) == ("TARGETED_EARLY_HELP", "CHILD_IN_NEED")


@pytest.mark.rule("WLV-REF-18")
def test_a_case_closed_by_it_is_not_closed_again():
    first = done_in("STRATEGY_CAT", "NFA", **BY_CAT, record=None)
    done = corrected(first.kept(), "NFA", **BY_CAT)
    assert titles(done) == ["StrategyDiscussionHeld"]
    assert done.kept().standing().state == "CLOSED"


@pytest.mark.rule("WLV-REF-18")
def test_a_case_closed_before_the_new_time_of_the_discussion_is_closed_at_that():
    first = done_in("STRATEGY_CAT", "NFA", **BY_CAT)
    command = discussion("NFA", corrects=first.facts[0].event_id, **BY_CAT)
    done = first.kept().at("2026-04-06T10:00:00+01:00").when(record_strategy_discussion, command)
    assert titles(done) == ["StrategyDiscussionHeld", "CaseClosed"]
    assert done.kept().standing().state == "CLOSED"


@pytest.mark.parametrize("title", [None, "planning.ConcernRaised"])
def test_what_is_no_such_discussion_cannot_be_corrected_and_the_record_is_taken(title):
    story = STATES["STRATEGY_MASH"]()
    story = story.told(title, CHILD, event_id="e-1") if title else story
    done = story.when(record_strategy_discussion, discussion("S17", held_by="MASH", corrects="e-1"))
    assert missing(done) == {("SYS-REF-07", "corrects")}
    assert done.facts[0].corrects is None


# -- recorded later than it was held


def held_at(story, moment, command):
    """The decision now, on a discussion held then."""
    act = replace(story.act(), occurred_at=datetime.fromisoformat(moment).astimezone(UTC))
    return record_strategy_discussion(story.matter(), story.known(), command, act)


@pytest.mark.rule("WLV-REF-18")
def test_a_discussion_is_judged_by_where_the_child_stood_when_it_was_held():
    story = staffed(asked(triaged())).at("2026-04-06T10:00:00+01:00")
    story = story.told("planning.CaseClosed", CHILD, closed_by_event="MOVED_TO_OTHER_AUTHORITY")
    facts = held_at(story, "2026-04-03T10:00:00+01:00", discussion("S17", **BY_CAT))
    assert facts[0].event.children[0].landing_state == "AWAITING_ALLOCATION"
    assert [item.rule for item in facts[0].incomplete] == []


@pytest.mark.rule("NAT-THR-13")
def test_a_discussion_held_before_the_opening_opens_nothing():
    story = staffed(STATES["STRATEGY_MASH"]()).at("2026-04-06T10:00:00+01:00").when(open_section_47, OPEN).kept()
    opened = story.past[0].data.enquiry_id
    facts = held_at(story, "2026-04-03T10:00:00+01:00", discussion("S47", held_by="MASH"))
    assert [fact.event.title() for fact in facts] == ["StrategyDiscussionHeld", "IncompleteResolved"]
    assert facts[0].event.children[0].enquiry_id == opened
    assert story.recorded(facts).standing().enquiries == {opened}


@pytest.mark.rule("NAT-THR-13")
@pytest.mark.parametrize("held", ["2026-04-03T10:00:00+01:00", "2026-04-06T12:00:00+01:00"])
def test_nor_does_one_whose_enquiry_has_ended_since(held):
    story = staffed(STATES["STRATEGY_MASH"]()).at("2026-04-06T10:00:00+01:00").when(open_section_47, OPEN).kept()
    opened = story.past[0].data.enquiry_id
    story = story.at("2026-04-09T10:00:00+01:00")
    ended = {"enquiry_id": opened, "outcome": "SUPPORT_CHILD_IN_NEED"}
    story = story.told("planning.Section47EnquiryConcluded", CHILD, **ended)
    facts = held_at(story, held, discussion("S47", held_by="MASH"))
    assert [fact.event.title() for fact in facts] == ["StrategyDiscussionHeld", "IncompleteResolved"]
    assert facts[0].event.children[0].enquiry_id == opened
    assert story.at(held).recorded(facts).standing().enquiries == frozenset()


def test_when_it_was_held_is_when_it_occurred_and_is_said_once():
    then, other = "2026-04-03T10:00:00+01:00", "2026-04-03T11:00:00+01:00"
    said = discussion("S47", held_by="MASH", held_at=then)
    assert said.occurred_at == said.held_at == datetime.fromisoformat(then)
    assert discussion("S47", occurred_at=then).occurred_at == datetime.fromisoformat(then)
    with pytest.raises(ValidationError):
        discussion("S47", occurred_at=then, held_at=other)


CONFERENCE = "NAT-THR-02"


def clocks(facts):
    return [(fact.event.title(), clock.due_at.isoformat()) for fact in facts for clock in fact.clocks
            if clock.rule == CONFERENCE]  # fmt: skip


@pytest.mark.rule("NAT-THR-02")
def test_the_discussion_that_starts_the_enquiry_starts_the_fifteen_days_once():
    story = staffed(STATES["STRATEGY_MASH"]()).at("2026-12-07T10:00:00+00:00")
    done = story.when(record_strategy_discussion, discussion("S47", held_by="MASH"))
    assert clocks(done.facts) == [("StrategyDiscussionHeld", "2026-12-30T23:59:59+00:00")]
    # A later record of it carries them on, from the same day; a further discussion starts none.
    assert clocks(corrected(done.kept(), "S47", held_by="MASH").facts) == clocks(done.facts)
    further = done.kept().at("2026-12-09T10:00:00+00:00")
    assert clocks(further.when(record_strategy_discussion, discussion("S47", held_by="MASH")).facts) == []
    other = story.when(record_strategy_discussion, discussion("S17", held_by="MASH"))
    assert clocks(other.facts) == []


@pytest.mark.rule("NAT-THR-02")
@pytest.mark.rule("NAT-THR-13")
@pytest.mark.parametrize(
    "held, due", [("2026-12-07T10:00:00+00:00", "2026-12-30T23:59:59+00:00"), ("2026-12-09T10:00:00+00:00", None)]
)
def test_one_held_before_an_opening_without_it_moves_the_start_back_and_one_after_does_not(held, due):
    story = staffed(STATES["STRATEGY_MASH"]()).at("2026-12-08T10:00:00+00:00").when(open_section_47, OPEN)
    assert clocks(story.facts) == [("Section47EnquiryOpened", "2026-12-31T23:59:59+00:00")]
    later = story.kept().at("2026-12-10T10:00:00+00:00")
    facts = held_at(later, held, discussion("S47", held_by="MASH"))
    assert clocks(facts) == ([("StrategyDiscussionHeld", due)] if due else [])
