"""Reading one's own writes: where a write stands, and waiting until a service has taken it in."""

import asyncio
import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from shared.http.problems import busy, invalid
from shared.kernel.partitions import partition_of
from shared.store.store import Store

WAIT_SECONDS = 2.0
MOST_PARTS = 1024


class Position(msgspec.Struct, frozen=True, array_like=True):
    """A place in the log of one store. Opaque to callers.

    partition, sequence: of the write's last event; also: of its last in each other partition.
    """

    source: str
    incarnation: str
    partition: int
    sequence: int
    also: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """(partition, sequence) of each partition that the write's letters travel in."""
        return ((self.partition, self.sequence), *self.also)


def position(store: Store, written: Iterable[tuple[str, int]], partitions: int) -> str:
    """What `Toldonce-Position` says. written: (key, sequence) of each event; its key is its case, or its stream."""
    last: dict[int, int] = {}
    for key, sequence in written:
        part = partition_of(key, partitions)
        last[part] = max(last.get(part, 0), sequence)
    (first, *others) = sorted(last.items(), key=lambda place: -place[1])
    at = Position(store.source, store.incarnation, *first, tuple(others))
    return base64.urlsafe_b64encode(msgspec.json.encode(at)).decode().rstrip("=")


def read_position(sent: str) -> Position:
    """What a caller sent back as `Toldonce-After`. Raises ProblemError (422)."""
    try:
        raw = base64.urlsafe_b64decode(sent + "=" * (-len(sent) % 4))
        at = msgspec.json.decode(raw, type=Position)
        # No store has such places, and a database would choke on the numbers.
        if len(at.parts) > MOST_PARTS or not all(0 <= part < MOST_PARTS and 0 <= seq < 2**63 for part, seq in at.parts):
            raise ValueError
        return at
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("Toldonce-After", "form", "Send a Toldonce-Position as you received it.") from None


@dataclass(frozen=True)
class Waited:
    """What is waited for in one store: a reader's place in one partition of one source."""

    reader: str
    source: str
    partition: int
    sequence: int


async def wait_until(store: Store, waited: Waited, seconds: float) -> bool:
    """Whether the store's reader has come that far, waiting up to `seconds`."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        rung = store.moved.count
        places = await store.places(waited.reader)
        if places.get((waited.source, waited.partition), ("", 0))[1] >= waited.sequence:
            return True
        left = until - loop.time()
        if left <= 0:
            return False
        await store.moved.after(rung, min(left, 0.05))


async def wait_for_after(store: Store, sent: str | None, seconds: float = WAIT_SECONDS) -> None:
    """Wait until this store has taken in the write a caller speaks of. Raises ProblemError (503, 422)."""
    if sent is None:
        return
    at = read_position(sent)
    if at.source == store.source:
        waited = [Waited("views", store.source, 0, at.sequence)]
    else:
        waited = [Waited("intake", at.source, part, sequence) for part, sequence in at.parts]
    for one in waited:
        if not await wait_until(store, one, seconds):
            raise busy("This service has not taken in that write yet. Ask again.", 1)
