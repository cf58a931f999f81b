"""`make run`: four services in one process on SQLite, with a small synthetic caseload on the first start."""

import asyncio
import os
import sys

import httpx2
from rich.console import Console

from deploy.assemble import Assembly, migrate
from deploy.clock import Clock
from deploy.gateway import Gateway
from deploy.serving import server
from deploy.settings import SERVICES, Settings
from deploy.simulate import Simulation
from deploy.welcome import greet
from shared.http.logs import set_up_logs

console = Console(stderr=True)


async def run(settings: Settings) -> None:
    """Start, seed an empty store, say how to begin, and serve until Ctrl-C."""
    migrate(settings)
    assembly = Assembly(settings, SERVICES, Clock())
    serving = server(settings, SERVICES, settings.port, Gateway(assembly))
    task = asyncio.create_task(serving.serve())
    while not serving.started and not task.done():
        await asyncio.sleep(0.05)
    if task.done():
        await task
        raise SystemExit(1)
    url = f"http://{settings.host}:{settings.port}"
    if settings.dev:
        async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
            empty = (await client.get("/dev/empty")).json()["empty"]
            if empty and settings.seed:
                await Simulation(client, console).small_caseload()
            await greet(client, console, url, tokens=settings.seed)
    await task


def main() -> None:
    """The entry of `make run`."""
    set_up_logs(os.environ.get("TOLDONCE_LOG_LEVEL", "WARNING"))
    settings = Settings()
    try:
        asyncio.run(run(settings))
    except KeyboardInterrupt:
        console.print("Stopped. The next start finds everything as it was.")
    except SystemExit:
        console.print("[red]Did not start.[/red] The lines above say why.")
        sys.exit(1)


if __name__ == "__main__":
    main()
