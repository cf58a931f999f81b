"""What came in: each referral of a case, how it was triaged for each child, and where it stands."""

from collections.abc import Iterable
from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.people import decider
from services.qa.views.words import given, instant
from shared.kernel.letters import Letter

Row = dict[str, Any]

_CAME_IN = (
    "form_type",
    "request_kind",
    "source_agency",
    "agency_type",
    "cin_source_code",
    "agency_reference_hash",
    "received_at",
    "local_authority_received_at",
    "immediate_risk",
    "risk_of_significant_harm",
    "s47_criteria",
    "concern_identified_at",
    "vulnerability_flags",
    "involved_services",
    "lives_in_area",
    "found_in_area",
    "entered_on_behalf",
    "early_support_review_id",
    "claimed_level",
    "liaison_ref",
)
_TRIAGE = (
    "outcome",
    "triage_rag",
    "threshold",
    "local_level",
    "pathway",
    "held_by",
    "team_id",
    "open_case_id",
    "open_child_id",
    "not_same_as",
    "five_questions",
    "family_hub_considered",
    "signposted_to",
    "s47_not_met_reason",
    "departure_reason",
)


def referrals_of(papers: Papers) -> list[Row]:
    """The referrals of a case and those linked with it, in the order they came in."""
    rows: dict[str, Row] = {}
    for letter in papers.facts:
        if letter.title == "ReferralReceived":
            rows[letter.stream] = _received(letter)
    for letter in papers.facts:
        row = rows.get(letter.stream)
        if row is not None:
            _followed(row, letter)
    for letter in papers.counting:
        if letter.event_id in papers.undone and letter.stream in rows:
            _taken_back(rows[letter.stream], letter, papers.undone[letter.event_id])
    versions = _heads(papers.letters)
    for stream, row in rows.items():
        row["version"] = versions[stream]
        row["status"] = _status(row)
    return list(rows.values())


def waiting_children(referral: Row) -> list[str]:
    """The children of a referral that nobody has triaged, or whose triage an unlink took back."""
    if referral["closed"] is not None:
        return []
    return [child["child_id"] for child in referral["children"] if child["triage"] is None]


def _received(letter: Letter) -> Row:
    named = letter.data.get("children") or ()
    ids = [child["child_id"] for child in named if child.get("child_id")]
    ids.extend(child_id for child_id in letter.child_ids if child_id not in ids)
    row: Row = {
        "referral_id": letter.stream.split("/", 1)[1],
        "case_id": letter.case_id,
        "received": instant(letter.occurred_at),
        "event_id": letter.event_id,
        "edition": letter.edition,
        "acknowledged_at": letter.data.get("acknowledged_at"),
        "returned": None,
        "closed": None,
        "incomplete": [],
        "children": [{"child_id": child_id, "triage": None, "taken_back": None} for child_id in ids],
    }
    row.update(given(letter.data, _CAME_IN))
    row["incomplete"] = [{"what": item.what, "rule": item.rule} for item in letter.incomplete]
    return row


def _followed(row: Row, letter: Letter) -> None:
    match letter.title:
        case "ReferralAcknowledged":
            row["acknowledged_at"] = row["acknowledged_at"] or letter.data.get("acknowledged_at")
        case "ReferralReturned":
            row["returned"] = {
                "at": instant(letter.occurred_at),
                "reason_code": letter.data.get("reason_code"),
                "items_needed": letter.data.get("items_needed", []),
                "follow_up_on": letter.data.get("follow_up_on"),
            }
        case "ReferralResubmitted":
            row["returned"] = None
        case "ReferralClosed":
            row["closed"] = {
                "at": instant(letter.occurred_at),
                "reason_code": letter.data.get("reason_code"),
                "decided_by": decider(letter),
            }
        case "ReferralTriaged":
            for child in _about(row, letter):
                child["triage"] = _triage(letter)
                child["taken_back"] = None
        case _:
            pass


def _triage(letter: Letter) -> Row:
    return {
        **given(letter.data, _TRIAGE),
        "at": instant(letter.occurred_at),
        "recorded_at": instant(letter.recorded_at),
        "event_id": letter.event_id,
        "decided_by": decider(letter),
        "rules": list(letter.rules),
        "edition": letter.edition,
        "incomplete": [{"what": item.what, "rule": item.rule} for item in letter.incomplete],
        "warnings": [warned.rule for warned in letter.warnings],
    }


def _taken_back(row: Row, triage: Letter, unlink: Letter) -> None:
    for child in _about(row, triage):
        if child["triage"] is None:
            child["taken_back"] = {
                "at": instant(unlink.occurred_at),
                "triage": triage.event_id,
                "unlinked": unlink.event_id,
                "open_case_id": triage.data.get("open_case_id"),
            }


def _about(row: Row, letter: Letter) -> list[Row]:
    return [child for child in row["children"] if child["child_id"] in letter.child_ids]


def _status(row: Row) -> str:
    if row["closed"] is not None:
        return "CLOSED"
    if row["children"] and not waiting_children(row):
        return "DECIDED"
    return "RECEIVED" if row["returned"] is None else "INFORMATION_WANTED"


def _heads(letters: Iterable[Letter]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for letter in letters:
        heads[letter.stream] = max(letter.stream_version, heads.get(letter.stream, 0))
    return heads
