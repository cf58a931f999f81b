"""Saying that something which was missing of a referral is there now, or is not needed."""

from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact
from shared.protocol.own_acts import ResolveIncomplete, resolved
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import here

__all__ = ["ResolveIncomplete", "resolve_incomplete"]


def resolve_incomplete(
    state: Referral, known: Known, command: ResolveIncomplete, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The item closed. Raises Refused."""
    here(protocol, bool(state.facts)).insist({})
    may = protocol.is_social_care(act.by) or protocol.is_manager(act.by)
    lacks = ((lack.event_id, lack.item) for lack in state.lacks)
    return resolved(f"referral/{state.referral_id}", state.case_id, lacks, command, protocol, act, may)
