"""One door for every service that runs in a process: by the first part of the path."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.assemble import Assembly
from deploy.dev import Development
from shared.http.edge import Edge
from shared.http.speaking import speak_problems


class Gateway:
    """Passes each request to its service; `/dev` to the development routes, if there are any.

    start, stop: called with the server's own, on its loop.
    """

    def __init__(self, assembly: Assembly, started: Callable[[], Awaitable[None]] | None = None):
        self._assembly = assembly
        self._started = started
        self._front = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
        if assembly.settings.dev:
            self._front.include_router(Development(assembly).routes())
        speak_problems(self._front)
        self._front.add_middleware(Edge, service="front")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        await self._app_for(scope["path"])(scope, receive, send)

    def _app_for(self, path: str) -> ASGIApp:
        first = path.split("/", 2)[1] if "/" in path else ""
        running = self._assembly.running.get(first)
        if running is None and first == "problems":
            running = next(iter(self._assembly.running.values()), None)
        return running.app if running else self._front

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._assembly.start()
            if self._started is not None:
                await self._started()
        except Exception as wrong:
            await send({"type": "lifespan.startup.failed", "message": str(wrong)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._assembly.stop()
        await send({"type": "lifespan.shutdown.complete"})
