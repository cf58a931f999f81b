"""The practitioner register, over HTTP."""

from collections.abc import Mapping
from typing import Any

from services.allocation.decisions.register_practitioner import RegisterPractitioner, register_practitioner
from shared.access.about import About
from shared.http.command import Command, Deciding
from shared.http.problems import invalid


def _entry(ids: Mapping[str, str]) -> tuple[str, ...]:
    return (f"practitioner/{ids['practitioner_id']}",)


def _registered(deciding: Deciding) -> Any:
    state = deciding.state(_entry(deciding.ids)[0])
    assert deciding.protocol is not None
    assert deciding.act is not None
    return register_practitioner(state, deciding.known, deciding.body, deciding.protocol, deciding.act)


async def _one_person(deciding: Deciding) -> None:
    if deciding.body.practitioner_id != deciding.ids["practitioner_id"]:
        raise invalid("/practitioner_id", "differs", "Send the id that stands in the address.")


def _no_case(deciding: Deciding) -> About | None:
    return None


REGISTER: tuple[Command, ...] = (
    Command(
        name="RegisterPractitioner",
        path="/practitioners/{practitioner_id}",
        model=RegisterPractitioner,
        summary="Enter a practitioner in the register, or change the entry.",
        streams=_entry,
        decide=_registered,
        about=_no_case,
        prepare=_one_person,
        creates=True,
        opens=True,
    ),
)

REGISTERINGS = {
    "RegisterPractitioner": (
        RegisterPractitioner,
        lambda body: f"practitioner/{body.practitioner_id}",
        register_practitioner,
    ),
}
