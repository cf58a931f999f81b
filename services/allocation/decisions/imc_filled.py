"""The form as it stands after somebody has filled it in: what they said, and what was on it before."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from pydantic import BaseModel

from services.allocation.decisions.attending import attendees, by_id
from services.allocation.decisions.imc_form import CoAllocationSent, ConsideredSent, FamilyForm, RecordIMC
from services.allocation.events import (
    Attendee,
    ChildDecision,
    CoAllocation,
    Considered,
    IMCHeld,
    RecommendationWeighed,
)
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter

_NOTES = (
    "decision_note",
    "plan_progress",
    "support_needed",
    "oversight",
    "additional_support_considered_note",
    "other_information",
    "risk_profile_note",
)
_LINES = ("needs", "next_steps")
_AS_SENT = (
    "required_competences",
    "qualification_needed",
    "lead_change",
    "decision",
    "additional_support_considered",
    "risk_profile",
    "accountable_manager_id",
)


def filled(
    matter: Matter,
    known: Known,
    command: RecordIMC,
    form: FamilyForm,
    act: Act,
    meeting_id: str,
    earlier: IMCHeld | None,
    scheduled: Sequence[Attendee],
) -> IMCHeld:
    """The form of one family. earlier: as it was recorded; scheduled: who was asked to come."""
    said = {
        **_of_the_meeting(matter, known, command, act),
        **_of_the_family(matter, known, form, act),
    }
    if earlier is None:
        said = {"reasons": tuple(dict.fromkeys(command.reasons)), **said}
        team = said.get("team") or act.by.team
        blank = IMCHeld(form_id=act.new_id(), meeting_id=meeting_id, held_at=act.occurred_at, team=team)
    else:
        blank = _readable(earlier)
    whole = msgspec.structs.replace(blank, **said)
    if whole.team_id is None and whole.team is not None:
        whole = msgspec.structs.replace(whole, team_id=matter.protocol.team_id(whole.team))
    asked = {one.id: one for one in (*scheduled, *whole.invited) if one.id is not None}
    by_name = tuple(one for one in whole.invited if one.id is None)
    return msgspec.structs.replace(
        whole, invited=(*asked.values(), *by_name), organised_by=whole.organised_by or _organisers(matter, whole)
    )


def _of_the_meeting(matter: Matter, known: Known, command: RecordIMC, act: Act) -> dict[str, Any]:
    given = _given(command, "held_at", "team", "team_id", "kind")
    for field in ("organised_by", "invited", "attendees"):
        if people := getattr(command, field):
            given[field] = attendees(matter, known, people, act)
    if command.led_by is not None:
        (given["led_by"],) = attendees(matter, known, (command.led_by,), act)
    return given


def _of_the_family(matter: Matter, known: Known, form: FamilyForm, act: Act) -> Mapping[str, Any]:
    given = _given(form, *_AS_SENT)
    if form.reasons:
        given["reasons"] = tuple(dict.fromkeys(form.reasons))
    for field in _NOTES:
        if (text := getattr(form, field)) is not None:
            given[field] = Sealed(f"note/{act.new_id()}", text)
    for field in _LINES:
        if lines := getattr(form, field):
            given[field] = Sealed(f"note/{act.new_id()}", lines)
    if form.considered is not None:
        given["considered"] = _considered(form.considered, act)
    if form.co_allocations is not None:
        given["co_allocations"] = tuple(_co_allocation(matter, known, one, act) for one in form.co_allocations)
    if form.lead_candidates:
        given["lead_candidates"] = attendees(matter, known, form.lead_candidates, act)
    if form.child_decisions:
        given["child_decisions"] = tuple(
            ChildDecision(
                child_id=matter.linked.child(one.child_id), classification=one.classification, agreed=one.agreed
            )
            for one in form.child_decisions
        )
    return given


def _given(sent: BaseModel, *fields: str) -> dict[str, Any]:
    return {
        field: getattr(sent, field)
        for field in fields
        if field in sent.model_fields_set and getattr(sent, field) is not None
    }


def _considered(sent: ConsideredSent, act: Act) -> Considered:
    weighed = sent.cat_recommendation
    if weighed is None:
        return Considered(esp_ref=sent.esp_ref)
    note = Sealed(f"note/{act.new_id()}", weighed.reason_note) if weighed.reason_note else None
    recommendation = RecommendationWeighed(follow=weighed.follow, reason_code=weighed.reason_code, reason_note=note)
    return Considered(cat_recommendation=recommendation, esp_ref=sent.esp_ref)


def _co_allocation(matter: Matter, known: Known, one: CoAllocationSent, act: Act) -> CoAllocation:
    person = by_id(matter, known, one.person_id, act) if one.person_id else None
    return CoAllocation(role=one.role, agency=one.agency, person=person)


def _organisers(matter: Matter, form: IMCHeld) -> tuple[Attendee, ...]:
    """A daily conversation needs no calling: its organisers are the managers who hold it."""
    if form.kind != "DAILY":
        return ()
    return tuple(one for one in form.attendees if one.role in matter.protocol.place.managers)


def _readable(form: Any) -> Any:
    """A record without what can no longer be read, as the keys of it are gone."""
    if isinstance(form, Sealed):
        return form if form.clear is not None else None
    if isinstance(form, tuple):
        return tuple(_readable(one) for one in form)
    if isinstance(form, msgspec.Struct):
        return msgspec.structs.replace(
            form, **{name: _readable(getattr(form, name)) for name in form.__struct_fields__}
        )
    return form
