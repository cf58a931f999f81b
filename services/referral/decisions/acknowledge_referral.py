"""Telling the referrer that their referral was received, or saying why that is not possible."""

from typing import Annotated

from services.referral.decisions.receiving import sealed
from services.referral.events import ReferralAcknowledged
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Code, Instant
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, coded, here

CHANNELS = ("CONVERSATION", "ONLINE", "VISIT", "LETTER", "PHONE", "OTHER")


class AcknowledgeReferral(Command):
    """How the referrer was told, and when: now, if it is not said; or why they cannot be told."""

    channel: Annotated[str, Code(CHANNELS)] | None = None
    acknowledged_at: Instant | None = None
    not_possible_reason: Word | None = None
    not_possible_reason_note: Note | None = None


def acknowledge_referral(
    state: Referral, known: Known, command: AcknowledgeReferral, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The acknowledgement; nothing if the referrer has one already. Raises Refused."""
    weighed = here(protocol, state.received) + allowed(protocol, "AcknowledgeReferral", act)
    weighed += coded(
        protocol,
        "AcknowledgeReferral.not_possible_reason",
        command.not_possible_reason,
        command.not_possible_reason_note,
    )
    weighed.insist({"acknowledged": state.acknowledged_at is not None})
    if state.acknowledged_at is not None:
        return ()
    event = ReferralAcknowledged(
        channel=command.channel,
        acknowledged_at=min(command.acknowledged_at or act.occurred_at, act.occurred_at),
        not_possible_reason=command.not_possible_reason,
        not_possible_reason_note=sealed(f"note/{act.new_id()}", command.not_possible_reason_note),
    )
    return (
        Fact(
            stream=f"referral/{state.referral_id}",
            event=event,
            case_id=state.case_id,
            child_ids=state.child_ids,
            rules=weighed.rules,
            inputs={"not_possible": command.not_possible_reason is not None},
        ),
    )
