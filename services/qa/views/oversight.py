"""What is counted and listed over many cases: levels, who leads, decisions at risk, warnings. Nobody's words."""

from collections.abc import Sequence
from typing import Any

from services.qa.views.cases import linked_by, of_a_case, on_the_case
from services.qa.views.incomplete import open_items, warnings
from services.qa.views.papers import Papers, papers_of
from services.qa.views.people import leads_of, who
from services.qa.views.words import given, instant, plain
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering

Row = dict[str, Any]


def level_spans(papers: Papers) -> list[Row]:
    """Each level that each child held, from when until when: of ThresholdChanged and CaseClosed alone.

    Linked ids of a child are one. until: None while it holds the level.
    """
    spans: list[Row] = []
    open_spans: dict[str, Row] = {}
    for letter in papers.facts:
        if letter.title not in ("ThresholdChanged", "CaseClosed"):
            continue
        for child_id in map(papers.links.kept_child, letter.child_ids):
            before = open_spans.pop(child_id, None)
            if before is not None:
                before["until"] = instant(letter.occurred_at)
            if letter.title == "ThresholdChanged":
                span = {
                    "child_id": child_id,
                    "level": letter.data.get("to"),
                    "from": instant(letter.occurred_at),
                    "until": None,
                    "first": letter.data.get("from") is None,
                }
                open_spans[child_id] = span
                spans.append(span)
    return spans


def decisions_at_risk(papers: Papers) -> list[Row]:
    """The decisions that carry a risk profile: what, when, who decided in what role, answerable to whom."""
    return [
        {
            "event": letter.name,
            "event_id": letter.event_id,
            "at": instant(letter.occurred_at),
            "risk_profile": plain(letter.data["risk_profile"]),
            "decided_by": who(letter),
            **given(letter.data, ("accountable_manager_id", "authorised_by", "led_by", "chair")),
            "child_ids": sorted(letter.child_ids),
            "case_id": letter.case_id,
            "rules": list(letter.rules),
        }
        for letter in papers.facts
        if letter.data.get("risk_profile")
    ]


def _leads(papers: Papers) -> list[Row]:
    return [
        {
            "person_id": lead["lead"].get("id"),
            "role": lead["role"],
            **{word: lead["lead"].get(word) for word in ("employer_kind", "sector", "social_worker")},
            "child_ids": sorted({papers.links.kept_child(child) for child in lead["child_ids"]}),
            "from": lead["from"],
            "until": lead["until"],
        }
        for lead in leads_of(papers)
    ]


def _warnings(papers: Papers) -> list[Row]:
    cases = {letter.event_id: letter.case_id for letter in papers.facts}
    return [{**warned, "case_id": cases[warned["of_event"]]} for warned in warnings(papers)]


def _fold(case_id: str, letters: Sequence[Letter]) -> Body | None:
    papers = papers_of(case_id, on_the_case(letters))
    if not papers.letters:
        return None
    # What linked cases have together is counted once, on the case where the work of all goes on.
    counts = papers.links.kept_case(case_id) == case_id
    return {
        "authority": papers.letters[-1].authority,
        "levels": level_spans(papers) if counts else [],
        "leads": _leads(papers) if counts else [],
        "decisions": decisions_at_risk(papers) if counts else [],
        "warnings": _warnings(papers) if counts else [],
        "incomplete": open_items(papers) if counts else [],
    }


OVERSIGHT = Gathering(
    name="oversight",
    keys=of_a_case,
    related=linked_by,
    fold=_fold,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
