"""What practitioners have learnt: the lists of the authority, courses done, and training accepted as equal."""

from datetime import date
from typing import Any

import pytest

from services.allocation.decisions.accept_equivalence import AcceptEquivalence, accept_equivalence
from services.allocation.decisions.record_training import RecordTraining, record_training
from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from services.allocation.events import EquivalenceAccepted, PractitionerRegistered, TrainingRecorded
from services.allocation.practitioner import Practitioner
from shared.kernel.people import Actor, Person
from shared.kernel.sealed import Sealed
from tests.given import Outcome, Story, given

ESSENTIAL = (
    "SAFEGUARDING_INTERMEDIATE",
    "FHP_INTRODUCTION",
    "ANALYSIS_AND_RISK",
    "FAMILY_NETWORKS_AND_TOOLS",
    "CASE_SYSTEM",
)
ENHANCING = (
    "RESTORATIVE_PRACTICE",
    "CULTURAL_CONSCIOUSNESS",
    "CHILDS_VOICE",
    "RESTORATIVE_LANGUAGE",
    "WRITING_TO_THE_CHILD",
    "TRAUMA_INFORMED",
    "RELATIONSHIPS",
)
ATTESTED = (
    "DIRECT_WORK",
    "RELATIONSHIPS",
    "MULTI_AGENCY_WORK",
    "MEETINGS",
    "USE_OF_SUPERVISION",
    "COMMUNICATION",
    "ASSESSMENT_AND_PLANNING",
    "CHILD_DEVELOPMENT",
    "CPD_COMMITMENT",
    "NON_JUDGEMENTAL_PRACTICE",
    "SPOTTING_CONCERNS",
)
AMIRA = "practitioner/amira"
OFFICER = Actor(id="p-officer", role="REGISTER_OFFICER")
MANAGER = Actor(id="p-boss", role="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
DELIVERY = Actor(id="p-delivery", role="DELIVERY_MANAGER", team="FAMILY_HELP")
WORKER = Actor(id="p-worker", role="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)


def registering(**changed: Any) -> RegisterPractitioner:
    fields: dict[str, Any] = {
        "practitioner_id": "amira",
        "name": "Amira Test",
        "profession": "FAMILY_SUPPORT",
        "employer_kind": "AUTHORITY",
        "social_worker": False,
        "line_manager": "p-line",
        "supervisor": "p-super",
        "employer_supervisor": "p-there",
    }
    return RegisterPractitioner(**fields | changed)


def registered(by: Actor = OFFICER, **changed: Any) -> Story:
    """Amira is in the register, and of the assessor it is known who they are."""
    story = given(by=by).when(register_practitioner, registering(**changed), AMIRA).kept()
    since = "2020-01-01T00:00:00+00:00"
    entry = {"practitioner_id": "p-tutor", "employer": "hill-school", "employer_kind": "PARTNER", "from": since}
    return story.told("allocation.PractitionerRegistered", (), "p-tutor", **entry)


def training(story: Story, code: str, **said: Any) -> Outcome:
    return story.when(record_training, RecordTraining(code=code, **said), AMIRA)


def equivalence(story: Story, **changed: Any) -> Outcome:
    said = {
        "code": "CASE_SYSTEM",
        "training": "SCHOOL_RECORDS",
        "assessor": "p-tutor",
        "reasoning": "The same system, used daily for two years.",
    }
    said |= changed
    command = AcceptEquivalence(**{name: value for name, value in said.items() if value is not None})
    return story.when(accept_equivalence, command, AMIRA)


def person(story: Story) -> Practitioner:
    return story.state(AMIRA)


# ---- the register ----


@pytest.mark.rule("WLV-TRAIN-01")
def test_eleven_skills_of_a_lead_are_kept_and_one_that_is_missing_is_shown():
    able = {"lead_capable": True, "attestations": ATTESTED}
    outcome = given(by=OFFICER).when(register_practitioner, registering(**able), AMIRA)
    outcome.then(PractitionerRegistered).warned().cites("WLV-TRAIN-01")
    assert outcome.event.attestations == ATTESTED
    assert outcome.facts[0].inputs["not_attested"] == ()
    for code in ATTESTED:
        able["attestations"] = tuple(other for other in ATTESTED if other != code)
        outcome = given(by=OFFICER).when(register_practitioner, registering(**able), AMIRA).warned("WLV-TRAIN-01")
        assert outcome.facts[0].inputs["not_attested"] == (code,)


def test_a_skill_beyond_the_eleven_is_kept_too():
    able = registering(lead_capable=True, attestations=(*ATTESTED, "SIGN_LANGUAGE"))
    given(by=OFFICER).when(register_practitioner, able, AMIRA).then(PractitionerRegistered).warned()


@pytest.mark.rule("WLV-TRAIN-09")
def test_a_lead_without_a_supervisor_is_registered_with_a_warning():
    able = {"lead_capable": True, "attestations": ATTESTED}
    story = given(by=OFFICER)
    story.when(register_practitioner, registering(**able), AMIRA).warned().cites("WLV-TRAIN-09")
    story.when(register_practitioner, registering(**able, supervisor=None), AMIRA).then(PractitionerRegistered).warned(
        "WLV-TRAIN-09"
    )


@pytest.mark.parametrize("lead_capable", [None, False])
def test_of_who_leads_nobody_none_of_this_is_asked(lead_capable):
    entry = registering(lead_capable=lead_capable, supervisor=None)
    outcome = given(by=OFFICER).when(register_practitioner, entry, AMIRA).then(PractitionerRegistered).warned()
    assert outcome.facts[0].rules == ()
    assert "not_attested" not in outcome.facts[0].inputs


# ---- courses ----


@pytest.mark.rule("WLV-TRAIN-03")
@pytest.mark.parametrize("code", ENHANCING)
def test_each_enhancing_course_is_recorded(code):
    outcome = training(registered(), code, completed_on="2026-03-01").warned().cites("WLV-TRAIN-03")
    outcome.then(
        TrainingRecorded(
            practitioner_id="amira",
            code=code,
            status="COMPLETED",
            completed_on=date(2026, 3, 1),
            open_topics=(*ESSENTIAL, *(other for other in ENHANCING if other != code)),
        )
    )
    assert outcome.facts[0].stream == AMIRA
    assert outcome.facts[0].inputs["listed"] == "ENHANCING"
    assert person(outcome.kept()).courses == {code}


@pytest.mark.rule("WLV-TRAIN-02")
@pytest.mark.parametrize("code", ESSENTIAL)
def test_each_essential_course_is_recorded(code):
    outcome = training(registered(), code).then(TrainingRecorded).warned().cites("WLV-TRAIN-02")
    assert outcome.facts[0].inputs["listed"] == "ESSENTIAL"
    assert outcome.event.completed_on is None
    assert code not in outcome.event.open_topics


@pytest.mark.rule("WLV-TRAIN-03")
def test_a_course_outside_the_lists_is_kept_as_other_training():
    outcome = training(registered(), "FIRE_SAFETY").then(TrainingRecorded).warned("WLV-TRAIN-03")
    assert outcome.event.open_topics == (*ESSENTIAL, *ENHANCING)
    assert outcome.facts[0].inputs["listed"] is None


@pytest.mark.rule("WLV-TRAIN-03")
def test_a_course_is_recorded_as_completed_and_not_as_anything_else():
    training(registered(), "CHILDS_VOICE", status="NOT_NEEDED").refused("WLV-TRAIN-03")


def test_what_is_still_to_do_grows_less_by_courses_and_by_equivalents():
    story = training(registered(), "FHP_INTRODUCTION").kept()
    story = equivalence(story.by(MANAGER)).kept()
    left = training(story.by(OFFICER), "CHILDS_VOICE").event.open_topics
    assert set(left) == {*ESSENTIAL, *ENHANCING} - {"FHP_INTRODUCTION", "CASE_SYSTEM", "CHILDS_VOICE"}


def test_a_course_recorded_again_changes_nothing_and_its_day_may_be_corrected():
    story = training(registered(), "CASE_SYSTEM", completed_on="2026-03-01").kept()
    training(story, "CASE_SYSTEM", completed_on="2026-03-01").then()
    training(story, "CASE_SYSTEM", completed_on="2026-03-02").then(TrainingRecorded)


@pytest.mark.rule("SYS-TRAIN-01")
def test_no_course_was_completed_tomorrow():
    training(registered(), "CASE_SYSTEM", completed_on="2026-04-02").then(TrainingRecorded)
    training(registered(), "CASE_SYSTEM", completed_on="2026-04-03").refused("SYS-TRAIN-01")


def test_what_was_learnt_stays_when_the_entry_changes():
    story = training(registered(), "CASE_SYSTEM").kept()
    story = story.when(register_practitioner, registering(weekly_capacity=12), AMIRA).kept()
    assert person(story).courses == {"CASE_SYSTEM"}
    assert person(story).entry.weekly_capacity == 12


@pytest.mark.rule("SYS-REF-02")
def test_training_is_recorded_by_the_register_officer_or_whoever_manages_the_practitioner():
    for manager in ("p-line", "p-super", "p-there"):
        training(registered().by(Actor(id=manager)), "CASE_SYSTEM").then(TrainingRecorded)
    for other in (MANAGER, WORKER, Actor(id="amira", role="SOCIAL_WORKER")):
        training(registered().by(other), "CASE_SYSTEM").refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-07")
def test_nobody_learns_who_is_not_in_the_register():
    training(given(by=OFFICER), "CASE_SYSTEM").refused("SYS-REF-07")
    equivalence(given(by=MANAGER), assessor="p-nobody").refused("SYS-REF-07")


# ---- training from elsewhere ----


@pytest.mark.rule("WLV-TRAIN-04", "WLV-TRAIN-02")
@pytest.mark.parametrize("code", ESSENTIAL)
def test_training_from_elsewhere_counts_for_each_essential_course(code):
    outcome = equivalence(registered().by(MANAGER), code=code).warned().cites("WLV-TRAIN-04")
    reasoning = outcome.event.reasoning
    outcome.then(
        EquivalenceAccepted(
            practitioner_id="amira",
            code=code,
            training="SCHOOL_RECORDS",
            assessor=Person(id="p-tutor", employer="hill-school", employer_kind="PARTNER"),
            reasoning=Sealed(reasoning.subject, "The same system, used daily for two years."),
        )
    )
    assert reasoning.subject.startswith("note/")
    assert outcome.facts[0].inputs == {"code": code, "training": "SCHOOL_RECORDS", "held_before": False}
    assert person(outcome.kept()).courses == {code}


@pytest.mark.rule("WLV-TRAIN-04")
@pytest.mark.parametrize("missing", ["training", "assessor", "reasoning"])
def test_one_missing_and_the_training_does_not_count(missing):
    refused = equivalence(registered().by(MANAGER), **{missing: None}).refused("WLV-TRAIN-04").refusal
    assert [refusal.field for refusal in refused.refusals] == [f"/{missing}"]


@pytest.mark.rule("WLV-TRAIN-04")
@pytest.mark.parametrize("code", [*ENHANCING, "FIRE_SAFETY"])
def test_only_an_essential_course_has_an_equivalent(code):
    refused = equivalence(registered().by(MANAGER), code=code).refused("WLV-TRAIN-04").refusal
    assert [refusal.field for refusal in refused.refusals] == ["/code"]


def test_the_same_acceptance_again_changes_nothing_and_another_reasoning_is_another():
    story = equivalence(registered().by(MANAGER)).kept()
    equivalence(story).then()
    again = equivalence(story, reasoning="Seen at work.").then(EquivalenceAccepted)
    assert again.facts[0].inputs["held_before"] is True


@pytest.mark.rule("SYS-REF-07")
def test_an_assessor_stands_in_a_register():
    refused = equivalence(registered().by(MANAGER), assessor="p-nobody").refused("SYS-REF-07").refusal
    assert refused.refusals[0].field == "/assessor"


@pytest.mark.rule("SYS-REF-02")
def test_a_manager_of_the_authority_accepts_it_and_nobody_else():
    equivalence(registered().by(DELIVERY)).then(EquivalenceAccepted)
    for other in (OFFICER, WORKER, Actor(id="p-line"), Actor(id="p-super")):
        equivalence(registered().by(other)).refused("SYS-REF-02")
