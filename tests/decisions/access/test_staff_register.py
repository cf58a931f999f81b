"""Appointing people to posts, and ending that."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.qa.decisions.appoint_staff import AppointStaff, appoint_staff, post_key
from services.qa.decisions.end_staff import EndStaff, end_staff
from services.qa.events import StaffAppointed, StaffEnded
from services.qa.staff import evolve, unknown
from shared.kernel.sealed import Sealed
from tests.decisions.access.deciding import EARLIER, LATER, NOW, given, known, told


def appointed(**changed: Any) -> StaffAppointed:
    fields: dict[str, Any] = {
        "staff_id": "amira",
        "name": Sealed("staff/amira", "Amira Test"),
        "post": "FRONT_DOOR_WORKER",
        "team": "DOOR",
        "team_id": "DOOR",
        "authority": "TST",
        "from_": EARLIER,
    }
    return StaffAppointed(**fields | changed)


def appointing(**changed: Any) -> AppointStaff:
    fields: dict[str, Any] = {
        "staff_id": "amira",
        "name": "Amira Test",
        "post": "FRONT_DOOR_WORKER",
        "team": "DOOR",
        "from": EARLIER.isoformat(),
    }
    fields |= changed
    return AppointStaff.model_validate({name: value for name, value in fields.items() if value is not ...})


def staff(*events: Any, **more: Any) -> given:
    return given(unknown, evolve, *events, **more)


def test_a_person_is_appointed_and_the_one_team_of_its_kind_is_filled_in() -> None:
    facts = staff().when(appoint_staff, appointing()).then(appointed())
    assert facts[0].stream == "staff/amira"


def test_appointing_again_as_it_stands_changes_nothing() -> None:
    staff(appointed()).when(appoint_staff, appointing()).then()
    staff(appointed()).when(appoint_staff, appointing(**{"from": ...})).then()


def test_a_second_post_stands_beside_the_first() -> None:
    second = appointed(post="SOCIAL_WORKER", team="LOCALITY", team_id="SOUTH")
    staff(appointed()).when(appoint_staff, appointing(post="SOCIAL_WORKER", team="LOCALITY", team_id="SOUTH")).then(
        second
    )
    staff(appointed(), second).when(appoint_staff, appointing()).then()


def test_of_several_teams_none_is_guessed() -> None:
    staff().when(appoint_staff, appointing(team="LOCALITY")).then(appointed(team="LOCALITY", team_id=None))


def test_a_post_may_stand_outside_the_teams() -> None:
    staff().when(appoint_staff, appointing(post="REGISTER_OFFICER", team=...)).then(
        appointed(post="REGISTER_OFFICER", team=None, team_id=None)
    )


@pytest.mark.rule("SYS-ACC-07")
def test_a_post_is_one_of_the_protocols() -> None:
    staff().when(appoint_staff, appointing(post="SHERIFF")).refused("SYS-ACC-07")


@pytest.mark.rule("SYS-ACC-08")
@pytest.mark.parametrize(
    "changed",
    [
        {"team": "MOON"},
        {"team": "LOCALITY", "team_id": "WEST"},
        {"team": "DOOR", "team_id": "SOUTH"},
        {"team": ..., "team_id": "DOOR"},
    ],
)
def test_a_team_is_one_of_the_protocols(changed: dict[str, Any]) -> None:
    staff().when(appoint_staff, appointing(**changed)).refused("SYS-ACC-08")


@pytest.mark.rule("SYS-ACC-09")
def test_nobody_is_their_own_deputy() -> None:
    staff().when(appoint_staff, appointing(deputy_of="amira")).refused("SYS-ACC-09")
    staff().when(appoint_staff, appointing(deputy_of="ben")).then(appointed(deputy_of="ben"))


@pytest.mark.rule("SYS-ACC-10")
def test_an_appointment_ends_after_it_begins() -> None:
    staff().when(appoint_staff, appointing(until=EARLIER.isoformat())).refused("SYS-ACC-10")
    staff().when(appoint_staff, appointing(until=LATER.isoformat())).then(appointed(until=LATER))


def holders(*events: Any) -> Any:
    return known(post_key("TST", "COMPLAINTS_MANAGER"), told(*events))


CHIEF = appointed(staff_id="ben", name=Sealed("staff/ben", "x"), post="COMPLAINTS_MANAGER", team=None, team_id=None)


@pytest.mark.rule("NAT-COMP-05")
def test_an_authority_has_one_complaints_manager() -> None:
    asked = appointing(post="COMPLAINTS_MANAGER", team=...)
    no = staff(known=holders(CHIEF)).when(appoint_staff, asked).refused("NAT-COMP-05")
    assert no.inputs["held_by_another"] is True


@pytest.mark.rule("NAT-COMP-05")
def test_a_deputy_and_a_successor_may_be_appointed() -> None:
    mine = appointed(post="COMPLAINTS_MANAGER", team=None, team_id=None)
    asked = appointing(post="COMPLAINTS_MANAGER", team=...)
    ended = StaffEnded(staff_id="ben", post="COMPLAINTS_MANAGER", from_=EARLIER, reason_code="LEFT")
    deputy = appointed(staff_id="ben", post="COMPLAINTS_MANAGER", team=None, team_id=None, deputy_of="amira")
    staff(known=holders(CHIEF, ended)).when(appoint_staff, asked).then(mine)
    staff(known=holders(deputy)).when(appoint_staff, asked).then(mine)
    staff(known=holders(CHIEF)).when(
        appoint_staff, appointing(post="COMPLAINTS_MANAGER", team=..., deputy_of="ben")
    ).then(appointed(post="COMPLAINTS_MANAGER", team=None, team_id=None, deputy_of="ben"))
    staff(known=holders(mine)).when(appoint_staff, asked).then(mine)


def ending(**changed: Any) -> EndStaff:
    return EndStaff.model_validate({"staff_id": "amira", "post": "FRONT_DOOR_WORKER", "reason_code": "LEFT", **changed})


ENDED = StaffEnded(staff_id="amira", post="FRONT_DOOR_WORKER", from_=NOW, reason_code="LEFT")


def test_a_post_ends_at_once() -> None:
    staff(appointed()).when(end_staff, ending()).then(ENDED)


def test_ending_again_changes_nothing() -> None:
    staff(appointed(), ENDED).when(end_staff, ending()).then()
    staff(appointed(until=EARLIER)).when(end_staff, ending()).then()


def test_an_earlier_end_is_an_end() -> None:
    staff(appointed(), ENDED).when(end_staff, ending(**{"from": EARLIER.isoformat()})).then(
        StaffEnded(staff_id="amira", post="FRONT_DOOR_WORKER", from_=EARLIER, reason_code="LEFT")
    )


def test_who_left_may_come_back() -> None:
    staff(appointed(), ENDED).when(appoint_staff, appointing(**{"from": LATER.isoformat()})).then(
        appointed(from_=LATER)
    )


@pytest.mark.rule("SYS-ACC-11")
def test_only_a_post_that_is_held_here_ends() -> None:
    staff().when(end_staff, ending()).refused("SYS-ACC-11")
    staff(appointed()).when(end_staff, ending(post="SOCIAL_WORKER")).refused("SYS-ACC-11")
    staff(appointed(), authority="OTH").when(end_staff, ending()).refused("SYS-ACC-11")


@pytest.mark.parametrize(
    "changed", [{"post": "front door"}, {"staff_id": "a b"}, {"team": 1}, {"authority": "OTH"}, {"name": ""}]
)
def test_what_is_no_appointment_is_not_understood(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        appointing(**changed)
