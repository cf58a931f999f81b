"""What followed by itself from an event goes with it when that is withdrawn."""

import pytest

from services.allocation.decisions.withdraw_record import WithdrawRecord, withdraw_record
from services.allocation.events import LeadAllocated, LeadEnded
from shared.kernel.events import Recorded
from shared.kernel.own_events import RecordWithdrawn
from shared.protocol.leads import CAT_WORKER, active, leads_in
from tests.decisions.allocation.leading import LCPP, Family
from tests.decisions.allocation.naming_leads import decide, form, ready
from tests.decisions.on_case import CHILD


def titles(recorded: list[Recorded]) -> list[str]:
    return [one.title for one in recorded]


def withdrawn(family: Family, recorded: list[Recorded]) -> list[str]:
    """The titles of the events that were withdrawn."""
    ids = {one.data.of_event for one in recorded if one.title == "RecordWithdrawn"}
    return sorted(one.title for one in family.desk.recorded if one.event_id in ids)


def test_an_enquiry_that_was_opened_in_error_leaves_the_worker_and_takes_its_lead_with_it() -> None:
    family = Family("c1")
    family.led("CAT_ASSESSMENT", "p-cat", "c1")
    opened = family.letter("planning.Section47EnquiryOpened", "c1", enquiry_id="e1", lead=LCPP)
    family.take(opened)
    assert (family.holder("CP_LEAD"), family.holder("CAT_WORKER")) == ("p-lcpp", None)
    wrong = family.post.withdraw(family.at(), opened)
    done = family.take(wrong, wrong)
    assert withdrawn(family, done) == ["LeadAllocated", "LeadEnded"]
    assert {one.data.reason_code for one in done} == {"RECORDED_IN_ERROR"}
    assert {(one.causation_id, one.child_ids) for one in done} == {(wrong.event_id, ("c1",))}
    assert (family.holder("CP_LEAD"), family.holder("CAT_WORKER")) == (None, "p-cat")


def test_a_case_that_was_closed_in_error_has_its_lead_again() -> None:
    family = Family("c1")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-fhlp", "c1")
    closed = family.letter("planning.CaseClosed", "c1", reason_code="RC8", from_state="FAMILY_HELP_ACTIVE")
    assert titles(family.take(closed)) == ["LeadEnded", "WorklistReassigned"]
    family.take(family.post.withdraw(family.at(), closed))
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"
    assert titles(family.closed("c1", from_state="FAMILY_HELP_ACTIVE")) == ["LeadEnded", "WorklistReassigned"]


def test_what_followed_from_that_goes_too_and_what_a_person_recorded_stays() -> None:
    family = Family("c1")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-aq", "c1", person={"social_worker": False})
    decided = family.letter("referral.PathwayDecided", "c1", pathway="HOMELESS_16_17")
    assert titles(family.take(decided)) == ["LeadNonCompliant", "IMCTaskRaised"]
    done = family.take(family.post.withdraw(family.at(), decided))
    assert withdrawn(family, done) == ["IMCTaskRaised", "LeadNonCompliant"]
    assert family.holder("LEAD_PRACTITIONER") == "p-aq"


@pytest.mark.rule("SYS-REC-06")
@pytest.mark.rule("WLV-ALLOC-47")
def test_a_lead_named_in_error_lets_nobody_go() -> None:
    """The worker of CAT whose role ended in one write with the allocation holds the child again."""
    story = ready().told("allocation.LeadAllocated", CHILD, purpose="CAT_ASSESSMENT", lead={"id": "p-cat"})
    story = decide(story, form()).then(LeadAllocated, LeadEnded).kept()
    assert active(leads_in(story.matter().facts), CAT_WORKER, {CHILD}) is None
    named = next(event.event_id for event in story.past if event.title == "LeadAllocated")
    body = WithdrawRecord.model_validate({"of_event": named, "reason_code": "RECORDED_IN_ERROR"})
    after = story.when(withdraw_record, body).then(RecordWithdrawn, RecordWithdrawn).kept()
    holding = active(leads_in(after.matter().facts), CAT_WORKER, {CHILD})
    assert holding is not None
    assert holding.person.id == "p-cat"
