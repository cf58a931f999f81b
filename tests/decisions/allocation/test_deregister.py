"""Taking somebody out of the practitioner register."""

from datetime import UTC, datetime

import pytest

from services.allocation.decisions.deregister_practitioner import DeregisterPractitioner, deregister_practitioner
from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from services.allocation.events import LeadAllocated, PractitionerDeregistered
from services.allocation.views.leading import LEADING
from shared.kernel.people import Actor, Person
from tests.decisions.allocation.leading import Family
from tests.given import NOW, Outcome, Story, given

OFFICER = Actor(id="p-officer", role="REGISTER_OFFICER")
LINE = Actor(id="p-line", role="LINE_MANAGER", employer="A-SCHOOL")
WORKER = Actor(id="p-worker", role="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)


def registered() -> Story:
    entry = RegisterPractitioner(
        practitioner_id="amira",
        name="Amira Test",
        profession="LEARNING_MENTOR",
        employer="A-SCHOOL",
        employer_kind="PARTNER",
        sector="SCHOOL",
        social_worker=False,
        line_manager=LINE.id,
    )
    return given(by=OFFICER).when(register_practitioner, entry, "practitioner/amira").kept()


def leaving(story: Story, **said: str) -> Outcome:
    command = DeregisterPractitioner.model_validate({"reason_code": "LEFT", **said})
    return story.when(deregister_practitioner, command, "practitioner/amira")


def test_who_left_is_in_the_register_no_longer_and_it_is_said_once() -> None:
    story = registered()
    done = leaving(story, reason_code="MOVED_EMPLOYER", reason_note="To another school.").then(PractitionerDeregistered)
    assert (done.event.profession, done.event.from_) == ("LEARNING_MENTOR", story.moment)
    assert done.event.reason_code == "MOVED_EMPLOYER"
    assert done.event.reason_note.clear == "To another school."
    leaving(done.kept()).then()
    entered = done.kept().state("practitioner/amira")
    assert entered.deregistered_from == story.moment


def test_an_earlier_date_corrects_a_later_one() -> None:
    later = leaving(registered(), **{"from": "2026-06-30T23:59:59+01:00"}).kept()
    done = leaving(later, **{"from": NOW}).then(PractitionerDeregistered)
    assert done.event.from_ == datetime.fromisoformat(NOW).astimezone(UTC)


@pytest.mark.rule("SYS-REF-02")
def test_it_is_said_by_the_register_officer_or_whoever_manages_them() -> None:
    leaving(registered().by(LINE)).then(PractitionerDeregistered)
    leaving(registered().by(WORKER)).refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-03")
def test_a_reason_is_one_of_the_list() -> None:
    leaving(registered(), reason_code="RETIRED").then(PractitionerDeregistered)
    leaving(registered(), reason_code="TIRED").refused("SYS-REF-03")
    leaving(registered(), reason_code="OTHER").refused("SYS-REF-03")
    leaving(registered(), reason_code="OTHER", reason_note="Long illness.").then(PractitionerDeregistered)


@pytest.mark.rule("SYS-REF-07")
def test_nobody_is_taken_out_who_is_not_in_it() -> None:
    leaving(given(by=OFFICER)).refused("SYS-REF-07")


def test_the_cases_on_which_they_lead_go_with_it() -> None:
    story = registered()
    command = DeregisterPractitioner(reason_code="LEFT")
    state = story.state("practitioner/amira")
    (fact,) = deregister_practitioner(state, None, command, story.protocol, story.act(), ("k1", "k2"))  # type: ignore[arg-type]
    assert fact.event.open_case_ids == ("k1", "k2")  # type: ignore[attr-defined]


def test_a_person_is_found_in_each_case_in_which_they_were_allocated() -> None:
    family = Family("c1")
    family.led("CAT_ASSESSMENT", "amira", "c1")
    recorded = family.desk.record(
        LeadAllocated(lead=Person(id="amira"), purpose="FAMILY_HELP"), family.at(), "k2", "c2"
    )
    assert recorded.title in LEADING.reads
    (key,) = LEADING.keys(recorded)
    row = LEADING.project(None, recorded, key)
    assert row == {"case_id": "k2", "person_id": "amira", "authority": "WLV"}
    assert LEADING.search(row) == {"authority": "WLV", "person_id": "amira"}
