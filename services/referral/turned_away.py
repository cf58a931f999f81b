"""A referral that was turned away at the door: closed once it came again or somebody rang."""

import msgspec

from services.referral.events import ReferralTurnedAway, ReferralTurnedAwayResolved
from shared.kernel.events import Recorded


class TurnedAway(msgspec.Struct, frozen=True, kw_only=True):
    """One refusal at the door. event_id: of the refusal, None if there was none; resolved: it is dealt with."""

    stream_id: str
    event_id: str | None = None
    agency: str | None = None
    resolved: bool = False


def unknown(stream_id: str) -> TurnedAway:
    """Nothing was turned away here."""
    return TurnedAway(stream_id=stream_id)


def evolve(turned_away: TurnedAway, recorded: Recorded) -> TurnedAway:
    """What was turned away, after one more event of its stream."""
    match recorded.data:
        case ReferralTurnedAway(agency=agency):
            return msgspec.structs.replace(turned_away, event_id=recorded.event_id, agency=agency)
        case ReferralTurnedAwayResolved():
            return msgspec.structs.replace(turned_away, resolved=True)
    return turned_away
