"""Callers of the public API who are not there: agencies' systems and staff, each with a development token."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx2

from shared.protocol.protocol import Protocol

FRESH_SECONDS = 480
"""How long a token is used: they end after ten minutes."""

LONGEST_WAIT = 90.0


@dataclass(frozen=True, kw_only=True)
class Role:
    """Whom a development token names."""

    kind: str = "staff"
    post: str | None = None
    team: str | None = None
    agency: str | None = None
    agency_type: str | None = None
    person_id: str | None = None
    social_worker: bool | None = None


@dataclass(frozen=True)
class Roles:
    """The people of one authority, by what its protocol calls their posts and teams."""

    protocol: Protocol

    @property
    def door(self) -> Role:
        """A worker of the front door."""
        return self._of_the_door(self.protocol.local.front_door.posts)

    @property
    def door_manager(self) -> Role:
        """Who manages the front door."""
        return self._of_the_door(self.protocol.local.front_door.manager_posts)

    @property
    def auditor(self) -> Role:
        """Somebody who looks at how it went, and at nobody in particular."""
        return Role(kind="auditor")

    def team(self, team: str) -> Role:
        """A social worker of a team."""
        return Role(post="SOCIAL_WORKER", team=team, social_worker=True)

    @property
    def teams(self) -> Mapping[str, Role]:
        """A social worker of each team behind the front door."""
        return {team: self.team(team) for team in self.protocol.teams if team != self.protocol.front_door}

    def _of_the_door(self, posts: tuple[str, ...]) -> Role:
        return Role(post=posts[0], team=self.protocol.front_door)


class NotTaken(Exception):
    """An answer of no where a yes was expected. status: of it; problem: what it said, which repeats no input."""

    def __init__(self, name: str, status: int, problem: Any):
        super().__init__(f"{name} was answered {status}: {problem}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """A yes. body: as JSON; position: where the write stands, to send back as Toldonce-After."""

    body: dict[str, Any]
    position: str | None


class Callers:
    """Speaks as any role. client: with a base_url where one server has all services; url_of: else, by service.

    new_key: a fresh Idempotency-Key for each command.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        authority: str,
        new_key: Callable[[], str],
        url_of: Callable[[str], str] = lambda service: "",
    ):
        self._client = client
        self._authority = authority
        self._new_key = new_key
        self._url_of = url_of
        self._tokens: dict[Role, tuple[str, float]] = {}
        self.people: dict[Role, str | None] = {}

    async def token(self, role: Role) -> str:
        """A token of that role that is good for a while yet."""
        token, until = self._tokens.get(role, ("", 0.0))
        if until < time.monotonic():
            asked = {name: value for name, value in vars(role).items() if value is not None}
            told = await self._dev("POST", "token", asked | {"authority": self._authority})
            token, until = told["access_token"], time.monotonic() + FRESH_SECONDS
            self.people[role] = told["person_id"]
            self._tokens[role] = (token, until)
        return token

    async def set_clock(self, instant: datetime | None = None, rate: float | None = None) -> dict[str, Any]:
        """Live at an instant from now on, or in real time if none is given. Raises NotTaken."""
        asked = {"real": True} if instant is None else {"instant": instant.isoformat(), "rate": rate}
        return await self._dev("PUT", "clock", {name: value for name, value in asked.items() if value is not None})

    async def empty(self) -> bool:
        """Whether the store that the front door keeps holds nothing at all."""
        return bool((await self._dev("GET", "empty", None))["empty"])

    async def send(
        self,
        role: Role,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        version: int | None = None,
        after: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request; who is asked to wait waits, and sends the same again. version: for If-Match."""
        headers = {"Authorization": f"Bearer {await self.token(role)}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or self._new_key()
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if after is not None:
            headers["Toldonce-After"] = after
        url = f"{self._url_of(path.split('/', 2)[1])}{path}"
        until = time.monotonic() + LONGEST_WAIT
        while True:
            answer = await self._client.request(method, url, json=body, headers=headers, params=params)
            wait = float(answer.headers.get("retry-after", 0))
            if answer.status_code not in (429, 503) or not wait or time.monotonic() + wait > until:
                return answer
            await asyncio.sleep(wait)

    async def done(self, name: str, role: Role, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """The same, for what has to be answered yes. Raises NotTaken."""
        answer = await self.send(role, method, path, body, **more)
        if answer.status_code >= 400:
            raise NotTaken(name, answer.status_code, _problem(answer))
        return Answer(answer.json(), answer.headers.get("toldonce-position"))

    async def _dev(self, method: str, path: str, body: Any) -> dict[str, Any]:
        answer = await self._client.request(method, f"{self._url_of('referral')}/dev/{path}", json=body)
        if answer.status_code >= 400:
            raise NotTaken(path, answer.status_code, _problem(answer))
        return answer.json()


def _problem(answer: httpx2.Response) -> Any:
    told = answer.json() if answer.headers.get("content-type", "").endswith("json") else {}
    return {name: told[name] for name in ("type", "detail", "rules", "errors") if name in told}


def numbered(role: Role, number: int) -> Role:
    """One of several people of a role."""
    named = "-".join(part for part in (role.post, role.team, str(number)) if part)
    return replace(role, person_id=f"dev-{named}"[:64])
