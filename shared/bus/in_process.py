"""The bus inside one process: letters as bytes all the same, pulled from their origins as soon as they are sent."""

import asyncio
import contextlib
from collections.abc import Sequence

from shared.bus.feed import Origin
from shared.bus.reader import Page, Places
from shared.bus.wire import Message, read_letter


class InProcessBus:
    """Wakes the readers when a relay has sent; they read the origin's log, so nothing is lost with the process."""

    def __init__(self) -> None:
        self._bells: list[asyncio.Event] = []

    async def send(self, messages: list[Message]) -> None:
        """Ring every reader's bell."""
        for bell in self._bells:
            bell.set()

    def bell(self) -> asyncio.Event:
        """A bell that rings when letters were sent."""
        bell = asyncio.Event()
        self._bells.append(bell)
        return bell


class InProcessReader:
    """Reads each partition of each source from its origin. sources: (source, partition) pairs."""

    def __init__(self, bus: InProcessBus, origin: Origin, sources: Sequence[tuple[str, int]]):
        self._bell = bus.bell()
        self._origin = origin
        self._sources = sources

    async def start(self, places: Places, offsets: Places) -> None:
        self._bell.set()

    async def pages(self, places: Places, timeout: float) -> list[Page]:
        # Not wait_for(): where the bell rings as the task is told to end, Python 3.11 forgets that it was told.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._bell.wait()
        self._bell.clear()
        pages = []
        for source, partition in self._sources:
            feed = await self._origin.page(source, partition, places.get((source, partition), 0))
            if feed.letters:
                pages.append(Page(source, partition, [read_letter(bytes(raw)) for raw in feed.letters]))
                self._bell.set()
        return pages

    async def stop(self) -> None:
        self._bell.set()

    def silent_for(self) -> float:
        return 0.0
