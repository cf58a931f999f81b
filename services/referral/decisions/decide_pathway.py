"""Putting a child on a pathway that asks for something of its own, or ending it."""

from typing import Annotated

from services.referral.decisions.ages import Age, age_on
from services.referral.decisions.around import NOTHING_AROUND, Around
from services.referral.decisions.pathways import PATHWAYS
from services.referral.decisions.receiving import sealed
from services.referral.events import PathwayDecided
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Code, StrictBool
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, here


class DecidePathway(Command):
    """Which child, which pathway; ended: it is over."""

    child_id: Id
    pathway: Annotated[str, Code(PATHWAYS)]
    ended: StrictBool | None = None
    pathway_decision_reason: Word | None = None
    pathway_decision_reason_note: Note | None = None


def decide_pathway(
    state: Referral,
    known: Known,
    command: DecidePathway,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """The decision. Raises Refused. around: the child, opened, for its age that day."""
    child = state.child(command.child_id)
    weighed = here(protocol, child is not None, "/child_id") + allowed(protocol, "DecidePathway", act)
    weighed.insist({"pathway": command.pathway})
    age = _age(state, command, act, around)
    event = PathwayDecided(
        pathway=command.pathway,
        age_years=age.years,
        unborn=age.unborn,
        not_known=age.not_known,
        pathway_decision_reason=command.pathway_decision_reason,
        pathway_decision_reason_note=sealed(f"note/{act.new_id()}", command.pathway_decision_reason_note),
        ended=command.ended,
    )
    return (
        Fact(
            stream=f"referral/{state.referral_id}",
            event=event,
            case_id=state.case_id,
            child_ids=(command.child_id,),
            rules=weighed.rules,
            inputs={"pathway": command.pathway, "age_years": age.years},
        ),
    )


def _age(state: Referral, command: DecidePathway, act: Act, around: Around) -> Age:
    """As the child's own stream tells it, else as the referral did."""
    known_as = around.children.get(command.child_id)
    if known_as is not None and known_as.date_of_birth is not None:
        return age_on(local_date(act.occurred_at), known_as.date_of_birth)
    told = known_as if known_as is not None and known_as.identified else state.child(command.child_id)
    return Age(told.age_years, told.unborn, told.not_known) if told else Age(not_known=True)
