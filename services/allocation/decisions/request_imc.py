"""Asking the managers to talk about a family."""

import msgspec

from services.allocation.decisions.imc_facts import children_of
from services.allocation.decisions.leading import lead_at
from services.allocation.events import IMCRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import StrictBool
from shared.kernel.sealed import Sealed
from shared.protocol.leads import FAMILY_LEAD
from shared.protocol.linked import Matter
from shared.protocol.weighing import coded, person_of, weigh


class RequestIMC(Command):
    """Why. about_lead: it is about who leads."""

    about_lead: StrictBool | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


def request_imc(matter: Matter, known: Known, command: RequestIMC, act: Act) -> tuple[Fact, ...]:
    """The wish, which waits until they have talked. Raises Refused."""
    protocol = matter.protocol
    lead = lead_at(matter, act.occurred_at)
    leads = lead is not None and lead.person.id == act.by.id
    facts = {"by": "FHLP" if leads else "OTHER", "about_lead": command.about_lead, "reason_code": command.reason_code}
    weighed = coded(protocol, "RequestIMC.reason_code", command.reason_code, command.reason_note)
    weighed += weigh(protocol, "RequestIMC", facts, act)
    weighed.insist(facts)
    by = msgspec.structs.replace(lead.person, role=FAMILY_LEAD) if lead is not None and leads else person_of(act.by)
    event = IMCRequested(
        by=by,
        about_lead=command.about_lead,
        reason_code=command.reason_code,
        reason_note=Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None,
        asked_as="FHLP" if leads else "OTHER",
    )
    return (
        Fact(
            stream=f"case/{matter.linked.kept}",
            case_id=matter.linked.kept,
            child_ids=children_of(matter, matter.facts),
            event=event,
            rules=weighed.rules,
            warnings=weighed.warnings,
            inputs=facts,
        ),
    )
