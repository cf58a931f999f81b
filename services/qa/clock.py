"""A clock of a case as the tick sees it, and what qa has already told people about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import NAMESPACE_OID, uuid5

import msgspec

from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from shared.kernel.limits import Step

Status = Literal["RUNNING", "MET", "MISSED", "CANCELLED"]
Check = Literal["agrees", "differs", "unknown", "not_checked"]

BREACH = "BREACH"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An instant at which whoever must act is reminded. at: UTC."""

    step: Step
    at: datetime


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One deadline of a case, judged at an instant. All instants UTC.

    rules: its rule and those it binds before; about: child, case, plan, team; case_id: of the event that started it.
    started_by: that event, or the team and the day; also_started_by: further ones that changed nothing.
    limit: in words.
    decided_by, decided_at: the event that met or cancelled it, or that came too late; None where time alone did.
    check: whether the pack gives the same due instant as the service computed; expected: the pack's, if it differs.
    """

    rule: str
    rules: tuple[str, ...]
    says: str
    about: str
    authority: str
    edition: str
    case_id: str | None
    child_id: str | None
    computed_by: str
    started_by: str
    started_at: datetime
    also_started_by: tuple[str, ...] = ()
    due_at: datetime
    limit: str
    calendar: str
    force: str
    status: Status
    decided_by: str | None = None
    decided_at: datetime | None = None
    met_at: datetime | None = None
    alerts: tuple[str, ...] = ()
    next_alerts: tuple[Alert, ...] = ()
    passed_alerts: tuple[Alert, ...] = ()
    check: Check = "not_checked"
    expected: datetime | None = None
    words: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A ClockDue or ClockBreached on record. step: BREACH for the latter; withdrawn: it was taken back."""

    stream: str
    event_id: str
    rule: str
    child_id: str | None
    due_at: datetime
    started_by: str
    step: str
    case_id: str | None = None
    child_ids: tuple[str, ...] = ()
    withdrawn: bool = False


def stream_of(clock: Clock, step: str) -> str:
    """The stream of what is told about one clock at one step: the same whoever computes it, so it is told once."""
    named = "|".join((clock.rule, clock.child_id or "", clock.started_by, clock.due_at.isoformat(), step))
    return f"clock/{uuid5(NAMESPACE_OID, named)}"


def notices_of(events: Iterable[Recorded | Letter]) -> dict[str, Notice]:
    """What stands on the clock streams, by stream, from qa's own events in any order."""
    notices: dict[str, Notice] = {}
    for event in sorted(events, key=lambda event: (event.stream, event.stream_version)):
        if event.title in ("ClockDue", "ClockBreached"):
            notices[event.stream] = _notice(event)
        elif event.title == "RecordWithdrawn" and event.stream in notices:
            known = notices[event.stream]
            if _field(event.data, "of_event") == known.event_id:
                notices[event.stream] = msgspec.structs.replace(known, withdrawn=True)
    return notices


def _notice(event: Recorded | Letter) -> Notice:
    return Notice(
        stream=event.stream,
        event_id=event.event_id,
        rule=_field(event.data, "rule"),
        child_id=_field(event.data, "child_id"),
        due_at=_instant(_field(event.data, "due_at")),
        started_by=_field(event.data, "started_by"),
        step=_field(event.data, "step") or BREACH,
        case_id=event.case_id,
        child_ids=event.child_ids,
    )


def _field(data: Any, name: str) -> Any:
    return data.get(name) if isinstance(data, Mapping) else getattr(data, name, None)


def _instant(written: Any) -> datetime:
    return written if isinstance(written, datetime) else datetime.fromisoformat(written)
