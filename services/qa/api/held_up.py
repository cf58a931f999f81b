"""Of which cases letters wait: at qa itself, and at the other services as their feeds say."""

import asyncio
from collections.abc import Iterable, Sequence

from services.qa.api.after import PAST_ALL, Elsewhere
from services.qa.views.cases import linked_by, on_the_case
from services.qa.views.held_up import items_held_up
from shared.bus.parking import HeldUp, held_up
from shared.bus.relay import BusDown
from shared.protocol.protocol import Protocol
from shared.store.gatherer import letters_about
from shared.store.store import Store

AGE_SECONDS = 1.0
PATIENCE_SECONDS = 0.5


class Watch:
    """What the other services hold up, asked at most once a second; one that does not answer is as it last said.

    Nobody who reads a case waits longer than a moment for it.
    """

    def __init__(self, elsewhere: Elsewhere | None):
        self._elsewhere = elsewhere
        self._told: dict[str, tuple[HeldUp, ...]] = {}
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def held_up(self, store: Store) -> tuple[HeldUp, ...]:
        """Everything that is held up now, at qa and elsewhere."""
        await self._ask()
        return (*await held_up(store), *(one for each in self._told.values() for one in each))

    async def _ask(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._elsewhere is None or (self._asking is None and now - self._asked_at < AGE_SECONDS):
            return
        if self._asking is None:
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask_all(self._elsewhere))
            self._asking.add_done_callback(self._asked)
        await asyncio.wait({self._asking}, timeout=PATIENCE_SECONDS)

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._asking = None

    async def _ask_all(self, elsewhere: Elsewhere) -> None:
        one_of = {source.split("/", 1)[0]: source for source in sorted(elsewhere.sources)}
        one_of.pop("qa", None)
        await asyncio.gather(*(self._ask_one(elsewhere, name, source) for name, source in one_of.items()))

    async def _ask_one(self, elsewhere: Elsewhere, name: str, source: str) -> None:
        try:
            page = await elsewhere.origin.page(source, 0, PAST_ALL)
        except BusDown:
            return
        self._told[name] = page.held_up


async def items_of(store: Store, held: Iterable[HeldUp], protocol: Protocol) -> dict[str, list[dict[str, object]]]:
    """The items that held up letters put on worklists, by case."""
    by_case: dict[str, list[HeldUp]] = {}
    for one in held:
        by_case.setdefault(one.about, []).append(one)
    return {case: await _items(store, case, each, protocol) for case, each in by_case.items()}


async def _items(store: Store, case_id: str, held: Sequence[HeldUp], protocol: Protocol) -> list[dict[str, object]]:
    letters = on_the_case(await letters_about(store, case_id, linked_by))
    return items_held_up(held, letters, protocol)
