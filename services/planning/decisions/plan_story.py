"""What has become of one plan so far: its beginning, its versions, approvals, reviews and actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.planning.decisions.recording import standing_of
from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Event, Fact, cite
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.patterns import values
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed


@dataclass(frozen=True)
class PlanStory:
    """An open plan and everything recorded of it, in order. children: under the ids of the case that is kept."""

    plan_id: str
    type: str
    children: tuple[str, ...]
    facts: tuple[Told, ...]

    @property
    def whose(self) -> str | None:
        """The one child whose plan it is, None for the plan of a family: who leads one child does not lead another."""
        return self.children[0] if self.type == "CP" and self.children else None

    def of(self, title: str) -> tuple[Told, ...]:
        """Its events of one title."""
        return tuple(fact for fact in self.facts if fact.title == title)

    @cached_property
    def version(self) -> int:
        """The version that is written; 0 before the first is."""
        return len(self.of("PlanCompleted"))

    @property
    def written(self) -> Told:
        """What was last written of it: its last version, before the first one its beginning."""
        return (*self.of("PlanStarted"), *self.of("PlanCompleted"))[-1]

    def actions(self) -> Mapping[str, str | None]:
        """The actions that are not done with, and which agency owns each."""
        found: dict[str, str | None] = {}
        for fact in self.facts:
            for action in values(fact.data, "actions[]"):
                found[first(action, "action_id")] = first(action, "owner_agency")
            if fact.title == "PlanActionChanged":
                action_id, owner = first(fact.data, "action_id"), first(fact.data, "owner_agency")
                found[action_id] = owner or found.get(action_id)
                if first(fact.data, "change") == "CLOSE":
                    del found[action_id]
        return found


def story_of(matter: Matter, plan_id: str) -> PlanStory | None:
    """An open plan of the family with what became of it; None where there is no such plan, or it has ended."""
    plan = next((one for one in open_plans(matter.facts) if one.plan_id == plan_id), None)
    if plan is None:
        return None
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in plan.children))
    facts = tuple(fact for fact in matter.facts if first(fact.data, "plan_id") == plan_id)
    return PlanStory(plan_id=plan_id, type=plan.type, children=children, facts=facts)


def on_file(matter: Matter, kind: str) -> tuple[Told, ...]:
    """The beginnings of all plans of a kind that the family has on file, ended ones too, in order."""
    return tuple(fact for fact in matter.facts if fact.title == "PlanStarted" and first(fact.data, "type") == kind)


def of_plan(
    matter: Matter,
    children: tuple[str, ...],
    event: Event,
    weighed: Weighed,
    act: Act,
    inputs: Mapping[str, Any],
    corrects: str | None = None,
) -> Fact:
    """An event of a plan, about its children together, with the deadlines that it starts for each of them."""
    name = f"planning.{event.title()}"
    started = [
        matter.protocol.clocks_started_by(name, event, act.occurred_at, child, standing_of(matter, child).state)
        for child in children
    ]
    return Fact(
        stream=f"case/{matter.linked.kept}",
        case_id=matter.linked.kept,
        child_ids=children,
        event=event,
        rules=cite(weighed.rules, *(each.rules for each in started)),
        clocks=tuple(clock for each in started for clock in each.clocks),
        incomplete=weighed.incomplete,
        warnings=weighed.warnings,
        corrects=corrects,
        inputs=dict(inputs),
    )


def once(weighed: Weighed) -> Weighed:
    """The same, each thing said once: what rows say of several children alike is one thing to whoever sent it."""
    return Weighed(
        tuple(dict.fromkeys(weighed.refusals)),
        tuple(dict.fromkeys(weighed.incomplete)),
        tuple(dict.fromkeys(weighed.warnings)),
        weighed.rules,
    )
