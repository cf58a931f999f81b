"""Child protection and Child in Need plans by hand: they rest on a conference, and a child has one of them only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.planning.decisions.landing import following
from services.planning.decisions.recording import of_child, protection_of, standing_of
from services.planning.events import PlanChild, PlanEnded, PlanStarted
from shared.kernel.act import Act
from shared.kernel.events import Fact, bringing
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import CP_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed, coded, here, weigh

PROTECTION, CHILD_IN_NEED = "CP", "CIN"
KINDS = (PROTECTION, CHILD_IN_NEED)
_LEVEL = "CHILD_PROTECTION_PLAN"
NO_EXIT = "NONE"


def start_protection_plan(
    matter: Matter, kind: str, children: Sequence[str], next_review_date: date | None, act: Act
) -> tuple[Fact, ...]:
    """A plan of its own for each child, and the level that goes with it. Raises Refused."""
    about = dict.fromkeys(matter.linked.child(child) for child in children)
    facts = {child: _around(matter, child, kind, act) for child in about}
    weighed = here(matter.protocol, all(matter.about(child, matter.facts) for child in about), "/children")
    each = {child: weigh(matter.protocol, "StartPlan", facts[child], act, child) for child in about}
    refusals = dict.fromkeys(no for one in (weighed, *each.values()) for no in one.refusals)
    Weighed(refusals=tuple(refusals)).insist({"children": facts})
    return tuple(
        fact
        for child in about
        for fact in _started(matter, child, kind, next_review_date, each[child], facts[child], act)
    )


def _started(
    matter: Matter, child: str, kind: str, review: date | None, weighed: Weighed, facts: dict[str, Any], act: Act
) -> tuple[Fact, ...]:
    event = PlanStarted(
        plan_id=act.new_id(),
        type=kind,
        children=(PlanChild(child_id=child),),
        author_role=act.by.role,
        next_review_date=review,
    )
    begun = replace(of_child(matter, child, event, weighed, act, inputs=facts), event_id=act.new_id())
    return bringing(begun, following(matter, child, "StartPlan", (begun,), facts, act), act.new_id)


def end_protection_plan(
    matter: Matter,
    plan_id: str,
    children: Sequence[str],
    act: Act,
    *,
    decision_ref: str | None,
    exit_reason: str | None,
    ended_on: date | None,
    acceptance_ref: str | None,
    reason_code: str | None,
    reason_note: str | None,
) -> tuple[Fact, ...]:
    """The ending of a plan for each child named, or all whom it covers. Raises Refused."""
    plan = next(one for one in open_plans(matter.facts, PROTECTION) if one.plan_id == plan_id)
    covered = dict.fromkeys(matter.linked.child(child) for child in plan.children)
    named = dict.fromkeys(matter.linked.child(child) for child in children) or covered
    weighed = here(matter.protocol, named.keys() <= covered.keys(), "/children")
    weighed += coded(matter.protocol, "EndPlan.reason_code", reason_code, reason_note)
    said = {
        "exit_reason": exit_reason or NO_EXIT,
        "ended_on": ended_on.isoformat() if ended_on else None,
        "acceptance_ref": acceptance_ref,
    }
    facts = {
        child: said | _around(matter, child, PROTECTION, act) | _ending(matter, child, decision_ref) for child in named
    }
    each = {child: weigh(matter.protocol, "EndPlan", facts[child], act, child) for child in named}
    refusals = dict.fromkeys(no for one in (weighed, *each.values()) for no in one.refusals)
    Weighed(refusals=tuple(refusals)).insist({"children": facts})
    note = Sealed(f"note/{act.new_id()}", reason_note) if reason_note else None
    ended = PlanEnded(
        plan_id=plan_id,
        type=PROTECTION,
        reason_code=exit_reason or reason_code or "STEP_DOWN",
        reason_note=note,
        exit_reason=exit_reason,
        decision_ref=decision_ref,
        acceptance_ref=acceptance_ref,
    )
    return tuple(of_child(matter, child, ended, each[child], act, inputs=facts[child]) for child in named)


def _around(matter: Matter, child: str, kind: str, act: Act) -> dict[str, Any]:
    """The circumstances that the rows ask about, by the packs' words."""
    lead = active(leads_in(matter.facts), CP_LEAD, matter.linked.ids_of(child))
    manages = matter.protocol.is_manager(act.by) and act.by.social_worker is True and not act.client
    standing = standing_of(matter, child)
    return {
        **protection_of(matter, child),
        "type": kind,
        "state": standing.state or "UNKNOWN",
        "conference": "PLAN" if _decided(matter, child) else "NONE",
        "by": "LEAD" if lead and lead.person.id == act.by.id else "MANAGER" if manages else "OTHER",
        "plan_level": "HELD" if standing.level == _LEVEL else "NONE",
    }


def _decided(matter: Matter, child: str) -> bool:
    """Whether a conference has decided on a plan for a child since its last one."""
    decided = False
    for fact in matter.about(child, matter.facts):
        if fact.title == "InitialConferenceHeld":
            decided = first(fact.data, "decision") == "PLAN"
        elif fact.title == "PlanEnded" and first(fact.data, "type") == PROTECTION:
            decided = False
    return decided


def _ending(matter: Matter, child: str, decision_ref: str | None) -> dict[str, Any]:
    """Whether the decision named is that of a review conference about this child to end the plan."""
    fact = matter.basis(decision_ref) if decision_ref else None
    ends = (
        fact is not None
        and fact.title == "ReviewConferenceHeld"
        and first(fact.data, "decision") == "END_PLAN"
        and fact in matter.about(child, matter.facts)
    )
    return {"conference": "END_PLAN" if ends else "NONE"}
