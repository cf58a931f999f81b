"""The plans of a family that are open: of which kind, for whom, and who leads early support."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.kernel.beliefs import Told
from shared.protocol.facts import aliases, first, joins
from shared.protocol.patterns import values

EARLY_SUPPORT = "EARLY_SUPPORT_PLAN"
FAMILY_HELP = "FAMILY_HELP_PLAN"


@dataclass(frozen=True)
class OpenPlan:
    """A plan. children: those for whom it has not ended; lead: of early support, who leads it now."""

    plan_id: str
    type: str
    children: tuple[str, ...]
    lead: str | None = None


def open_plans(facts: Iterable[Told], *types: str) -> tuple[OpenPlan, ...]:
    """Those that are open after these facts, which count and stand in the one order. types: none for all."""
    facts = tuple(facts)
    plans: dict[str, OpenPlan] = {}
    for place, fact in enumerate(facts):
        plan_id = first(fact.data, "plan_id")
        match fact.title:
            case "PlanStarted" if plan_id:
                plans[plan_id] = OpenPlan(
                    plan_id,
                    str(first(fact.data, "type")),
                    fact.child_ids,
                    first(fact.data, "esp_lead.person.id"),
                )
            case "PlanCompleted" if plan_id in plans:
                plans[plan_id] = _with(plans[plan_id], fact, _same(fact, facts[: place + 1]))
            case "PlanEnded" if plan_id in plans:
                plans = _less(plans, plan_id, _same(fact, facts[: place + 1]))
            case "CaseClosed" if plans:
                for one in [*plans]:
                    plans = _less(plans, one, _same(fact, facts[: place + 1]))
            case "LeadAllocated" if first(fact.data, "purpose") == "EARLY_SUPPORT":
                lead = first(fact.data, "lead.id")
                plans = {key: replace(one, lead=lead) if one.lead else one for key, one in plans.items()}
            case _:
                pass
    return tuple(plan for plan in plans.values() if not types or plan.type in types)


def _same(fact: Told, told: tuple[Told, ...]) -> dict[str, frozenset[str]]:
    """The children whom a fact is about, each with every id that it has by the links that stood then."""
    links = joins(told)
    return {child: frozenset((child, *aliases(child, links))) for child in fact.child_ids}


def _with(plan: OpenPlan, fact: Told, same: dict[str, frozenset[str]]) -> OpenPlan:
    """A version of a plan may take in a brother or sister who has come to the family's work since."""
    named = tuple(values(fact.data, "children[].child_id"))
    new = (child for child in named if not same.get(child, frozenset((child,))) & {*plan.children})
    return replace(plan, children=(*plan.children, *new))


def _less(plans: dict[str, OpenPlan], plan_id: str, gone: dict[str, frozenset[str]]) -> dict[str, OpenPlan]:
    plan = plans[plan_id]
    ids = frozenset[str]().union(*gone.values())
    left = tuple(child for child in plan.children if gone and child not in ids)
    others = {key: other for key, other in plans.items() if key != plan_id}
    return others | ({plan_id: replace(plan, children=left)} if left else {})
