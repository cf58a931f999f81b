"""Masks: which groups of fields a caller sees, as positive lists. What is in no list is shown to nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Group(StrEnum):
    """Groups of fields of a case, as they are shown together.

    REFERENCE: ids, versions and as of when; STATUS: what a referrer is told; WHO: names, dates of birth,
    identifiers; ADDRESS: where they live; RECEIVED: what came in, structural; NARRATIVE: what came in, in words;
    WORK: assessments, plans, meetings and all that is done, structural; NOTES: the same in words; AUDIT: by whom and
    by which rule, of everything that is shown.
    """

    REFERENCE = "reference"
    STATUS = "status"
    WHO = "who"
    ADDRESS = "address"
    AGES = "ages"
    STATE = "state"
    LEVEL = "level"
    HOLDER = "holder"
    LINKS = "links"
    RECEIVED = "received"
    NARRATIVE = "narrative"
    TRIAGE = "triage"
    CLOCKS = "clocks"
    WORK = "work"
    NOTES = "notes"
    AUDIT = "audit"


class Right(StrEnum):
    """What a mask lets be done. DOOR: triage, link, unlink, correct; WORK: all work on the case; COMMENT: remarks.

    ANSWER: what is asked of whoever answers for the lead at their employer.
    """

    DOOR = "DOOR"
    WORK = "WORK"
    COMMENT = "COMMENT"
    ANSWER = "ANSWER"


REFERRER_STATUS = frozenset({Group.STATUS})

DOOR = frozenset(
    {
        Group.REFERENCE,
        Group.STATUS,
        Group.WHO,
        Group.ADDRESS,
        Group.AGES,
        Group.STATE,
        Group.LEVEL,
        Group.HOLDER,
        Group.LINKS,
        Group.RECEIVED,
        Group.NARRATIVE,
        Group.TRIAGE,
        Group.CLOCKS,
        Group.AUDIT,
    }
)

WHOLE = frozenset(Group)

STRUCTURAL = frozenset(Group) - {Group.WHO, Group.ADDRESS, Group.NARRATIVE, Group.NOTES}
"""Of an auditor: how the case went and by which rules, of nobody in particular."""


@dataclass(frozen=True, kw_only=True)
class Mask:
    """What a caller sees of a case and may do with it. Never empty: who sees nothing has no mask.

    groups: of everybody in the case; of_child: what is seen of one child beyond that.
    through: what it rests on, for the record of the read (ROLE, TEAM, FRONT_DOOR, WORKLIST, GRANT, BREAK_GLASS,
    AUDITOR, REFERRER); grants: the ids of the grants among them, for that record and for ETags.
    """

    groups: frozenset[Group]
    of_child: Mapping[str, frozenset[Group]] = field(default_factory=dict)
    rights: frozenset[Right] = frozenset()
    through: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The mask in one word, for an answer to name; "partial" for what is none of the usual ones."""
        names = {WHOLE: "whole", DOOR: "door", STRUCTURAL: "auditor", REFERRER_STATUS: "referrer_status"}
        return names.get(self.groups, "partial")

    def of(self, *child_ids: str) -> frozenset[Group]:
        """The groups seen of something that concerns the children named; of several only what is seen of each."""
        each = [self.groups | self.of_child.get(child_id, frozenset()) for child_id in child_ids]
        return frozenset.intersection(*each) if each else self.groups
