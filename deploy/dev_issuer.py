"""The issuer of development mode: tokens for anybody who asks, to try the product without a council's own issuer.

It refuses to be where a production issuer is set. A token gives identity only; whoever it names has to be in the
registers as well, and `Minted.registrations` says what has to be recorded for that.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Literal

from joserfc.jwk import OKPKey

from shared.access.scopes import AUDITOR, SERVICES, STATUS, SUBMIT
from shared.access.signed import public_part, signed
from shared.access.tokens import AUDIENCE, KINDS, LONGEST_SECONDS

ISSUER = "toldonce-development"
Kind = Literal["agency_system", "staff", "partner", "auditor"]

# Long before any day that a simulation may want: what happened last week was done by somebody who held the post then.
_SINCE = "2000-01-01T00:00:00Z"
_READS = tuple(f"{service}:read" for service in SERVICES)
_WRITES = tuple(f"{service}:write" for service in SERVICES)
_SCOPES: Mapping[Kind, tuple[str, ...]] = {
    "agency_system": (SUBMIT, STATUS),
    "staff": (*_READS, *_WRITES),
    "partner": (*_READS, *_WRITES, STATUS),
    "auditor": _READS,
}


# A client for each kind, since the scopes of a client are those of all its tokens.
_SORT: Mapping[Kind, str] = {
    "agency_system": "system",
    "staff": "people",
    "partner": "people",
    "auditor": "auditors",
}


class ProductionIssuerSet(RuntimeError):
    """Development tokens were asked for where a production issuer is set: nothing of it may start."""


@dataclass(frozen=True)
class Registration:
    """A command that puts whom a token names into a register; sent again it changes nothing."""

    service: str
    command: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Minted:
    """A token, what it claims, and what has to be in the registers before it is worth anything."""

    token: str
    claims: dict[str, Any]
    registrations: tuple[Registration, ...]

    @property
    def person_id(self) -> str | None:
        """The person it names; None for an agency's system."""
        return self.claims["act"]["sub"] if "act" in self.claims else None


class DevIssuer:
    """Mints development tokens with one key, shared by every process that opens the same file.

    key_file: made if it is not there. Raises ProductionIssuerSet.
    """

    def __init__(self, key_file: Path, production_issuer: str | None):
        if production_issuer:
            raise ProductionIssuerSet("development tokens and a production issuer exclude each other")
        self._key = _key_in(key_file)

    def jwks(self) -> dict[str, Any]:
        """The public key set."""
        return {"keys": [public_part(self._key)]}

    def mint(
        self,
        kind: Kind,
        authority: str,
        *,
        now: datetime,
        token_id: str,
        agency: str | None = None,
        agency_type: str | None = None,
        person_id: str | None = None,
        post: str | None = None,
        team: str | None = None,
        employer: str | None = None,
        social_worker: bool | None = None,
        purpose: str | None = None,
    ) -> Minted:
        """A token for a caller of this kind, of ten minutes from now (real time).

        agency: of a system or a partner's person; a person's id is made from what they are, if none is given.
        """
        who = _Who(kind, authority, agency, agency_type, person_id, post, team, employer, social_worker)
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": who.client_id,
            "client_id": who.client_id,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + LONGEST_SECONDS,
            "jti": token_id,
            "scope": " ".join(_SCOPES[kind]),
            "authority": authority,
            "agency": who.agency_id,
        }
        if kind != "agency_system":
            claims["act"] = {"sub": who.id}
            claims["purpose"] = purpose or ("AUDIT" if kind == "auditor" else "CASEWORK")
            named = {"post": who.held_post, "team": who.team}
            claims |= {name: value for name, value in named.items() if value is not None and who.held_post}
        return Minted(signed(claims, self._key, KINDS[0]), claims, who.registrations())


@dataclass(frozen=True)
class _Who:
    kind: Kind
    authority: str
    agency: str | None
    agency_type: str | None
    person_id: str | None
    post: str | None
    team: str | None
    employer: str | None
    social_worker: bool | None

    @property
    def is_of_an_agency(self) -> bool:
        return self.kind in ("agency_system", "partner")

    @property
    def agency_id(self) -> str:
        return (self.agency or "dev-agency") if self.is_of_an_agency else self.authority

    @property
    def type_of_agency(self) -> str:
        return (self.agency_type or "SCHOOL") if self.is_of_an_agency else "CHILDRENS_SOCIAL_CARE"

    @property
    def client_id(self) -> str:
        return f"dev-{self.authority}-{self.agency_id}-{_SORT[self.kind]}"

    @property
    def held_post(self) -> str | None:
        if self.kind == "auditor":
            return AUDITOR
        # Whoever is employed here without being a social worker may hold a role on a case and no post.
        social_worker = self.kind == "staff" and self.social_worker is not False
        return self.post or ("SOCIAL_WORKER" if social_worker else None)

    @property
    def id(self) -> str:
        parts = ("dev", self.authority, self.agency_id, self.held_post, self.team)
        return self.person_id or "-".join(part for part in parts if part)[:64]

    def registrations(self) -> tuple[Registration, ...]:
        client = Registration(
            "qa",
            "RegisterClient",
            {
                "client_id": self.client_id,
                "agency": self.agency_id,
                "agency_type": self.type_of_agency,
                "scopes": list(_SCOPES[self.kind]),
                "contact": "development",
                "from": _SINCE,
            },
        )
        if self.kind == "agency_system":
            return (client,)
        entry = Registration("allocation", "RegisterPractitioner", self._entry())
        if self.held_post is None:
            return (client, entry)
        appointment = {"staff_id": self.id, "name": self.id, "post": self.held_post, "from": _SINCE}
        if self.team is not None:
            appointment["team"] = self.team
        return (client, entry, Registration("qa", "AppointStaff", appointment))

    def _entry(self) -> dict[str, Any]:
        qualified = self.kind == "staff" if self.social_worker is None else self.social_worker
        entry: dict[str, Any] = {
            "practitioner_id": self.id,
            "name": self.id,
            "profession": "SOCIAL_WORKER" if qualified else "PRACTITIONER",
            "employer_kind": "AUTHORITY",
            "social_worker": qualified,
            "from": _SINCE,
        }
        if self.kind == "partner":
            entry |= {"employer_kind": "PARTNER", "employer": self.employer or self.agency_id}
            entry["sector"] = self.type_of_agency
        elif self.employer not in (None, self.authority):
            entry |= {"employer_kind": "COMMISSIONED", "employer": self.employer}
        return entry


def _key_in(key_file: Path) -> dict[str, Any]:
    """The key of a file. Of several processes that start at once one makes it, and all use that one."""
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        made = OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
        handle, own = mkstemp(prefix=key_file.name, dir=key_file.parent)
        with os.fdopen(handle, "w") as file:
            json.dump(made.as_dict(private=True), file)
        # Linking fails if the file is there, so nobody's key is put in another's place.
        with suppress(FileExistsError):
            os.link(own, key_file)
        os.unlink(own)
    return json.loads(key_file.read_text())
