"""Reading one's own writes at qa: the letter itself, and whatever the other services had to record because of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from shared.bus.feed import FeedPage, Origin
from shared.bus.relay import BusDown
from shared.http.positions import WAIT_SECONDS, Position, Waited, read_position, wait_until
from shared.http.problems import ProblemError, busy
from shared.store.program import Query
from shared.store.store import Store

PAUSE_SECONDS = 0.02
PAST_ALL = 2**62


class _Numbered(msgspec.Struct):
    sequence: int


_SEQUENCE = msgspec.json.Decoder(_Numbered)


@dataclass(frozen=True)
class Elsewhere:
    """The feeds of the other services. sources: each of their stores -> how many partitions its letters have."""

    origin: Origin
    sources: Mapping[str, int]


async def wait_for_all(store: Store, sent: str | None, elsewhere: Elsewhere | None) -> None:
    """Wait until what a caller speaks of, and what followed from it, is in the views. Raises ProblemError (422, 503).

    It follows one step: what others recorded because of that letter, not what third ones recorded because of that.
    """
    if sent is None:
        return
    at = read_position(sent)
    until = asyncio.get_running_loop().time() + WAIT_SECONDS
    for part, sequence in at.parts:
        await _reached(store, Waited("intake", at.source, part, sequence), until)
    if elsewhere is not None:
        own = (at.source.split("/", 1)[0], "qa")
        others = [source for source in elsewhere.sources if source.split("/", 1)[0] not in own]
        await asyncio.gather(*(_followed(store, at, elsewhere, source, until) for source in others))
    (rows,) = await store.read(Query("SELECT max(arrived) FROM inbox"))
    await _reached(store, Waited("gather", store.source, 0, rows[0][0] or 0), until)


async def _reached(store: Store, waited: Waited, until: float) -> None:
    left = max(0.0, until - asyncio.get_running_loop().time())
    if not await wait_until(store, waited, left):
        raise _not_yet()


async def _followed(store: Store, at: Position, elsewhere: Elsewhere, source: str, until: float) -> None:
    """Wait until one other service has read that letter, and all that it had recorded by then is here."""
    while not _has_read(await _page(elsewhere, source, at.partition, PAST_ALL), at):
        await _pause(until)
    # What it recorded stands in its log since the moment it had read; only a page asked for after that is sure of it.
    head = (await _page(elsewhere, source, at.partition, PAST_ALL)).head
    while (await _page(elsewhere, source, at.partition, PAST_ALL)).sealed < head:
        await _pause(until)
    for partition in range(elsewhere.sources[source]):
        while await _lacks(store, elsewhere, source, partition, head):
            await _pause(until)


def _has_read(page: FeedPage, at: Position) -> bool:
    read = {place.partition: place.sequence for place in page.applied if place.source == at.source}
    return all(read.get(part, 0) >= sequence for part, sequence in at.parts)


async def _lacks(store: Store, elsewhere: Elsewhere, source: str, partition: int, head: int) -> bool:
    place = (await store.places("intake")).get((source, partition), ("", 0))[1]
    if place >= head:
        return False
    page = await _page(elsewhere, source, partition, place)
    return bool(page.letters) and _first_in(page) <= head


def _first_in(page: FeedPage) -> int:
    return _SEQUENCE.decode(bytes(page.letters[0])).sequence


async def _page(elsewhere: Elsewhere, source: str, partition: int, after: int) -> FeedPage:
    try:
        return await elsewhere.origin.page(source, partition, after)
    except BusDown:
        raise _not_yet() from None


async def _pause(until: float) -> None:
    if asyncio.get_running_loop().time() >= until:
        raise _not_yet()
    await asyncio.sleep(PAUSE_SECONDS)


def _not_yet() -> ProblemError:
    return busy("This service has not taken in all that followed from that write yet. Ask again.", 1)
