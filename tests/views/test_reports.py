"""Counts and lists over many cases: by levels alone, by who leads, by what was warned of, by who has learnt what."""

from datetime import date
from typing import Any

import pytest

from services.qa.views.competence import COMPETENCE, gaps
from services.qa.views.counting import at_level, leads_of_level
from services.qa.views.oversight import OVERSIGHT
from shared.kernel.events import Warned
from shared.kernel.letters import Letter
from tests.packs.families import ALTERNATIVE, OF_A_CLINIC, OF_A_SCHOOL, SOCIAL_WORKER, Family
from tests.packs.told import wlv
from tests.views.letters import Post, london

LEVEL = "CHILD_IN_NEED"


def row(letters: list[Letter], case: str = "k1") -> dict[str, Any]:
    body = OVERSIGHT.fold(case, letters)
    assert body is not None
    return body


def counted(told: Family, *days: str) -> list[int]:
    rows = [row(told.post.sent)]
    return [len(list(at_level(rows, [LEVEL], date.fromisoformat(day)))) for day in days]


@pytest.mark.rule("WLV-QA-10")
def test_children_in_need_are_counted_on_a_day_by_their_levels_and_the_end_of_their_cases_alone() -> None:
    told = Family()
    told.opened("2026-03-02", "c1", "c2", level=LEVEL)
    assert counted(told, "2026-03-01", "2026-03-02", "2026-12-31") == [0, 2, 2]
    told.level("2026-03-10 23:30", "c1", "TARGETED_EARLY_HELP", **{"from": LEVEL})
    told.level("2026-04-01 10:00", "c1", LEVEL, **{"from": "TARGETED_EARLY_HELP"})
    assert counted(told, "2026-03-09", "2026-03-10", "2026-03-31", "2026-04-01") == [2, 1, 1, 2]
    told.closed("2026-04-02 10:00", "c2")
    assert counted(told, "2026-04-01", "2026-04-02") == [2, 1]
    spans = [(span["child_id"], span["level"], span["first"]) for span in row(told.post.sent)["levels"]]
    assert spans == [
        ("c1", LEVEL, True),
        ("c2", LEVEL, True),
        ("c1", "TARGETED_EARLY_HELP", False),
        ("c1", LEVEL, False),
    ]


@pytest.mark.rule("WLV-QA-10")
def test_the_count_is_the_same_from_any_order_and_a_linked_child_counts_once() -> None:
    told = Family()
    told.opened("2026-03-02", "c1", level=LEVEL)
    told.post.referral(london("2026-03-05 09:00"), "k2", "c9")
    told.post.link(london("2026-03-05 10:00"), "link", "k1", "k2", ("c1", "c9"))
    told.level("2026-03-06 10:00", "c9", LEVEL)
    both = [row(told.post.sent, case) for case in ("k1", "k2")]
    assert both[1]["levels"] == []
    assert [span["child_id"] for span, _ in at_level(both, [LEVEL], date(2026, 3, 31))] == ["c1"]
    assert row(told.post.sent[::-1]) == both[0]


@pytest.mark.rule("WLV-ALLOC-20")
def test_the_share_of_children_in_need_led_inside_the_authority_is_counted_by_sector() -> None:
    def led(*leads: dict[str, Any]) -> dict[str, Any]:
        told = Family()
        told.opened("2026-03-02", "c1", level=LEVEL)
        for place, lead in enumerate(leads):
            told.lead(f"2026-03-{place + 3:02} 10:00", lead)
        return row(told.post.sent)

    commissioned = {**ALTERNATIVE, "id": "p-service", "employer_kind": "COMMISSIONED"}
    rows = [
        led(SOCIAL_WORKER),
        led(SOCIAL_WORKER, {**OF_A_SCHOOL, "sector": "EDUCATION"}),
        led(commissioned),
        led({**OF_A_CLINIC, "sector": "HEALTH"}),
        led(OF_A_CLINIC),
        led(),
    ]
    assert leads_of_level(rows, [LEVEL], date(2026, 3, 31)) == {
        "children": 6,
        "inside": {"AUTHORITY": 1, "COMMISSIONED": 1},
        "partners": {"EDUCATION": 1, "HEALTH": 1, "UNKNOWN": 1},
        "without_lead": 1,
        "share_inside": 0.4,
    }
    before = leads_of_level(rows, [LEVEL], date(2026, 3, 3))
    assert (before["inside"], before["without_lead"]) == ({"AUTHORITY": 2, "COMMISSIONED": 1}, 1)
    assert leads_of_level(rows, [LEVEL], date(2026, 3, 1))["share_inside"] is None


def test_a_lead_of_child_protection_is_not_the_familys_lead() -> None:
    told = Family()
    told.opened("2026-03-02", "c1", level=LEVEL)
    told.lead("2026-03-03 10:00", OF_A_SCHOOL)
    told.lead("2026-03-04 10:00", SOCIAL_WORKER, purpose="CP_ENQUIRY")
    counted_now = leads_of_level([row(told.post.sent)], [LEVEL], date(2026, 3, 5))
    assert counted_now["partners"] == {"UNKNOWN": 1}


@pytest.mark.rule("WLV-QA-07")
def test_decisions_on_high_changing_or_complex_risk_say_who_decided_and_to_whom_they_answer() -> None:
    told = Family()
    told.opened("2026-03-02", "c1")
    told.imc("2026-03-03 10:00", "CHANGE_IN_NEED_UP", risk_profile=[])
    told.imc("2026-03-04 10:00", "CHANGE_IN_NEED_UP", risk_profile=["HIGH"], accountable_manager_id="p-manager")
    told.level("2026-03-05 10:00", "c1", LEVEL, risk_profile=["DYNAMIC", "COMPLEX"])
    found = row(told.post.sent)["decisions"]
    assert [(one["event"], one["risk_profile"]) for one in found] == [
        ("allocation.IMCHeld", ["HIGH"]),
        ("planning.ThresholdChanged", ["DYNAMIC", "COMPLEX"]),
    ]
    assert found[0]["accountable_manager_id"] == "p-manager"
    assert (found[0]["decided_by"]["id"], found[0]["decided_by"]["role"]) == ("p-front-door", "FRONT_DOOR_WORKER")


@pytest.mark.rule("WLV-REF-06")
@pytest.mark.rule("WLV-ALLOC-25")
@pytest.mark.rule("WLV-ALLOC-26")
def test_every_warning_is_listed_with_its_event_and_case() -> None:
    told = Family()
    told.post.referral(london("2026-03-02 09:00"), "k1", "c1")
    warned = (Warned(rule="WLV-REF-06", because="Say whether Family Hubs were considered.", child_id="c1"),)
    triage = told.post.triage(london("2026-03-02 10:00"), "k1", "c1", "GREEN", "NFA", warnings=warned)
    (listed,) = row(told.post.sent)["warnings"]
    assert (listed["rule"], listed["of_event"], listed["case_id"]) == ("WLV-REF-06", triage.event_id, "k1")
    told.post.withdraw(london("2026-03-02 11:00"), triage)
    assert row(told.post.sent)["warnings"] == []


def registered(post: Post, at: str, **more: Any) -> None:
    entry: dict[str, Any] = {
        "practitioner_id": "p-aq",
        "employer_kind": "PARTNER",
        "sector": "EDUCATION",
        "social_worker": False,
        "lead_capable": True,
        "attestations": ["DIRECT_WORK"],
        "from": london(at).isoformat(),
        **more,
    }
    _learnt(post, "PractitionerRegistered", at, **entry)


def _learnt(post: Post, title: str, at: str, **data: Any) -> Letter:
    return post.send(f"allocation.{title}", london(at), case=None, stream="practitioner/p-aq", **data)


@pytest.mark.rule("WLV-QA-08")
@pytest.mark.rule("WLV-TRAIN-01")
def test_what_a_lead_has_not_learnt_or_shown_is_the_difference_from_the_protocols_lists() -> None:
    post = Post()
    registered(post, "2026-03-02 09:00")
    _learnt(post, "TrainingRecorded", "2026-03-03 09:00", code="CASE_SYSTEM", status="COMPLETED")
    _learnt(post, "TrainingRecorded", "2026-03-03 10:00", code="TRAUMA_INFORMED", status="COMPLETED")
    _learnt(post, "TrainingRecorded", "2026-03-03 11:00", code="FHP_INTRODUCTION", status="NOT_NEEDED")
    _learnt(post, "EquivalenceAccepted", "2026-03-04 09:00", code="SAFEGUARDING_INTERMEDIATE")
    entry = COMPETENCE.fold("practitioner/p-aq", post.sent)
    assert entry is not None
    lacking = gaps(entry, wlv())
    assert lacking["essential_missing"] == ["FHP_INTRODUCTION", "ANALYSIS_AND_RISK", "FAMILY_NETWORKS_AND_TOOLS"]
    assert (lacking["enhancing_held"], lacking["by_equivalence"]) == (
        ["TRAUMA_INFORMED"],
        ["SAFEGUARDING_INTERMEDIATE"],
    )
    assert len(lacking["not_attested"]) == 10
    assert lacking["has_supervisor"] is False


@pytest.mark.rule("WLV-QA-08")
def test_a_later_entry_takes_the_place_of_an_earlier_one_and_what_was_learnt_stays() -> None:
    post = Post()
    assert COMPETENCE.fold("practitioner/p-aq", post.sent) is None
    taught = _learnt(post, "TrainingRecorded", "2026-03-01 09:00", code="CASE_SYSTEM", status="COMPLETED")
    registered(post, "2026-03-02 09:00")
    registered(post, "2026-03-05 09:00", supervisor="p-super", sector="HEALTH", attestations=[])
    entry = COMPETENCE.fold("practitioner/p-aq", post.sent[::-1])
    assert entry is not None
    assert (entry["sector"], entry["has_supervisor"], entry["courses"]) == ("HEALTH", True, ["CASE_SYSTEM"])
    post.withdraw(london("2026-03-06 09:00"), taught)
    _learnt(post, "PractitionerDeregistered", "2026-03-07 09:00", **{"from": london("2026-03-08 09:00").isoformat()})
    left = COMPETENCE.fold("practitioner/p-aq", post.sent)
    assert left is not None
    assert (left["courses"], left["until"]) == ([], "2026-03-08T09:00:00+00:00")


@pytest.mark.rule("WLV-TRAIN-08")
def test_the_programme_is_there_for_whoever_leads() -> None:
    (programme,) = wlv().local.programme
    (essential,) = wlv().competences("ESSENTIAL")
    assert tuple(course.code for course in programme.courses) == essential.codes
    assert all(course.rolling for course in programme.courses)
