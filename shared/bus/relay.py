"""The log is the outbox: read on from where we got to, send what stands in the transparency log, remember the place."""

from typing import Protocol

from shared.bus.wire import Message, letter_of, message_of
from shared.store.append import Append, Move, Stale
from shared.store.store import Store

READER = "relay"
PAGE = 1000


class BusDown(Exception):
    """The letters could not be sent for certain; sending them again does no harm."""


class Sender(Protocol):
    """A way out."""

    async def send(self, messages: list[Message]) -> None:
        """Send all, in order per partition, and return once all are acknowledged. Raises BusDown."""
        ...


async def relay_page(store: Store, sender: Sender) -> int:
    """Send the next letters. Gives how many; 0 when there are none. Raises BusDown, StoreUnavailable.

    A crash between sending and remembering sends them again; readers know them by their sequence.
    """
    places = await store.places(READER)
    sent_to = places.get((store.source, 0), ("", 0))[1]
    page = await store.sealed(sent_to, PAGE)
    if not page:
        return 0
    await sender.send([message_of(letter_of(sealed, store.source, store.incarnation)) for sealed in page])
    outcome = await store.append(
        Append(moves=[Move(READER, store.source, 0, store.incarnation, sent_to, page[-1].sequence)])
    )
    # Stale: another replica sent them too.
    return 0 if isinstance(outcome, Stale) else len(page)
