"""The bus inside one process: letters as bytes all the same, pulled from their origins as soon as they are sent."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence

from shared.bus.feed import Origin
from shared.bus.reader import Page, Places
from shared.bus.wire import Message, read_letter


class InProcessBus:
    """Wakes the readers when a relay has sent; they read the origin's log, so nothing is lost with the process."""

    def __init__(self) -> None:
        self._bells: list[SourceBell] = []

    async def send(self, messages: list[Message]) -> None:
        """Ring every reader's bell for the sources of these."""
        sources = {value.decode() for message in messages for name, value in message.headers if name == "ce_source"}
        for bell in self._bells:
            bell.ring(sources)

    def bell(self) -> "SourceBell":
        """A bell that rings when letters were sent."""
        bell = SourceBell()
        self._bells.append(bell)
        return bell


class SourceBell:
    """Rings for sources that have sent: whoever hears it need not look at the others."""

    def __init__(self) -> None:
        self._rung: set[str] = set()
        self._event = asyncio.Event()

    def ring(self, sources: Iterable[str]) -> None:
        """Something has come from these."""
        self._rung.update(sources)
        self._event.set()

    async def heard(self, timeout: float) -> set[str]:
        """The sources that it rang for since the last time; none after `timeout` seconds."""
        # Not wait_for(): where the bell rings as the task is told to end, Python 3.11 forgets that it was told.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._event.wait()
        self._event.clear()
        rung, self._rung = self._rung, set()
        return rung


class InProcessReader:
    """Reads each partition of each source from its origin. sources: (source, partition) pairs."""

    def __init__(self, bus: InProcessBus, origin: Origin, sources: Sequence[tuple[str, int]]):
        self._bell = bus.bell()
        self._origin = origin
        self._sources = sources

    async def start(self, places: Places, offsets: Places) -> None:
        self._bell.ring(source for source, _ in self._sources)

    async def pages(self, places: Places, timeout: float) -> list[Page]:
        rung = await self._bell.heard(timeout)
        pages = []
        for source, partition in self._sources:
            # Where nothing rang for a while, all are looked at: a ring may have been heard by a read that failed.
            if rung and source not in rung:
                continue
            feed = await self._origin.page(source, partition, places.get((source, partition), 0))
            if feed.letters:
                pages.append(Page(source, partition, [read_letter(bytes(raw)) for raw in feed.letters]))
                self._bell.ring([source])
        return pages

    async def stop(self) -> None:
        self._bell.ring(())

    def silent_for(self) -> float:
        return 0.0
