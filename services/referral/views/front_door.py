"""What waits at the front door, most urgent first, and what a referrer may know of a referral."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.kernel.events import Recorded
from shared.kernel.service import Body, View
from shared.protocol.load import protocol_of

RECEIVED, INFORMATION_WANTED, DECIDED, CLOSED = "RECEIVED", "INFORMATION_WANTED", "DECIDED", "CLOSED"
WAITS, DONE = "waits", "done"
MARKS = ("immediate_risk", "risk_of_significant_harm", "s47_criteria")


def _keys(recorded: Recorded) -> Sequence[str]:
    # A referral's own case is its own for life, and a link undone is told under that case, not under the referral.
    return (recorded.case_id,) if recorded.case_id else ()


def _project(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    if recorded.title == "CasesUnlinked":
        return None if body is None else _unlinked(dict(body), recorded)
    kind, _, referral_id = recorded.stream.partition("/")
    if kind != "referral":
        return body
    row = dict(body or _unheard_of(referral_id, recorded))
    row["version"] = recorded.stream_version
    row["incomplete"] = _still_missing(row["incomplete"], recorded)
    data = recorded.data
    match recorded.title:
        case "ReferralReceived":
            row |= _received(recorded)
        case "ReferralAcknowledged":
            if row["acknowledged_at"] is None:
                row |= {"acknowledged": recorded.event_id, "acknowledged_at": _text(data.acknowledged_at)}
        case "ReferralReturned":
            row |= {"returned": recorded.event_id, "items_needed": list(data.items_needed)}
        case "ReferralTriaged":
            row["triaged"] = row["triaged"] | {child: _decided(recorded) for child in recorded.child_ids}
            how = {"event_id": recorded.event_id, "open_case_id": data.open_case_id}
            row["decisions"] = row["decisions"] | dict.fromkeys(recorded.child_ids, how)
        case "ReferralClosed":
            row |= {
                "closed": recorded.event_id,
                "closed_at": _text(recorded.occurred_at),
                "reason_code": data.reason_code,
            }
        case "RecordWithdrawn":
            row = _without(row, data.of_event)
    return row | {"status": _status(row)}


def _unheard_of(referral_id: str, recorded: Recorded) -> dict[str, Any]:
    """A referral before its first event. An urgent decision may come without any receipt (X-07)."""
    return {
        "referral_id": referral_id,
        "case_id": recorded.case_id,
        "authority": recorded.authority,
        "agency": None,
        "agency_reference_hash": None,
        "request_kind": None,
        "marks": [],
        "children": [],
        "received_at": None,
        "acknowledged_at": None,
        "decision_due_at": None,
        "incomplete": [],
        "triaged": {},
        "decisions": {},
        "version": 0,
    }


def _decided(recorded: Recorded) -> dict[str, Any]:
    return {
        "outcome": recorded.data.outcome,
        "triage_rag": recorded.data.triage_rag,
        "at": _text(recorded.occurred_at),
    }


def _status(row: dict[str, Any]) -> str:
    """Closed, decided for every child, or waiting: for the front door, or for what the referrer was asked."""
    if row.get("closed"):
        return CLOSED
    if set(row["children"]) <= set(row["triaged"]):
        return DECIDED
    return INFORMATION_WANTED if row.get("returned") else RECEIVED


def _undecided(row: dict[str, Any], children: set[str]) -> dict[str, Any]:
    return row | {
        name: {child: one for child, one in row[name].items() if child not in children}
        for name in ("triaged", "decisions")
    }


def _without(row: dict[str, Any], event_id: str) -> dict[str, Any]:
    """As if an event had not been: what it decided is open again, what it lacked is asked for no longer."""
    taken_back = {child for child, how in row["decisions"].items() if how["event_id"] == event_id}
    row = _undecided(row, taken_back)
    row["incomplete"] = [item for item in row["incomplete"] if item["of_event"] != event_id]
    if event_id == row.get("received"):
        # A referral that should not be is nobody's to decide on.
        row["closed"] = event_id
    elif event_id == row.get("closed"):
        row |= {"closed": None, "closed_at": None, "reason_code": None}
    if event_id == row.get("returned"):
        row |= {"returned": None, "items_needed": []}
    if event_id == row.get("acknowledged"):
        row |= {"acknowledged": None, "acknowledged_at": None}
    return row


def _unlinked(row: dict[str, Any], recorded: Recorded) -> Body:
    """A child that was only added to the case it was linked with waits to be triaged again, at once (X-09)."""
    protocol = protocol_of(recorded.authority, recorded.occurred_at)
    link = recorded.data
    joined = row["case_id"] == link.joined
    apart = {pair.joined if joined else pair.kept for pair in link.children}
    again = {
        child
        for child, decided in row["triaged"].items()
        if child in apart
        and protocol.group_of(decided["outcome"]) == "OPEN_CASE"
        and (joined or row["decisions"][child]["open_case_id"] == link.joined)
    }
    if not again:
        return row
    row = _undecided(row, again) | {"closed": None, "returned": None}
    return row | {"status": _status(row)}


def _received(recorded: Recorded) -> dict[str, Any]:
    data = recorded.data
    due = sorted((clock.due_at, clock.rule) for clock in recorded.clocks)
    # A mark that could not be read is a mark of danger all the same until somebody has asked.
    unread = {lack.what for lack in recorded.incomplete}
    marks = [mark for mark in MARKS if getattr(data, mark) or mark in unread]
    return {
        "received": recorded.event_id,
        "case_id": recorded.case_id,
        "authority": recorded.authority,
        "agency": data.source_agency,
        "agency_type": data.agency_type,
        "agency_reference_hash": data.agency_reference_hash,
        "request_kind": data.request_kind,
        "marks": marks,
        "children": list(recorded.child_ids),
        "ages": {child.child_id: _age(child) for child in data.children},
        "received_at": _text(data.received_at),
        "acknowledged_at": _text(data.acknowledged_at),
        "decision_due_at": _text(due[0][0]) if due else None,
        "decision_due_rule": due[0][1] if due else None,
    }


def _age(child: Any) -> int | str:
    if child.unborn:
        return "unborn"
    return "not_known" if child.age_years is None else child.age_years


def _still_missing(items: list[Any], recorded: Recorded) -> list[Any]:
    if recorded.title == "IncompleteResolved":
        gone = (recorded.data.of_event, recorded.data.what, recorded.data.rule)
        return [item for item in items if (item["of_event"], item["what"], item["rule"]) != gone]
    return items + [
        {
            "of_event": recorded.event_id,
            "what": lack.what,
            "rule": lack.rule,
            "owner": lack.owner,
            "since": _text(lack.since),
            "child_id": lack.child_id,
        }
        for lack in recorded.incomplete
    ]


def _urgency(body: Body) -> str:
    """First the marked dangers, then safeguarding concerns, then the rest; in each the one due first."""
    if "immediate_risk" in body["marks"]:
        rank = 0
    elif body["marks"]:
        rank = 1
    elif body["request_kind"] == "SAFEGUARDING_CONCERN":
        rank = 2
    else:
        rank = 3
    return f"{rank} {body['decision_due_at'] or '9'} {body['received_at']}"


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


FRONT_DOOR = View(
    name="front_door",
    reads=frozenset(
        {
            "ReferralReceived",
            "ReferralAcknowledged",
            "ReferralReturned",
            "ReferralTriaged",
            "ReferralClosed",
            "IncompleteResolved",
            "EarlySupportReviewed",
            "PathwayDecided",
            "RecordWithdrawn",
            "CasesUnlinked",
        }
    ),
    keys=_keys,
    project=_project,
    columns=("authority", "waits", "urgency", "agency", "agency_reference_hash"),
    search=lambda body: {
        "authority": body["authority"],
        "waits": WAITS if body["status"] in (RECEIVED, INFORMATION_WANTED) else DONE,
        "urgency": _urgency(body),
        "agency": body["agency"],
        "agency_reference_hash": body["agency_reference_hash"],
    },
)
