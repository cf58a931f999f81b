"""Who held which role on a case, from when until when: what the policy asks before it lets somebody see it."""

from collections.abc import Callable
from typing import Any

from services.qa.views.papers import Papers
from services.qa.views.plans import plans_of
from services.qa.views.words import instant
from shared.kernel.letters import Letter
from shared.protocol.protocol import Protocol

Row = dict[str, Any]


def roles_of(papers: Papers, protocol: Protocol) -> list[Row]:
    """Every role of a person, or of an agency's workers, on the case and those linked with it now.

    Each `role`, `person_id` or `employer`, `case_id`, `from`, `until`; until: None while it lasts.
    """
    roles: list[Row] = []
    for letter in papers.facts:
        _followed(roles, letter, protocol)
    roles.extend(
        _role(plan["case_id"], plan["role"], _id(plan["lead"]), None, plan["started"]) | {"until": plan["until"]}
        for plan in ({**plan, "started": _started(papers, plan)} for plan in plans_of(papers))
        if plan["role"] is not None and _id(plan["lead"]) is not None
    )
    return roles


def _followed(roles: list[Row], letter: Letter, protocol: Protocol) -> None:
    data, at = letter.data, instant(letter.occurred_at)
    match letter.title:
        case "LeadAllocated":
            role = _lead_role(data, protocol)
            if data.get("previous_lead"):
                _end(roles, at, lambda held: held["role"] == role)
            roles.append(_role(letter.case_id, role, _id(data.get("lead")), None, at))
        case "LeadEnded":
            gone, role = _id(data.get("lead")), data.get("role")
            _end(roles, at, lambda held: held["person_id"] == gone and role in (None, held["role"]))
        case "CoAllocated":
            roles.append(_role(letter.case_id, data.get("role"), _id(data.get("person")), None, at))
        case "AdultsWorkerAllocated":
            roles.append(_role(letter.case_id, "ADULTS_WORKER", _id(data.get("worker")), None, at))
        case "AdultsWorkerEnded":
            gone = _id(data.get("worker"))
            _end(roles, at, lambda held: held["person_id"] == gone and held["role"] == "ADULTS_WORKER")
        case "LeadAgencyAssigned":
            _end(roles, at, lambda held: held["role"] == "LEAD_AGENCY_WORKER")
            roles.append(_role(letter.case_id, "LEAD_AGENCY_WORKER", None, data.get("lead_agency"), at))
        case _:
            pass


def _lead_role(data: Row, protocol: Protocol) -> Any:
    lead = data.get("lead")
    named = lead.get("role") if isinstance(lead, dict) else None
    if named is None and protocol.moves is not None and data.get("purpose") == protocol.moves.lead_purpose:
        return protocol.moves.lead_role
    return named


def _started(papers: Papers, plan: Row) -> str:
    # A plan may say that it began on a day before anybody wrote it down: from then on it is read by its lead too.
    return next(instant(letter.occurred_at) for letter in papers.facts if letter.event_id == plan["event_id"])


def _role(case_id: object, role: object, person_id: object, employer: object, at: str) -> Row:
    return {
        "case_id": case_id,
        "role": role,
        "person_id": person_id,
        "employer": employer,
        "from": at,
        "until": None,
    }


def _end(roles: list[Row], at: str, ends: Callable[[Row], bool]) -> None:
    for held in roles:
        if held["until"] is None and ends(held):
            held["until"] = at


def _id(person: object) -> Any:
    return person.get("id") if isinstance(person, dict) else person
