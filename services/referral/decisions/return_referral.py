"""Asking the referrer for more. It decides nothing and stops no clock."""

from services.referral.decisions.receiving import sealed
from services.referral.events import ReferralReturned
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Note, Word, Words
from shared.kernel.events import Fact
from shared.kernel.fields import IsoDate
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, asked, coded, here


class ReturnReferral(Command):
    """What is needed, and by when somebody looks again."""

    reason_code: Word
    reason_note: Note | None = None
    items_needed: Words = ()
    follow_up_on: IsoDate | None = None


def return_referral(
    state: Referral, known: Known, command: ReturnReferral, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The return. Raises Refused."""
    weighed = here(protocol, state.received) + allowed(protocol, "ReturnReferral", act)
    weighed += coded(protocol, "ReturnReferral.reason_code", command.reason_code, command.reason_note)
    weighed += asked(protocol, not state.closed, "SYS-REF-10")
    weighed.insist({"closed": state.closed})
    event = ReferralReturned(
        reason_code=command.reason_code,
        reason_note=sealed(f"note/{act.new_id()}", command.reason_note),
        items_needed=command.items_needed,
        follow_up_on=command.follow_up_on,
    )
    return (
        Fact(
            stream=f"referral/{state.referral_id}",
            event=event,
            case_id=state.case_id,
            child_ids=state.child_ids,
            rules=weighed.rules,
        ),
    )
