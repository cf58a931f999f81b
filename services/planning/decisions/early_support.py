"""The early support plans of a family that are open: for whom, and who leads them."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.beliefs import Told
from shared.protocol.facts import first

EARLY_SUPPORT = "EARLY_SUPPORT_PLAN"


@dataclass(frozen=True)
class OpenPlan:
    """A plan of early support. children: those for whom it has not ended; lead: who leads it now."""

    plan_id: str
    children: tuple[str, ...]
    lead: str | None


def open_plans(facts: Iterable[Told]) -> tuple[OpenPlan, ...]:
    """Those that are open after these facts of a matter, which count and stand in the one order."""
    plans: dict[str, OpenPlan] = {}
    for fact in facts:
        plan_id = first(fact.data, "plan_id")
        match fact.title:
            case "PlanStarted" if first(fact.data, "type") == EARLY_SUPPORT and plan_id:
                plans[plan_id] = OpenPlan(plan_id, fact.child_ids, first(fact.data, "esp_lead.person.id"))
            case "PlanEnded" if plan_id in plans:
                plans = _less(plans, fact, plan_id)
            case "CaseClosed":
                for one in [*plans]:
                    plans = _less(plans, fact, one)
            case "LeadAllocated" if first(fact.data, "purpose") == "EARLY_SUPPORT":
                lead = first(fact.data, "lead.id")
                plans = {key: OpenPlan(key, plan.children, lead) for key, plan in plans.items()}
            case _:
                pass
    return tuple(plans.values())


def _less(plans: dict[str, OpenPlan], fact: Told, plan_id: str) -> dict[str, OpenPlan]:
    plan = plans[plan_id]
    left = tuple(child for child in plan.children if fact.child_ids and child not in fact.child_ids)
    others = {key: other for key, other in plans.items() if key != plan_id}
    return others | ({plan_id: OpenPlan(plan_id, left, plan.lead)} if left else {})
