"""Closing what a record of the plan still lacked, because what is recorded now supplies it."""

from collections.abc import Callable

from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Fact, Incomplete
from shared.kernel.own_events import IncompleteResolved
from shared.protocol.gaps import gaps_of
from shared.protocol.linked import Matter
from shared.protocol.weighing import person_of


def closed(matter: Matter, record: Told, supplied: Callable[[Incomplete], bool], act: Act) -> tuple[Fact, ...]:
    """The gaps of a record that are supplied now, closed where the record stands. supplied: whether a gap is."""
    return tuple(
        Fact(
            stream=f"case/{record.case_id}",
            case_id=record.case_id,
            child_ids=(gap.child_id,) if gap.child_id else record.child_ids,
            event=IncompleteResolved(
                of_event=record.event_id,
                what=gap.what,
                rule=gap.rule,
                by=person_of(act.by),
                resolved_as="FILLED",
            ),
            rules=(gap.rule,),
        )
        for gap in gaps_of(matter.facts, record.event_id)
        if supplied(gap)
    )
