"""Token and register have to agree: who is let in, and what the registers fill in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.allocation.events import PractitionerDeregistered, PractitionerRegistered
from services.qa.events import ClientRegistered, ClientSuspended, StaffAppointed, StaffEnded
from shared.access.caller import Caller, Kind
from shared.access.callers import known_caller
from shared.access.registers import person_at
from shared.kernel.people import Actor, Person
from shared.kernel.sealed import Sealed
from tests.decisions.access.deciding import EARLIER, LATER, NOW, told

SCOPES = ("referral:read", "referral:write", "qa:read")


def client(**changed: Any) -> ClientRegistered:
    fields: dict[str, Any] = {
        "client_id": "console",
        "agency": "TST",
        "agency_type": "CHILDRENS_SOCIAL_CARE",
        "cin_source_code": "5A",
        "authority": "TST",
        "scopes": SCOPES,
        "contact": Sealed("client/console", "x"),
        "from_": EARLIER,
    }
    return ClientRegistered(**fields | changed)


def post(name: str, **changed: Any) -> StaffAppointed:
    fields: dict[str, Any] = {
        "staff_id": "amira",
        "name": Sealed("staff/amira", "x"),
        "post": name,
        "team": "CAT",
        "authority": "TST",
        "from_": EARLIER,
    }
    return StaffAppointed(**fields | changed)


def entry(**changed: Any) -> tuple[str, PractitionerRegistered]:
    fields: dict[str, Any] = {
        "practitioner_id": "amira",
        "name": Sealed("practitioner/amira", "x"),
        "profession": "SOCIAL_WORKER",
        "employer": "TST",
        "employer_kind": "AUTHORITY",
        "social_worker": True,
        "from_": EARLIER,
    }
    return "allocation", PractitionerRegistered(**fields | changed)


SYSTEM = Caller(
    kind=Kind.SYSTEM, id="console", client_id="console", authority="TST", scopes=frozenset({"referral:write"})
)
PERSON = replace(SYSTEM, kind=Kind.PERSON, id="amira", person_id="amira", purpose="CASEWORK")
SUSPENDED = ClientSuspended(client_id="console", from_=NOW, reason_code="LOST_KEY")
DEREGISTERED = (
    "allocation",
    PractitionerDeregistered(practitioner_id="amira", profession="SOCIAL_WORKER", from_=NOW, reason_code="LEFT"),
)


def ended(name: str) -> StaffEnded:
    return StaffEnded(staff_id="amira", post=name, from_=NOW, reason_code="LEFT")


def at(caller: Caller, *facts: Any, when: Any = NOW) -> Caller | None:
    return known_caller(caller, told(*facts), when)


def test_a_system_gets_its_agency_from_the_register() -> None:
    known = at(SYSTEM, client(agency="hill-school", agency_type="SCHOOL"))
    assert known is not None
    assert (known.agency, known.agency_type, known.person_id, known.appointments) == ("hill-school", "SCHOOL", None, ())
    assert known.actor() == Actor(id="console", employer="hill-school")
    assert known.person() is None


@pytest.mark.parametrize(
    "caller, facts",
    [
        (SYSTEM, ()),
        (SYSTEM, (client(client_id="other"),)),
        (SYSTEM, (client(authority="OTH"),)),
        (SYSTEM, (client(from_=LATER),)),
        (SYSTEM, (client(until=NOW),)),
        (SYSTEM, (client(), SUSPENDED)),
        (SYSTEM, (client(scopes=("referral:read",)),)),
        (replace(SYSTEM, agency="somebody-else"), (client(),)),
        (replace(SYSTEM, authority="OTH"), (client(),)),
        (replace(SYSTEM, post="SOCIAL_WORKER"), (client(), post("SOCIAL_WORKER"))),
        (replace(SYSTEM, team="CAT"), (client(), post("SOCIAL_WORKER"))),
        (PERSON, (client(),)),
        (PERSON, (post("SOCIAL_WORKER"), entry())),
        (PERSON, (client(), SUSPENDED, post("SOCIAL_WORKER"), entry())),
        (PERSON, (client(), post("SOCIAL_WORKER", authority="OTH"))),
        (PERSON, (client(), post("SOCIAL_WORKER", from_=LATER))),
        (PERSON, (client(), post("SOCIAL_WORKER", until=NOW))),
        (PERSON, (client(), post("SOCIAL_WORKER"), ended("SOCIAL_WORKER"))),
        (PERSON, (client(), entry(), DEREGISTERED)),
        (PERSON, (client(), entry(from_=LATER))),
        (PERSON, (client(), entry(practitioner_id="ben"))),
        (replace(PERSON, post="SW_TEAM_MANAGER"), (client(), post("SOCIAL_WORKER"), entry())),
        (replace(PERSON, post="SOCIAL_WORKER", team="MASH"), (client(), post("SOCIAL_WORKER"), entry())),
        (replace(PERSON, post="SOCIAL_WORKER"), (client(), entry())),
        (replace(PERSON, person_id=None), (client(), post("SOCIAL_WORKER"), entry())),
    ],
)
def test_who_does_not_agree_with_the_registers_is_nobody(caller: Caller, facts: tuple[Any, ...]) -> None:
    assert at(caller, *facts) is None


def test_a_person_is_filled_in_from_both_registers() -> None:
    known = at(PERSON, client(), post("SOCIAL_WORKER", team_id="CAT-1"), entry())
    assert known is not None
    assert (known.post, known.team, known.team_id) == ("SOCIAL_WORKER", "CAT", "CAT-1")
    assert (known.employer, known.employer_kind, known.social_worker) == ("TST", "AUTHORITY", True)
    assert known.actor() == Actor(id="amira", role="SOCIAL_WORKER", team="CAT", employer="TST", social_worker=True)
    assert known.person() == Person(
        id="amira",
        role="SOCIAL_WORKER",
        team="CAT",
        employer="TST",
        employer_kind="AUTHORITY",
        social_worker=True,
    )


def test_a_partners_worker_needs_no_post() -> None:
    partner = entry(employer="hill-school", employer_kind="PARTNER", sector="EDUCATION", social_worker=False)
    known = at(PERSON, client(agency="hill-school", agency_type="SCHOOL"), partner)
    assert known is not None
    assert (known.post, known.employer, known.employer_kind, known.sector) == (
        None,
        "hill-school",
        "PARTNER",
        "EDUCATION",
    )


def test_a_person_with_two_posts_has_both_unless_the_token_names_one() -> None:
    facts = (client(), post("SOCIAL_WORKER"), post("SW_TEAM_MANAGER", team="MASH", from_=NOW), entry())
    both = at(PERSON, *facts)
    one = at(replace(PERSON, post="SW_TEAM_MANAGER"), *facts)
    assert both is not None
    assert one is not None
    assert [held.post for held in both.appointments] == ["SOCIAL_WORKER", "SW_TEAM_MANAGER"]
    assert both.post == "SOCIAL_WORKER"
    assert [held.post for held in one.appointments] == ["SW_TEAM_MANAGER"]
    assert one.team == "MASH"


def test_the_end_of_one_post_leaves_the_other() -> None:
    known = at(PERSON, client(), post("SOCIAL_WORKER"), post("LCPP"), ended("SOCIAL_WORKER"))
    assert known is not None
    assert [held.post for held in known.appointments] == ["LCPP"]


def test_registers_are_read_as_of_an_instant() -> None:
    facts = (client(), SUSPENDED, post("SOCIAL_WORKER"), ended("SOCIAL_WORKER"))
    before = at(PERSON, *facts, when=NOW - timedelta(seconds=1))
    assert before is not None
    assert before.post == "SOCIAL_WORKER"
    assert at(PERSON, *facts, when=NOW) is None


def test_registering_again_lets_a_client_back_in() -> None:
    assert at(SYSTEM, client(), SUSPENDED, client(from_=NOW)) is not None


def test_the_last_statement_decides_from_its_date_on() -> None:
    changed = client(agency="new-name", from_=EARLIER)
    ahead = client(agency="next-name", from_=LATER)
    now, then = at(SYSTEM, client(), changed, ahead), at(SYSTEM, client(), changed, ahead, when=LATER)
    assert now is not None
    assert then is not None
    assert (now.agency, then.agency) == ("new-name", "next-name")


def test_a_service_is_in_no_register() -> None:
    service = Caller(kind=Kind.SERVICE, id="qa", client_id="qa", authority=None, scopes=frozenset({"feed"}))
    assert at(service) == service


def test_a_person_named_in_a_command_is_filled_in_as_of_then() -> None:
    facts = told(post("SOCIAL_WORKER"), post("LCPP", team="MACPT"), entry(), ended("SOCIAL_WORKER"))
    assert person_at(facts, "amira", "TST", EARLIER) == Person(
        id="amira", role="LCPP", team="MACPT", employer="TST", employer_kind="AUTHORITY", social_worker=True
    )
    assert person_at(facts, "amira", "TST", EARLIER, post="SOCIAL_WORKER") == Person(
        id="amira", role="SOCIAL_WORKER", team="CAT", employer="TST", employer_kind="AUTHORITY", social_worker=True
    )
    assert person_at(facts, "amira", "TST", NOW, post="SOCIAL_WORKER") == Person(
        id="amira", employer="TST", employer_kind="AUTHORITY", social_worker=True
    )
    assert person_at(facts, "nobody", "TST", NOW) is None
    assert person_at(facts, "amira", "TST", EARLIER - timedelta(seconds=1)) is None
