"""Four clients that refer children and now and then decide on one, and send the same again after every failure."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from deploy.acting import Callers, Role, Roles
from shared.protocol.load import protocol_of
from tests.faults.deployment import Deployment, until

CLIENTS = 4
PAUSE_SECONDS = 0.1
TRIAGED = 5
"""Of so many referrals one is triaged, so that other services have something to record."""
REFERRALS = "/referral/v1/referrals"
SCHOOL = Role(kind="agency_system", agency="larch-lane-primary", agency_type="SCHOOL")
DECISIONS: Mapping[str, Mapping[str, str]] = {
    "allocation.AllocationRequested": {"triage_rag": "AMBER", "outcome": "FAMILY_HELP"},
    "planning.ThresholdChanged": {"triage_rag": "GREEN", "outcome": "EARLY_SUPPORT_START"},
}
"""What another service records because of a decision -> the decision, taken in turn."""


@dataclass
class Ledger:
    """What was promised. taken: Idempotency-Key -> what its 201 said; again: keys that were sent again.

    triaged: referral -> the key that decided on it, and what another service has to record.
    """

    taken: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    triaged: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: Counter[int | str] = field(default_factory=Counter)
    """How often each status was answered, and each kind of silence was met."""


class Clients:
    """Keeps on posting. addresses: the processes of the front door that are tried, in turn, after a failure."""

    def __init__(self, deployment: Deployment, ledger: Ledger, seed: int):
        self.addresses = ["referral"]
        self.ledger = ledger
        self.came = asyncio.Condition()
        self._deployment = deployment
        self._random = Random(seed)
        self._client = httpx2.AsyncClient(timeout=20)
        self._roles = Roles(protocol_of("WLV", datetime(2026, 1, 1, tzinfo=UTC)))
        self._callers = Callers(self._client, "WLV", lambda: str(self._new_id()), deployment.url_of)

    @contextlib.asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        """Post until left; what was begun is brought to its end."""
        for role in (SCHOOL, self._roles.door):
            await until(lambda role=role: self._callers.token(role), 60, "a token")
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._keep_on(stop)) for _ in range(CLIENTS)]
        try:
            yield
            stop.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def more(self, count: int, seconds: float = 120) -> None:
        """Return when so many more are taken than at this moment."""
        goal = len(self.ledger.taken) + count
        async with self.came:
            await asyncio.wait_for(self.came.wait_for(lambda: len(self.ledger.taken) >= goal), seconds)

    async def refer(self, key: str) -> Mapping[str, Any]:
        """What this key's referral is answered. Sent again until there is an answer."""
        form = self.ledger.forms.setdefault(key, self._form())
        return await self._sure("POST", REFERRALS, SCHOOL, 201, form, {"Idempotency-Key": key}, key)

    async def read(self, path: str, service: str, after: str | None = None) -> Mapping[str, Any]:
        """What the front door's staff read at a path. after: the position of a write that is to be seen there."""
        headers = {"Toldonce-After": after} if after else {}
        return await self._sure("GET", path, self._roles.door, 200, headers=headers, at=service)

    async def _keep_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            key = str(self._new_id())
            referral = await self.refer(key)
            async with self.came:
                self.ledger.taken[key] = referral
                self.came.notify_all()
            if len(self.ledger.taken) % TRIAGED == 0:
                await self._triage(referral)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _triage(self, referral: Mapping[str, Any]) -> None:
        path = f"{REFERRALS}/{referral['referral_id']}"
        seen = await self.read(path, "referral", referral["position"])
        key = str(self._new_id())
        headers = {"Idempotency-Key": key, "If-Match": f'"{seen["versions"]["referral"]}"'}
        follows, decision = tuple(DECISIONS.items())[len(self.ledger.triaged) % len(DECISIONS)]
        body = {"children": [{"child_id": child, **decision} for child in seen["children"]]}
        await self._sure("POST", f"{path}/triage", self._roles.door, 201, body, headers)
        self.ledger.triaged[referral["referral_id"]] = (key, follows)

    async def _sure(
        self,
        method: str,
        path: str,
        role: Role,
        expected: int,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        at: str = "referral",
    ) -> Mapping[str, Any]:
        """Its answer. Whoever is not there or cannot now is asked again; any other no is a failure of the test."""
        tries = 0
        while True:
            place = self.addresses[tries % len(self.addresses)] if at == "referral" else at
            tries += 1
            said = await self._say(method, f"{self._deployment.url_of(place)}{path}", role, body, headers or {})
            self.ledger.answers[said if isinstance(said, str) else said.status_code] += 1
            if not isinstance(said, str):
                if said.status_code == expected:
                    return {**said.json(), "position": said.headers.get("toldonce-position")}
                assert said.status_code == 503, f"{method} {path}: {said.status_code} {said.text}"
            if key is not None:
                self.ledger.again.add(key)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _say(
        self, method: str, url: str, role: Role, body: Any, headers: Mapping[str, str]
    ) -> httpx2.Response | str:
        try:
            bearer = {"Authorization": f"Bearer {await self._callers.token(role)}"}
            return await self._client.request(method, url, json=body, headers={**headers, **bearer})
        except httpx2.HTTPError as silence:
            return type(silence).__name__

    def _new_id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _form(self) -> dict[str, Any]:
        number = self._random.randrange(10**9)
        child = {
            "first_name": f"Child{_letters(number)}",
            "surname": f"Tested{_letters(number // 7)}",
            "date_of_birth": f"{2012 + number % 10}-{1 + number % 12:02}-{1 + number % 28:02}",
        }
        return {
            "form_type": "EMARF",
            "request_kind": "FAMILY_HELP_REQUEST",
            "referrer": {"name": "Robin Example", "role": "Pastoral lead", "telephone": "01632 960 155"},
            "children": [child],
            "concern": "Late most days, hungry, and the parent asks for help with mornings.",
        }


def _letters(number: int) -> str:
    """A number as letters: names hold no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
