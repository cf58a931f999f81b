"""Whoever must act is reminded while there is time: half-way, two working days before, and on the day (CAL-12)."""

from collections.abc import Mapping

from services.qa.clock import Clock, Notice, stream_of
from services.qa.events import ClockDue
from shared.kernel.events import Fact


def decide(clock: Clock, already: Mapping[str, Notice]) -> list[Fact]:
    """The reminders whose instant has passed and that nobody was sent; none once the clock has ended or was missed.

    already: what stands on the clock streams, by stream.
    """
    if clock.status != "RUNNING":
        return []
    return [
        Fact(
            stream=stream_of(clock, alert.step),
            case_id=clock.case_id,
            child_ids=(clock.child_id,) if clock.child_id else (),
            rules=clock.rules,
            inputs={"started_at": clock.started_at, "due_at": clock.due_at, "at": alert.at},
            event=ClockDue(
                rule=clock.rule,
                about=clock.about,
                child_id=clock.child_id,
                due_at=clock.due_at,
                started_by=clock.started_by,
                step=alert.step,
                alerts=clock.alerts,
            ),
        )
        for alert in clock.passed_alerts
        if stream_of(clock, alert.step) not in already
    ]
