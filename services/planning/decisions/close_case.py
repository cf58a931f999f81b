"""Closing a child's case: because of what happened to the child, or because a manager decides that it ends."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.managing import managed_from
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseClosed, PlanEnded, ThresholdChanged
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command, Id, Note
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, IsoDate
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.standing import Standing
from shared.protocol.weighing import Weighed, asked, here, person_of, weigh

EVENTS = ("DIED", "TURNED_18", "ADOPTED", "MOVED_TO_OTHER_AUTHORITY", "LEFT_COUNTRY")
REASONS = ("RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9")
VIEWS = ("NEEDED", "NOT_NEEDED")


class CloseCase(Command):
    """Whose case, and why: closed_by_event, or a reason of the census with a note.

    closed_on: the day it ended, today if it is not said. adult_services: they go on with somebody of 18.
    handed_over_to: the census code of the authority that goes on. higher_need_view: of a family that withdraws.
    """

    children: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    closed_by_event: Annotated[str, Code(EVENTS)] | None = None
    closed_on: IsoDate | None = None
    adult_services: StrictBool | None = None
    reason_code: Annotated[str, Code(REASONS)] | None = None
    reason_note: Note | None = None
    handed_over_to: Id | None = None
    acceptance_ref: Id | None = None
    higher_need_view: Annotated[str, Code(VIEWS)] | None = None


def close_case(matter: Matter, known: Known, command: CloseCase, act: Act) -> tuple[Fact, ...]:
    """What ends for each child: its plans, its level, its case; nothing for one who is closed. Raises Refused.

    What happened to a child closes its case from any state, and no rule of an authority stands in its way.
    """
    protocol = matter.protocol
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.children))
    day = command.closed_on or local_date(act.occurred_at)
    every = here(protocol, all(matter.about(child, matter.facts) for child in children), "/children")
    every += asked(protocol, day <= local_date(act.occurred_at), "SYS-PLAN-02", "/closed_on")
    weighed = {child: _weighed(matter, known, child, command, act) for child in children}
    refusals = dict.fromkeys(no for one in (every, *weighed.values()) for no in one.refusals)
    inputs = {child: _circumstances(matter, known, child, command, act) for child in children}
    Weighed(refusals=tuple(refusals)).insist({"children": inputs})
    return tuple(
        fact
        for child in children
        if not _is_closed(matter, standing_of(matter, child))
        for fact in _ended(matter, child, command, day, weighed[child], inputs[child], act)
    )


def _weighed(matter: Matter, known: Known, child: str, command: CloseCase, act: Act) -> Weighed:
    return weigh(matter.protocol, "CloseCase", _circumstances(matter, known, child, command, act), act, child)


def _circumstances(matter: Matter, known: Known, child: str, command: CloseCase, act: Act) -> dict[str, Any]:
    """What the rows ask about, by the packs' words. A note counts by being there; what it says is nobody's here."""
    now = standing_of(matter, child)
    manager = managed_from(matter, known, act) == "AUTHORITY"
    return {
        "closed_by_event": command.closed_by_event or "NONE",
        "state": now.state or "UNKNOWN",
        "reason_code": command.reason_code,
        "reason_note": True if command.reason_note else None,
        "closed_on": command.closed_on.isoformat() if command.closed_on else None,
        "manager": True if manager else None,
        "esp": "OPEN" if _plans(matter, child, EARLY_SUPPORT) else "NONE",
        "child_protection": "OPEN" if now.enquiries or _plans(matter, child, "CP") else "NONE",
        "handed_over_to": command.handed_over_to,
        "acceptance_ref": command.acceptance_ref,
        "higher_need_view": command.higher_need_view,
    }


def _plans(matter: Matter, child: str, *types: str) -> list[tuple[str, str]]:
    ids = matter.linked.ids_of(child)
    return [(plan.plan_id, plan.type) for plan in open_plans(matter.facts, *types) if ids & set(plan.children)]


def _is_closed(matter: Matter, now: Standing) -> bool:
    return matter.protocol.moves is not None and now.state == matter.protocol.moves.closed


def _ended(
    matter: Matter, child: str, command: CloseCase, day: date, weighed: Weighed, inputs: dict[str, Any], act: Act
) -> tuple[Fact, ...]:
    now = standing_of(matter, child)
    why = command.closed_by_event or command.reason_code or ""
    cited = Weighed(rules=weighed.rules)
    plans = [
        PlanEnded(plan_id=plan_id, type=kind, reason_code=why, exit_reason=command.closed_by_event)
        for plan_id, kind in _plans(matter, child)
    ]
    levels = [_level_ended(now, why, act)] if now.level is not None else []
    closed = CaseClosed(
        reason_code=_census(matter, command),
        reason_note=Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None,
        closed_by_event=command.closed_by_event,
        closed_on=day,
        decided_by=person_of(act.by),
        handed_over_to=command.handed_over_to,
        acceptance_ref=command.acceptance_ref,
        higher_need_view=command.higher_need_view,
        from_state=now.state,
    )
    beside = tuple(of_child(matter, child, event, cited, act, inputs=inputs) for event in (*plans, *levels))
    ended, *because = bringing(of_child(matter, child, closed, weighed, act, inputs=inputs), beside, act.new_id)
    # The case ends last: what it held ends with it, not after it.
    return (*because, ended)


def _level_ended(now: Standing, why: str, act: Act) -> ThresholdChanged:
    return ThresholdChanged(
        from_=now.level,
        to="UNIVERSAL",
        direction="CLOSE",
        decided_in="EVENT",
        authorised_by=person_of(act.by),
        reason_code=why,
        effective_at=act.occurred_at,
    )


def _census(matter: Matter, command: CloseCase) -> str:
    """The census's word: of an event by the national table, else the one that was given."""
    if command.closed_by_event is None:
        return command.reason_code or ""
    adults = command.closed_by_event == "TURNED_18" and command.adult_services
    return matter.protocol.closure("TO_ADULT_SERVICES" if adults else command.closed_by_event)
