"""The development issuer: tokens that hold once the registers know whom they name, and never beside a real issuer."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deploy.dev_issuer import ISSUER, DevIssuer, Minted, ProductionIssuerSet
from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from services.allocation.practitioner import Practitioner
from services.qa.client import Client
from services.qa.decisions.appoint_staff import AppointStaff, appoint_staff
from services.qa.decisions.register_client import RegisterClient, register_client
from services.qa.staff import Staff
from shared.access.caller import Caller, Kind
from shared.access.callers import known_caller
from shared.access.tokens import verify
from shared.kernel.beliefs import NOTHING_KNOWN
from tests.decisions.access.deciding import NOW, act, protocol, told


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return DevIssuer(tmp_path / "var" / "dev" / "key.json", None)


def minted(issuer: DevIssuer, kind: Any, **more: Any) -> Minted:
    return issuer.mint(kind, "TST", now=NOW, token_id="one", **more)


def registered(made: Minted) -> list[Any]:
    """What the registers record of a token's registrations, by the deciders themselves."""
    decide = {
        "RegisterClient": ("qa", RegisterClient, register_client, Client(client_id="x")),
        "AppointStaff": ("qa", AppointStaff, appoint_staff, Staff(staff_id="x")),
        "RegisterPractitioner": (
            "allocation",
            RegisterPractitioner,
            register_practitioner,
            Practitioner(practitioner_id="x"),
        ),
    }
    events = []
    for one in made.registrations:
        service, command, decider, state = decide[one.command]
        assert service == one.service
        facts = decider(state, NOTHING_KNOWN, command.model_validate(one.body), protocol(), act())
        events += [(service, fact.event) for fact in facts]
    return events


def caller_of(issuer: DevIssuer, made: Minted) -> Caller:
    known = known_caller(verify(made.token, issuer.jwks(), issuer=ISSUER, now=NOW), told(*registered(made)), NOW)
    assert known is not None
    return known


def test_an_agencys_system(issuer: DevIssuer) -> None:
    made = minted(issuer, "agency_system", agency="hill-school", agency_type="SCHOOL")
    caller = caller_of(issuer, made)
    assert (caller.kind, caller.agency, caller.agency_type, made.person_id) == (
        Kind.SYSTEM,
        "hill-school",
        "SCHOOL",
        None,
    )
    assert caller.scopes == {"referral:submit", "referral:status"}


def test_staff_of_a_team(issuer: DevIssuer) -> None:
    made = minted(issuer, "staff", post="FRONT_DOOR_WORKER", team="DOOR")
    caller = caller_of(issuer, made)
    assert (caller.post, caller.team, caller.team_id, caller.employer) == ("FRONT_DOOR_WORKER", "DOOR", "DOOR", "TST")
    assert caller.social_worker is True
    assert caller.purpose == "CASEWORK"
    assert (
        made.person_id == caller.person_id == minted(issuer, "staff", post="FRONT_DOOR_WORKER", team="DOOR").person_id
    )


def test_staff_who_is_no_social_worker_or_employed_elsewhere(issuer: DevIssuer) -> None:
    made = minted(issuer, "staff", person_id="amira", social_worker=False, employer="families-first", purpose="REVIEW")
    caller = caller_of(issuer, made)
    assert (caller.id, caller.social_worker, caller.employer_kind, caller.purpose) == (
        "amira",
        False,
        "COMMISSIONED",
        "REVIEW",
    )


def test_a_partners_worker(issuer: DevIssuer) -> None:
    caller = caller_of(issuer, minted(issuer, "partner", agency="hill-school", agency_type="SCHOOL", person_id="paul"))
    assert (caller.kind, caller.agency, caller.employer, caller.employer_kind, caller.sector) == (
        Kind.PERSON,
        "hill-school",
        "hill-school",
        "PARTNER",
        "SCHOOL",
    )
    assert caller.post is None
    assert caller.appointments == ()


def test_what_a_token_names_is_nobody_before_it_is_registered(issuer: DevIssuer) -> None:
    made = minted(issuer, "staff")
    assert known_caller(verify(made.token, issuer.jwks(), issuer=ISSUER, now=NOW), (), NOW) is None


def test_it_refuses_to_be_where_a_production_issuer_is(tmp_path: Path) -> None:
    with pytest.raises(ProductionIssuerSet):
        DevIssuer(tmp_path / "key.json", "https://issuer.example")
    assert not (tmp_path / "key.json").exists()


def test_the_key_is_shared_by_all_who_open_it_and_readable_by_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "key.json"
    with ThreadPoolExecutor(8) as several:
        sets = list(several.map(lambda _: DevIssuer(file, None).jwks(), range(16)))
    assert all(one == sets[0] for one in sets)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["key.json"]
    assert "d" not in sets[0]["keys"][0]
