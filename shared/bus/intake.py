"""Taking letters in: each once, in order per case, with what follows from it, in one transaction with the place."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import structlog

from shared.bus.feed import Origin
from shared.bus.page import PagePlan, plan_page
from shared.bus.parking import park, parked_abouts
from shared.bus.reader import Page, Reader
from shared.bus.relay import BusDown
from shared.bus.wire import read_letter
from shared.kernel.letters import Letter
from shared.store.append import Append, Move, Stale
from shared.store.program import StoreUnavailable
from shared.store.store import Store

READER = "intake"
OFFSETS = "offsets"
TRIES = 3
PAUSE_SECONDS = 0.25
POLL_SECONDS = 0.5

log = structlog.get_logger("intake")


@dataclass(frozen=True)
class Gap:
    """Letters that should stand before these have not come."""

    source: str
    partition: int
    after: int


class Intake:
    """Reads the letters of the other services into one store.

    protocol_for: (authority, instant) -> the edition in force; now: the clock of the domain; new_id: fresh ids.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        origin: Origin,
        protocol_for: Callable[[str, datetime], Any],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        topic_of: Callable[[str], str],
    ):
        self._store = store
        self._reader = reader
        self._origin = origin
        self._protocol_for = protocol_for
        self._now = now
        self._new_id = new_id
        self._topic_of = topic_of
        self.places: dict[tuple[str, int], tuple[str, int]] = {}
        self.applied = asyncio.Condition()

    async def run(self) -> None:
        """Read for ever; a store or bus that is away is waited for."""
        while True:
            try:
                await self._read_on()
            except (StoreUnavailable, BusDown) as away:
                log.warning("intake waits", error_class=type(away).__name__, service=self._store.service.name)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _read_on(self) -> None:
        self.places = await self._store.places(READER)
        offsets = {key: sequence for key, (_, sequence) in (await self._store.places(OFFSETS)).items()}
        await self._reader.start({key: sequence for key, (_, sequence) in self.places.items()}, offsets)
        while True:
            at = {key: sequence for key, (_, sequence) in self.places.items()}
            for page in await self._reader.pages(at, POLL_SECONDS):
                await self.take(page)

    async def take(self, page: Page) -> None:
        """Apply one page: what was applied before is passed over, a gap is filled from the origin first."""
        letters = self._new(page.letters)
        if not letters and page.offset is not None:
            await self._move_offset(page)
        while letters:
            if letters[0].previous > self._at(page):
                fetched = await self._fetched(page, letters[0].previous)
                await self._apply(replace(page, offset=None), fetched)
            else:
                unbroken = _unbroken(letters)
                # The broker's count moves with the last of the page, so that a crash before it reads the page again.
                await self._apply(page if unbroken is letters else replace(page, offset=None), unbroken)
            letters = self._new(letters)

    def _at(self, page: Page) -> int:
        return self.places.get((page.source, page.partition), ("", 0))[1]

    def _new(self, letters: Sequence[Letter]) -> list[Letter]:
        new: list[Letter] = []
        for letter in letters:
            place = self.places.get((letter.source, letter.partition), ("", 0))[1]
            last = new[-1].sequence if new else place
            if letter.sequence > last:
                new.append(letter)
        return new

    async def _fetched(self, page: Page, until: int) -> list[Letter]:
        """The next letters that did not come, up to a sequence. Raises BusDown when the origin is away."""
        feed = await self._origin.page(page.source, page.partition, self._at(page))
        fetched = [read_letter(bytes(raw)) for raw in feed.letters]
        fetched = [letter for letter in fetched if letter.sequence <= until]
        if not fetched:
            raise BusDown("gap")
        log.info("gap filled", source=page.source, partition=page.partition, count=len(fetched))
        return fetched

    async def _apply(self, page: Page, letters: Sequence[Letter]) -> None:
        """Apply these, or as many of them as were not overtaken by another replica."""
        try:
            await self._apply_together(page, letters)
        except (StoreUnavailable, BusDown):
            raise
        except Exception as wrong:
            if len(letters) > 1:
                log.warning("page applied one by one", error_class=type(wrong).__name__, source=page.source)
            for letter in letters:
                if not letter.previous <= self._at(page) < letter.sequence:
                    return
                await self._apply_alone(page if letter is letters[-1] else replace(page, offset=None), letter)

    async def _apply_alone(self, page: Page, letter: Letter) -> None:
        for attempt in range(TRIES):
            try:
                await self._apply_together(page, [letter])
                return
            except (StoreUnavailable, BusDown):
                raise
            except Exception as wrong:
                if attempt == TRIES - 1:
                    parked = type(wrong).__name__
                    log.error("letter parked", error_class=parked, source=page.source, sequence=letter.sequence)
                    extra = [park(letter, parked, self._now())]
                    await self._store_page(page, [letter], PagePlan.kept_only(self._store, [letter], extra))

    async def _apply_together(self, page: Page, letters: Sequence[Letter]) -> None:
        while True:
            waiting = await parked_abouts(self._store, page.source, letters)
            plan = await plan_page(self._store, letters, waiting, self._protocol_for, self._now(), self._new_id)
            if await self._store_page(page, letters, plan):
                return

    async def _store_page(self, page: Page, letters: Sequence[Letter], plan: PagePlan) -> bool:
        """Whether this is done with: stored, or overtaken."""
        last = letters[-1]
        moves = [Move(READER, page.source, page.partition, last.incarnation, self._at(page), last.sequence)]
        if page.offset is not None:
            moves.append(await self._offset_move(page))
        outcome = await self._store.append(
            Append(
                events=plan.events,
                expects=plan.expects,
                beliefs=plan.read,
                keys=plan.keys,
                moves=moves,
                kept=plan.kept,
                also=plan.also,
            )
        )
        if isinstance(outcome, Stale):
            before = self._at(page)
            self.places |= await self._store.places(READER)
            # Where the place stands, something else has moved: plan again. Else another replica has read on meanwhile.
            return self._at(page) != before
        self.places[(page.source, page.partition)] = (last.incarnation, last.sequence)
        async with self.applied:
            self.applied.notify_all()
        return True

    async def _offset_move(self, page: Page) -> Move:
        assert page.offset is not None
        topic = self._topic_of(page.source)
        offsets = await self._store.places(OFFSETS)
        before = offsets.get((topic, page.partition), ("", 0))[1]
        return Move(OFFSETS, topic, page.partition, "", before, max(page.offset, before))

    async def _move_offset(self, page: Page) -> None:
        await self._store.append(Append(moves=[await self._offset_move(page)]))

    def silent_for(self) -> float:
        """Seconds since letters were last known to be able to come."""
        return self._reader.silent_for()

    async def wait_for(self, source: str, partition: int, sequence: int, timeout: float) -> bool:
        """Whether a letter has been applied, waiting up to `timeout` seconds."""

        def reached() -> bool:
            return self.places.get((source, partition), ("", 0))[1] >= sequence

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self.applied:
                await self.applied.wait_for(reached)
        return reached()


def _unbroken(letters: list[Letter]) -> list[Letter]:
    """The letters up to the first before which one is missing."""
    for place, (before, letter) in enumerate(pairwise(letters), 1):
        if letter.previous > before.sequence:
            return letters[:place]
    return letters


def behind(places: Mapping[tuple[str, int], tuple[str, int]], heads: Mapping[tuple[str, int], int]) -> int:
    """How many places this reader is behind, summed over the partitions."""
    return sum(max(0, head - places.get(key, ("", 0))[1]) for key, head in heads.items())
