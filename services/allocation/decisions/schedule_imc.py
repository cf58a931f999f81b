"""Calling a conversation of the managers about one family or several."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.allocation.decisions.attending import Attending, attendees, is_known, unknown
from services.allocation.decisions.imc_facts import children_of
from services.allocation.decisions.imc_form import People, Reasons
from services.allocation.decisions.leading import lead_at, led_by
from services.allocation.events import Attendee, IMCScheduled
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Instant, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, signed, softened, weigh


class FamilyNamed(Sent):
    """A further family that the meeting is to be about."""

    case_id: Id


class ScheduleIMC(Command):
    """When, what for and with whom. organised_by: nobody named: the caller."""

    reasons: Annotated[Reasons, Field(min_length=1)]
    reason_note: Note | None = None
    planned_at: Instant
    team: Word | None = None
    team_id: Id | None = None
    organised_by: People = ()
    invited: People = ()
    families: Annotated[tuple[FamilyNamed, ...], Field(max_length=50)] = ()


def people_of(command: ScheduleIMC) -> tuple[str, ...]:
    """Whom it names."""
    return tuple(one.person_id for one in (*command.organised_by, *command.invited) if one.person_id is not None)


def schedule_imc(
    matter: Matter, known: Known, command: ScheduleIMC, act: Act, others: Sequence[Matter] = ()
) -> tuple[Fact, ...]:
    """The meeting, once for each family, with who is asked to come about it. Raises Refused."""
    meeting_id = act.new_id()
    caller = Attending.model_validate({"person_id": act.by.id, "for": act.by.role})
    organisers = attendees(matter, known, command.organised_by or (caller,), act)
    scheduled = [_scheduled(one, known, command, organisers, meeting_id, act) for one in (matter, *others)]
    weighed = Weighed()
    for _, found, _ in scheduled:
        weighed += found
    weighed.insist({"reasons": list(command.reasons)})
    return tuple(fact for _, _, fact in scheduled)


def _scheduled(
    matter: Matter, known: Known, command: ScheduleIMC, organisers: Sequence[Attendee], meeting_id: str, act: Act
) -> tuple[Matter, Weighed, Fact]:
    protocol = matter.protocol
    invited = attendees(matter, known, command.invited, act)
    lead = lead_at(matter, act.occurred_at)
    facts: dict[str, Any] = {
        "reasons": list(command.reasons),
        "reason_note": True if command.reason_note else None,
        "organised_by": [{"role": one.role} for one in organisers if is_known(one)],
        "fhlp": led_by(lead),
        "fhlp_invited": True if lead and any(one.id == lead.person.id for one in invited) else None,
    }
    if lead is not None and any("fhlp_invited" in missed.what for missed in protocol.missed("ScheduleIMC", facts)):
        # Where a row wants the lead asked, that is done, not asked for.
        invited = (*invited, *attendees(matter, known, (Attending(person_id=lead.person.id),), act))
        facts["fhlp_invited"] = True
    by_row = signed(protocol, "ScheduleIMC", facts, act)
    weighed = by_row if by_row.rules else allowed(protocol, "ScheduleIMC", act)
    weighed += unknown(matter, organisers, "organised_by")
    weighed += weigh(protocol, "ScheduleIMC", facts, act)
    team = command.team or act.by.team
    asked = softened(unknown(matter, invited, "invited"), act, team or protocol.front_door)
    event = IMCScheduled(
        meeting_id=meeting_id,
        team=team,
        team_id=command.team_id or (protocol.team_id(team) if team else None),
        reasons=tuple(dict.fromkeys(command.reasons)),
        reason_note=Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None,
        organised_by=tuple(organisers),
        invited=invited,
        planned_at=command.planned_at,
    )
    fact = Fact(
        stream=f"meeting/{meeting_id}",
        case_id=matter.linked.kept,
        child_ids=children_of(matter, matter.facts),
        event=event,
        rules=weighed.rules,
        incomplete=asked.incomplete,
        warnings=weighed.warnings,
        inputs={"reasons": list(command.reasons), "fhlp": facts["fhlp"]},
    )
    return matter, weighed, fact
