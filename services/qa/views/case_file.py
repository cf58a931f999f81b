"""The case file: what came in about a family, how it was decided, where each child stands and what is open."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.qa.views import incomplete, worklist
from services.qa.views.children import children_of, standings_of
from services.qa.views.clocks import alerts_of, unended_in
from services.qa.views.matching import Matching, ProtocolFor
from services.qa.views.papers import Papers, papers_of
from services.qa.views.people import leads_of
from services.qa.views.plans import plans_of
from services.qa.views.referrals import referrals_of
from services.qa.views.versions import versions_of
from services.qa.views.words import instant
from services.qa.views.work import assessments_of, meetings_of, talks_of, worries_of
from shared.kernel.letters import Letter

Row = dict[str, Any]


def case_file(
    case_id: str,
    letters: Iterable[Letter],
    protocol_for: ProtocolFor,
    *,
    as_at: datetime | None = None,
    known_at: datetime | None = None,
) -> Row:
    """One case and those linked with it, as JSON holds it; the same letters in any order give the same bytes.

    letters: of all cases ever linked with it (`cases_ever_linked`), repeats allowed. as_at: what was true then;
    known_at: what was recorded by then.
    """
    papers = papers_of(case_id, letters, as_at=as_at, known_at=known_at)
    return file_of(papers, protocol_for)


def file_of(papers: Papers, protocol_for: ProtocolFor) -> Row:
    """The case file of papers that were ordered and cut already."""
    facts = papers.facts
    row: Row = {
        "case_id": papers.case_id,
        "linked_ids": sorted(papers.case_ids - {papers.case_id}),
        "kept_case_id": papers.links.kept_case(papers.case_id),
        "links": _links(papers),
        "incomplete_since": None,
        "authority": None,
        "edition": None,
        "referrals": [],
        "children": [],
        "leads": [],
        "plans": [],
        "assessments": assessments_of(papers),
        "meetings": meetings_of(papers),
        "conversations": talks_of(papers),
        "concerns": worries_of(papers),
        "worklist": [],
        "incomplete": incomplete.open_items(papers),
        "warnings": incomplete.warnings(papers),
        "withdrawn": _withdrawn(papers),
        "next_dates": [],
        "versions": versions_of(papers),
    }
    if not facts:
        return row
    last = max(facts, key=lambda letter: (letter.occurred_at, letter.source, letter.sequence))
    protocol = protocol_for(last.authority, last.occurred_at)
    referrals, leads, plans = referrals_of(papers), leads_of(papers), plans_of(papers)
    standing = standings_of(papers, protocol)
    children = children_of(papers, protocol, standing, leads, plans)
    matching = Matching(papers, protocol_for)
    row.update(
        authority=last.authority,
        edition=protocol.edition,
        referrals=referrals,
        children=children,
        leads=leads,
        plans=plans,
        worklist=worklist.worklist_of(matching, protocol, standing, children, referrals, leads, plans),
        next_dates=_next_dates(matching, plans),
    )
    return row


def _links(papers: Papers) -> list[Row]:
    return [
        {
            "link_id": link.link_id,
            "kept": link.kept,
            "joined": link.joined,
            "children": [{"kept": kept, "joined": joined} for kept, joined in link.children],
            "from": instant(link.made.occurred_at),
            "until": None if link.undone is None else instant(link.undone.occurred_at),
        }
        for link in papers.links.all
        if link.cases & papers.case_ids
    ]


def _withdrawn(papers: Papers) -> list[Row]:
    return [
        {
            "event_id": letter.event_id,
            "event": letter.name,
            "by": papers.withdrawn[letter.event_id].event_id,
            "reason_code": papers.withdrawn[letter.event_id].data.get("reason_code"),
        }
        for letter in papers.letters
        if letter.event_id in papers.withdrawn
    ]


def _next_dates(matching: Matching, plans: list[Row]) -> list[Row]:
    dates: list[Row] = [
        {
            "what": "clock",
            "at": instant(start.due_at),
            "rule": start.rule,
            "child_id": start.child_id,
            "started_by": start.letter.event_id,
            "says": start.block.says if start.block is not None else "",
            "alerts": list(alerts_of(matching, start)),
            "force": start.block.force if start.block is not None else "mandatory",
        }
        for start in unended_in(matching)
    ]
    dates.extend(
        {"what": "plan_review", "at": plan["next_review_date"], "plan_id": plan["plan_id"]}
        for plan in plans
        if plan["until"] is None and plan["next_review_date"] is not None
    )
    return sorted(dates, key=lambda date: (date["at"], date["what"], date.get("rule", ""), date.get("child_id") or ""))
