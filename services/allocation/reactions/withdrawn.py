"""What was recorded here because of an event that counts as not having been counts no longer either."""

from collections.abc import Sequence

from services.allocation.reactions.following import States, matter_in, streams
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction
from shared.protocol.brought import withdrawn_after
from shared.protocol.protocol import Protocol


def withdraw_with_it(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """The withdrawal of each event that followed by itself, and of those that followed from these."""
    return withdrawn_after(matter_in(states, known, letter, protocol), "allocation", letter.event_id)


WITHDRAWN = tuple(
    Reaction(f"{service}.RecordWithdrawn", streams, withdraw_with_it) for service in ("referral", "planning")
)
"""The withdrawals of the services whose events allocation follows."""
