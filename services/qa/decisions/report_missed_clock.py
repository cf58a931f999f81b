"""A deadline that has passed is reported once: to those whose clock it is, and to qa's own worklist."""

from collections.abc import Mapping

from services.qa.clock import BREACH, Clock, Notice, stream_of
from services.qa.events import ClockBreached
from shared.kernel.events import Fact


def decide(clock: Clock, already: Mapping[str, Notice]) -> list[Fact]:
    """The breach, on a stream of its own; nothing if the clock was met or cancelled after all, or it was told.

    already: what stands on the clock streams, by stream. One that was taken back is told again if it is missed still.
    """
    stream = stream_of(clock, BREACH)
    told = already.get(stream)
    if clock.status != "MISSED" or (told is not None and not told.withdrawn):
        return []
    return [
        Fact(
            stream=stream,
            case_id=clock.case_id,
            child_ids=(clock.child_id,) if clock.child_id else (),
            rules=clock.rules,
            inputs={"started_at": clock.started_at, "due_at": clock.due_at, "limit": clock.limit},
            event=ClockBreached(
                rule=clock.rule,
                about=clock.about,
                child_id=clock.child_id,
                due_at=clock.due_at,
                started_by=clock.started_by,
                force=clock.force,
                alerts=clock.alerts,
            ),
        )
    ]
