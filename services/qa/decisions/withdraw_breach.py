"""A breach that was none is taken back: what met or cancelled the clock had happened in time and was told late."""

from collections.abc import Set as AbstractSet

from services.qa.clock import BREACH, Notice
from shared.kernel.events import Fact
from shared.kernel.own_events import RecordWithdrawn


def decide(notice: Notice, missed: AbstractSet[str]) -> list[Fact]:
    """The withdrawal, on the stream of the breach; nothing while its clock is missed still, or if it was taken back.

    missed: the streams for breaches of the clocks that are missed now, of all of the case. A breach whose clock is
    not there any more rests on nothing.
    """
    if notice.step != BREACH or notice.withdrawn or notice.stream in missed:
        return []
    return [
        Fact(
            stream=notice.stream,
            case_id=notice.case_id,
            child_ids=notice.child_ids,
            rules=(notice.rule,),
            inputs={"started_by": notice.started_by, "due_at": notice.due_at},
            event=RecordWithdrawn(of_event=notice.event_id, reason_code="RECORDED_IN_ERROR"),
        )
    ]
