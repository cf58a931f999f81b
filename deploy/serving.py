"""Serving an assembly with uvicorn, tuned once everything is loaded."""

import gc

import uvicorn

from deploy.assemble import Assembly, migrate
from deploy.clock import Clock
from deploy.gateway import Gateway
from deploy.settings import Settings
from shared.http.logs import set_up_logs


def server(settings: Settings, names: tuple[str, ...], port: int, gateway: Gateway | None = None) -> uvicorn.Server:
    """A server for these services on one port. Its tables must be there: `migrate` is a step of its own."""
    gateway = gateway or Gateway(Assembly(settings, names, Clock()), _settle_down)
    config = uvicorn.Config(
        gateway,
        host=settings.host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)


async def _settle_down() -> None:
    # What is loaded by now stays; walking it again and again is where the slowest answers come from.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def serve(settings: Settings, name: str) -> None:
    """Run one service until it is told to end."""
    set_up_logs()
    server(settings, (name,), settings.port_of(name)).run()


__all__ = ["migrate", "serve", "server"]
