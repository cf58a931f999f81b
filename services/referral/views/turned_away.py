"""Referrals that were turned away at the door and have not come again: somebody rings."""

from collections.abc import Sequence

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View

OPEN, RESOLVED = "open", "resolved"


def _keys(recorded: Recorded) -> Sequence[str]:
    return (recorded.stream.split("/", 1)[1],)


def _project(body: Body | None, recorded: Recorded, key: str) -> Body:
    data = recorded.data
    if recorded.title == "ReferralTurnedAway":
        return {
            "turned_away_id": key,
            "authority": recorded.authority,
            "event_id": recorded.event_id,
            "agency": data.agency,
            "status": data.status,
            "reason_code": data.reason_code,
            "key_hash": data.key_hash,
            "agency_reference_hash": data.agency_reference_hash,
            "at": data.at.isoformat(),
            "state": OPEN,
            "version": recorded.stream_version,
        }
    return (body or {}) | {
        "state": RESOLVED,
        "by": data.by,
        "referral_id": data.referral_id,
        "version": recorded.stream_version,
    }


TURNED_AWAY = View(
    name="turned_away",
    reads=frozenset({"ReferralTurnedAway", "ReferralTurnedAwayResolved"}),
    keys=_keys,
    project=_project,
    columns=("authority", "state", "at", "key_hash", "agency_reference_hash"),
    search=lambda body: {
        name: body.get(name) for name in ("authority", "state", "at", "key_hash", "agency_reference_hash")
    },
)
