"""What a case puts on somebody's worklist: the work that rows ask for, and what has gone wrong between services."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.qa.views.children import missing_persons
from services.qa.views.matching import Matching
from services.qa.views.papers import Papers
from services.qa.views.tasks import tasks_of
from services.qa.views.words import instant, read_instant
from shared.kernel.letters import Letter
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings

Row = dict[str, Any]


def open_items(case_file: Row) -> list[Row]:
    """Everything on worklists in a case file, the longest waiting first: its items, and what is incomplete.

    Each item: `code`, `for` {teams, posts}, `child_id`, `since`, `of_event`, `rules`, and the case.
    """
    items = [*case_file["worklist"], *(_of_incomplete(item, case_file["case_id"]) for item in case_file["incomplete"])]
    return sorted(items, key=_by_age)


def there_at(items: Iterable[Row], moment: datetime) -> list[Row]:
    """Those of the items that are there at a moment: some are put on a desk only when time has passed."""
    return [item for item in items if (read_instant(item["since"]) or moment) <= moment]


def worklist_of(
    matching: Matching,
    protocol: Protocol,
    standing: Mapping[str, Standing],
    children: Sequence[Row],
    referrals: Sequence[Row],
    leads: Sequence[Row],
    plans: Sequence[Row],
) -> list[Row]:
    """The open items of a case, the longest waiting first."""
    papers = matching.papers
    kept = papers.links.kept_case(papers.case_id)
    items = [
        *({**task, "case_id": kept} for task in tasks_of(matching, protocol, children)),
        *_to_triage(papers, protocol, standing, referrals),
        *_to_discuss(papers, protocol, children),
        *_to_name(papers, protocol, children, referrals),
        *_crossed(papers, protocol, children),
        *_told_of_unlink(papers, protocol, children),
        *_doubled(papers, protocol, leads, plans),
    ]
    return sorted(items, key=_by_age)


def _to_triage(
    papers: Papers, protocol: Protocol, standing: Mapping[str, Standing], referrals: Sequence[Row]
) -> list[Row]:
    """Children on whom the front door has still to decide, or again: because a link was undone, or because a request
    for a strategy discussion that the decision had crossed was withdrawn, which leaves them where they began.
    """
    items: list[Row] = []
    for referral in referrals:
        for child in referral["children"]:
            place = standing.get(child["child_id"], UNKNOWN)
            back = child["taken_back"]
            if child["triage"] is not None and not place.awaits_triage(protocol.moves):
                continue
            if referral["closed"] is not None:
                continue
            first = child["triage"] is None and back is None
            since = referral["received"] if child["triage"] is None or place.since is None else instant(place.since)
            items.append(
                _item(
                    "TRIAGE" if first else "TRIAGE_AGAIN",
                    papers,
                    _front_door(protocol),
                    child_id=child["child_id"],
                    since=since,
                    of_event=referral["event_id"] if back is None else back["unlinked"],
                    case_id=referral["case_id"],
                )
            )
    return items


def _to_discuss(papers: Papers, protocol: Protocol, children: Sequence[Row]) -> list[Row]:
    items: list[Row] = []
    for child in children:
        if child["strategy_discussion_asked_by"]:
            asking = _last(papers, child, "StrategyDiscussionRequested", "ReferralTriaged", "AssessmentCompleted")
            held = protocol.holds(child["state"])
            items.append(
                _item(
                    "HOLD_STRATEGY_DISCUSSION",
                    papers,
                    {"teams": list(held.teams), "posts": list(held.posts)} if held else _front_door(protocol),
                    child_id=child["child_id"],
                    since=child["since"],
                    of_event=None if asking is None else asking.event_id,
                    rules=() if asking is None else asking.rules,
                )
            )
    return items


def _to_name(papers: Papers, protocol: Protocol, children: Sequence[Row], referrals: Sequence[Row]) -> list[Row]:
    items: list[Row] = []
    triages = {child["child_id"]: child["triage"] for referral in referrals for child in referral["children"]}
    for child in children:
        triage = triages.get(child["child_id"]) or {}
        rule = (protocol.local.holds.rule,) if protocol.local.holds else ()
        for holder in missing_persons(child):
            items.append(
                _item(
                    f"NAME_{holder['person']}",
                    papers,
                    {"teams": holder["teams"], "posts": holder["stand_ins"]},
                    child_id=child["child_id"],
                    since=child["since"],
                    of_event=triage.get("event_id"),
                    rules=(*rule, *holder["rules"], *triage.get("rules", ())),
                )
            )
    return items


def _crossed(papers: Papers, protocol: Protocol, children: Sequence[Row]) -> list[Row]:
    """Triages and closures that crossed an act of protection: kept, without effect on it while it lasts."""
    facts = papers.facts
    protected = {child_id for child in children if child["protected"] for child_id in _ids(child)}
    items: list[Row] = []
    for place, letter in enumerate(facts):
        concerned = protected.intersection(letter.child_ids)
        if not concerned or not _would_end(letter, protocol):
            continue
        before = papers.told[:place]
        for child_id in concerned:
            if standings(before, protocol).get(child_id, UNKNOWN).protected or _unaware(
                facts[place:], child_id, protocol
            ):
                items.append(
                    _item(
                        "CROSSED_A_PROTECTION",
                        papers,
                        _managers(protocol),
                        child_id=papers.links.kept_child(child_id),
                        since=instant(letter.occurred_at),
                        of_event=letter.event_id,
                        rules=letter.rules,
                        case_id=letter.case_id,
                    )
                )
    return items


def _unaware(later: Sequence[Letter], child_id: str, protocol: Protocol) -> bool:
    # The act of protection says from which state it was taken: from that of a referral nobody had triaged.
    start = None if protocol.moves is None else protocol.moves.start
    return any(
        letter.data.get("from_state") == start and child_id in letter.child_ids for letter in later if start is not None
    )


def _would_end(letter: Letter, protocol: Protocol) -> bool:
    if letter.title == "ReferralTriaged":
        return protocol.group_of(letter.data.get("outcome")) not in ("STRATEGY", "OPEN_CASE")
    return letter.title == "ReferralClosed"


def _told_of_unlink(papers: Papers, protocol: Protocol, children: Sequence[Row]) -> list[Row]:
    """Whoever holds the case that a referral had joined is told that it was taken out again (X-09)."""
    items: list[Row] = []
    for triage_id, unlink in papers.undone.items():
        triage = next(letter for letter in papers.counting if letter.event_id == triage_id)
        if triage.data.get("open_case_id") not in papers.case_ids:
            continue
        told = {pair["kept"] for pair in (unlink.data.get("children") or ())}
        for child in children:
            if not child["holders"] or not told & _ids(child):
                continue
            items.append(
                _item(
                    "UNLINKED",
                    papers,
                    {"teams": child["holders"][0]["teams"], "posts": child["holders"][0]["posts"]},
                    child_id=child["child_id"],
                    since=instant(unlink.occurred_at),
                    of_event=unlink.event_id,
                    rules=unlink.rules,
                )
            )
    return items


def _doubled(papers: Papers, protocol: Protocol, leads: Sequence[Row], plans: Sequence[Row]) -> list[Row]:
    """A second lead or plan of one kind that a link has brought together is a manager's to sort out."""
    standing_leads = [(lead["purpose"], lead["case_id"], lead) for lead in leads if lead["until"] is None]
    standing_plans = [(plan["type"], plan["case_id"], plan) for plan in plans if plan["until"] is None]
    items: list[Row] = []
    for code, rows in (("SECOND_LEAD", standing_leads), ("SECOND_PLAN", standing_plans)):
        first: dict[object, object] = {}
        for kind, case_id, row in rows:
            if first.setdefault(kind, case_id) != case_id:
                items.append(_item(code, papers, _managers(protocol), since=row["from"], of_event=row["event_id"]))
    return items


def _item(
    code: str,
    papers: Papers,
    whose: Mapping[str, Any],
    *,
    since: str | None,
    child_id: str | None = None,
    of_event: str | None = None,
    rules: Sequence[str] = (),
    case_id: str | None = None,
) -> Row:
    return {
        "code": code,
        "for": {"teams": list(whose["teams"]), "posts": list(whose["posts"])},
        # Of linked cases it is one item, on the case where the work of all goes on.
        "case_id": case_id or papers.links.kept_case(papers.case_id),
        "child_id": child_id,
        "since": since,
        "of_event": of_event,
        "rules": list(dict.fromkeys(rules)),
    }


def _of_incomplete(item: Row, case_id: str) -> Row:
    return {
        "code": "INCOMPLETE",
        "what": item["what"],
        "for": {"teams": [], "posts": [item["owner"]]},
        "case_id": item["case_id"] or case_id,
        "child_id": item["child_id"],
        "since": item["since"],
        "of_event": item["of_event"],
        "rules": [item["rule"]],
    }


def _front_door(protocol: Protocol) -> Row:
    return {"teams": [protocol.front_door], "posts": list(protocol.local.front_door.posts)}


def _managers(protocol: Protocol) -> Row:
    return {"teams": [protocol.front_door], "posts": list(protocol.local.front_door.manager_posts)}


def _last(papers: Papers, child: Row, *titles: str) -> Letter | None:
    ids = _ids(child)
    found = [letter for letter in papers.facts if letter.title in titles and ids & set(letter.child_ids)]
    return found[-1] if found else None


def _ids(child: Row) -> set[str]:
    return {child["child_id"], *child["alias_ids"]}


def _by_age(item: Row) -> tuple[str, ...]:
    return (item["since"] or "", item["code"], item["child_id"] or "", item["of_event"] or "", item.get("what", ""))
