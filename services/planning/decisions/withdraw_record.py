"""Saying that something which planning recorded of a case counts as not having been."""

from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.own_acts import WithdrawRecord
from shared.protocol.own_acts_on_case import withdrawn_in

__all__ = ["WithdrawRecord", "withdraw_record"]


def withdraw_record(matter: Matter, known: Known, command: WithdrawRecord, act: Act) -> tuple[Fact, ...]:
    """The withdrawal. Raises Refused."""
    return withdrawn_in(matter, "planning", command, act)
