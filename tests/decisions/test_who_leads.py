"""Who leads a family, and what a record still lacks, read from the facts of a case."""

from datetime import UTC, datetime

from shared.kernel.events import Incomplete
from shared.protocol.gaps import gaps_of, lacking_by
from shared.protocol.leads import CAT_WORKER, CP_LEAD, FAMILY_LEAD, active, leads_in
from tests.decisions.on_case import CHILD, SIBLING, case

SINCE = datetime(2026, 4, 2, tzinfo=UTC)


def allocated(story, purpose, who, children=CHILD, **data):
    return story.told("allocation.LeadAllocated", children, purpose=purpose, lead={"id": who}, **data)


def test_a_new_lead_of_the_family_ends_the_time_of_the_one_before():
    story = allocated(allocated(case(), "FAMILY_HELP", "p1"), "FAMILY_HELP", "p2", previous_lead={"id": "p1"})
    first, second = leads_in(story.matter().facts)
    assert (first.until, second.until) == (second.since, None)
    assert active((first, second), FAMILY_LEAD).person.id == "p2"


def test_the_same_lead_for_one_more_child_goes_on():
    story = allocated(allocated(case(), "FAMILY_HELP", "p1"), "FAMILY_HELP", "p1", SIBLING)
    leads = leads_in(story.matter().facts)
    assert [lead.until for lead in leads] == [None, None]
    assert active(leads, FAMILY_LEAD, {CHILD}).children == (CHILD,)


def test_workers_of_siblings_stand_beside_each_other_and_the_leads_roles_are_apart():
    story = allocated(allocated(case(), "CAT_ASSESSMENT", "w1"), "CAT_ASSESSMENT", "w2", SIBLING)
    story = allocated(allocated(story, "CP_ENQUIRY", "l1"), "FAMILY_HELP", "p1")
    leads = leads_in(story.matter().facts)
    assert active(leads, CAT_WORKER, {CHILD}).person.id == "w1"
    assert active(leads, CAT_WORKER, {SIBLING}).person.id == "w2"
    assert active(leads, CP_LEAD, {CHILD}).person.id == "l1"
    assert active(leads, CP_LEAD, {SIBLING}) is None


def test_an_ending_ends_the_role_of_that_person_and_no_other():
    story = allocated(allocated(case(), "FAMILY_HELP", "p1"), "CP_ENQUIRY", "p1")
    story = story.told("allocation.LeadEnded", CHILD, lead={"id": "p1"}, role="CP_LEAD", reason_code="CP_WORK_ENDED")
    leads = leads_in(story.matter().facts)
    assert active(leads, CP_LEAD) is None
    assert active(leads, FAMILY_LEAD).person.id == "p1"


def test_a_childs_lead_who_is_replaced_for_one_child_goes_on_for_the_other():
    story = allocated(allocated(case(), "CP_ENQUIRY", "l1", (CHILD, SIBLING)), "CP_ENQUIRY", "l2", CHILD)
    leads = leads_in(story.matter().facts)
    assert active(leads, CP_LEAD, {CHILD}).person.id == "l2"
    assert active(leads, CP_LEAD, {SIBLING}).person.id == "l1"
    ended = story.told("allocation.LeadEnded", SIBLING, lead={"id": "l1"}, role="CP_LEAD", reason_code="LEFT")
    after = leads_in(ended.matter().facts)
    assert active(after, CP_LEAD, {SIBLING}) is None
    assert active(after, CP_LEAD, {CHILD}).person.id == "l2"


def test_what_a_record_lacks_stands_until_somebody_fills_it():
    gaps = (
        Incomplete(what="needs", rule="R-1", since=SINCE, owner="X"),
        Incomplete(what="classification", rule="R-2", since=SINCE, owner="X", child_id=SIBLING),
    )
    story = case().told("allocation.IMCHeld", CHILD, event_id="m1", incomplete=gaps)
    assert lacking_by(story.matter().facts, "m1") == ("R-1", "R-2")
    assert lacking_by(story.matter().facts, "m1", CHILD) == ("R-1",)
    filled = story.told("allocation.IncompleteResolved", CHILD, of_event="m1", what="needs", rule="R-1")
    assert [gap.rule for gap in gaps_of(filled.matter().facts, "m1")] == ["R-2"]
    assert gaps_of(filled.matter().facts, "nothing") == ()
