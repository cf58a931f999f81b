"""Early support ends, as continued in the family's plan, for the children to whom a Family Help lead is allocated."""

from datetime import datetime
from itertools import permutations

import pytest

from services.planning.events import EarlySupportLead, PlanChild, PlanEnded, PlanStarted
from services.planning.service import SERVICE
from shared.kernel.letters import Letter
from shared.kernel.people import Person
from shared.protocol.plans import open_plans
from tests.decisions.planning.reacting import MANAGER, Desk, without_rows
from tests.views.letters import Post, london
from tests.views.stories import PRACTITIONER

MONDAY, TUESDAY, WEDNESDAY = london("2026-03-02 10:00"), london("2026-03-03 10:00"), london("2026-03-04 10:00")
THURSDAY = london("2026-03-05 10:00")


def supported(desk: Desk, at: datetime = MONDAY, case: str = "k1", *children: str) -> None:
    """An early support plan on file, for a child or several."""
    named = children or ("c1",)
    event = PlanStarted(
        plan_id=f"esp-{case}",
        type="EARLY_SUPPORT_PLAN",
        children=tuple(PlanChild(child_id=child) for child in named),
        esp_lead=EarlySupportLead(person=Person(id="p-esl")),
    )
    desk.record_about(event, at, case, named)


def allocated(
    post: Post, at: datetime = THURSDAY, case: str = "k1", *children: str, purpose: str = "FAMILY_HELP"
) -> Letter:
    data = {"lead": PRACTITIONER, "purpose": purpose}
    return post.send("allocation.LeadAllocated", at, case=case, about=children or ("c1",), by=MANAGER, **data)


@pytest.mark.rule("WLV-PLAN-02")
def test_a_lead_for_family_help_ends_it_as_continued_in_the_familys_plan() -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk)
    letter = allocated(post)
    (ended,) = desk.take(letter)
    assert ended.data == PlanEnded(plan_id="esp-k1", type="EARLY_SUPPORT_PLAN", reason_code="CONTINUED_AS_FHP")
    assert (ended.stream, ended.case_id, ended.child_ids) == ("case/k1", "k1", ("c1",))
    assert (ended.occurred_at, ended.causation_id, ended.rules) == (THURSDAY, letter.event_id, ("WLV-PLAN-02",))
    assert desk.take(letter, allocated(post)) == []


@pytest.mark.rule("WLV-PLAN-02")
def test_it_goes_on_for_a_brother_or_sister_and_ends_with_the_last() -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk, MONDAY, "k1", "c1", "c2")
    (first,) = desk.take(allocated(post))
    assert first.child_ids == ("c1",)
    assert [plan.children for plan in open_plans(desk.matter("k1", THURSDAY).facts)] == [("c2",)]
    (last,) = desk.take(allocated(post, THURSDAY, "k1", "c1", "c2"))
    assert last.child_ids == ("c2",)
    assert open_plans(desk.matter("k1", THURSDAY).facts) == ()


@pytest.mark.rule("WLV-PLAN-02")
@pytest.mark.parametrize("purpose", ["EARLY_SUPPORT", "CAT_ASSESSMENT", "CP_ENQUIRY", "CP_PLAN"])
def test_another_lead_ends_nothing(purpose: str) -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk)
    assert desk.take(allocated(post, purpose=purpose)) == []


def test_nor_does_one_where_the_authority_has_no_such_row() -> None:
    desk, post = Desk(SERVICE, protocol_for=without_rows), Post()
    supported(desk)
    assert desk.take(allocated(post)) == []


@pytest.mark.rule("WLV-PLAN-02")
def test_a_plan_that_comes_on_file_after_the_lead_is_not_ended_by_it() -> None:
    desk, post = Desk(SERVICE), Post()
    letter = allocated(post, TUESDAY)
    assert desk.take(letter) == []
    supported(desk, WEDNESDAY)
    assert desk.take(letter) == []


def test_one_that_its_lead_has_ended_meanwhile_is_not_ended_again() -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk)
    desk.record(PlanEnded(plan_id="esp-k1", type="EARLY_SUPPORT_PLAN", reason_code="NEED_MET"), THURSDAY, "k1", "c1")
    assert desk.take(allocated(post, WEDNESDAY)) == []


@pytest.mark.rule("WLV-PLAN-02")
@pytest.mark.parametrize("kept", ["k1", "k2"])
def test_in_a_linked_case_whichever_of_the_two_letters_comes_last(kept: str) -> None:
    for order in permutations(("link", "lead")):
        desk, post = Desk(SERVICE), Post()
        supported(desk)
        desk.take(post.referral(TUESDAY, "k2", "c2"))
        joined = "k2" if kept == "k1" else "k1"
        pair = ("c1", "c2") if kept == "k1" else ("c2", "c1")
        post.link(WEDNESDAY, "l1", kept, joined, pair)
        links = tuple(post.sent[-2:])
        lead = allocated(post, THURSDAY, "k2", "c2")
        told = [letter for one in order for letter in (links if one == "link" else (lead,))]
        (ended,) = desk.take(*told)
        assert (ended.stream, ended.child_ids) == (f"case/{kept}", (pair[0],))
        assert (ended.occurred_at, ended.causation_id) == (THURSDAY, lead.event_id)
        assert open_plans(desk.matter(kept, THURSDAY).facts) == ()
        assert desk.take(*told) == []


@pytest.mark.rule("WLV-PLAN-02")
def test_a_link_that_is_made_after_the_allocation_is_a_managers_to_settle() -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk)
    desk.take(post.referral(TUESDAY, "k2", "c2"), allocated(post, WEDNESDAY, "k2", "c2"))
    post.link(THURSDAY, "l1", "k2", "k1", ("c2", "c1"))
    assert desk.take(*post.sent[-2:]) == []


@pytest.mark.rule("SYS-REC-06")
@pytest.mark.rule("WLV-PLAN-02")
def test_it_goes_on_when_the_allocation_is_withdrawn() -> None:
    desk, post = Desk(SERVICE), Post()
    supported(desk)
    letter = allocated(post)
    desk.take(letter)
    assert open_plans(desk.matter("k1", THURSDAY).facts) == ()
    wrong = post.withdraw(THURSDAY, letter)
    (done,) = desk.take(wrong, wrong)
    assert (done.title, done.child_ids, done.causation_id) == ("RecordWithdrawn", ("c1",), wrong.event_id)
    assert [plan.plan_id for plan in open_plans(desk.matter("k1", THURSDAY).facts)] == ["esp-k1"]
    again = allocated(post)
    assert [one.title for one in desk.take(again)] == ["PlanEnded"]
