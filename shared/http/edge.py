"""The outermost layer of a service: every request gets a correlation id, an answer, one log line and one count.

Plain ASGI, because each wrapped layer of the framework's own middleware costs a task per request. And nothing
escapes it: a server prints the traceback of what does, and a traceback may quote a child's name.
"""

import re
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.carried import Carried, carried, correlation_id
from shared.http.kinds import KINDS
from shared.http.metrics import Meter
from shared.http.problems import answer as say
from shared.http.problems import went_wrong
from shared.http.routes import METHODS, route_template

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_QUIET = ("/healthz", "/readyz", "/metrics")

CLIENT_LEFT = 499


class BrokenOff(Exception):
    """An answer that failed after its first byte: nothing can be said any more but that it ends here."""


class Edge:
    """Add with `app.add_middleware(Edge, service=..., meter=...)`, after every other middleware.

    clock: seconds of any epoch; new_id: a fresh UUID as text.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        meter: Meter | None = None,
        clock: Callable[[], float] = time.perf_counter,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ):
        self._app = app
        self._service = service
        self._meter = meter
        self._clock = clock
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        with_it = carried(scope)
        correlation = scope["correlation_id"] = _sent_id(scope) or self._new_id()
        token = correlation_id.set(correlation)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_ours(message.get("headers", ()), with_it.headers, correlation)
            await send(message)

        # No id of ours holds a NUL, and PostgreSQL answers one with an error of its own.
        app = say(KINDS["not-found"]) if "\0" in scope["path"] else self._app
        try:
            await app(scope, receive, answer)
        except ClientDisconnect:
            status = status or CLIENT_LEFT
        except Exception as fault:
            with_it.error_class = type(fault).__name__
            if status:
                status = 500
                raise BrokenOff(with_it.error_class) from None
            await went_wrong(scope)(scope, receive, answer)
        finally:
            correlation_id.reset(token)
            self._note(scope, with_it, status or CLIENT_LEFT, self._clock() - began)

    def _note(self, scope: MutableMapping[str, Any], with_it: Carried, status: int, seconds: float) -> None:
        route = route_template(scope)
        if self._meter is not None:
            self._meter.answered(scope["method"], route, status, seconds, with_it.rules)
        if route.endswith(_QUIET) and status < 400:
            return
        line: dict[str, Any] = {
            "service": self._service,
            "method": scope["method"] if scope["method"] in METHODS else "OTHER",
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "correlation_id": scope["correlation_id"],
        }
        if with_it.client_kind:
            line["client_kind"] = with_it.client_kind
        if with_it.rules:
            line["rule_ids"] = with_it.rules
        if with_it.error_class:
            line["error_class"] = with_it.error_class
        log = structlog.get_logger()
        (log.error if status >= 500 else log.info)("request", **line)


def _sent_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-correlation-id":
            # Anything that is not a UUID is replaced: it could be a name, or a line of its own in a log.
            sent = value.decode("latin-1").strip(" \t")
            return sent.lower() if _UUID.fullmatch(sent) else None
    return None


def _with_ours(headers: Any, carried_headers: Mapping[str, str], correlation: str) -> list[tuple[bytes, bytes]]:
    ours = [(name.lower().encode(), value.encode("latin-1")) for name, value in carried_headers.items()]
    there = list(headers)
    names = {name.lower() for name, _ in there}
    defaults = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    return [
        *there,
        *ours,
        *((name, value) for name, value in defaults if name not in names),
        (b"x-correlation-id", correlation.encode()),
    ]
