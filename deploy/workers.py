"""What runs beside the requests of a service: sealing, relaying, reading, folding, the tick; one of each per store."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from shared.bus.intake import Intake
from shared.bus.relay import BusDown, Sender, relay_page
from shared.log.sealer import seal_page
from shared.store.gatherer import gather_page
from shared.store.program import StoreUnavailable
from shared.store.projector import project_page
from shared.store.store import Store

IDLE_SECONDS = 1.0
AWAY_SECONDS = 0.5
PACE_SECONDS = 0.02

log = structlog.get_logger("workers")


class Workers:
    """The background tasks of one store. Whoever holds the lead works; another replica stands by."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        intake: Intake,
        partitions: int,
        tick: Callable[[], Awaitable[None]],
        tick_seconds: float,
    ):
        self._store = store
        self._sender = sender
        self._intake = intake
        self._partitions = partitions
        self._tick = tick
        self._tick_seconds = tick_seconds
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to work, as soon as the lead is ours."""
        self._task = asyncio.create_task(self._lead())

    async def stop(self) -> None:
        """End; what is half done is done again by whoever leads next."""
        self._stopping = True
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def tick(self) -> None:
        """What time alone brings, now; what was looked at before is not looked at again."""
        await self._tick()

    async def _lead(self) -> None:
        # A job that fails while it is told to end would make the group forget that it was: hence the mark.
        while not self._stopping:
            try:
                async with self._store.backend.lead(f"workers {self._store.source}"):
                    await self._work()
            except* StoreUnavailable:
                pass
            except* Exception as wrong:
                # A fault of ours must not end the work for good: it is loud, and everything begins again.
                kinds = sorted({type(one).__name__ for one in wrong.exceptions})
                log.error("workers begin again", error_class=",".join(kinds), service=self._store.service.name)
            await asyncio.sleep(AWAY_SECONDS)

    async def _work(self) -> None:
        service = self._store.service
        jobs = [
            self._keep_on("seal", lambda: seal_page(self._store, self._partitions)),
            self._keep_on("relay", lambda: relay_page(self._store, self._sender)),
            self._keep_on("project", lambda: project_page(self._store)),
            self._every("tick", self._tick),
            self._intake.run(),
        ]
        if service.gatherings:
            jobs.append(self._keep_on("gather", lambda: gather_page(self._store, service.gatherings)))
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)

    async def _keep_on(self, name: str, step: Callable[[], Awaitable[int]]) -> None:
        """Step as long as there is something to do, then wait for the log to grow."""
        bell = self._store.backend.bell
        while True:
            try:
                rung = bell.count
                while await step():
                    # A page at once for each write would take the processor from the requests.
                    await asyncio.sleep(PACE_SECONDS)
                await bell.after(rung, IDLE_SECONDS)
            except (StoreUnavailable, BusDown) as away:
                log.warning("job waits", job=name, error_class=type(away).__name__, service=self._store.service.name)
                await asyncio.sleep(AWAY_SECONDS)

    async def _every(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except StoreUnavailable as away:
                log.warning("job waits", job=name, error_class=type(away).__name__, service=self._store.service.name)
            await asyncio.sleep(self._tick_seconds)
