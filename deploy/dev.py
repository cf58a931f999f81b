"""Development mode: tokens for anybody who asks, and a clock that can be set. Never beside a production issuer."""

import asyncio
from datetime import datetime
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from deploy.assemble import Assembly
from deploy.clock import real
from deploy.others import Others
from deploy.registering import Registering, register
from deploy.services import NEXT_DUE, REGISTERINGS
from deploy.settings import SERVICES
from deploy.settling import decoded, is_settled, readings
from shared.bus.feed import applied
from shared.http.bodies import body_of, fit
from shared.http.guards import read_object
from shared.http.positions import Position, read_position
from shared.http.problems import ProblemError, busy, invalid
from shared.kernel.fields import Instant
from shared.protocol.load import authorities
from shared.store.store import fresh_id

CLOCK_HOME = "referral"
KNOWN_SECONDS = 20.0


class AskToken(BaseModel):
    """Whom a development token is to name; whoever is not in the registers is put there first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["agency_system", "staff", "partner", "auditor"]
    authority: str
    agency: str | None = None
    agency_type: str | None = None
    person_id: str | None = None
    post: str | None = None
    team: str | None = None
    employer: str | None = None
    social_worker: bool | None = None
    purpose: str | None = None


class SetClock(BaseModel):
    """What the domain's clock is to say. real: follow real time again; rate: domain seconds in a real one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instant: Instant | None = None
    rate: float | None = None
    real: bool | None = None


class AskRegister(BaseModel):
    """A command of a register, from another process of this deployment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str
    command: str
    authority: str
    body: dict[str, Any]


class Development:
    """The development routes of one process, speaking to the other processes where there are any."""

    def __init__(self, assembly: Assembly):
        self._assembly = assembly
        others = [name for name in SERVICES if name not in assembly.names]
        self._others = Others(others, assembly.settings.url_of)
        assembly.close_at_end(self._others)

    def routes(self) -> APIRouter:
        """`/dev/token` and `/dev/clock` for people, the others between the processes."""
        router = APIRouter(prefix="/dev", include_in_schema=False)

        @router.post("/token")
        async def token(request: Request) -> JSONResponse:
            asked = fit(AskToken, read_object(await body_of(request)))
            return JSONResponse(await self.token(asked))

        @router.put("/clock")
        async def clock(request: Request) -> JSONResponse:
            asked = fit(SetClock, read_object(await body_of(request)))
            return JSONResponse(await self._put_clock(asked))

        @router.get("/clock")
        async def show_clock() -> JSONResponse:
            return JSONResponse(self._shown())

        @router.post("/register")
        async def registered(request: Request) -> JSONResponse:
            asked = fit(AskRegister, read_object(await body_of(request)))
            return JSONResponse({"position": await self._register(asked)})

        @router.get("/applied")
        async def how_far() -> JSONResponse:
            return JSONResponse(await self._applied())

        @router.get("/readings")
        async def read_to() -> JSONResponse:
            return JSONResponse(msgspec.to_builtins(await readings(self._assembly), str_keys=True))

        @router.put("/follow")
        async def follow(request: Request) -> JSONResponse:
            asked = fit(SetClock, read_object(await body_of(request)))
            self._set(asked)
            return JSONResponse(self._shown())

        @router.post("/pass")
        async def pass_due(request: Request) -> JSONResponse:
            until = fit(SetClock, read_object(await body_of(request))).instant
            assert until is not None
            due = await self._pass_here()
            return JSONResponse({"next_due": due.isoformat() if due and due <= until else None})

        @router.get("/empty")
        async def empty() -> JSONResponse:
            return JSONResponse({"empty": await self._empty_here()})

        return router

    # Tokens

    async def token(self, asked: AskToken) -> dict[str, Any]:
        """A token for somebody all services know by the time of the answer. Raises ProblemError."""
        issuer = self._assembly.issuer
        assert issuer is not None
        if asked.authority not in authorities():
            raise invalid("/authority", "unknown", f"It is one of {', '.join(authorities())}.")
        fields = asked.model_dump(exclude={"kind", "authority"})
        minted = issuer.mint(asked.kind, asked.authority, now=real(), token_id=fresh_id(), **fields)
        for registration in minted.registrations:
            position = await self._registered(
                AskRegister(
                    service=registration.service,
                    command=registration.command,
                    authority=asked.authority,
                    body=registration.body,
                )
            )
            if position is not None:
                await self._known_everywhere(read_position(position))
        for running in self._assembly.running.values():
            running.house.forget_callers()
        return {"access_token": minted.token, "token_type": "Bearer", "expires_in": 600, "person_id": minted.person_id}

    async def _registered(self, asked: AskRegister) -> str | None:
        if asked.service in self._assembly.running:
            return await self._register(asked)
        answer = await self._others.call("POST", asked.service, "register", asked.model_dump())
        return answer["position"]

    async def _register(self, asked: AskRegister) -> str | None:
        running = self._assembly.running[asked.service]
        registering: Registering = REGISTERINGS[asked.command]
        return await register(running.house, registering, asked.authority, asked.body)

    async def _known_everywhere(self, at: Position) -> None:
        """Wait until every service has taken in what was recorded. Raises ProblemError."""
        until = asyncio.get_running_loop().time() + KNOWN_SECONDS
        # Registers are believed by every service, also by the one that keeps them.
        waiting = set(SERVICES)
        while waiting:
            for name in sorted(waiting):
                places = await self._applied_of(name)
                if any(
                    place["source"] == at.source
                    and place["partition"] == at.partition
                    and place["sequence"] >= at.sequence
                    for place in places
                ):
                    waiting.discard(name)
            if waiting and asyncio.get_running_loop().time() > until:
                raise busy("Not every service has heard of this caller yet.")
            if waiting:
                await asyncio.sleep(0.02)

    async def _applied_of(self, name: str) -> list[dict[str, Any]]:
        if name in self._assembly.running:
            return (await self._applied()).get(name, [])
        return (await self._others.call("GET", name, "applied", None)).get(name, [])

    async def _applied(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for name, running in self._assembly.running.items():
            found[name] = [
                {"source": place.source, "partition": place.partition, "sequence": place.sequence}
                for place in await applied(list(running.stores.values()))
            ]
        return found

    async def _settled(self) -> None:
        """Wait until nothing is on its way any more between the services. Raises ProblemError."""
        until = asyncio.get_running_loop().time() + KNOWN_SECONDS
        while True:
            elsewhere = [decoded(told) for told in await self._others.everywhere("GET", "readings", None)]
            here = await readings(self._assembly)
            if is_settled(reading for told in (here, *elsewhere) for reading in told):
                return
            if asyncio.get_running_loop().time() > until:
                raise busy("Letters are still on their way between the services.")
            await asyncio.sleep(0.01)

    # The clock

    async def _put_clock(self, asked: SetClock) -> dict[str, Any]:
        if CLOCK_HOME not in self._assembly.running:
            return await self._others.call("PUT", CLOCK_HOME, "clock", asked.model_dump(mode="json"))
        now = self._assembly.clock.now()
        target = real() if asked.real else asked.instant
        if target is not None and target < now and not await self._all_empty():
            raise ProblemError(
                409,
                "conflict",
                "Something is on record, and time on record never falls. Set an earlier time on an empty store only.",
            )
        if target is not None and target > now:
            # What was recorded before the jump starts and stops clocks too, once it has arrived.
            await self._settled()
            await self._pass_every_due_instant(target)
        await self._others.everywhere("PUT", "follow", asked.model_dump(mode="json"))
        self._set(asked)
        if target is not None and target > now:
            await self._settled()
        return self._shown()

    async def _pass_every_due_instant(self, target: datetime) -> None:
        """Live through each due instant on the way, in order, so that nothing is reported late or out of turn."""
        passed: datetime | None = None
        while True:
            dues = [await self._pass_here(), *await self._pass_elsewhere(target)]
            due = min((due for due in dues if due is not None and due <= target), default=None)
            if due is None or due == passed:
                return
            passed = due
            step = SetClock(instant=due)
            await self._others.everywhere("PUT", "follow", step.model_dump(mode="json"))
            self._set(step)

    async def _pass_elsewhere(self, target: datetime) -> list[datetime | None]:
        asked = SetClock(instant=target).model_dump(mode="json")
        told = await self._others.everywhere("POST", "pass", asked, NEXT_DUE)
        return [datetime.fromisoformat(one["next_due"]) if one["next_due"] else None for one in told]

    async def _pass_here(self) -> datetime | None:
        """Tell of all that is due in this process now. Gives when something is next."""
        for running in self._assembly.running.values():
            for workers in running.workers:
                await workers.tick()
        dues = [
            await NEXT_DUE[name](running.house, store)
            for name, running in self._assembly.running.items()
            if name in NEXT_DUE
            for store in running.stores.values()
        ]
        return min((due for due in dues if due is not None), default=None)

    async def _all_empty(self) -> bool:
        told = await self._others.everywhere("GET", "empty", None)
        return await self._empty_here() and all(one["empty"] for one in told)

    async def _empty_here(self) -> bool:
        heads = [await store.head() for r in self._assembly.running.values() for store in r.stores.values()]
        return not any(heads)

    def _set(self, asked: SetClock) -> None:
        if asked.real:
            self._assembly.clock.follow_reality()
        else:
            self._assembly.clock.set(asked.instant, asked.rate)

    def _shown(self) -> dict[str, Any]:
        clock = self._assembly.clock
        return {"instant": clock.now().isoformat(), "rate": clock.rate, "real": clock.is_real}
