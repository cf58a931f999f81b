"""The plans of a family that are open: of which kind, for whom, and who leads early support."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.kernel.beliefs import Told
from shared.protocol.facts import first

EARLY_SUPPORT = "EARLY_SUPPORT_PLAN"


@dataclass(frozen=True)
class OpenPlan:
    """A plan. children: those for whom it has not ended; lead: of early support, who leads it now."""

    plan_id: str
    type: str
    children: tuple[str, ...]
    lead: str | None = None


def open_plans(facts: Iterable[Told], *types: str) -> tuple[OpenPlan, ...]:
    """Those that are open after these facts, which count and stand in the one order. types: none for all."""
    plans: dict[str, OpenPlan] = {}
    for fact in facts:
        plan_id = first(fact.data, "plan_id")
        match fact.title:
            case "PlanStarted" if plan_id:
                plans[plan_id] = OpenPlan(
                    plan_id,
                    str(first(fact.data, "type")),
                    fact.child_ids,
                    first(fact.data, "esp_lead.person.id"),
                )
            case "PlanEnded" if plan_id in plans:
                plans = _less(plans, fact, plan_id)
            case "CaseClosed":
                for one in [*plans]:
                    plans = _less(plans, fact, one)
            case "LeadAllocated" if first(fact.data, "purpose") == "EARLY_SUPPORT":
                lead = first(fact.data, "lead.id")
                plans = {key: replace(one, lead=lead) if one.lead else one for key, one in plans.items()}
            case _:
                pass
    return tuple(plan for plan in plans.values() if not types or plan.type in types)


def _less(plans: dict[str, OpenPlan], fact: Told, plan_id: str) -> dict[str, OpenPlan]:
    plan = plans[plan_id]
    left = tuple(child for child in plan.children if fact.child_ids and child not in fact.child_ids)
    others = {key: other for key, other in plans.items() if key != plan_id}
    return others | ({plan_id: replace(plan, children=left)} if left else {})
