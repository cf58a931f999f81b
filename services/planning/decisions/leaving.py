"""A child leaves social care: its case is closed, and with the last child of a family the Family Help Plan ends."""

from collections.abc import Collection, Mapping
from typing import Any

from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseClosed, PlanEnded
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Fact
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.facts import concerned
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed, person_of

FAMILY_HELP = "FAMILY_HELP_PLAN"
IN_NEED = "CHILD_IN_NEED"


def case_closed(
    matter: Matter,
    child_id: str,
    reason_code: str,
    weighed: Weighed,
    act: Act,
    *,
    inputs: Mapping[str, Any],
    decided_by: Person | None = None,
    reason_note: str | None = None,
) -> Fact:
    """The end of one child's case, today. decided_by: who acts, if nobody else is said."""
    event = CaseClosed(
        reason_code=reason_code,
        reason_note=Sealed(f"note/{act.new_id()}", reason_note) if reason_note else None,
        closed_on=local_date(act.occurred_at),
        decided_by=decided_by or person_of(act.by),
        from_state=standing_of(matter, child_id).state,
    )
    return of_child(matter, child_id, event, weighed, act, inputs=inputs)


def plan_ended_with_the_last(
    matter: Matter, leaving: Collection[str], reason_code: str, weighed: Weighed, act: Act, *, inputs: Mapping[str, Any]
) -> tuple[Fact, ...]:
    """The ending of the family's plan, for each child it still covers; nothing while another child is open.

    leaving: the children who leave by this decision.
    """
    moves = matter.protocol.moves
    gone = {one for child in leaving for one in matter.linked.ids_of(child)}
    family = {child for fact in matter.facts for child in concerned(fact)} - gone
    if any(standing_of(matter, child).is_open(moves) for child in family):
        return ()
    return tuple(
        of_child(
            matter,
            child,
            PlanEnded(plan_id=plan.plan_id, type=plan.type, reason_code=reason_code),
            Weighed(rules=weighed.rules),
            act,
            inputs=inputs,
        )
        for plan in open_plans(matter.facts, FAMILY_HELP)
        for child in dict.fromkeys(matter.linked.child(one) for one in plan.children)
    )
