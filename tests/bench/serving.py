"""A server inside a process of a measurement: it says where it listens, and serves until its input ends."""

import asyncio
import cProfile
import gc
import json
import sys
import time
from typing import Any

import uvicorn

from tests.store.servers import free_ports


def settle_down() -> None:
    """What the product does once it is loaded, for those it is measured against as well."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


async def serve(app: Any, profile: str | None = None) -> None:
    """Serve an application on a port of its own. profile: a file for cProfile's figures of all that is served."""
    (port,) = free_ports(1)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False, http="httptools"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started and not task.done():
        await asyncio.sleep(0.02)
    # By the time of the processor: waiting is somebody else's work.
    profiler = cProfile.Profile(time.process_time) if profile else None
    if profiler:
        profiler.enable()
    print(json.dumps({"port": port}), flush=True)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
    if profiler and profile:
        profiler.disable()
        profiler.dump_stats(profile)
    server.should_exit = True
    await task
