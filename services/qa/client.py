"""A client of the register: its entry as it stands, and since when it is suspended."""

from datetime import datetime

import msgspec

from services.qa.events import ClientRegistered, ClientSuspended
from shared.kernel.events import Recorded


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about a client needs. entry: the last one, None before the first."""

    client_id: str
    entry: ClientRegistered | None = None
    suspended_from: datetime | None = None

    def is_suspended_by(self, instant: datetime) -> bool:
        """Whether a suspension has begun by an instant."""
        return self.suspended_from is not None and self.suspended_from <= instant


def unknown(client_id: str) -> Client:
    """A client nobody has registered."""
    return Client(client_id=client_id)


def evolve(client: Client, recorded: Recorded) -> Client:
    """The client after one more event of its stream. Registering again ends a suspension."""
    match recorded.data:
        case ClientRegistered() as entry:
            return Client(client_id=entry.client_id, entry=entry)
        case ClientSuspended(from_=from_):
            return msgspec.structs.replace(client, suspended_from=from_)
        case _:
            return client
