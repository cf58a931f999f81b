"""Ending a plan. That of early support closes the children's case with it; a family's plan ends when its work has."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.authors import HELPS_BESIDE, family_of, roles_of
from services.planning.decisions.close_case import EVENTS
from services.planning.decisions.managing import managed_from
from services.planning.decisions.protection_plans import PROTECTION, end_protection_plan
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseClosed, PlanEnded
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, IsoDate
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.mapped import on_the_map
from shared.protocol.plans import EARLY_SUPPORT, OpenPlan, open_plans
from shared.protocol.weighing import Weighed, allowed, coded, here, person_of, weigh


class EndPlan(Command):
    """Which plan, and why. children: for whom; nobody named: for all whom it still covers.

    Of a child protection plan: decision_ref, the review conference that ended it; or exit_reason, ended_on, what
    happened to the child and when; acceptance_ref, where another authority says that it goes on.
    """

    plan_id: Id
    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    reason_code: Word | None = None
    reason_note: Note | None = None
    decision_ref: Id | None = None
    exit_reason: Annotated[str, Code(EVENTS)] | None = None
    ended_on: IsoDate | None = None
    acceptance_ref: Id | None = None


def end_plan(matter: Matter, known: Known, command: EndPlan, act: Act) -> tuple[Fact, ...]:
    """The ending of the plan for each child, and of the case with it where that follows. Raises Refused."""
    plan = next((one for one in open_plans(matter.facts) if one.plan_id == command.plan_id), None)
    if plan is not None and plan.type == PROTECTION:
        return end_protection_plan(
            matter,
            command.plan_id,
            command.children,
            act,
            decision_ref=command.decision_ref,
            exit_reason=command.exit_reason,
            ended_on=command.ended_on,
            acceptance_ref=command.acceptance_ref,
            reason_code=command.reason_code,
            reason_note=command.reason_note,
        )
    if plan is not None and plan.type != EARLY_SUPPORT:
        return _ended_of_the_family(matter, plan, command, act)
    protocol = matter.protocol
    children = _children(matter, plan, command)
    facts = {
        "type": EARLY_SUPPORT,
        "by": _by(matter, known, plan, act),
        "lead": "IN_PLACE" if _is_in_place(matter, known, plan, act) else "GONE",
        "reason_code": command.reason_code,
    }
    weighed = _said(matter, plan, children, command) + weigh(protocol, "EndPlan", facts, act)
    for child in children:
        if not _is_closed(matter, child):
            weighed += on_the_map(matter, child, "planning.PlanEnded", {"type": EARLY_SUPPORT}, "/children")
    weighed.insist(facts)
    note = Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None
    return tuple(fact for child in children for fact in _ended(matter, child, command, note, weighed, facts, act))


def _is_closed(matter: Matter, child: str) -> bool:
    """Whether a child's case has ended, so that a plan which outlived it ends alone and moves nobody."""
    moves = matter.protocol.moves
    return moves is not None and standing_of(matter, child).state == moves.closed


def _said(matter: Matter, plan: OpenPlan | None, children: tuple[str, ...], command: EndPlan) -> Weighed:
    """Whether the plan is here, covers the children named, and ends for a reason that the authority uses."""
    weighed = here(matter.protocol, plan is not None, "/plan_id")
    weighed += here(matter.protocol, plan is None or bool(children), "/children")
    return weighed + coded(matter.protocol, "EndPlan.reason_code", command.reason_code, command.reason_note)


def _ended_of_the_family(matter: Matter, plan: OpenPlan, command: EndPlan, act: Act) -> tuple[Fact, ...]:
    """The ending of any other plan. No child moves by it: where it would, a row refuses it."""
    children = _children(matter, plan, command)
    standings = [standing_of(matter, child) for child in family_of(matter)]
    held = roles_of(matter, act.by.id)
    facts = {
        "type": plan.type,
        "by": [*held] or ["NONE"],
        "state": sorted({one.state or "UNKNOWN" for one in standings}),
        "beneath": sorted({one.beneath for one in standings if one.beneath}),
        "cp_plan": "OPEN" if open_plans(matter.facts, "CP") else "NONE",
        "another": "OPEN" if len(open_plans(matter.facts, plan.type)) > 1 else "NONE",
        "reason_code": command.reason_code,
    }
    weighed = _said(matter, plan, children, command)
    # It is the reason alone that says why a family is left without its plan.
    weighed += coded(matter.protocol, "EndPlan.reason_code", command.reason_code or "", command.reason_note)
    weighed += allowed(matter.protocol, "EndPlan", act, leads=bool({*held} - {HELPS_BESIDE}))
    weighed += weigh(matter.protocol, "EndPlan", facts, act)
    weighed.insist(facts)
    note = Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None
    ended = PlanEnded(plan_id=plan.plan_id, type=plan.type, reason_code=command.reason_code or "", reason_note=note)
    return tuple(of_child(matter, child, ended, weighed, act, inputs=facts) for child in children)


def leads_of(matter: Matter) -> tuple[str, ...]:
    """Who leads the plans that are open, of whom is asked whether they are still there."""
    return tuple(plan.lead for plan in open_plans(matter.facts, EARLY_SUPPORT) if plan.lead)


def _children(matter: Matter, plan: OpenPlan | None, command: EndPlan) -> tuple[str, ...]:
    if plan is None:
        return ()
    covered = dict.fromkeys(matter.linked.child(child) for child in plan.children)
    named = {matter.linked.child(child) for child in command.children}
    if named - covered.keys():
        return ()
    return tuple(child for child in covered if not named or child in named)


def _by(matter: Matter, known: Known, plan: OpenPlan | None, act: Act) -> str:
    if plan is not None and plan.lead == act.by.id:
        return "LEAD"
    return "MANAGER" if managed_from(matter, known, act) == "AUTHORITY" else "OTHER"


def _is_in_place(matter: Matter, known: Known, plan: OpenPlan | None, act: Act) -> bool:
    """Whether somebody leads the plan who is still in the registers."""
    if plan is None or plan.lead is None:
        return False
    return person_at(known.of(plan.lead), plan.lead, matter.protocol.authority, act.occurred_at) is not None


def _ended(
    matter: Matter,
    child: str,
    command: EndPlan,
    note: Sealed[str] | None,
    weighed: Weighed,
    facts: dict[str, str | None],
    act: Act,
) -> tuple[Fact, ...]:
    ended = PlanEnded(
        plan_id=command.plan_id, type=EARLY_SUPPORT, reason_code=command.reason_code or "", reason_note=note
    )
    itself = of_child(matter, child, ended, weighed, act, inputs=facts)
    if _is_closed(matter, child):
        return (itself,)
    closed = CaseClosed(
        reason_code=matter.protocol.closure("EARLY_SUPPORT_ENDED"),
        closed_on=local_date(act.occurred_at),
        decided_by=person_of(act.by),
        from_state=standing_of(matter, child).state,
    )
    case_ended = of_child(matter, child, closed, Weighed(rules=weighed.rules), act, inputs=facts)
    return bringing(itself, (case_ended,), act.new_id)
