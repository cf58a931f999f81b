"""Letting an agency's system in, and shutting it out."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.qa.client import evolve, unknown
from services.qa.decisions.register_client import AGENCY_TYPES, RegisterClient, register_client
from services.qa.decisions.suspend_client import SuspendClient, suspend_client
from services.qa.events import ClientRegistered, ClientSuspended
from shared.kernel.sealed import Sealed
from tests.decisions.access.deciding import EARLIER, LATER, NOW, given

KEY = {"kty": "OKP", "crv": "Ed25519", "x": "3nsYjLw6oHVqTtBDHrpg5TVQ19qgK1eU4EKFPNWj6HI", "kid": "one"}


def entry(**changed: Any) -> ClientRegistered:
    fields: dict[str, Any] = {
        "client_id": "school-1",
        "agency": "hill-school",
        "agency_type": "SCHOOL",
        "cin_source_code": "2A",
        "authority": "TST",
        "scopes": ("referral:status", "referral:submit"),
        "contact": Sealed("client/school-1", "ict desk"),
        "from_": EARLIER,
    }
    return ClientRegistered(**fields | changed)


def command(**changed: Any) -> RegisterClient:
    fields: dict[str, Any] = {
        "client_id": "school-1",
        "agency": "hill-school",
        "agency_type": "SCHOOL",
        "scopes": ["referral:submit", "referral:status"],
        "contact": "ict desk",
        "from": EARLIER.isoformat(),
    }
    fields |= changed
    return RegisterClient.model_validate({name: value for name, value in fields.items() if value is not ...})


def client(*events: Any, **more: Any) -> given:
    return given(unknown, evolve, *events, **more)


def test_a_client_is_registered_with_the_source_of_its_agency_type() -> None:
    facts = client().when(register_client, command()).then(entry())
    assert facts[0].stream == "client/school-1"
    assert facts[0].case_id is None


def test_registering_again_as_it_stands_changes_nothing() -> None:
    client(entry()).when(register_client, command()).then()
    client(entry()).when(register_client, command(**{"from": ...})).then()


def test_a_change_is_a_new_entry() -> None:
    client(entry()).when(register_client, command(scopes=["referral:submit"], **{"from": ...})).then(
        entry(scopes=("referral:submit",), from_=NOW)
    )


def test_a_key_or_an_address_of_keys_is_kept() -> None:
    client().when(register_client, command(public_key=KEY)).then(entry(public_key=KEY))
    client().when(register_client, command(jwks_url="https://school.example/keys")).then(
        entry(jwks_url="https://school.example/keys")
    )


@pytest.mark.rule("SYS-ACC-01")
def test_an_agency_is_of_a_known_type() -> None:
    client().when(register_client, command(agency_type="CIRCUS")).refused("SYS-ACC-01")


@pytest.mark.rule("SYS-ACC-02")
@pytest.mark.parametrize("kind", [kind for kind, code in AGENCY_TYPES.items() if code is None])
def test_a_type_without_a_source_of_its_own_has_to_name_one(kind: str) -> None:
    client().when(register_client, command(agency_type=kind)).refused("SYS-ACC-02")
    client().when(register_client, command(agency_type=kind, cin_source_code="2B")).then(
        entry(agency_type=kind, cin_source_code="2B")
    )
    client().when(register_client, command(cin_source_code="11")).refused("SYS-ACC-02")


@pytest.mark.rule("SYS-ACC-03")
def test_scopes_are_those_there_are() -> None:
    client().when(register_client, command(scopes=["referral:submit", "feed"])).refused("SYS-ACC-03")


@pytest.mark.rule("SYS-ACC-04")
@pytest.mark.parametrize(
    "url", ["http://school.example/keys", "file:///etc/passwd", "/etc/passwd", "https://", "https://u:p@x.example/"]
)
def test_keys_are_fetched_from_https_alone(url: str) -> None:
    client().when(register_client, command(jwks_url=url)).refused("SYS-ACC-04")


@pytest.mark.rule("SYS-ACC-04")
def test_there_is_one_way_to_a_clients_keys() -> None:
    both = command(jwks_url="https://school.example/keys", public_key=KEY)
    client().when(register_client, both).refused("SYS-ACC-04")


@pytest.mark.rule("SYS-ACC-05")
def test_an_entry_ends_after_it_begins() -> None:
    client().when(register_client, command(until=EARLIER.isoformat())).refused("SYS-ACC-05")
    client().when(register_client, command(until=LATER.isoformat())).then(entry(until=LATER))


@pytest.mark.rule("SYS-ACC-14")
def test_the_client_of_another_authority_cannot_be_taken_over() -> None:
    client(entry(), authority="OTH").when(register_client, command()).refused("SYS-ACC-14")


def test_everything_wrong_is_said_at_once() -> None:
    wrong = command(agency_type="CIRCUS", scopes=["feed"], jwks_url="http://x.example", until=EARLIER.isoformat())
    client().when(register_client, wrong).refused("SYS-ACC-01", "SYS-ACC-03", "SYS-ACC-04", "SYS-ACC-05")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "a/b"},
        {"client_id": "../x"},
        {"client_id": ""},
        {"scopes": []},
        {"from": 0},
        {"from": "0"},
        {"from": "2026-11-25"},
        {"from": "2026-11-25T10:00:00"},
        {"from": "1066-10-14T10:00:00Z"},
        {"authority": "OTH"},
        {"public_key": {**KEY, "d": "secret"}},
        {"public_key": {**KEY, "kty": "oct"}},
        {"contact": ...},
        {"surprise": 1},
    ],
)
def test_what_is_no_registration_is_not_understood(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command(**changed)


def suspending(**changed: Any) -> SuspendClient:
    return SuspendClient.model_validate({"client_id": "school-1", "reason_code": "LOST_KEY", **changed})


def test_a_client_is_suspended_at_once() -> None:
    client(entry()).when(suspend_client, suspending(reason_note="laptop stolen")).then(
        ClientSuspended(
            client_id="school-1",
            from_=NOW,
            reason_code="LOST_KEY",
            reason_note=Sealed("client/school-1", "laptop stolen"),
        )
    )


def test_suspending_again_changes_nothing_but_an_earlier_start_does() -> None:
    suspended = ClientSuspended(client_id="school-1", from_=NOW, reason_code="LOST_KEY")
    client(entry(), suspended).when(suspend_client, suspending(), at=LATER).then()
    earlier = suspending(**{"from": EARLIER.isoformat()})
    client(entry(), suspended).when(suspend_client, earlier).then(
        ClientSuspended(client_id="school-1", from_=EARLIER, reason_code="LOST_KEY")
    )


@pytest.mark.rule("SYS-ACC-06")
def test_only_a_registered_client_of_the_authority_is_suspended() -> None:
    client().when(suspend_client, suspending()).refused("SYS-ACC-06")
    client(entry(), authority="OTH").when(suspend_client, suspending()).refused("SYS-ACC-06")


def test_registering_again_ends_a_suspension() -> None:
    suspended = ClientSuspended(client_id="school-1", from_=EARLIER, reason_code="LOST_KEY")
    client(entry(), suspended).when(register_client, command()).then(entry())
    client(entry(), suspended, entry()).when(register_client, command()).then()
