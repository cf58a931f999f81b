"""Accepting that training from elsewhere gives what an essential course of the authority would give."""

from services.allocation.events import EquivalenceAccepted
from services.allocation.practitioner import Practitioner
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, here, weigh


class AcceptEquivalence(Command):
    """code: the course it counts for; training: a code for what was done; assessor: the id of who assessed it."""

    code: Word
    training: Word | None = None
    assessor: Id | None = None
    reasoning: Note | None = None


def accept_equivalence(
    state: Practitioner, known: Known, command: AcceptEquivalence, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """From then on the practitioner holds the course; nothing if it stands so already. Raises Refused."""
    code, training, reasoning = command.code, command.training, command.reasoning
    lists = protocol.competences("ESSENTIAL")
    listed = not lists or any(code in block.codes for block in lists)
    given = command.assessor
    assessor = person_at(known.of(given), given, protocol.authority, act.occurred_at) if given else None
    facts = {
        "code": code if listed else None,
        "training": training,
        "assessor": given,
        "reasoning": "given" if reasoning else None,
    }
    weighed = (
        allowed(protocol, "AcceptEquivalence", act)
        + here(protocol, state.is_of(protocol.authority))
        + here(protocol, given is None or assessor is not None, "/assessor")
        + weigh(protocol, "AcceptEquivalence", facts, act)
    )
    inputs = {"code": code, "training": training, "held_before": code in state.courses}
    weighed.insist(inputs)
    if _said(state.equivalents.get(code)) == (training, given, reasoning):
        return ()
    event = EquivalenceAccepted(
        practitioner_id=state.practitioner_id,
        code=code,
        training=training,
        assessor=assessor,
        reasoning=Sealed(f"note/{act.new_id()}", reasoning) if reasoning else None,
    )
    return (
        Fact(
            stream=f"practitioner/{state.practitioner_id}",
            event=event,
            rules=weighed.rules,
            warnings=weighed.warnings,
            inputs=inputs,
        ),
    )


def _said(accepted: EquivalenceAccepted | None) -> tuple[str | None, str | None, str | None] | None:
    if accepted is None:
        return None
    assessor, reasoning = accepted.assessor, accepted.reasoning
    return accepted.training, assessor.id if assessor else None, reasoning.clear if reasoning else None
