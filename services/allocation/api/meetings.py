"""The conversations of the managers, over HTTP: called, asked for, recorded."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from services.allocation.decisions.imc_facts import near
from services.allocation.decisions.imc_form import RecordIMC
from services.allocation.decisions.imc_form import people_of as named_in_record
from services.allocation.decisions.record_imc import OnFile, record_imc
from services.allocation.decisions.request_imc import RequestIMC, request_imc
from services.allocation.decisions.schedule_imc import ScheduleIMC, schedule_imc
from services.allocation.decisions.schedule_imc import people_of as named_in_schedule
from services.allocation.events import IMCHeld
from services.allocation.meeting import Meeting
from shared.http.bodies import fit
from shared.http.command import Command, Deciding
from shared.http.guards import BadBody
from shared.http.on_case import on_case
from shared.http.on_cases import on_cases
from shared.kernel.events import Fact, Recorded
from shared.protocol.linked import Matter


def _schedule(matters: Sequence[Matter], deciding: Deciding) -> Sequence[Fact]:
    assert deciding.act is not None
    matter, *others = matters
    return schedule_imc(matter, deciding.known, deciding.body, deciding.act, others)


def _record(matters: Sequence[Matter], deciding: Deciding) -> Sequence[Fact]:
    assert deciding.act is not None
    matter, *others = matters
    return record_imc(matter, deciding.known, deciding.body, deciding.act, others, _on_file(deciding))


def _on_file(deciding: Deciding) -> OnFile:
    forms = {event.event_id: event.data for event in _forms(deciding)}
    meetings = [deciding.state(stream) for stream in _meeting(deciding)]
    return OnFile(forms, {case: people for meeting in meetings for case, people in _invited(meeting, deciding)})


def _invited(meeting: Meeting, deciding: Deciding) -> Iterable[tuple[str, Any]]:
    return meeting.invited.items() if meeting.authority == deciding.caller.authority else ()


def _meeting(deciding: Deciding) -> Sequence[str]:
    return (f"meeting/{deciding.body.meeting_id}",) if deciding.body.meeting_id else ()


def _forms(deciding: Deciding) -> Iterable[Recorded]:
    return (event for events in deciding.loaded.values() for event in events if isinstance(event.data, IMCHeld))


def _filled_in(deciding: Deciding) -> BaseModel:
    """The body; without a time of its own it is of when the meeting was, which a correction does not move."""
    if not isinstance(deciding.raw, dict):
        raise BadBody("not_object")
    body = fit(RecordIMC, deciding.raw)
    if body.occurred_at is not None:
        return body
    earlier = (event for event in _forms(deciding) if body.corrects in (event.event_id, event.data.form_id))
    held_at = body.held_at or next((event.occurred_at for event in earlier), None)
    return body.model_copy(update={"occurred_at": held_at})


MEETINGS: tuple[Command, ...] = (
    on_cases(
        "ScheduleIMC",
        "imc-schedules",
        ScheduleIMC,
        _schedule,
        "Call a conversation of the managers about one family or several.",
        people=named_in_schedule,
        of_the_case=near,
        creates=True,
    ),
    on_case(
        "RequestIMC",
        "imc-requests",
        RequestIMC,
        request_imc,
        "Ask the managers to talk about the family.",
    ),
    on_cases(
        "RecordIMC",
        "imcs",
        RecordIMC,
        _record,
        "Record that the managers have talked about one family or several, or fill in such a record.",
        people=named_in_record,
        of_the_case=near,
        streams=_meeting,
        parse=_filled_in,
        record=True,
    ),
)
