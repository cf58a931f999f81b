"""Closing a referral: the front door has no more to do with it."""

from services.referral.decisions.around import NOTHING_AROUND, Around, picture
from services.referral.decisions.receiving import sealed
from services.referral.events import ReferralClosed
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Note, Word
from shared.kernel.events import Fact
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings
from shared.protocol.weighing import allowed, coded, here, person_of, weigh


class CloseReferral(Command):
    """Why it is closed."""

    reason_code: Word
    reason_note: Note | None = None


def close_referral(
    state: Referral,
    known: Known,
    command: CloseReferral,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """The closing; nothing if it is closed already. Raises Refused."""
    cases = (*((state.case_id,) if state.case_id else ()), *around.cases.values())
    places = standings(picture(known, state.facts, around, cases).told, protocol)
    waiting = any(_undecided(places.get(child_id, UNKNOWN), protocol) for child_id in state.child_ids)
    facts = {"child": "RECEIVED" if waiting else "DECIDED", "reason_code": command.reason_code}
    weighed = here(protocol, state.received) + allowed(protocol, "CloseReferral", act)
    weighed += weigh(protocol, "CloseReferral", facts, act)
    weighed += coded(protocol, "CloseReferral.reason_code", command.reason_code, command.reason_note)
    weighed.insist(facts)
    if state.closed:
        return ()
    event = ReferralClosed(
        reason_code=command.reason_code,
        reason_note=sealed(f"note/{act.new_id()}", command.reason_note),
        decided_by=person_of(act.by),
    )
    return (
        Fact(
            stream=f"referral/{state.referral_id}",
            event=event,
            case_id=state.case_id,
            child_ids=state.child_ids,
            rules=weighed.rules,
            incomplete=weighed.incomplete,
            warnings=weighed.warnings,
            inputs=facts,
        ),
    )


def _undecided(child: Standing, protocol: Protocol) -> bool:
    """Whether the front door has still to decide on a child, an urgent act having moved it meanwhile or not.

    A decided one that is linked with a child who waits shares that child's state, and waits for nothing itself.
    """
    moves = protocol.moves
    if moves is None or child.state in (None, moves.closed):
        return False
    if child.triaged and child.joined_to is not None:
        return False
    return child.awaits_triage(moves) or not child.triaged
