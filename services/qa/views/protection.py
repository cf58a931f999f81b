"""One child's levels from the first determination on, its enquiries, and its child protection plan."""

from collections.abc import Collection
from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.words import given, instant, plain
from shared.kernel.letters import Letter
from shared.protocol.patterns import values

Row = dict[str, Any]

_OF_LEVEL = ("from", "direction", "decided_in", "decision_ref", "authorised_by", "reason_code", "emergency")


_CARE = {
    "LookedAfterStarted": "looked_after",
    "LookedAfterEnded": "looked_after",
    "PrivateFosteringNotified": "private_fostering",
    "PrivateFosteringEnded": "private_fostering",
}


def levels_of(papers: Papers, child_ids: Collection[str]) -> list[Row]:
    """Every level the child has had, in order: what it became, when, where that was decided and by whom."""
    return [
        {
            "to": letter.data.get("to"),
            "at": instant(letter.occurred_at),
            **given(letter.data, _OF_LEVEL),
            "case_id": letter.case_id,
            "event_id": letter.event_id,
            "rules": list(letter.rules),
        }
        for letter in _about(papers, child_ids)
        if letter.title == "ThresholdChanged"
    ]


def protection_of(papers: Papers, child_ids: Collection[str]) -> Row:
    """The enquiries, child protection plans, times looked after and privately fostered of a child, each with its end.

    until: None while it lasts.
    """
    enquiries: dict[str, Row] = {}
    plans: dict[str, Row] = {}
    care: dict[str, list[Row]] = {"looked_after": [], "private_fostering": []}
    for letter in _about(papers, child_ids):
        match letter.title:
            case "Section47EnquiryOpened":
                enquiries.setdefault(_enquiry(letter), _opened(letter))
            case "Section47EnquiryConcluded" if _enquiry(letter) in enquiries:
                enquiries[_enquiry(letter)].update(
                    outcome=letter.data.get("outcome"), until=instant(letter.occurred_at)
                )
            case "PlanStarted" if letter.data.get("type") == "CP":
                plans[letter.data.get("plan_id") or letter.event_id] = _begun(letter)
            case "PlanEnded" if letter.data.get("plan_id") in plans:
                plans[letter.data["plan_id"]].update(
                    until=instant(letter.occurred_at),
                    reason_code=letter.data.get("exit_reason") or letter.data.get("reason_code"),
                )
            case "LookedAfterStarted" | "PrivateFosteringNotified":
                care[_CARE[letter.title]].append(_in_care(letter))
            case "LookedAfterEnded" | "PrivateFosteringEnded":
                for row in care[_CARE[letter.title]]:
                    row["until"] = row["until"] or letter.data.get("ended_on") or instant(letter.occurred_at)
            case "CaseClosed":
                for row in (*enquiries.values(), *plans.values(), *care["looked_after"], *care["private_fostering"]):
                    row["until"] = row["until"] or instant(letter.occurred_at)
            case _:
                pass
    return {"enquiries": list(enquiries.values()), "plans": list(plans.values()), **care}


def _in_care(letter: Letter) -> Row:
    begun = letter.data.get("started_on") or letter.data.get("aware_from")
    return {
        "from": begun or instant(letter.occurred_at),
        "until": None,
        **given(letter.data, ("legal_route", "return_home_plan")),
        "event_id": letter.event_id,
    }


def _enquiry(letter: Letter) -> str:
    return str(letter.data.get("enquiry_id") or letter.event_id)


def _opened(letter: Letter) -> Row:
    return {
        "enquiry_id": letter.data.get("enquiry_id"),
        "from": instant(letter.occurred_at),
        "until": None,
        "outcome": None,
        "lead": plain(letter.data.get("lead")),
        "strategy_ref": letter.data.get("strategy_ref"),
        "event_id": letter.event_id,
    }


def _begun(letter: Letter) -> Row:
    return {
        "plan_id": letter.data.get("plan_id"),
        "from": letter.data.get("begun_on") or instant(letter.occurred_at),
        "until": None,
        "event_id": letter.event_id,
    }


def _about(papers: Papers, child_ids: Collection[str]) -> list[Letter]:
    ids = set(child_ids)
    return [
        letter
        for letter in papers.facts
        if ids & {*letter.child_ids, *(one for one in values(letter.data, "children[].child_id") if one)}
    ]
