"""What has been done about a family, structural: meetings held, talks, assessments, concerns and changes of need."""

from collections.abc import Sequence
from typing import Any

from services.qa.views.incomplete import open_items
from services.qa.views.papers import Papers
from services.qa.views.people import who
from services.qa.views.words import given, instant, plain
from shared.kernel.letters import Letter
from shared.protocol.patterns import values

Row = dict[str, Any]

_ASSESSED = ("AssessmentStarted", "AssessmentCompleted", "AssessmentApproved")
_MEETINGS = {
    "IMCHeld": (
        "meeting_id",
        "kind",
        "reasons",
        "team",
        "led_by",
        "attendees",
        "child_decisions",
        "qualification_needed",
        "lead_change",
        "decision",
        "risk_profile",
    ),
    "StrategyDiscussionHeld": ("held_by", "convened_by", "chair", "participants", "children", "risk_profile"),
    "InitialConferenceHeld": ("decision", "category", "chair", "attendance", "cp_lead"),
    "ReviewConferenceHeld": ("decision", "landing_level", "chair", "attendance"),
    "CoreGroupHeld": ("attendance",),
    "TeamAroundFamilyFormed": ("members",),
    "LookedAfterReviewHeld": ("attendance",),
    "VisitHeld": ("visit_id", "kind", "ended_at", "children_seen", "seen_alone", "children_spoken_to"),
}
_TALKS = {
    "LCPPConversationHeld": ("lcpp", "cp_triggered", "request_withdrawn", "macpt_involved", "reason_code"),
    "LineManagerDiscussionHeld": ("line_manager", "held_at"),
    "UpdatedDiscussionCompleted": ("authors", "lead_change_view", "threshold_view"),
    "FamilyContact": ("channel", "with", "child_spoken_to", "statutory"),
    "FamilyInformed": ("about", "informed_on", "by_lead", "risk_exemption"),
}
_WORRIES = {
    "ConcernRaised": ("significant", "cp", "source"),
    "ChangeOfNeedReported": ("trend", "source", "from_event"),
    "StrategyDiscussionRequested": ("from_state", "invited", "against_lcpp_view", "reason_code"),
    "PrivateFosteringNotified": ("aware_from", "notified_on"),
}


def meetings_of(papers: Papers) -> list[Row]:
    """Every meeting and visit, in the order in which they were held. incomplete: what its record lacks still."""
    return sorted(_told(papers, _MEETINGS), key=lambda row: (row["at"], row["event_id"]))


def talks_of(papers: Papers) -> list[Row]:
    """Every conversation that a rule asks for or that was had with the family."""
    return _told(papers, _TALKS)


def worries_of(papers: Papers) -> list[Row]:
    """What was worried about: concerns, rising and falling need, strategy discussions asked for."""
    return _told(papers, _WORRIES)


def assessments_of(papers: Papers) -> list[Row]:
    """Every assessment, in the order in which they were begun. completed, approved: None until then."""
    found: dict[str, Row] = {}
    if papers.titles.isdisjoint(_ASSESSED):
        return []
    for letter in papers.facts:
        key = letter.data.get("assessment_id")
        if letter.title == "AssessmentStarted":
            found[key or letter.event_id] = _assessment(letter)
        elif letter.title == "AssessmentCompleted":
            row = found.setdefault(key or letter.event_id, _assessment(letter))
            row["completed"] = {
                "at": instant(letter.occurred_at),
                "event_id": letter.event_id,
                "children": plain(letter.data.get("children") or []),
                **given(letter.data, ("fhlp_recommendation", "overrun_reason")),
            }
        elif letter.title == "AssessmentApproved" and key in found:
            found[key]["approved"] = {"at": instant(letter.occurred_at), **given(letter.data, ("approver", "own_work"))}
    return list(found.values())


def _assessment(letter: Letter) -> Row:
    return {
        "assessment_id": letter.data.get("assessment_id"),
        "type": letter.data.get("type"),
        "team": letter.data.get("team"),
        "basis": letter.data.get("basis"),
        "child_ids": _children(letter),
        "case_id": letter.case_id,
        "from": instant(letter.occurred_at),
        "completed": None,
        "approved": None,
        "event_id": letter.event_id,
    }


def _told(papers: Papers, kinds: dict[str, tuple[str, ...]]) -> list[Row]:
    if papers.titles.isdisjoint(kinds):
        return []
    gaps = [(item["of_event"], item["rule"], item["what"]) for item in open_items(papers)]
    return [_row(letter, kinds[letter.title], gaps) for letter in papers.facts if letter.title in kinds]


def _row(letter: Letter, fields: Sequence[str], gaps: Sequence[tuple[str, str, str]]) -> Row:
    held = letter.data.get("held_at") or letter.data.get("at")
    return {
        **given(letter.data, fields),
        "event": letter.name,
        "at": plain(held) or instant(letter.occurred_at),
        "by": who(letter),
        "child_ids": _children(letter),
        "case_id": letter.case_id,
        "event_id": letter.event_id,
        "incomplete": [{"rule": rule, "what": what} for of, rule, what in gaps if of == letter.event_id],
    }


def _children(letter: Letter) -> list[str]:
    return sorted({*letter.child_ids, *values(letter.data, "children[].child_id")})
