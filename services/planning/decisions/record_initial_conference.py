"""Recording an initial child protection conference: what it decided about each child, and what starts or ends by it."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.conferring import (
    Conference,
    around,
    came,
    corrected,
    in_its_place,
    named,
    taken,
)
from services.planning.decisions.conferring import people_of as people_at
from services.planning.decisions.landing import circumstances, following
from services.planning.decisions.record_review_conference import plans_ended
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import (
    InitialConferenceHeld,
    PlanChild,
    PlanStarted,
    Section47EnquiryConcluded,
)
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id
from shared.kernel.events import Event, Fact, bringing
from shared.kernel.fields import Code, Sent
from shared.protocol.beside import Beside
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.weighing import Weighed, weigh

NAME, HELD = "RecordInitialConference", "planning.InitialConferenceHeld"
DECISIONS = ("PLAN", "NO_PLAN")
CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")


class Decided(Sent):
    """What was decided about one child. category: of abuse; cp_lead_id: the social worker who leads the plan."""

    child_id: Id
    decision: Annotated[str, Code(DECISIONS)]
    category: Annotated[str, Code(CATEGORIES)] | None = None
    cp_lead_id: Id | None = None


class RecordInitialConference(Conference):
    """An initial conference, about each child on its own."""

    children: Annotated[tuple[Decided, ...], Field(min_length=1, max_length=50)]


def people_of(command: RecordInitialConference) -> tuple[str, ...]:
    """Whom it names."""
    return (*people_at(command), *(one.cp_lead_id for one in command.children if one.cp_lead_id))


def record_initial_conference(
    matter: Matter, known: Known, command: RecordInitialConference, act: Act
) -> tuple[Fact, ...]:
    """For each child the conference, and with it what the decision brings. Raises Refused for who may not record it."""
    said = {matter.linked.child(one.child_id): one for one in command.children}
    decisions = {child: one.decision for child, one in said.items()}
    cited = taken(matter, NAME, HELD, command, decisions, act)
    return tuple(fact for child, one in said.items() for fact in _held(matter, known, child, one, command, cited, act))


def _held(
    matter: Matter, known: Known, child: str, said: Decided, command: RecordInitialConference, cited: Weighed, act: Act
) -> tuple[Fact, ...]:
    before = corrected(matter, HELD, command, child)
    act = act if before is None else replace(act, occurred_at=before.occurred_at)
    facts = _circumstances(matter, child, said, command)
    asked, attendance, weighed = came(matter, known, command, act, child)
    chair, lacks = named(matter, known, command.chair_id, act, child, "/chair_id")
    cp_lead, unknown = named(matter, known, said.cp_lead_id, act, child, "/cp_lead_id")
    weighed += lacks + unknown + cited
    facts |= {"cp_lead": cp_lead.id if cp_lead else facts["cp_lead"]}
    weighed += weigh(matter.protocol, NAME, facts, act, child)
    event = InitialConferenceHeld(
        held_at=act.occurred_at,
        decision="PLAN" if said.decision == "PLAN" else "NO_PLAN",
        category=said.category,
        chair=chair,
        invited=asked,
        attendance=attendance,
        cp_lead=cp_lead,
    )
    held = replace(of_child(matter, child, event, weighed, act, inputs=facts), event_id=act.new_id())
    held = in_its_place(held, before)
    if before is not None:
        # What the decision brought was recorded with what this corrects.
        return (held,)
    first_facts = (held, *_enquiries(matter, child, facts, act))
    facts |= circumstances(matter, child, first_facts, act)
    plans = (*_started(matter, child, facts, act), *plans_ended(matter, child, NAME, facts, held.event_id, act))
    beside = (*first_facts[1:], *plans, *following(matter, child, NAME, (*first_facts, *plans), facts, act))
    return bringing(held, beside, act.new_id)


def _circumstances(matter: Matter, child: str, said: Decided, command: RecordInitialConference) -> dict[str, Any]:
    standing, ids = standing_of(matter, child), matter.linked.ids_of(child)
    known = {fact.title for fact in matter.about(child, matter.facts)}
    return {
        **around(matter, command, child),
        "decision": said.decision,
        "cin_plan": "OPEN" if any(ids & {*plan.children} for plan in open_plans(matter.facts, "CIN")) else "NONE",
        "undecided": "OPEN" if standing.enquiries and not standing.awaiting else "NONE",
        "from_enquiry": "Section47EnquiryOpened" in known or bool(standing.enquiries) or None,
    }


def _enquiries(matter: Matter, child: str, facts: dict[str, Any], act: Act) -> tuple[Fact, ...]:
    """The conclusion of the enquiry that it came from, where nobody has recorded that yet."""
    block = matter.protocol.besides(NAME, "planning.Section47EnquiryConcluded", facts)
    if block is None:
        return ()
    return tuple(
        _beside(
            matter,
            child,
            Section47EnquiryConcluded(enquiry_id=enquiry, outcome=str(block.words["outcome"])),
            block,
            facts,
            act,
        )
        for enquiry in sorted(standing_of(matter, child).enquiries)
    )


def _started(matter: Matter, child: str, facts: dict[str, Any], act: Act) -> tuple[Fact, ...]:
    block = matter.protocol.besides(NAME, "planning.PlanStarted", facts)
    if block is None:
        return ()
    started = PlanStarted(
        plan_id=act.new_id(),
        type=str(block.words["type"]),
        children=(PlanChild(child_id=child),),
        author_role=act.by.role,
    )
    return (_beside(matter, child, started, block, facts, act),)


def _beside(matter: Matter, child: str, event: Event, block: Beside, facts: dict[str, Any], act: Act) -> Fact:
    return of_child(matter, child, event, Weighed(rules=(block.rule,)), act, inputs=facts)
