"""Entering a person in the practitioner register: what they are, and who employs them."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, StrictBool

from services.allocation.events import PractitionerRegistered
from services.allocation.practitioner import Practitioner
from shared.access.fields import Code, Command, Id, Instant, IsoDate, Words
from shared.access.refusing import Ask, insist
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import weigh


class RegisterPractitioner(Command):
    """What the employer's manager or the register officer sends. from: now, if it is not said.

    employer: an agency's id, asked for unless it is the authority itself; sector: a partner's agency type.
    """

    practitioner_id: Id
    name: Words
    profession: Code
    employer: Id | None = None
    employer_kind: Literal["AUTHORITY", "COMMISSIONED", "PARTNER"]
    sector: Code | None = None
    social_worker: StrictBool
    swe_number: Words | None = None
    swe_valid_to: IsoDate | None = None
    unit_id: Id | None = None
    weekly_capacity: Annotated[int, Field(strict=True, ge=0, le=1_000)] | None = None
    lead_capable: StrictBool | None = None
    attestations: tuple[Code, ...] = Field(default=(), max_length=100)
    supervisor: Id | None = None
    employer_supervisor: Id | None = None
    line_manager: Id | None = None
    audits_cases: StrictBool | None = None
    experience_field: Code | None = None
    entry_evidence_by: Id | None = None
    awareness: tuple[Code, ...] = Field(default=(), max_length=100)
    from_: Instant | None = Field(default=None, alias="from")


def register_practitioner(
    state: Practitioner, known: Known, command: RegisterPractitioner, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The person's entry; nothing if it stands so already. Raises Refused."""
    partner = command.employer_kind == "PARTNER"
    inputs: dict[str, Any] = {
        "employer_kind": command.employer_kind,
        "sector": command.sector,
        "social_worker": command.social_worker,
    }
    insist(
        protocol,
        (
            Ask(_is_ours(state, protocol), "SYS-ACC-15", "practitioner_id"),
            Ask(_names_the_employer(command, protocol), "SYS-ACC-12", "employer"),
            Ask((command.sector is not None) == partner, "SYS-ACC-13", "sector"),
        ),
        inputs,
    )
    subject = f"practitioner/{command.practitioner_id}"
    entry = PractitionerRegistered(
        name=Sealed(subject, command.name),
        employer=command.employer or protocol.authority,
        swe_number=Sealed(subject, command.swe_number) if command.swe_number else None,
        from_=command.from_ or act.occurred_at,
        **command.model_dump(exclude={"name", "employer", "swe_number", "from_"}),
    )
    if _stands(state, entry, moved=command.from_ is not None):
        return ()
    missing = _not_attested(command, protocol)
    facts = {
        "lead_capable": command.lead_capable is True,
        "attested": None if missing else True,
        "supervisor": command.supervisor,
    }
    weighed = weigh(protocol, "RegisterPractitioner", facts, act)
    weighed.insist(inputs)
    if command.lead_capable:
        inputs["not_attested"] = missing
    return (Fact(stream=subject, event=entry, rules=weighed.rules, warnings=weighed.warnings, inputs=inputs),)


def _not_attested(command: RegisterPractitioner, protocol: Protocol) -> tuple[str, ...]:
    """What the authority wants attested of whoever may lead, and nobody has attested yet."""
    wanted = (code for block in protocol.competences("ATTESTATION") for code in block.codes)
    return tuple(code for code in wanted if code not in command.attestations)


def _is_ours(state: Practitioner, protocol: Protocol) -> bool:
    return state.authority in (None, protocol.authority) or state.deregistered_from is not None


def _names_the_employer(command: RegisterPractitioner, protocol: Protocol) -> bool:
    if command.employer_kind == "AUTHORITY":
        return command.employer in (None, protocol.authority)
    return command.employer not in (None, protocol.authority)


def _stands(state: Practitioner, entry: PractitionerRegistered, *, moved: bool) -> bool:
    standing = state.entry
    if standing is None or state.deregistered_from is not None:
        return False
    if not moved and standing.from_ <= entry.from_:
        entry = msgspec.structs.replace(entry, from_=standing.from_)
    return standing == entry
