"""Recording that a family was told of a decision, by whom, or why it was not safe to tell them."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.planning.decisions.authors import family_of, lead_of_the_family
from services.planning.decisions.plan_story import of_plan, once
from services.planning.decisions.present import FOLLOWED_UP_BY, happened, known_person
from services.planning.events import FamilyInformed, RiskExemption
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here, person_of, softened, weigh


class Exemption(Sent):
    """Why telling them would not be safe, and who decided so."""

    reason_code: Word
    reason_note: Note | None = None
    decided_by: Id | None = None


class RecordFamilyInformed(Command):
    """Of what: the id of the decision's event. children: who of the family it is about, all where nobody is named.

    instead_of_lead_reason: why somebody other than the lead told them.
    """

    about: Id
    children: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    informed_on: IsoDate | None = None
    reasons_given: StrictBool | None = None
    instead_of_lead_reason: Word | None = None
    instead_of_lead_reason_note: Note | None = None
    risk_exemption: Exemption | None = None


def people_of(command: RecordFamilyInformed) -> tuple[str, ...]:
    """Whom it names."""
    decided_by = command.risk_exemption.decided_by if command.risk_exemption else None
    return (decided_by,) if decided_by else ()


def record_family_informed(matter: Matter, known: Known, command: RecordFamilyInformed, act: Act) -> tuple[Fact, ...]:
    """That they were told. What is missing of it is named and followed up."""
    protocol = matter.protocol
    children = tuple(dict.fromkeys(matter.linked.child(child) for child in command.children)) or family_of(matter)
    ahead = command.informed_on is not None and command.informed_on > local_date(act.occurred_at)
    weighed = here(protocol, bool(children) and all(matter.about(child, matter.facts) for child in children))
    weighed += here(protocol, matter.basis(command.about) is not None, "/about")
    weighed += happened(protocol, not ahead, "/informed_on")
    weighed.insist({})
    lead = lead_of_the_family(matter)
    by_lead = lead is not None and lead.person.id == act.by.id
    exempt = command.risk_exemption
    facts = {
        "informed_on": command.informed_on.isoformat() if command.informed_on else None,
        "risk_exemption": exempt.reason_code if exempt else None,
        "reasons_given": command.reasons_given or None,
    }
    spoke_for = by_lead or command.instead_of_lead_reason is not None
    weighed += softened(allowed(protocol, "RecordFamilyInformed", act, leads=spoke_for), act, FOLLOWED_UP_BY)
    weighed += weigh(protocol, "RecordFamilyInformed", facts, act)
    decided_by, lacks = known_person(
        matter, known, exempt.decided_by if exempt else None, act, "/risk_exemption/decided_by"
    )
    event = FamilyInformed(
        about=command.about,
        informed_on=command.informed_on,
        by=person_of(act.by),
        by_lead=by_lead,
        instead_of_lead_reason=command.instead_of_lead_reason,
        instead_of_lead_reason_note=_sealed(command.instead_of_lead_reason_note, act),
        risk_exemption=RiskExemption(
            reason_code=exempt.reason_code, reason_note=_sealed(exempt.reason_note, act), decided_by=decided_by
        )
        if exempt
        else None,
        reasons_given=command.reasons_given,
    )
    return (of_plan(matter, children, event, once(weighed + lacks), act, facts),)


def _sealed(text: str | None, act: Act) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", text) if text else None
