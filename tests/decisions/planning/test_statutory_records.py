"""Visits, private fostering, being looked after and courts: told as they happened, for each child, by who may."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.planning.decisions.record_court_step import RecordCourtStep, record_court_step
from services.planning.decisions.record_legal_step import RecordLegalStep, record_legal_step
from services.planning.decisions.record_looked_after import RecordLookedAfter, record_looked_after
from services.planning.decisions.record_looked_after_review import (
    RecordLookedAfterReview,
    record_looked_after_review,
)
from services.planning.decisions.record_private_fostering import RecordPrivateFostering, record_private_fostering
from services.planning.decisions.record_visit import RecordVisit, record_visit
from shared.kernel.people import Actor
from shared.protocol.running import running
from tests.decisions.on_case import CHILD, SIBLING
from tests.decisions.planning.protected import FHLP, LCPP, helped, missing, titles
from tests.given import DOOR_MANAGER, FRONT_DOOR

SENIOR = Actor(id="p-senior", role="SENIOR_SOCIAL_WORKER", team="CAT", social_worker=True)
WORKER = Actor(id="p-worker", role="SOCIAL_WORKER", team="CAT", social_worker=True)
MANAGER = Actor(id="p-boss", role="SW_TEAM_MANAGER", team="CAT", social_worker=True)
LEAD = Actor(id=FHLP["id"], social_worker=False)
SAID: dict[str, tuple[Callable[..., Any], Any, dict[str, Any]]] = {
    "RecordVisit": (record_visit, RecordVisit, {"kind": "CIN"}),
    "RecordPrivateFostering": (record_private_fostering, RecordPrivateFostering, {"notified_on": "2026-03-02"}),
    "RecordLookedAfter": (record_looked_after, RecordLookedAfter, {"started": {"started_on": "2026-03-02"}}),
    "RecordLookedAfterReview": (record_looked_after_review, RecordLookedAfterReview, {}),
    "RecordLegalStep": (record_legal_step, RecordLegalStep, {"letter_sent_on": "2026-03-02"}),
    "RecordCourtStep": (record_court_step, RecordCourtStep, {"issued": {"issued_on": "2026-03-02"}}),
}
SOCIAL_WORK = (WORKER, SENIOR, MANAGER, LCPP)


def telling(name: str, story: Any, *children: str, **said: Any) -> Any:
    decide, model, usual = SAID[name]
    return story.when(decide, model.model_validate({"child_ids": list(children or (CHILD,))} | (said or usual)))


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize("name", SAID)
def test_who_may_tell_it(name: str):
    allowed = {*SOCIAL_WORK} - ({LCPP} if name == "RecordPrivateFostering" else set())
    if name == "RecordPrivateFostering":
        allowed |= {FRONT_DOOR}
    if name == "RecordVisit":
        allowed |= {LEAD}
    for who in (*SOCIAL_WORK, FRONT_DOOR, LEAD, Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP")):
        done = telling(name, helped().by(who))
        if who in allowed:
            done.cites("SYS-REF-02")
        else:
            done.refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-07")
@pytest.mark.parametrize("name", SAID)
def test_about_a_child_who_is_known_here(name: str):
    telling(name, helped().by(WORKER), "c-nobody").refused("SYS-REF-07")


@pytest.mark.parametrize("name", [name for name in SAID if name not in ("RecordVisit", "RecordLookedAfterReview")])
def test_nothing_said_is_nothing_told(name: str):
    _, model, _ = SAID[name]
    with pytest.raises(ValidationError):
        model.model_validate({"child_ids": [CHILD]})


@pytest.mark.rule("NAT-PLAN-04")
def test_a_visit_to_a_privately_fostered_child_meets_its_deadline():
    story = helped("CHILD_IN_NEED", CHILD, SIBLING).by(WORKER).at("2026-12-17T12:00:00+00:00")
    done = telling("RecordPrivateFostering", story, CHILD, SIBLING, notified_on="2026-12-17", aware_from="2026-12-01")
    done.due("NAT-PLAN-04", "2026-12-30T23:59:59+00:00")
    assert (done.event.aware_from, done.event.notified_on) == (date(2026, 12, 1), date(2026, 12, 17))
    told = done.kept()

    def runs(story: Any, child: str) -> bool:
        return "NAT-PLAN-04" in running(story.matter().facts, story.protocol, frozenset({child}))

    assert runs(told, CHILD)
    assert runs(telling("RecordVisit", told, CHILD, kind="CIN").kept(), CHILD)
    visited = telling("RecordVisit", told, CHILD, kind="PRIVATE_FOSTERING", children_seen=[CHILD]).kept()
    assert (runs(visited, CHILD), runs(visited, SIBLING)) == (False, True)
    over = telling("RecordPrivateFostering", told, SIBLING, ended_on="2026-12-20", reason_code="RETURNED_HOME")
    assert not runs(over.kept(), SIBLING)


def test_of_the_day_it_was_told_the_authority_knew():
    done = telling("RecordPrivateFostering", helped().by(WORKER)).event
    assert done.aware_from == done.notified_on == date(2026, 3, 2)


def test_a_visit_is_one_event_for_all_whom_it_was_to():
    seen = {"children_seen": [CHILD, SIBLING], "seen_alone": [CHILD], "children_spoken_to": [CHILD]}
    story = helped("CHILD_IN_NEED", CHILD, SIBLING).by(WORKER)
    done = telling("RecordVisit", story, CHILD, SIBLING, kind="CIN", text="They were at home.", access=True, **seen)
    assert titles(done) == ["VisitHeld", "VisitRecorded"]
    visit, written = (fact.event for fact in done.facts)
    assert (done.facts[0].child_ids, visit.children_seen, visit.seen_alone) == (
        (CHILD, SIBLING),
        (CHILD, SIBLING),
        (CHILD,),
    )
    assert (written.visit_ref, written.text.clear) == (visit.visit_id, "They were at home.")
    assert titles(telling("RecordVisit", story, kind="CP")) == ["VisitHeld"]
    telling("RecordVisit", story, kind="CP", children_seen=[SIBLING]).refused("SYS-REF-07")


def test_what_is_said_of_a_child_who_is_looked_after():
    story = helped().by(WORKER)
    said = {
        "started": {"started_on": "2026-03-01", "reason_code": "OTHER", "reason_note": "Ill."},
        "placed": {"started_on": "2026-03-01", "legal_status": "S20", "with_parent": False},
        "ended": {"ended_on": "2026-03-02", "to": "HOME"},
    }
    done = telling("RecordLookedAfter", story, **said)
    assert titles(done) == ["LookedAfterStarted", "PlacementStarted", "LookedAfterEnded"]
    assert done.kept().standing() == story.standing()
    assert done.event.reason_note.clear == "Ill."


def test_what_is_said_of_courts():
    story = helped("CHILD_IN_NEED", CHILD, SIBLING).by(WORKER)
    said = {
        "issued": {"issued_on": "2026-03-01", "urgent_reason": "OTHER", "urgent_reason_note": "Danger."},
        "order": {"order_date": "2026-03-01", "order_type": "INTERIM"},
        "concluded": {"concluded_on": "2026-03-02", "outcome": "NO_ORDER"},
    }
    done = telling("RecordCourtStep", story, CHILD, SIBLING, **said)
    assert titles(done) == ["CareProceedingsIssued", "CareOrderGranted", "CareProceedingsConcluded"] * 2
    assert [fact.child_ids[0] for fact in done.facts] == [CHILD] * 3 + [SIBLING] * 3
    both = {"meeting_held_at": "2026-03-01T10:00:00Z", "letter_sent_on": "2026-03-02"}
    assert titles(telling("RecordLegalStep", story, **both)) == ["LegalPlanningMeetingHeld", "PreProceedingsLetterSent"]


def test_a_review_may_be_filled_in_later():
    story = helped().by(WORKER)
    done = telling("RecordLookedAfterReview", story, attendance=[{"person_id": "nobody", "answer": "ABSENT"}])
    kept = done.kept()
    later = telling("RecordLookedAfterReview", kept, corrects=kept.past[0].event_id, invited=[{"agency": "SCHOOL"}])
    assert (later.facts[0].corrects, missing(later)) == (kept.past[0].event_id, set())
    assert later.facts[0].occurred_at == kept.past[0].occurred_at == later.event.held_at
    telling("RecordLookedAfterReview", kept, corrects="e-nothing").refused("SYS-REF-07")


def test_a_manager_of_the_front_door_tells_of_private_fostering_too():
    telling("RecordPrivateFostering", helped().by(DOOR_MANAGER)).cites("SYS-REF-02")


@pytest.mark.rule("SYS-REF-02")
def test_who_helps_beside_made_the_visit():
    helper = Actor(id="p-helper")
    story = helped().told("allocation.CoAllocated", CHILD, person={"id": "p-helper"}, role="CO_WORKER")
    telling("RecordVisit", story.by(helper)).cites("SYS-REF-02")
    telling("RecordVisit", helped().by(helper)).refused("SYS-REF-02")
