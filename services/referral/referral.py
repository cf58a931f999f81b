"""A referral as a decision needs it: who is in it, who sent it, what was recorded, and what is still missing."""

from datetime import datetime

import msgspec

from services.referral.events import (
    ReferralAcknowledged,
    ReferralClosed,
    ReferralReceived,
    ReferralReturned,
    ReferralTriaged,
    ReferredChild,
)
from shared.kernel.beliefs import Told, told_of
from shared.kernel.events import Incomplete, Recorded
from shared.kernel.own_events import IncompleteResolved, RecordWithdrawn


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """Something missing of an event, and which."""

    event_id: str
    item: Incomplete


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """One referral. case_id: the case that it opened. facts: its own events, as a fold over all services reads them.

    from_system: sent by an agency's system, which is answered by its status; not_told_reason: why the referrer
    cannot be told. returned: information was asked for and no decision came since. lacks: what is still missing.
    """

    referral_id: str
    case_id: str | None = None
    request_kind: str | None = None
    agency: str | None = None
    children: tuple[ReferredChild, ...] = ()
    received_at: datetime | None = None
    acknowledged_at: datetime | None = None
    from_system: bool = False
    not_told_reason: str | None = None
    returned: bool = False
    closed: bool = False
    facts: tuple[Told, ...] = ()
    lacks: tuple[Lack, ...] = ()

    @property
    def received(self) -> bool:
        """Whether there is such a referral at all."""
        return self.received_at is not None

    @property
    def child_ids(self) -> tuple[str, ...]:
        """Whom it is about."""
        return tuple(child.child_id for child in self.children)

    def child(self, child_id: str) -> ReferredChild | None:
        """One of its children, None for another."""
        return next((child for child in self.children if child.child_id == child_id), None)


def unknown(referral_id: str) -> Referral:
    """A referral that nobody has sent."""
    return Referral(referral_id=referral_id)


def evolve(referral: Referral, recorded: Recorded) -> Referral:
    """The referral after one more event of its stream."""
    kept = msgspec.structs.replace(
        referral,
        case_id=referral.case_id or recorded.case_id,
        facts=(*referral.facts, told_of(recorded)),
        lacks=_lacks_after(referral.lacks, recorded),
    )
    match recorded.data:
        case ReferralReceived() as received:
            return msgspec.structs.replace(
                kept,
                request_kind=received.request_kind,
                agency=received.source_agency,
                children=received.children,
                received_at=received.received_at,
                acknowledged_at=received.acknowledged_at,
                from_system=received.acknowledged_at is not None and not received.entered_on_behalf,
            )
        case ReferralAcknowledged() as answered:
            return msgspec.structs.replace(
                kept,
                acknowledged_at=kept.acknowledged_at or answered.acknowledged_at,
                not_told_reason=answered.not_possible_reason,
            )
        case ReferralReturned():
            return msgspec.structs.replace(kept, returned=True)
        case ReferralTriaged():
            return msgspec.structs.replace(kept, returned=False)
        case ReferralClosed():
            return msgspec.structs.replace(kept, closed=True, returned=False)
        case RecordWithdrawn(of_event=of_event):
            return _without(kept, of_event)
    return kept


def _without(referral: Referral, event_id: str) -> Referral:
    """As if an event had not been: what was answered or closed by it is not, and nothing of it is missing."""
    kept = msgspec.structs.replace(referral, lacks=tuple(one for one in referral.lacks if one.event_id != event_id))
    match next((fact.title for fact in referral.facts if fact.event_id == event_id), None):
        case "ReferralAcknowledged":
            return msgspec.structs.replace(kept, acknowledged_at=None, not_told_reason=None)
        case "ReferralReturned":
            return msgspec.structs.replace(kept, returned=False)
        case "ReferralClosed":
            return msgspec.structs.replace(kept, closed=False)
    return kept


def _lacks_after(lacks: tuple[Lack, ...], recorded: Recorded) -> tuple[Lack, ...]:
    match recorded.data:
        case IncompleteResolved(of_event=of_event, what=what, rule=rule):
            return tuple(
                lack for lack in lacks if (lack.event_id, lack.item.what, lack.item.rule) != (of_event, what, rule)
            )
    return (*lacks, *(Lack(event_id=recorded.event_id, item=item) for item in recorded.incomplete))
