"""Saying that something recorded of a referral counts as not having been."""

from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.protocol.own_acts import WithdrawRecord, withdrawn
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import here

__all__ = ["WithdrawRecord", "withdraw_record"]


def withdraw_record(
    state: Referral, known: Known, command: WithdrawRecord, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The withdrawal. Raises Refused."""
    here(protocol, bool(state.facts)).insist({})
    return withdrawn(lambda fact: f"referral/{state.referral_id}", state.facts, state.facts, command, protocol, act)
