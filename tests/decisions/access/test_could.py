"""Scope and post: what a caller could never do, whatever it is about."""

from dataclasses import replace

import pytest

from shared.access.caller import Caller, Kind
from shared.access.desks import Appointment
from shared.access.masks import Group, Mask, Right
from shared.access.scopes import COMMANDS, acting_for, could, could_ask_status, could_read, may_write, why_never
from tests.decisions.access.deciding import EARLIER

ALL = frozenset(
    f"{service}:{act}" for service in ("referral", "allocation", "planning", "qa") for act in ("read", "write")
)
REGISTERS = {"RegisterClient", "SuspendClient", "AppointStaff", "EndStaff"}
SUBMITTING = {"SubmitReferral", "CheckReferral"}
HEARD = SUBMITTING | {"RaiseConcern", "RequestStrategyDiscussion"}
WITHOUT_A_POST = HEARD | {
    "RequestIMC",
    "AllocateLead",
    "RequestAgencyAssistance",
    "AnswerAgencyAssistance",
    "RequestAPSupport",
    "CorrectIdentity",
    "CompleteEarlySupportReview",
    "OpenSection47",
    "RecordTraining",
    "ResolveIncomplete",
    "WithdrawRecord",
    "StartPlan",
    "CompletePlan",
    "ApprovePlan",
    "ChangePlanAction",
    "RecordPlanReview",
    "FormTeamAroundFamily",
    "RecordUpdatedDiscussion",
    "RecordFamilyInformed",
    "RecordFamilyContact",
    "AddCaseNote",
    "RecordVisit",
    "EndPlan",
    "RecordStrategyDiscussion",
    "RecordLCPPConversation",
    "RecordLineManagerDiscussion",
    "ReportChangeOfNeed",
    "StartAssessment",
    "SetThreshold",
    "DeregisterPractitioner",
}
OF_PRACTITIONERS = {"RegisterPractitioner", "DeregisterPractitioner", "RecordTraining", "AcceptEquivalence"}
OF_ALLOCATION = {command for command, could in COMMANDS.items() if could.service == "allocation"}


def person(*posts: str, scopes: frozenset[str] = ALL, purpose: str | None = "CASEWORK") -> Caller:
    held = tuple(Appointment(authority="TST", post=post, from_=EARLIER) for post in posts)
    return Caller(
        kind=Kind.PERSON,
        id="amira",
        client_id="console",
        authority="TST",
        scopes=scopes,
        person_id="amira",
        post=posts[0] if posts else None,
        purpose=purpose,
        appointments=held,
    )


SYSTEM = Caller(
    kind=Kind.SYSTEM,
    id="school",
    client_id="school",
    authority="TST",
    scopes=frozenset({"referral:submit", "referral:status"}),
)
SERVICE = Caller(kind=Kind.SERVICE, id="qa", client_id="qa", authority=None, scopes=frozenset({"feed"}))


def allowed(caller: Caller) -> set[str]:
    return {command for command in COMMANDS if could(command, caller, "referral")}


@pytest.mark.parametrize(
    "caller, commands",
    [
        (SYSTEM, SUBMITTING),
        (replace(SYSTEM, scopes=frozenset({"referral:status"})), set()),
        (replace(SYSTEM, scopes=ALL), set()),
        (replace(SERVICE, scopes=ALL | {"referral:submit"}), set()),
        (person("FRONT_DOOR_WORKER"), set(COMMANDS) - REGISTERS - OF_PRACTITIONERS),
        (person("SW_TEAM_MANAGER"), set(COMMANDS) - REGISTERS),
        (person("AUDITOR"), HEARD),
        (person("PARTNER_READER"), HEARD),
        (person("COMPLAINTS_MANAGER"), HEARD),
        (person("REGISTER_OFFICER"), HEARD | REGISTERS | OF_PRACTITIONERS),
        (person("AUDITOR", "SW_TEAM_MANAGER"), set(COMMANDS) - REGISTERS),
        (person(), WITHOUT_A_POST),
        (person("SW_TEAM_MANAGER", scopes=frozenset({"referral:read", "qa:read"})), set()),
        (person("SW_TEAM_MANAGER", scopes=frozenset({"allocation:write"})), OF_ALLOCATION),
        (person("REGISTER_OFFICER", scopes=frozenset({"qa:write"})), REGISTERS),
    ],
)
def test_what_a_caller_could_ever_run(caller: Caller, commands: set[str]) -> None:
    assert allowed(caller) == commands


def test_why_not_is_said_in_one_word() -> None:
    assert why_never("TriageReferral", SYSTEM) == "SCOPE"
    assert why_never("TriageReferral", replace(SYSTEM, scopes=ALL)) == "KIND"
    assert why_never("TriageReferral", person("AUDITOR")) == "POST"
    assert why_never("TriageReferral", person("FRONT_DOOR_WORKER")) is None


def test_a_command_of_every_service_needs_the_scope_of_the_one_it_was_sent_to() -> None:
    worker = person("SOCIAL_WORKER", scopes=frozenset({"planning:write"}))
    assert could("WithdrawRecord", worker, "planning")
    assert not could("WithdrawRecord", worker, "referral")
    assert not could("WithdrawRecord", worker)


def test_a_command_nobody_knows_is_in_no_table() -> None:
    with pytest.raises(KeyError):
        could("DeleteEverything", person("SW_TEAM_MANAGER"))


@pytest.mark.parametrize(
    "caller, service, about_a_person, may",
    [
        (person("SOCIAL_WORKER"), "qa", True, True),
        (person("SOCIAL_WORKER", purpose=None), "qa", True, False),
        (person("SOCIAL_WORKER", purpose=None), "qa", False, True),
        (person("SOCIAL_WORKER", scopes=frozenset({"referral:read"})), "qa", True, False),
        (replace(SYSTEM, scopes=frozenset({"qa:read"})), "qa", True, False),
        (replace(SYSTEM, scopes=frozenset({"qa:read"})), "qa", False, True),
        (replace(SYSTEM, scopes=ALL), "referral", False, False),
        (replace(SERVICE, scopes=ALL), "qa", False, False),
    ],
)
def test_what_a_caller_could_ever_read(caller: Caller, service: str, about_a_person: bool, may: bool) -> None:
    assert could_read(service, caller, about_a_person=about_a_person) is may


def test_who_could_ask_what_became_of_a_referral() -> None:
    assert could_ask_status(SYSTEM)
    assert could_ask_status(person("FRONT_DOOR_WORKER"))
    assert not could_ask_status(replace(SYSTEM, scopes=frozenset({"referral:submit"})))
    assert not could_ask_status(replace(SERVICE, scopes=frozenset({"referral:status"})))


def test_a_person_with_two_posts_decides_as_the_one_that_may() -> None:
    both = person("AUDITOR", "SW_TEAM_MANAGER")
    assert acting_for("TriageReferral", both).post == "SW_TEAM_MANAGER"
    assert acting_for("TriageReferral", person("AUDITOR")).post == "AUDITOR"
    assert acting_for("CorrectIdentity", person()).post is None


def test_a_mask_that_only_shows_lets_nothing_be_done() -> None:
    shows = Mask(groups=frozenset({Group.STATE}))
    door = Mask(groups=frozenset({Group.STATE}), rights=frozenset({Right.DOOR}))
    assert not may_write("TriageReferral", shows)
    assert may_write("TriageReferral", door)
    assert may_write("SubmitReferral", shows)
