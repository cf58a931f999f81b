"""What a record of a case lacked is supplied by those who may record it; what should not be counts no longer."""

from typing import Any

import pytest

from services.allocation.decisions.resolve_incomplete import resolve_incomplete as resolve_in_allocation
from services.allocation.decisions.withdraw_record import withdraw_record as withdraw_in_allocation
from services.planning.decisions.raise_concern import RaiseConcern, WorryAbout, raise_concern
from services.planning.decisions.resolve_incomplete import ResolveIncomplete, resolve_incomplete
from services.planning.decisions.withdraw_record import WithdrawRecord, withdraw_record
from shared.kernel.events import Incomplete
from shared.kernel.own_events import IncompleteResolved, RecordWithdrawn
from shared.kernel.people import Actor
from shared.protocol.gaps import gaps_of
from tests.decisions.on_case import CASE, CHILD, CaseStory, case
from tests.given import CAT, FRONT_DOOR, NEIGHBOUR_TEAM

MANAGER = Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP")
LCPP = Actor(id="p-lcpp", role="LCPP", team="MACPT", social_worker=True)
LEAD = Actor(id="p-lead", role=None, team=None, employer="A-SCHOOL")
HER_MANAGER = Actor(id="p-head", role=None, team=None, employer="A-SCHOOL")


def lacking(owner: str, name: str = "planning.StrategyDiscussionHeld", child: str | None = None) -> CaseStory:
    story = case().told("referral.ReferralReceived", children=[{"child_id": CHILD}])
    item = Incomplete(what="participants", rule="WLV-REF-10", since=story.moment, owner=owner, child_id=child)
    return story.told(name, event_id="e1", incomplete=(item,))


def supply(**more: Any) -> ResolveIncomplete:
    said = {"of_event": "e1", "what": "participants", "rule": "WLV-REF-10", "resolved_as": "FILLED"}
    return ResolveIncomplete(**{**said, **more})


def test_what_was_missing_is_there_and_the_decision_that_rested_on_it_opens() -> None:
    story = lacking("LCPP").by(LCPP)
    done = story.when(resolve_incomplete, supply(value_ref="e9")).then(IncompleteResolved).cites("WLV-REF-10")
    assert (done.facts[0].stream, done.facts[0].case_id) == (f"case/{CASE}", CASE)
    assert done.event.by.id == LCPP.id
    assert gaps_of(story.matter().facts, "e1")
    after = done.kept()
    assert gaps_of(after.matter().facts, "e1") == ()
    after.when(resolve_incomplete, supply()).refused("SYS-REC-02")


@pytest.mark.rule("SYS-REC-01")
@pytest.mark.parametrize(
    "owner, who, may",
    [
        ("LCPP", LCPP, True),
        ("LCPP", CAT, False),
        ("CAT", CAT, True),
        ("MASH", CAT, False),
        ("MASH", MANAGER, True),
        ("FRONT_DOOR", FRONT_DOOR, True),
        ("FRONT_DOOR", CAT, False),
        ("LEAD_PRACTITIONER", LEAD, True),
        ("LEAD_PRACTITIONER", NEIGHBOUR_TEAM, False),
        ("CP_LEAD", LEAD, False),
        ("LINE_MANAGER", HER_MANAGER, True),
        ("LINE_MANAGER", LEAD, False),
        ("LINE_MANAGER", Actor(id="p-else", role="LINE_MANAGER", employer="a-school"), False),
    ],
)
def test_it_is_supplied_by_its_owner_or_a_manager(owner: str, who: Actor, may: bool) -> None:
    lead = {"purpose": "FAMILY_HELP", "lead": {"id": LEAD.id}, "line_manager": {"id": HER_MANAGER.id}}
    done = lacking(owner).told("allocation.LeadAllocated", **lead).by(who).when(resolve_incomplete, supply())
    done.then(IncompleteResolved) if may else done.refused("SYS-REC-01")


@pytest.mark.rule("SYS-REC-01")
def test_of_a_childs_item_the_lead_of_that_child_is_asked() -> None:
    for child, may in ((CHILD, True), ("c2", False)):
        story = lacking("CP_LEAD", child=child)
        story = story.told("allocation.LeadAllocated", purpose="CP_ENQUIRY", lead={"id": LEAD.id})
        done = story.by(LEAD).when(resolve_incomplete, supply())
        assert done.facts[0].child_ids == (CHILD,) if may else done.refused("SYS-REC-01")


@pytest.mark.rule("SYS-REC-03")
def test_that_it_is_not_needed_takes_a_reason() -> None:
    story = lacking("LCPP").by(LCPP)
    story.when(resolve_incomplete, supply(resolved_as="NOT_NEEDED")).refused("SYS-REC-03")
    story.when(resolve_incomplete, supply(resolved_as="NOT_NEEDED", reason_code="OTHER")).then(IncompleteResolved)


@pytest.mark.rule("SYS-REC-02")
def test_each_service_closes_what_is_missing_of_its_own_records() -> None:
    story = lacking("LCPP").by(LCPP).told("allocation.LeadAllocated", purpose="CP_ENQUIRY", lead={"id": "p"})
    story.when(resolve_in_allocation, supply()).refused("SYS-REC-02")
    story.when(resolve_incomplete, supply(what="chair")).refused("SYS-REC-02")
    case().by(LCPP).when(resolve_incomplete, supply()).refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-06")
def test_a_managers_conversation_is_completed_by_recording_it_again() -> None:
    lacking("CAT", "allocation.IMCHeld").when(resolve_in_allocation, supply()).refused("WLV-ALLOC-06")
    story = lacking("CAT", "allocation.LeadNonCompliant")
    story.when(resolve_in_allocation, supply()).then(IncompleteResolved)


def worried() -> CaseStory:
    story = case().told("referral.ReferralReceived", children=[{"child_id": CHILD}])
    worry = RaiseConcern(children=(WorryAbout(child_id=CHILD, significant=True),), source="FAMILY", concern="He hid.")
    return story.when(raise_concern, worry).kept()


@pytest.mark.rule("SYS-REC-04")
def test_what_is_withdrawn_counts_as_not_having_been() -> None:
    story = worried()
    body = {"of_event": story.past[-1].event_id, "reason_code": "WRONG_CHILD", "reason_note": "It was his cousin."}
    done = story.when(withdraw_record, WithdrawRecord(**body)).then(RecordWithdrawn)
    assert (done.facts[0].stream, done.facts[0].child_ids) == (f"case/{CASE}", (CHILD,))
    after = done.kept()
    assert after.matter().fact(body["of_event"]) is None
    after.when(withdraw_record, WithdrawRecord(**body)).then()
    story.when(withdraw_record, WithdrawRecord(**{**body, "of_event": "none"})).refused("SYS-REC-04")
    story.when(withdraw_in_allocation, WithdrawRecord(**body)).refused("SYS-REF-07")


@pytest.mark.rule("SYS-REC-05")
def test_it_is_withdrawn_by_who_recorded_it_or_a_manager() -> None:
    story = worried()
    command = WithdrawRecord(of_event=story.past[-1].event_id, reason_code="RECORDED_IN_ERROR")
    story.by(LCPP).when(withdraw_record, command).refused("SYS-REC-05")
    story.by(MANAGER).when(withdraw_record, command).then(RecordWithdrawn).cites("SYS-REC-05")


def test_on_a_linked_case_it_stands_on_the_stream_of_its_event() -> None:
    story = lacking("LCPP").by(LCPP)
    pair = [{"kept": "c0", "joined": CHILD}]
    story = story.told("referral.CasesLinked", CHILD, link_id="l1", kept="k0", joined=CASE, children=pair)
    done = story.when(resolve_incomplete, supply(), case="k0").then(IncompleteResolved)
    assert (done.facts[0].stream, done.facts[0].case_id) == (f"case/{CASE}", CASE)
