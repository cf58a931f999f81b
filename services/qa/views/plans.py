"""The plans of a case: which kind, for whom, from when, reviewed when, ended when."""

from collections.abc import Mapping
from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import given, instant, plain
from shared.kernel.letters import Letter

Row = dict[str, Any]


def plans_of(papers: Papers) -> list[Row]:
    """Every plan, in the order they were started. child_ids: those it still covers; until: None while it runs."""
    plans: dict[str, Row] = {}
    for letter in papers.facts:
        plan_id = letter.data.get("plan_id")
        if letter.title == "CaseClosed":
            for plan in plans.values():
                _left(plan, letter, papers)
        elif letter.title == "PlanStarted":
            plans.setdefault(plan_id or letter.event_id, _started(letter))
        elif plan_id in plans:
            _followed(plans[plan_id], letter, papers)
    return list(plans.values())


def _started(letter: Letter) -> Row:
    named = [child["child_id"] for child in (letter.data.get("children") or ()) if child.get("child_id")]
    return {
        "plan_id": letter.data.get("plan_id"),
        "type": letter.data.get("type"),
        "case_id": letter.case_id,
        "child_ids": sorted({*named, *letter.child_ids}),
        "from": letter.data.get("begun_on") or instant(letter.occurred_at),
        "version": None,
        "completed": None,
        "approved": None,
        "reviewed": None,
        "reviews": [],
        "actions": [],
        "next_review_date": letter.data.get("next_review_date"),
        "lead": plain(letter.data.get("esp_lead")),
        "role": "EARLY_SUPPORT_LEAD" if letter.data.get("esp_lead") else None,
        "until": None,
        "ended": [],
        "event_id": letter.event_id,
    }


def _followed(plan: Row, letter: Letter, papers: Papers) -> None:
    match letter.title:
        case "PlanCompleted":
            plan["completed"] = instant(letter.occurred_at)
            named = {child["child_id"] for child in (letter.data.get("children") or ()) if child.get("child_id")}
            plan["child_ids"] = sorted({*plan["child_ids"], *named})
            for action in letter.data.get("actions") or ():
                _acted(plan, {**action, "change": "ADD", "by_lead": None}, letter)
            plan["version"] = letter.data.get("version") or plan["version"]
        case "PlanApproved":
            plan["approved"] = instant(letter.occurred_at)
            plan["version"] = letter.data.get("version") or plan["version"]
            plan["next_review_date"] = letter.data.get("next_review_date") or plan["next_review_date"]
        case "PlanActionChanged":
            _acted(plan, letter.data, letter)
        case "PlanReviewed":
            plan["reviewed"] = instant(letter.occurred_at)
            plan["reviews"].append(_review(letter))
            # A new date replaces the old from when it is set; a review that sets none leaves none (CAL-14).
            plan["next_review_date"] = letter.data.get("next_review_date")
        case "PlanEnded":
            plan["ended"].append(
                {
                    "child_ids": sorted(letter.child_ids),
                    "at": instant(letter.occurred_at),
                    "reason_code": letter.data.get("reason_code"),
                }
            )
            _left(plan, letter, papers)
        case _:
            pass


def _acted(plan: Row, said: Mapping[str, Any], letter: Letter) -> None:
    """The list of what is to be done: an action that is new, has another day, or is done with and leaves the list."""
    others = [one for one in plan["actions"] if one["action_id"] != said.get("action_id")]
    before = next((one for one in plan["actions"] if one["action_id"] == said.get("action_id")), {})
    now = {
        "action_id": said.get("action_id"),
        "owner_agency": said.get("owner_agency") or before.get("owner_agency"),
        "due": plain(said.get("due")) or before.get("due"),
        "changed": instant(letter.occurred_at),
        "change": said.get("change"),
        "by_lead": said.get("by_lead"),
    }
    plan["actions"] = others if said.get("change") == "CLOSE" else [*others, now]


def _left(plan: Row, letter: Letter, papers: Papers) -> None:
    """The plan without the children for whom it, or their case, has ended; of nobody any more it has ended.

    Of linked cases the kept one says so, under the child's id there.
    """
    gone = {one for child in letter.child_ids for one in (child, *papers.links.children(child))}
    left = set(plan["child_ids"]) - gone if letter.child_ids else set[str]()
    plan["child_ids"] = sorted(left)
    if not left and plan["until"] is None:
        plan["until"] = instant(letter.occurred_at)


def _review(letter: Letter) -> Row:
    return {
        "at": plain(letter.data.get("held_at")) or instant(letter.occurred_at),
        **given(letter.data, ("review_kind", "outcome", "family_present", "next_review_date", "participants")),
        "children": plain(letter.data.get("children") or []),
        "event_id": letter.event_id,
    }
