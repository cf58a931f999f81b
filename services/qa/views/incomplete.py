"""What a rule asks for and a record lacks, until somebody fills it in or says it is not needed."""

from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import instant

Row = dict[str, Any]


def open_items(papers: Papers) -> list[Row]:
    """The items still missing, oldest first. Cleared by IncompleteResolved, or by a correction that has them."""
    facts = papers.facts
    if not any(letter.incomplete for letter in facts):
        return []
    cleared = {
        (letter.data.get("of_event"), letter.data.get("what"), letter.data.get("rule"))
        for letter in facts
        if letter.title == "IncompleteResolved"
    }
    corrected = {letter.corrects: letter for letter in facts if letter.corrects}
    items: list[Row] = []
    for letter in facts:
        better = corrected.get(letter.event_id)
        still = None if better is None else {(item.what, item.rule, item.child_id) for item in better.incomplete}
        for item in letter.incomplete:
            if (letter.event_id, item.what, item.rule) in cleared:
                continue
            if still is not None and (item.what, item.rule, item.child_id) not in still:
                continue
            items.append(
                {
                    "what": item.what,
                    "rule": item.rule,
                    "since": instant(item.since),
                    "owner": item.owner,
                    "child_id": item.child_id,
                    "of_event": letter.event_id,
                    "event": letter.name,
                    "case_id": letter.case_id,
                }
            )
    return items


def warnings(papers: Papers) -> list[Row]:
    """Every rule that was not followed and did not refuse, with the event that keeps it."""
    return [
        {
            "rule": warned.rule,
            "because": warned.because,
            "child_id": warned.child_id,
            "at": instant(letter.occurred_at),
            "of_event": letter.event_id,
            "event": letter.name,
        }
        for letter in papers.facts
        for warned in letter.warnings
    ]
