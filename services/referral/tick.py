"""What time alone brings at the front door: birthdays from which something follows."""

from collections.abc import Awaitable, Callable
from datetime import date

from services.referral.child import Child
from services.referral.decisions.reach_age import reach_age
from shared.http.house import House
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.people import SYSTEM
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Append
from shared.store.projector import find_rows
from shared.store.store import Store, versions

PAGE = 200


def tick(house: House, store: Store) -> Callable[[], Awaitable[None]]:
    """Once in each local day, tell of every child who has reached an age that a pack names."""
    done: list[date] = []

    async def run() -> None:
        today = local_date(house.now())
        if done == [today]:
            return
        after: tuple[str, ...] = ()
        while rows := await find_rows(store, "children", {}, "key", after, PAGE):
            after = (rows[-1][0],)
            for child_id, row in rows:
                protocol = house.protocol_for(row["authority"], house.now())
                if set(protocol.ages) - set(row["reached"]):
                    await _reached(house, store, child_id, row["authority"])
        done[:] = [today]

    return run


async def _reached(house: House, store: Store, child_id: str, authority: str) -> None:
    stream = f"child/{child_id}"
    loaded = await store.load_open(stream)
    state: Child = house.service.fold(stream, loaded[stream])
    now = house.now()
    act = Act(occurred_at=now, recorded_at=now, by=SYSTEM, new_id=house.new_id)
    protocol = house.protocol_for(authority, now)
    facts = reach_age(state, protocol, act)
    if not facts:
        return
    recorded = stamp(
        Decided("ReachAge", facts),
        service=house.service.name,
        authority=authority,
        edition=protocol.edition,
        act=act,
        versions=versions(loaded),
        correlation_id=house.new_id(),
    )
    rows, keys = store.rows(recorded)
    # Stale: somebody else has told of it; the next tick looks again.
    await store.append(Append(events=rows, expects=versions(loaded), keys=keys))
