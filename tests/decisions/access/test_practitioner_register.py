"""Entering people in the practitioner register."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from services.allocation.events import PractitionerDeregistered, PractitionerRegistered
from services.allocation.practitioner import evolve, unknown
from shared.kernel.sealed import Sealed
from tests.decisions.access.deciding import EARLIER, NOW, given


def entry(**changed: Any) -> PractitionerRegistered:
    fields: dict[str, Any] = {
        "practitioner_id": "amira",
        "name": Sealed("practitioner/amira", "Amira Test"),
        "profession": "SOCIAL_WORKER",
        "employer": "TST",
        "employer_kind": "AUTHORITY",
        "social_worker": True,
        "from_": EARLIER,
    }
    return PractitionerRegistered(**fields | changed)


def command(**changed: Any) -> RegisterPractitioner:
    fields: dict[str, Any] = {
        "practitioner_id": "amira",
        "name": "Amira Test",
        "profession": "SOCIAL_WORKER",
        "employer_kind": "AUTHORITY",
        "social_worker": True,
        "from": EARLIER.isoformat(),
    }
    fields |= changed
    return RegisterPractitioner.model_validate({name: value for name, value in fields.items() if value is not ...})


def practitioner(*events: Any, **more: Any) -> given:
    return given(unknown, evolve, *events, **more)


def test_a_person_is_registered_with_the_authority_as_employer() -> None:
    facts = practitioner().when(register_practitioner, command()).then(entry())
    assert facts[0].stream == "practitioner/amira"


def test_registering_again_as_it_stands_changes_nothing() -> None:
    practitioner(entry()).when(register_practitioner, command()).then()
    practitioner(entry()).when(register_practitioner, command(**{"from": ...})).then()


def test_a_change_is_a_new_entry() -> None:
    practitioner(entry()).when(
        register_practitioner, command(swe_number="SW1", swe_valid_to="2027-11-30", weekly_capacity=12, **{"from": ...})
    ).then(
        entry(
            swe_number=Sealed("practitioner/amira", "SW1"),
            swe_valid_to=date(2027, 11, 30),
            weekly_capacity=12,
            from_=NOW,
        )
    )


def test_who_was_taken_out_may_come_back() -> None:
    out = PractitionerDeregistered(
        practitioner_id="amira", profession="SOCIAL_WORKER", from_=EARLIER, reason_code="LEFT"
    )
    practitioner(entry(), out).when(register_practitioner, command()).then(entry())


@pytest.mark.rule("SYS-ACC-12")
def test_the_employer_is_named_unless_it_is_the_authority() -> None:
    practitioner().when(register_practitioner, command(employer_kind="COMMISSIONED")).refused("SYS-ACC-12")
    practitioner().when(register_practitioner, command(employer="hill-school")).refused("SYS-ACC-12")
    practitioner().when(register_practitioner, command(employer="TST")).then(entry())
    practitioner().when(register_practitioner, command(employer_kind="COMMISSIONED", employer="families-first")).then(
        entry(employer_kind="COMMISSIONED", employer="families-first")
    )


@pytest.mark.rule("SYS-ACC-13")
def test_a_partner_has_a_sector_and_nobody_else_has() -> None:
    partner = {"employer_kind": "PARTNER", "employer": "hill-school"}
    practitioner().when(register_practitioner, command(**partner)).refused("SYS-ACC-13")
    practitioner().when(register_practitioner, command(sector="EDUCATION")).refused("SYS-ACC-13")
    practitioner().when(register_practitioner, command(**partner, sector="EDUCATION")).then(
        entry(**partner, sector="EDUCATION")
    )


@pytest.mark.rule("SYS-ACC-15")
def test_the_entry_of_another_authority_is_not_changed_from_here() -> None:
    out = PractitionerDeregistered(
        practitioner_id="amira", profession="SOCIAL_WORKER", from_=EARLIER, reason_code="LEFT"
    )
    practitioner(entry(), recorded_in="OTH").when(register_practitioner, command()).refused("SYS-ACC-15")
    practitioner(entry(), out, recorded_in="OTH").when(register_practitioner, command()).then(entry())


@pytest.mark.parametrize(
    "changed",
    [
        {"social_worker": 1},
        {"social_worker": "yes"},
        {"employer_kind": "OTHER"},
        {"weekly_capacity": "12"},
        {"swe_valid_to": 0},
        {"swe_valid_to": "30/11/2027"},
        {"from": "yesterday"},
        {"name": ...},
        {"extra": 1},
    ],
)
def test_what_is_no_entry_is_not_understood(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command(**changed)
