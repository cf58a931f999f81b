"""Which entries of an audit trail a mask shows: by the event, since every entry tells what happened."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.access.masks import Group, Mask

# The events that the front door and an auditor follow a case by. All others are work: that a plan was made, a
# meeting held or a visit paid is itself part of the work, and shown to those who see the work.
_OF_EVENTS = {
    Group.RECEIVED: (
        "referral.ContactReceived",
        "referral.ReferralReceived",
        "referral.ReferralResubmitted",
        "referral.WrittenConfirmationRequested",
        "referral.ReferralAcknowledged",
        "referral.ReferralReturned",
        "referral.ReferralTurnedAway",
        "referral.ReferralTurnedAwayResolved",
    ),
    Group.TRIAGE: (
        "referral.ReferralTriaged",
        "referral.ReferralSignposted",
        "referral.ReferralClosed",
        "referral.ReferralPassedToPanel",
        "referral.EarlySupportReviewed",
        "referral.PathwayDecided",
        "referral.FSTWorkDecided",
        "referral.ReferredToFST",
        "referral.IncompleteResolved",
        "referral.RecordWithdrawn",
    ),
    Group.LINKS: ("referral.CasesLinked", "referral.CasesUnlinked"),
    Group.WHO: ("referral.ChildIdentified",),
    Group.AGES: ("referral.ChildReachedAge", "referral.ChildAgeCorrected"),
    Group.LEVEL: ("planning.ThresholdChanged",),
    Group.STATE: (
        "planning.StrategyDiscussionRequested",
        "planning.Section47EnquiryOpened",
        "planning.CaseClosed",
        "planning.PrivateFosteringNotified",
        "planning.ChangeOfNeedReported",
    ),
    Group.HOLDER: ("allocation.AllocationRequested", "allocation.LeadAllocated", "allocation.LeadEnded"),
    Group.CLOCKS: ("qa.ClockDue", "qa.ClockBreached", "qa.RecordWithdrawn"),
}
_GROUP = {name: group for group, names in _OF_EVENTS.items() for name in names}

# Words in an entry go by who may read what it tells in words.
_WORDS_OF = {Group.RECEIVED: Group.NARRATIVE, Group.TRIAGE: Group.NARRATIVE, Group.LINKS: Group.NARRATIVE}

_STRUCTURAL = frozenset(
    {
        "event_id",
        "name",
        "event_version",
        "case_id",
        "child_ids",
        "who",
        "occurred_at",
        "recorded_at",
        "late_by",
        "rules",
        "edition",
        "receipt",
        "clocks",
        "incomplete",
        "warnings",
        "data",
        "correlation_id",
        "causation_id",
        "stream",
        "stream_version",
        "source",
        "incarnation",
        "partition",
        "sequence",
        "log_index",
        "leaf_hash",
        "marks",
    }
)
SEALED = "sealed"
"""Where an entry holds what the owner opened: names and words, by field."""


def group_of(event: str) -> Group:
    """The group of fields that an event belongs to; what is not listed is work."""
    return _GROUP.get(event, Group.WORK)


def words_of(event: str) -> Group:
    """The group that the sealed fields of an event belong to."""
    group = group_of(event)
    return Group.WHO if group in (Group.WHO, Group.AGES) else _WORDS_OF.get(group, Group.NOTES)


def masked_trail(entries: Iterable[Mapping[str, Any]], mask: Mask) -> list[dict[str, Any]]:
    """The entries of a trail that a mask shows, each with the fields it shows."""
    shown = []
    for entry in entries:
        seen = mask.of(*entry.get("child_ids", ()))
        event = str(entry.get("name", ""))
        if Group.AUDIT not in seen or not shows(event, seen):
            continue
        fields = _STRUCTURAL | ({SEALED} if words_of(event) in seen else set())
        shown.append({name: value for name, value in entry.items() if name in fields})
    return shown


def shows(event: str, seen: frozenset[Group]) -> bool:
    """Whether an event is told to whoever sees these groups."""
    # Of an identity an auditor sees that it was recorded, never what: its facts are all sealed.
    group = group_of(event)
    return group in seen or (group is Group.WHO and Group.AGES in seen)
