"""Forms as they are sent, complete unless a test says otherwise. All people are invented."""

from typing import Any

from services.referral.decisions.submit_referral import SubmitReferral
from services.referral.decisions.triage_referral import TriageReferral

CHILD: dict[str, Any] = {"first_name": "Ada", "surname": "Example", "date_of_birth": "2016-05-04"}
REFERRER: dict[str, Any] = {
    "name": "Pat Example",
    "agency": "Moseley Primary",
    "telephone": "01632 960001",
}
QUESTIONS: dict[str, bool] = {
    "immediate_protection": False,
    "section_17_assessment": False,
    "section_47_enquiries": False,
    "services": True,
    "specialist_assessment": False,
}


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def emarf(*leave_out: str, **changes: Any) -> SubmitReferral:
    """A complete request for Family Help, but for what is left out or changed."""
    body: dict[str, Any] = {
        "form_type": "EMARF",
        "request_kind": "FAMILY_HELP_REQUEST",
        "referrer": REFERRER,
        "children": [CHILD],
        "concern": "The family asks for help at home.",
    }
    return SubmitReferral.model_validate(without({**body, **changes}, *leave_out))


def concern(*leave_out: str, **changes: Any) -> SubmitReferral:
    """A complete safeguarding concern, but for what is left out or changed."""
    return emarf(*leave_out, **{"request_kind": "SAFEGUARDING_CONCERN", **changes})


def entry(child_id: str, rag: str | None, outcome: str | None, **changes: Any) -> dict[str, Any]:
    """One child's part of a triage, all questions answered."""
    body = {
        "child_id": child_id,
        "triage_rag": rag,
        "outcome": outcome,
        "five_questions": QUESTIONS,
        **({"held_by": "MASH"} if outcome == "STRATEGY_DISCUSSION" else {}),
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def triage(child_id: str, rag: str | None, outcome: str | None, **changes: Any) -> TriageReferral:
    """A triage of one child."""
    return TriageReferral.model_validate({"children": [entry(child_id, rag, outcome, **changes)]})
