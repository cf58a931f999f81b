"""Closing a child's case with what decided it: its level, its plans and the case end in one write."""

from collections.abc import Mapping
from typing import Any

from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseClosed, PlanEnded, ThresholdChanged
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Fact
from shared.protocol.beside import Beside
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed, person_of

WITH_A_PLAN = frozenset({"CIN", "CP", "CARE"})
"""The plans that the census counts. A Family Help Plan that nobody leads yet is the assessment's own document."""


def closed_beside(
    matter: Matter, child: str, block: Beside, decision_ref: str, act: Act, facts: Mapping[str, Any]
) -> tuple[Fact, ...]:
    """What ends for a child whose case a decision closes. block: where the pack says so, and where it is decided."""
    standing = standing_of(matter, child)
    reason = census_reason(matter, child)
    cited = Weighed(rules=(block.rule,))
    inputs = {"outcome": facts.get("outcome"), "state": facts.get("state"), "level": standing.level}
    ids = matter.linked.ids_of(child)
    ending: list[PlanEnded | ThresholdChanged | CaseClosed] = [
        PlanEnded(plan_id=plan.plan_id, type=plan.type, reason_code=reason)
        for plan in open_plans(matter.facts)
        if ids & {*plan.children}
    ]
    if standing.level is not None:
        ending.append(
            ThresholdChanged(
                from_=standing.level,
                to="UNIVERSAL",
                direction="CLOSE",
                decided_in=str(block.words["decided_in"]),
                decision_ref=decision_ref,
                authorised_by=person_of(act.by),
                reason_code=reason,
                effective_at=act.occurred_at,
            )
        )
    ending.append(
        CaseClosed(
            reason_code=reason,
            closed_on=local_date(act.occurred_at),
            decided_by=person_of(act.by),
            decision_ref=decision_ref,
            from_state=standing.state,
        )
    )
    return tuple(of_child(matter, child, event, cited, act, inputs=inputs) for event in ending)


def census_reason(matter: Matter, child: str, assessed: bool = False) -> str:
    """RC8 where an assessment was completed and neither a plan nor an enquiry came of it in this episode, else RC7.

    assessed: whether the decision itself completes one.
    """
    done, counts = assessed, True
    for fact in matter.about(child, matter.facts):
        match fact.title:
            case "CaseClosed":
                done, counts = assessed, True
            case "AssessmentCompleted" | "AssessmentApproved":
                done = True
            case "Section47EnquiryOpened":
                counts = False
            case "LeadAllocated" if fact.data.get("purpose") == "FAMILY_HELP":
                counts = False
            case "PlanStarted" if fact.data.get("type") in WITH_A_PLAN:
                counts = False
            case _:
                pass
    return "RC8" if done and counts else "RC7"
