"""The code says what the catalogue of the rulebook says: names, owners, payloads, readers, commands."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from contracts.letter_schema import is_sealed
from contracts.readers import event_names, letters_read, readers_of
from deploy.services import SERVICES
from shared.kernel.events import Event
from shared.kernel.people import Actor, Person
from shared.kernel.service import Service
from tests.contracts.catalogue import Entry, commands, consumers, events, payload
from tests.contracts.reading import operations

CATALOGUE = events()

BESIDES: Mapping[str, str] = {
    "allocation.IMCScheduled.reason_note": "why a manager calls it, in words; sealed",
    "allocation.IMCRequested.asked_as": "whether the lead asked or another, which two rows answer apart",
    "allocation.APSupportRequested.asked_as": "the manager is told where it was not for the sender to ask",
    "planning.StrategyDiscussionHeld.participants.name": "a person outside the register has a name, sealed",
    "planning.PlanCompleted.overrun_reason": "completing the plan completes the assessment, which says why it was late",
    "planning.PlanCompleted.overrun_reason_note": "the words beside that code, sealed",
    "planning.PlanCompleted.text": "the assessment that the plan holds has its words here, sealed",
    "planning.PlanApproved.esp_ref": "that a later early support plan was carried in is asked for once",
    "planning.PlanApproved.unanswered_needs": "which needs have no answer is listed to lead and approver, sealed",
    "planning.PlanReviewed.response_mode": "asked for at the review where the plan does not say it",
    "planning.PlanApproved.family_network": "the words of which the catalogue names that they were given",
}
"""Fields that the catalogue does not name, as `service.Event.field`, and why they are there."""

NOT_READ: Mapping[tuple[str, str], str] = {}
"""(letter, reader) of the catalogue where the reader passes the letter over, and why."""

READ_BESIDES: Mapping[tuple[str, str], str] = {
    (
        "allocation.PractitionerDeregistered",
        "referral",
    ): "an id no longer in the register is refused in commands",
    ("allocation.LeadEnded", "referral"): "who leads no longer corrects no identity",
}
"""(letter, reader) that the catalogue does not name, and why it is read."""

NO_COMMANDS: Mapping[str, str] = {
    "CheckReferral": "a referral looked at and not stored",
    "SearchChildren": "a read; what is looked for never stands in an address",
}
"""Operations that are POST and no commands of the catalogue: they record nothing that was decided."""

EVENTS = [
    pytest.param(service, event, id=f"{service.name}.{event.title()}")
    for service in SERVICES.values()
    for event in service.events
]


def strays(entries: Mapping[str, Entry], struct: type[msgspec.Struct], at: str) -> Iterator[str]:
    """What a payload has that the catalogue does not name, or that it seals and the code does not, or the reverse."""
    told = types.type_info(struct)
    assert isinstance(told, types.StructType)
    for each in told.fields:
        name, sealed = each.encode_name, is_sealed(each.type)
        entry, where = entries.get(name), f"{at}.{name}"
        if entry is None:
            # Every code may have words beside it (rulebook 8); they are sealed, so no reader meets them.
            is_note = sealed and name.endswith("_note") and _has_code(name.removesuffix("_note"), entries)
            if not is_note and where not in BESIDES:
                yield f"{where}: not in the catalogue"
        elif entry.sealed != sealed and where not in BESIDES:
            yield f"{where}: {'sealed' if entry.sealed else 'clear'} in the catalogue"
        elif entry.parts is not None and not sealed:
            for part in _parts(each.type):
                yield from strays(entry.parts, part, where)


def _has_code(name: str, entries: Mapping[str, Entry]) -> bool:
    return name in entries or f"{name}_code" in entries


def _parts(kind: types.Type) -> Iterator[type[msgspec.Struct]]:
    match kind:
        case types.StructType(cls=cls) if cls not in (Person, Actor):
            yield cls
        case types.UnionType(types=members):
            for member in members:
                yield from _parts(member)
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            yield from _parts(item)


@pytest.mark.parametrize("service, event", EVENTS)
def test_an_event_is_in_the_catalogue_with_its_payload(service: Service, event: type[Event]) -> None:
    """Under its service, with no field more, sealed where the catalogue seals and nowhere else."""
    name = f"{service.name}.{event.title()}"
    assert name in CATALOGUE
    assert list(strays(payload(CATALOGUE[name]["payload"]), event, name)) == []


def test_a_stray_field_is_found() -> None:
    """The check above bites: on an unknown field, on a sealed one that is clear, on a part's field."""

    class Part(msgspec.Struct):
        known: str
        unknown: str

    class Odd(Event, frozen=True, kw_only=True):
        concern: str
        parts: tuple[Part, ...]
        made_up: str

    entries = payload("concern°, parts[]{known}?, reason_code")
    assert list(strays(entries, Odd, "x.Odd")) == [
        "x.Odd.concern: sealed in the catalogue",
        "x.Odd.parts.unknown: not in the catalogue",
        "x.Odd.made_up: not in the catalogue",
    ]


@pytest.mark.parametrize("service, event", EVENTS)
def test_whom_the_catalogue_names_as_reader_reads(service: Service, event: type[Event]) -> None:
    """Each consumer lists the letter among what it believes or reacts to, or keeps all; and no other does."""
    name = f"{service.name}.{event.title()}"
    named = consumers(service.name, CATALOGUE[name]["consumed"])
    reads = set(readers_of(name, SERVICES))
    assert named - reads - {reader for letter, reader in NOT_READ if letter == name} == set()
    besides = {reader for letter, reader in READ_BESIDES if letter == name}
    keepers = {each.name for each in SERVICES.values() if each.keeps_all}
    assert reads - named - besides - keepers == set()


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_a_service_reads_only_letters_that_there_are(service: Service) -> None:
    """A name that is mistyped would be waited for in vain."""
    assert letters_read(service, SERVICES) - set(CATALOGUE) == set()


def test_the_exceptions_are_needed() -> None:
    """An exception that nothing asks for any more hides the next mistake."""
    for (letter, reader), why in NOT_READ.items():
        assert why
        assert letter not in letters_read(SERVICES[reader], SERVICES)
        assert reader in consumers(letter.split(".")[0], CATALOGUE[letter]["consumed"])
    for (letter, reader), why in READ_BESIDES.items():
        assert why
        assert letter in letters_read(SERVICES[reader], SERVICES)
        assert reader not in consumers(letter.split(".")[0], CATALOGUE[letter]["consumed"])
    fields = {".".join(where.split(".")[:2]) for where in BESIDES}
    assert fields <= {name for service in SERVICES.values() for name in event_names(service)}


def _posts() -> list[Any]:
    return [
        pytest.param(service, operation["operationId"], id=f"{service}.{operation['operationId']}")
        for service, method, _, operation in operations()
        if method == "post" and operation["operationId"] not in NO_COMMANDS
    ]


@pytest.mark.parametrize("service, name", _posts())
def test_a_command_is_in_the_catalogue(service: str, name: str) -> None:
    """Under its service, by the name that is its operationId."""
    assert name in commands()[service]
