"""Everyday work with a family: a joint update, what the family was told, contacts and notes."""

from typing import Any

import pytest

from services.planning.decisions.add_case_note import AddCaseNote, add_case_note
from services.planning.decisions.record_family_contact import RecordFamilyContact, record_family_contact
from services.planning.decisions.record_family_informed import RecordFamilyInformed, record_family_informed
from services.planning.decisions.record_updated_discussion import RecordUpdatedDiscussion, record_updated_discussion
from services.planning.events import CaseNoteAdded, FamilyContact, FamilyInformed, UpdatedDiscussionCompleted
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory, case
from tests.decisions.planning.families import (
    CAT_WORKER,
    DELIVERY_MANAGER,
    FH_MANAGER,
    FHLP,
    HELPER,
    STRANGER,
    leading,
    standing_in,
)
from tests.decisions.planning.test_plan_review import helped, lacks
from tests.given import FRONT_DOOR, Outcome

ELSEWHERE = Actor(id="p-elsewhere", employer="a-clinic")


def family() -> CaseStory:
    """A family with its lead and a social worker who adds support."""
    story = helped(SIBLING).registered(FHLP.id, employer="a-school", employer_kind="PARTNER", social_worker=False)
    story = story.registered("p-sw", employer="WLV", employer_kind="AUTHORITY", social_worker=True)
    return story.registered("p-aq", employer="WLV", employer_kind="AUTHORITY", social_worker=False)


def update(story: CaseStory, **said: Any) -> Outcome:
    body = {"authors": [FHLP.id, "p-sw"], "lead_change_view": "NOT_NEEDED", "threshold_view": "NO_CHANGE"} | said
    whole = {key: value for key, value in body.items() if value is not None}
    return story.when(record_updated_discussion, RecordUpdatedDiscussion.model_validate(whole))


@pytest.mark.rule("WLV-PLAN-10", "WLV-PLAN-11", "WLV-PLAN-12")
def test_the_lead_and_the_social_worker_go_over_it_together():
    done = update(family(), note="What we see now.").then(UpdatedDiscussionCompleted)
    done.cites("WLV-PLAN-10", "WLV-PLAN-11")
    assert lacks(done) == set()
    assert [one.id for one in done.event.authors] == [FHLP.id, "p-sw"]
    assert done.event.note.clear == "What we see now."
    assert done.facts[0].child_ids == (CHILD, SIBLING)
    for view in ("NOT_APPLICABLE", "NEEDED"):
        assert lacks(update(family(), lead_change_view=view, threshold_view="NOT_APPLICABLE")) == set()


@pytest.mark.rule("WLV-PLAN-10")
@pytest.mark.parametrize(
    ("authors", "missing"),
    [
        ([FHLP.id], {"social_worker"}),
        (["p-sw"], {"fhlp"}),
        ([FHLP.id, "p-aq"], {"social_worker"}),
        ([], {"fhlp", "social_worker"}),
    ],
)
def test_one_of_them_alone_is_kept_and_followed_up(authors: list[str], missing: set[str]):
    done = update(family(), authors=authors).then(UpdatedDiscussionCompleted)
    assert lacks(done) == {("WLV-PLAN-10", what) for what in missing}


@pytest.mark.rule("WLV-PLAN-10")
def test_a_lead_who_is_a_social_worker_is_not_the_one_who_was_asked():
    story = helped().registered(FHLP.id, employer="WLV", employer_kind="AUTHORITY", social_worker=True)
    assert lacks(update(story, authors=[FHLP.id])) == {("WLV-PLAN-10", "social_worker")}


@pytest.mark.rule("WLV-PLAN-11")
def test_its_two_views_are_followed_up():
    assert lacks(update(family(), lead_change_view=None)) == {("WLV-PLAN-11", "lead_change_view")}
    assert lacks(update(family(), threshold_view=None)) == {("WLV-PLAN-11", "threshold_view")}


def test_whoever_records_the_update_it_is_kept():
    for somebody in (FHLP, FH_MANAGER, DELIVERY_MANAGER, Actor(id="p-sw", role="SOCIAL_WORKER")):
        assert lacks(update(family().by(somebody))) == set()
    assert lacks(update(family().by(STRANGER))) == {("SYS-REF-02", "decided_by")}
    assert lacks(update(family(), authors=[FHLP.id, "p-sw", "p-x"])) == {("SYS-REF-07", "authors/2")}


def tell(story: CaseStory, **said: Any) -> Outcome:
    about = next(fact.event_id for fact in story.letters if fact.title == "LeadAllocated")
    body = {"about": about, "informed_on": "2026-04-02", "reasons_given": True} | said
    whole = {key: value for key, value in body.items() if value is not None}
    return story.when(record_family_informed, RecordFamilyInformed.model_validate(whole))


@pytest.mark.rule("WLV-ALLOC-44")
def test_the_lead_tells_the_family_and_gives_the_reasons():
    done = tell(family()).then(FamilyInformed).cites("WLV-ALLOC-44")
    assert lacks(done) == set()
    assert (done.event.by_lead, done.event.by.id, done.event.reasons_given) == (True, FHLP.id, True)
    assert done.facts[0].child_ids == (CHILD, SIBLING)
    assert tell(family(), children=[SIBLING]).facts[0].child_ids == (SIBLING,)


@pytest.mark.rule("WLV-ALLOC-44")
def test_when_and_with_which_reasons_is_followed_up():
    assert lacks(tell(family(), informed_on=None)) == {("WLV-ALLOC-44", "informed_on")}
    for reasons in (False, None):
        assert lacks(tell(family(), reasons_given=reasons)) == {("WLV-ALLOC-44", "reasons_given")}


@pytest.mark.rule("WLV-ALLOC-44")
def test_where_telling_them_is_not_safe_it_says_who_decided_so():
    exemption = {"reason_code": "RISK_TO_CHILD", "reason_note": "He reads her post.", "decided_by": "p-sw"}
    done = tell(family(), informed_on=None, reasons_given=None, risk_exemption=exemption)
    assert lacks(done) == set()
    assert done.event.risk_exemption.decided_by.social_worker is True
    unknown = tell(family(), risk_exemption=exemption | {"decided_by": "p-x"})
    assert lacks(unknown) == {("SYS-REF-07", "risk_exemption/decided_by")}


def test_somebody_else_says_why_they_told_the_family():
    done = tell(family().by(STRANGER))
    assert lacks(done) == {("SYS-REF-02", "decided_by")}
    said = tell(family().by(STRANGER), instead_of_lead_reason="LEAD_AWAY", instead_of_lead_reason_note="On leave.")
    assert lacks(said) == set()
    assert said.event.by_lead is False


@pytest.mark.rule("SYS-PLAN-20")
def test_nobody_was_told_tomorrow():
    tell(family(), informed_on="2026-04-03").refused("SYS-PLAN-20")
    tell(family(), about="e-nothing").refused("SYS-REF-07")
    tell(family(), children=["c-x"]).refused("SYS-REF-07")


def contact(story: CaseStory, **said: Any) -> Outcome:
    at = "2026-04-02T08:00:00+00:00"
    body = {"at": at, "channel": "VISIT", "with": [CHILD, "m-1"], "child_spoken_to": False} | said
    whole = {key: value for key, value in body.items() if value is not None}
    return story.when(record_family_contact, RecordFamilyContact.model_validate(whole))


@pytest.mark.rule("WLV-INFO-07")
def test_a_contact_is_logged():
    done = contact(family(), note="She showed me her room.", statutory=True).then(FamilyContact).cites("WLV-INFO-07")
    assert lacks(done) == set()
    assert [one.member_id for one in done.event.with_] == [CHILD, "m-1"]
    assert (done.event.child_spoken_to, done.event.statutory, done.event.channel) == (False, True, "VISIT")
    assert done.facts[0].child_ids == (CHILD, SIBLING)


@pytest.mark.rule("WLV-INFO-07")
@pytest.mark.parametrize("field", ["at", "channel", "with", "child_spoken_to"])
def test_what_a_contact_does_not_say_is_followed_up(field: str):
    assert lacks(contact(family(), **{field: None})) == {("WLV-INFO-07", field)}


@pytest.mark.rule("SYS-PLAN-20")
def test_a_contact_does_not_lie_ahead():
    contact(family(), at="2026-05-02T08:00:00+00:00").refused("SYS-PLAN-20")
    contact(family(), ended_at="2026-05-02T08:00:00+00:00").refused("SYS-PLAN-20")
    contact(family(), children=["c-x"]).refused("SYS-REF-07")


def test_who_works_with_the_family_logs_contacts_and_adds_notes():
    beside = family().told("allocation.CoAllocated", CHILD, person={"id": HELPER.id})
    plan = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "esp_lead": {"person": {"id": "p-esl"}}}
    early = standing_in("EARLY_SUPPORT").told("planning.PlanStarted", CHILD, **plan, children=[{"child_id": CHILD}])
    cat = leading(standing_in("CAT_ASSESSMENT"), CAT_WORKER)
    lcpp = Actor(id="p-lcpp-2", role="LCPP", team="MACPT")
    mash = Actor(id="p-mash", role="SOCIAL_WORKER", team="MASH")
    for story in (
        beside.by(HELPER),
        beside.by(FHLP),
        beside.by(STRANGER),
        beside.by(FRONT_DOOR),
        beside.by(lcpp),
        beside.by(mash),
        early.by(Actor(id="p-esl")),
        cat.by(CAT_WORKER),
        cat.by(Actor(id="p-cat-2", role="SOCIAL_WORKER", team="CAT")),
    ):
        contact(story).then(FamilyContact)
        note(story).then(CaseNoteAdded)
    contact(beside.by(ELSEWHERE)).refused("SYS-REF-02")
    note(beside.by(ELSEWHERE)).refused("SYS-REF-02")


def note(story: CaseStory, **said: Any) -> Outcome:
    body = {"kind": "CALL", "note": "Rang the school."} | said
    return story.when(add_case_note, AddCaseNote.model_validate(body))


def test_a_note_is_sealed_and_of_a_kind_that_the_authority_uses():
    done = note(family()).then(CaseNoteAdded)
    assert (done.event.kind, done.event.note.clear) == ("CALL", "Rang the school.")
    assert done.facts[0].child_ids == (CHILD, SIBLING)
    assert note(family(), children=[SIBLING]).facts[0].child_ids == (SIBLING,)
    for kind in ("CASE_DISCUSSION", "OBSERVATION", "INFORMATION", "OTHER"):
        note(family(), kind=kind).then(CaseNoteAdded)
    note(family(), kind="GOSSIP").refused("SYS-REF-03")
    note(family(), children=["c-x"]).refused("SYS-REF-07")
    assert note(standing_in("CLOSED").by(STRANGER)).facts[0].child_ids == (CHILD,)
    note(case().by(STRANGER)).refused("SYS-REF-07")
