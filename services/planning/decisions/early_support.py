"""An early support plan begun in one write with another decision, by the rules that hold for every such plan."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from services.planning.decisions.several import of_children
from services.planning.decisions.start_plan import MODES, Leader
from services.planning.events import EarlySupportLead, PlanChild, PlanStarted
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id
from shared.kernel.events import Fact
from shared.kernel.fields import Code, IsoDate, Sent
from shared.kernel.people import Person
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.weighing import Weighed, here, under, weigh


class Beginning(Sent):
    """The plan: who leads it, one agency or several, and which."""

    esp_lead: Leader | None = None
    response_mode: Annotated[str, Code(MODES)] | None = None
    agencies: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    next_review_date: IsoDate | None = None


def people_of_beginning(plan: Beginning | None) -> tuple[str, ...]:
    """Whom it names."""
    return (plan.esp_lead.person,) if plan and plan.esp_lead and plan.esp_lead.person else ()


def begins(matter: Matter, known: Known, plan: Beginning | None, act: Act) -> Weighed:
    """What the rules say to the plan; nothing where none is begun."""
    if plan is None:
        return Weighed()
    lead = _lead(matter, known, plan, act)
    employed = "NOBODY" if lead is None else "AUTHORITY" if lead.employer_kind == "AUTHORITY" else "PARTNER"
    how_many = len(set(plan.agencies))
    facts = {
        "type": EARLY_SUPPORT,
        "response_mode": plan.response_mode,
        "esp": "OPEN" if open_plans(matter.facts, EARLY_SUPPORT) else "NONE",
        "esp_lead": lead.id if lead and _agency(plan, lead) else None,
        "lead_of": employed,
        "agencies": "NONE" if how_many == 0 else "ONE" if how_many == 1 else "SEVERAL",
    }
    found = here(matter.protocol, lead is not None or not people_of_beginning(plan), "/esp_lead/person")
    return under(found + weigh(matter.protocol, "StartPlan", facts, act), "/early_support")


def begun(
    matter: Matter, known: Known, plan: Beginning | None, children: Iterable[str], weighed: Weighed, act: Act
) -> tuple[Fact, ...]:
    """The plan for these children, where one is begun."""
    children = tuple(children)
    if plan is None:
        return ()
    lead = _lead(matter, known, plan, act)
    event = PlanStarted(
        plan_id=act.new_id(),
        type=EARLY_SUPPORT,
        children=tuple(PlanChild(child_id=child) for child in children),
        author_role=act.by.role,
        next_review_date=plan.next_review_date,
        esp_lead=EarlySupportLead(person=lead, agency=_agency(plan, lead)) if lead else None,
        agencies=tuple(dict.fromkeys(plan.agencies)),
        response_mode=plan.response_mode,
    )
    return (of_children(matter, children, event, weighed, act, inputs={"type": EARLY_SUPPORT}),)


def _lead(matter: Matter, known: Known, plan: Beginning, act: Act) -> Person | None:
    named = people_of_beginning(plan)
    return person_at(known.of(named[0]), named[0], matter.protocol.authority, act.occurred_at) if named else None


def _agency(plan: Beginning, lead: Person) -> str | None:
    return (plan.esp_lead.agency if plan.esp_lead else None) or lead.employer
