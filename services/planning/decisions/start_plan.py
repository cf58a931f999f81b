"""Starting a plan: that of early support, with its lead and agencies, or the one plan of a family in Family Help."""

from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.authors import authorship
from services.planning.decisions.plan_story import of_plan, on_file, once
from services.planning.decisions.protection_plans import KINDS, start_protection_plan
from services.planning.decisions.recording import standing_of
from services.planning.events import EarlySupportLead, PlanChild, PlanStarted
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.kernel.fields import Code, IsoDate, Sent
from shared.kernel.people import Person
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, FAMILY_HELP, open_plans
from shared.protocol.weighing import allowed, asked, here, weigh

TYPES = (EARLY_SUPPORT, FAMILY_HELP, "EHA", *KINDS)
"""The kinds of plan that can be asked for; whether an authority knows one is for its rows to say."""


MODES = ("SINGLE_AGENCY", "PARTNERSHIP")


class Leader(Sent):
    """Who leads early support, a person of the register, and for which agency."""

    person: Id | None = None
    agency: Id | None = None


class StartPlan(Command):
    """What kind of plan, for which children. begun_on: of one that is put on file after it began."""

    type: Annotated[str, Code(TYPES)]
    children: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    response_mode: Annotated[str, Code(MODES)] | None = None
    esp_lead: Leader | None = None
    agencies: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    next_review_date: IsoDate | None = None
    begun_on: IsoDate | None = None


def people_of(command: StartPlan) -> tuple[str, ...]:
    """Whom it names."""
    return (command.esp_lead.person,) if command.esp_lead and command.esp_lead.person else ()


def start_plan(matter: Matter, known: Known, command: StartPlan, act: Act) -> tuple[Fact, ...]:
    """The plan, for all of its children together; of child protection, one for each. Raises Refused."""
    if command.type in KINDS:
        return start_protection_plan(matter, command.type, command.children, command.next_review_date, act)
    protocol = matter.protocol
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.children))
    lead = _lead(matter, known, command, act)
    facts = _circumstances(matter, command, lead, act)
    weighed = here(protocol, all(matter.about(child, matter.facts) for child in children), "/children")
    weighed += asked(protocol, lead is not None or not people_of(command), "SYS-PLAN-01", "/esp_lead/person")
    if command.type == FAMILY_HELP:
        # Who writes it is asked for each child: brothers and sisters may stand in different states.
        about = {child: facts | authorship(matter, child, act) for child in children}
        for child, each in about.items():
            weighed += weigh(protocol, "StartPlan", each, act, child)
        facts = {**facts, "children": about}
    else:
        weighed += allowed(protocol, "StartPlan", act, leads=_leads(matter, act))
        weighed += weigh(protocol, "StartPlan", facts, act)
    weighed = once(weighed)
    weighed.insist(facts)
    event = PlanStarted(
        plan_id=act.new_id(),
        type=command.type,
        children=tuple(PlanChild(child_id=child) for child in children),
        author_role=_author_role(facts, act),
        next_review_date=command.next_review_date,
        esp_ref=_carried_on(matter) if command.type == FAMILY_HELP else None,
        esp_lead=EarlySupportLead(person=lead, agency=_agency(command, lead)) if lead else None,
        agencies=tuple(dict.fromkeys(command.agencies)),
        response_mode=command.response_mode,
        begun_on=command.begun_on,
    )
    return (of_plan(matter, children, event, weighed, act, facts),)


def _lead(matter: Matter, known: Known, command: StartPlan, act: Act) -> Person | None:
    named = people_of(command)
    if not named:
        return None
    return person_at(known.of(named[0]), named[0], matter.protocol.authority, act.occurred_at)


def _agency(command: StartPlan, lead: Person) -> str | None:
    return (command.esp_lead.agency if command.esp_lead else None) or lead.employer


def _circumstances(matter: Matter, command: StartPlan, lead: Person | None, act: Act) -> dict[str, Any]:
    """What the rows ask about, by the packs' words."""
    states = {standing_of(matter, child).state or "UNKNOWN" for child in command.children}
    agency = _agency(command, lead) if lead else None
    return {
        "type": command.type,
        "state": sorted(states),
        "response_mode": command.response_mode,
        "esp": "OPEN" if open_plans(matter.facts, EARLY_SUPPORT) else "NONE",
        "family_plan": "OPEN" if open_plans(matter.facts, FAMILY_HELP) else "NONE",
        "esp_lead": lead.id if lead and agency else None,
        "lead_of": _employed(lead),
        "agencies": _how_many(command),
    }


def _author_role(facts: dict[str, Any], act: Act) -> str | None:
    """The role on the case in which somebody writes it; of early support, the post."""
    held = [role for each in facts.get("children", {}).values() for role in each["by"]]
    return held[0] if held else act.by.role


def _carried_on(matter: Matter) -> str | None:
    """The plan of early support on file: the last, ended or not."""
    plans = on_file(matter, EARLY_SUPPORT)
    return first(plans[-1].data, "plan_id") if plans else None


def _employed(lead: Person | None) -> str:
    if lead is None:
        return "NOBODY"
    return "AUTHORITY" if lead.employer_kind == "AUTHORITY" else "PARTNER"


def _how_many(command: StartPlan) -> str:
    count = len(set(command.agencies))
    return "NONE" if count == 0 else "ONE" if count == 1 else "SEVERAL"


def _leads(matter: Matter, act: Act) -> bool:
    return any(plan.lead == act.by.id for plan in open_plans(matter.facts, EARLY_SUPPORT))
