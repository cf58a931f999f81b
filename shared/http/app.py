"""One service as an application: its commands, its reads, its health; the same whether alone or beside the others."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.http.command import Command
from shared.http.contract import takes
from shared.http.edge import Edge
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.metrics import Meter
from shared.http.perform import perform
from shared.http.problem_pages import problem_pages
from shared.http.problems import answer, busy
from shared.http.speaking import speak_problems
from shared.store.program import StoreUnavailable

Health = Callable[[], Awaitable[tuple[bool, dict[str, Any]]]]
Also = Callable[[Mapping[str, Any], int], dict[str, Any]]

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A fresh UUID for each new command; the same one gives the same answer again.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 255},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version, in quotes, of the stream that this command is decided on, as a read gave it.",
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


@dataclass
class Edges:
    """What a service shows at its edge. api: its own routes; also: what its problems say besides.

    bodies: of its own routes that read them step by step."""

    house: House
    commands: Sequence[Command]
    api: APIRouter
    health: Health
    meter: Meter
    also: Also | None = None
    bodies: Sequence[type[BaseModel]] = ()
    wraps: Mapping[str, Callable[[Request, Callable[[], Awaitable[Response]]], Awaitable[Response]]] = field(
        default_factory=dict
    )


class Receipt(BaseModel):
    """Why a decision was allowed."""

    command: str
    edition: str
    before_first_edition: bool = False
    rules: list[str]
    inputs: dict[str, Any] = {}
    beliefs: list[dict[str, Any]] = []
    incomplete: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    clocks: list[dict[str, Any]] = []
    sealed: str


class RecordedEvent(BaseModel):
    """An event that a command recorded."""

    event_id: str
    name: str
    stream: str
    stream_version: int
    occurred_at: str
    recorded_at: str


class Done(BaseModel):
    """The answer to a command that was accepted; some commands say more."""

    model_config = {"extra": "allow"}

    receipt: Receipt
    events: list[RecordedEvent]
    versions: dict[str, int]


def service_app(edges: Edges) -> FastAPI:
    """The application of one service, all its paths below its name."""
    name = edges.house.service.name
    app = FastAPI(
        title=f"Told Once: {edges.house.service.title}",
        version="1.0.0",
        openapi_url=f"/{name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for command in edges.commands:
        _offer(app, edges, command)
    app.include_router(edges.api, prefix=f"/{name}/v1")
    app.include_router(_health(edges), prefix=f"/{name}")
    app.include_router(problem_pages())
    speak_problems(app, also=edges.also, bodies=[*(command.model for command in edges.commands), *edges.bodies])
    app.add_exception_handler(StoreUnavailable, _not_now)
    app.add_middleware(Edge, service=name, meter=edges.meter)
    return app


async def _not_now(request: Request, no: Exception) -> Response:
    later = busy("The store cannot take it at this moment. Nothing was stored; send it again.")
    return answer(later.kind, request.scope, detail=later.detail, headers=later.headers, extra=later.extra)


def _offer(app: FastAPI, edges: Edges, command: Command) -> None:
    async def post(request: Request) -> Response:
        async def run() -> Response:
            return await perform(edges.house, command, request)

        wrap = edges.wraps.get(command.name)
        return await (wrap(request, run) if wrap else run())

    # What nothing may stop needs neither: a worry is known by its content, and taken at whatever version stands.
    always = command.at_once is None
    headers = [{**_KEY, "required": always}, *([{**_IF_MATCH, "required": always}] if command.takes_version else [])]
    extra = takes(command.model)
    extra["parameters"] = headers
    extra["security"] = [{"bearer": []}]
    app.post(
        f"/{edges.house.service.name}/v1{command.path}",
        operation_id=command.name,
        summary=command.summary,
        description=command.description or command.summary,
        status_code=201,
        response_model=Done,
        responses=noes(400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 503),
        openapi_extra=extra,
        tags=["commands"],
    )(post)


def _health(edges: Edges) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        ready, told = await edges.health()
        return JSONResponse({"ready": ready, **told}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        body, kind = edges.meter.text()
        return Response(body, media_type=kind)

    return router
