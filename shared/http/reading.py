"""Reading a record: who may, and the trace of it, durable before the first byte leaves."""

from collections.abc import Sequence

from shared.access.caller import Caller
from shared.http.house import House
from shared.http.problems import busy, not_found
from shared.kernel.act import Act
from shared.kernel.events import Fact
from shared.kernel.own_events import RecordRead
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Append, Stale
from shared.store.program import StoreUnavailable
from shared.store.store import Store


async def record_read(
    house: House,
    store: Store,
    caller: Caller,
    *,
    case_id: str | None,
    child_ids: Sequence[str],
    fields: Sequence[str],
    route: str,
    correlation_id: str,
    read_id: str | None = None,
    grant_id: str | None = None,
    warrant_id: str | None = None,
) -> str:
    """Put a read on record; gives its id.

    Raises ProblemError: 503, since without a trace nothing is shown; 404 for an id that was used for a read before.
    """
    now = house.now()
    read = read_id or house.new_id()
    stream = f"read/{read}"
    act = Act(occurred_at=now, recorded_at=now, by=caller.actor(), new_id=house.new_id)
    fact = Fact(
        stream=stream,
        case_id=case_id,
        child_ids=tuple(child_ids),
        event=RecordRead(
            read_id=read,
            reader=caller.actor(),
            child_ids=tuple(child_ids),
            fields=tuple(sorted(fields)),
            purpose=caller.purpose or "",
            grant_id=grant_id,
            route=route,
            warrant_id=warrant_id,
        ),
    )
    recorded = stamp(
        Decided("ReadRecord", [fact]),
        service=house.service.name,
        authority=str(caller.authority),
        edition=house.protocol_for(str(caller.authority), now).edition,
        act=act,
        versions={},
        correlation_id=correlation_id,
    )
    rows, keys = store.rows(recorded)
    try:
        done = await store.append(Append(events=rows, expects={stream: 0}, keys=keys))
    except StoreUnavailable:
        raise busy("The record cannot be shown while this read cannot be put on record.") from None
    if isinstance(done, Stale):
        # Two uses of one warrant at the same moment: the second finds the record of the first.
        raise not_found()
    return read
