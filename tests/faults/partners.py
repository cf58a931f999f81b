"""Partner agencies that send referrals and do not give up, and a front door that decides on every third of them."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx2

from deploy.acting import Callers, Role, Roles
from deploy.clock import real
from deploy.synthetic import AGENCIES, Inventor
from shared.kernel.calendar import local_date
from shared.protocol.load import authorities, protocol_of
from tests.faults.deployment import Deployment

AGENCY = AGENCIES[0]
SENDER = Role(kind="agency_system", agency=AGENCY.id, agency_type=AGENCY.type)
PATIENCE_SECONDS = 90
BUSY = (429, 503)
AMBER = {"triage_rag": "AMBER", "outcome": "FAMILY_HELP"}


@dataclass(frozen=True)
class Taken:
    """An acknowledged referral. key: that it was sent with; decided: the front door's decision was acknowledged too."""

    key: str
    referral_id: str
    case_id: str
    decided: bool


@dataclass
class Partners:
    """Callers with their tokens. waits: the longest that one caller was without an answer, in seconds."""

    deployment: Deployment
    random: Random
    taken: list[Taken] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    lost_connections: int = 0
    waits: list[float] = field(default_factory=list)
    sent: dict[int, dict[str, Any]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        authority = authorities()[0]
        protocol = protocol_of(authority, real())
        self._inventor = Inventor(self.random, protocol.place.local_authority_code)
        self._door = Roles(protocol).door
        self._authority = authority
        self.tokens: dict[str, str] = {}

    async def sign_in(self) -> None:
        """Tokens for the agency's system and for a worker of the front door; good for ten minutes."""
        async with httpx2.AsyncClient(timeout=60) as client:
            callers = Callers(client, self._authority, lambda: "unused-key", self.deployment.url_of)
            self.tokens = {"agency": await callers.token(SENDER), "door": await callers.token(self._door)}

    def form(self, number: int) -> dict[str, Any]:
        """One synthetic referral of one child."""
        child = self._inventor.family(local_date(real())).children[0]
        concern, flags = self._inventor.matter(child)
        return {
            "form_type": "EMARF",
            "request_kind": "FAMILY_HELP_REQUEST",
            "agency_reference": f"FAULTS-{number}",
            "referrer": self._inventor.referrer(AGENCY),
            "children": [child],
            "concern": concern,
            "vulnerability_flags": list(flags),
        }

    async def send(self, referrals: int, at_once: int = 8) -> None:
        """Send so many, several at once, each until it is answered yes; every third is then decided on."""
        numbers = iter([next(self._numbers) for _ in range(referrals)])
        async with httpx2.AsyncClient(timeout=15) as client:

            async def one_after_another() -> None:
                for number in numbers:
                    await self._refer(client, number)

            await asyncio.gather(*(one_after_another() for _ in range(at_once)))

    async def _refer(self, client: httpx2.AsyncClient, number: int) -> None:
        key = f"faults-key-{number:06}"
        referrals = f"{self.deployment.url_of('referral')}/referral/v1/referrals"
        form = self.sent[number] = self.form(number)
        told = await self._until_yes(client, "agency", "POST", referrals, form, {"Idempotency-Key": key})
        decided = number % 3 == 0
        if decided:
            await self._decide(client, f"{referrals}/{told['referral_id']}", f"{key}-decided")
        self.taken.append(Taken(key, told["referral_id"], told["case_id"], decided))

    async def _decide(self, client: httpx2.AsyncClient, referral: str, key: str) -> None:
        read = await self._until_yes(client, "door", "GET", referral, None, {})
        same = sorted({match["other_child_id"] for match in read.get("matches", ())})
        children = [
            {"child_id": child, **AMBER, **({"not_same_as": same} if same else {})} for child in read["children"]
        ]
        headers = {"Idempotency-Key": key, "If-Match": f'"{read["versions"]["referral"]}"'}
        await self._until_yes(client, "door", "POST", f"{referral}/triage", {"children": children}, headers)

    async def _until_yes(
        self, client: httpx2.AsyncClient, who: str, method: str, url: str, body: Any, headers: dict[str, str]
    ) -> dict[str, Any]:
        began = time.monotonic()
        sent = headers | {"Authorization": f"Bearer {self.tokens[who]}"}
        while time.monotonic() - began < PATIENCE_SECONDS:
            try:
                answer = await client.request(method, url, json=body, headers=sent)
            except httpx2.HTTPError:
                self.lost_connections += 1
                await asyncio.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                self.waits.append(time.monotonic() - began)
                return answer.json()
            # What was just recorded is not shown before its view has folded it.
            if answer.status_code not in BUSY and not (method == "GET" and answer.status_code == 404):
                raise AssertionError(f"{method} was answered {answer.status_code}: {answer.text[:500]}")
            self.refused[answer.status_code] = self.refused.get(answer.status_code, 0) + 1
            await asyncio.sleep(0.05)
        raise AssertionError(f"{method} was not answered in {PATIENCE_SECONDS} s")
