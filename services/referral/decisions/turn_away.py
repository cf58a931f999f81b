"""A referral that was not taken at the door: noted without its content, so that somebody rings."""

from services.referral.events import ReferralTurnedAway, ReferralTurnedAwayResolved
from services.referral.turned_away import TurnedAway
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command
from shared.kernel.events import Fact
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, here


class ResolveTurnedAway(Command):
    """Somebody rang the agency."""


def turn_away(
    agency: str, status: int, reason_code: str, key_hash: str | None, reference_hash: str | None, act: Act
) -> Fact:
    """The note of an authenticated refusal at the door, on a stream of its own. reason_code: the kind of problem."""
    event = ReferralTurnedAway(
        agency=agency,
        status=status,
        reason_code=reason_code,
        key_hash=key_hash,
        agency_reference_hash=reference_hash,
        at=act.recorded_at,
    )
    return Fact(stream=f"turned-away/{act.new_id()}", event=event)


def resolve_turned_away(
    state: TurnedAway, known: Known, command: ResolveTurnedAway, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """It is dealt with by a call; nothing if it was already. Raises Refused."""
    weighed = here(protocol, state.event_id is not None) + allowed(protocol, "ResolveTurnedAway", act)
    weighed.insist({})
    if state.event_id is None or state.resolved:
        return ()
    return (_resolved(state, state.event_id, None, weighed.rules),)


def resent(state: TurnedAway, referral_id: str) -> tuple[Fact, ...]:
    """It is dealt with because the same key or agency reference arrived; nothing if it was already."""
    return () if state.event_id is None or state.resolved else (_resolved(state, state.event_id, referral_id),)


def _resolved(state: TurnedAway, of_event: str, referral_id: str | None, rules: tuple[str, ...] = ()) -> Fact:
    event = ReferralTurnedAwayResolved(
        of_event=of_event, by="RESENT" if referral_id else "CALLED", referral_id=referral_id
    )
    return Fact(stream=f"turned-away/{state.stream_id}", event=event, rules=rules)
