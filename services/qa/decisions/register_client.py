"""Letting an agency's system in: who it is, what it may ask, and by which key it is known."""

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import Field

from services.qa.client import Client
from services.qa.events import ClientRegistered
from shared.access.fields import Code, Command, Id, Instant, Words
from shared.access.refusing import Ask, insist
from shared.access.scopes import SCOPES
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol

AGENCY_TYPES: dict[str, str | None] = {
    "CHILDRENS_SOCIAL_CARE": "5A",
    "POLICE": "6",
    "SCHOOL": "2A",
    "EDUCATION": "2B",
    "CHILDCARE": None,
    "EARLY_YEARS": None,
    "GP": "3A",
    "HEALTH_VISITING": "3B",
    "SCHOOL_NURSING": "3C",
    "PRIMARY_HEALTH": "3D",
    "A_AND_E": "3E",
    "CAMHS": "3F",
    "HEALTH": "3F",
    "HOUSING": "4",
    "YOUTH_SERVICES": "5B",
    "OTHER_AUTHORITY": "5C",
    "EARLY_HELP": "5D",
    "LEGAL": "7",
    "VOLUNTARY": "8",
    "CHILDRENS_CENTRE": "8",
    "DAAT": "8",
}
"""Agency type -> the department's code for a referral from there; None where each agency's entry says its own."""

SOURCE_CODES = frozenset({"1A", "1B", "1C", "1D", "9", "10", *(code for code in AGENCY_TYPES.values() if code)})
"""The department's codes for where a referral came from; families, neighbours and the unknown have no agency."""


class PublicKey(Command):
    """A public key as a JWK: Ed25519 or P-256. There is no field for the private part, so none is taken."""

    kty: Literal["OKP", "EC"]
    crv: Literal["Ed25519", "P-256"]
    x: Words
    y: Words | None = None
    kid: Id
    use: Literal["sig"] | None = None
    alg: Literal["EdDSA", "Ed25519", "ES256"] | None = None


class RegisterClient(Command):
    """What the register officer sends. from: now, if it is not said; public_key or jwks_url, not both."""

    client_id: Id
    agency: Id
    agency_type: Code
    cin_source_code: Code | None = None
    scopes: tuple[Words, ...] = Field(min_length=1, max_length=len(SCOPES))
    jwks_url: Words | None = None
    public_key: PublicKey | None = None
    contact: Words
    from_: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None


def register_client(
    state: Client, known: Known, command: RegisterClient, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The client's entry; nothing if it stands so already. Raises Refused."""
    begins = command.from_ or act.occurred_at
    source = command.cin_source_code or AGENCY_TYPES.get(command.agency_type)
    inputs: dict[str, Any] = {"agency_type": command.agency_type, "scopes": list(command.scopes)}
    insist(
        protocol,
        (
            Ask(_is_ours(state, protocol), "SYS-ACC-14", "client_id"),
            Ask(command.agency_type in AGENCY_TYPES, "SYS-ACC-01", "agency_type"),
            Ask(command.agency_type not in AGENCY_TYPES or source in SOURCE_CODES, "SYS-ACC-02", "cin_source_code"),
            Ask(set(command.scopes) <= SCOPES, "SYS-ACC-03", "scopes"),
            Ask(_one_way(command), "SYS-ACC-04", "jwks_url"),
            Ask(command.until is None or begins < command.until, "SYS-ACC-05", "until"),
        ),
        inputs,
    )
    entry = ClientRegistered(
        client_id=command.client_id,
        agency=command.agency,
        agency_type=command.agency_type,
        cin_source_code=str(source),
        authority=protocol.authority,
        scopes=tuple(sorted(set(command.scopes))),
        jwks_url=command.jwks_url,
        public_key=command.public_key.model_dump(exclude_none=True) if command.public_key else None,
        contact=Sealed(f"client/{command.client_id}", command.contact),
        from_=begins,
        until=command.until,
    )
    if _stands(state, entry, moved=command.from_ is not None):
        return ()
    return (Fact(stream=f"client/{command.client_id}", event=entry, inputs=inputs),)


def _is_ours(state: Client, protocol: Protocol) -> bool:
    return state.entry is None or state.entry.authority == protocol.authority


def _one_way(command: RegisterClient) -> bool:
    if command.jwks_url is None:
        return True
    parts = urlsplit(command.jwks_url)
    return command.public_key is None and parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def _stands(state: Client, entry: ClientRegistered, *, moved: bool) -> bool:
    standing = state.entry
    if standing is None or state.suspended_from is not None:
        return False
    if not moved and standing.from_ <= entry.from_:
        entry = msgspec.structs.replace(entry, from_=standing.from_)
    return standing == entry
