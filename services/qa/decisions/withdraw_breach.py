"""A breach that was none is taken back: what met or cancelled the clock had happened in time and was told late."""

from collections.abc import Iterable

from services.qa.clock import BREACH, Clock, Notice, stream_of
from shared.kernel.events import Fact
from shared.kernel.own_events import RecordWithdrawn


def decide(notice: Notice, clocks: Iterable[Clock]) -> list[Fact]:
    """The withdrawal, on the stream of the breach; nothing while its clock is missed still, or if it was taken back.

    clocks: all of the case, judged now. A breach whose clock is not among them any more rests on nothing.
    """
    if notice.step != BREACH or notice.withdrawn:
        return []
    if any(clock.status == "MISSED" and stream_of(clock, BREACH) == notice.stream for clock in clocks):
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
