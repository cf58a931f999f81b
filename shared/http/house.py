"""What a service's edge works with: its stores, the protocols, the clocks and whom to believe about callers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.access.caller import Caller
from shared.access.callers import known_caller
from shared.http.limits import Limiter
from shared.kernel.beliefs import Known
from shared.kernel.service import Service
from shared.protocol.protocol import Protocol
from shared.store.store import Store

BELIEVED_SECONDS = 1.0


@dataclass
class House:
    """One service with everything its edge needs.

    store_of: authority -> its store; now: the clock of the domain; real: real time, for tokens and limits.
    verify: the caller that a bearer token names, as far as the token goes (raises BadToken).
    """

    service: Service
    stores: Mapping[str, Store]
    store_of: Callable[[str], Store]
    protocol_for: Callable[[str, datetime], Protocol]
    now: Callable[[], datetime]
    real: Callable[[], datetime]
    new_id: Callable[[], str]
    verify: Callable[[str, datetime], Caller]
    partitions: int
    limiter: Limiter
    _callers: dict[tuple[str, str], tuple[float, Caller | None]] = field(default_factory=dict)

    def serves(self, authority: str | None) -> bool:
        """Whether the record of an authority is kept here."""
        if authority is None:
            return False
        try:
            self.protocol_for(authority, self.now())
        except LookupError:
            return False
        return True

    def forget_callers(self) -> None:
        """Ask the registers anew about everybody."""
        self._callers.clear()

    async def caller(self, named: Caller) -> Caller | None:
        """The caller as the registers know them now; None where token and register do not agree."""
        if named.authority is None:
            return named
        seconds = self.real().timestamp()
        key = (
            named.id,
            f"{named.client_id} {named.authority} {named.post} {named.team} {sorted(named.scopes)}",
        )
        kept = self._callers.get(key)
        if kept and seconds - kept[0] < BELIEVED_SECONDS:
            return kept[1] and _with_purpose(kept[1], named)
        abouts = [named.id] if named.id == named.client_id else [named.id, named.client_id]
        known = Known(await self.store_of(named.authority).beliefs(abouts))
        facts = [fact for about in abouts for fact in known.of(about)]
        found = known_caller(named, facts, self.now())
        if len(self._callers) > 10_000:
            self._callers.clear()
        self._callers[key] = (seconds, found)
        return found


def _with_purpose(found: Caller, named: Caller) -> Caller:
    return replace(found, purpose=named.purpose)
