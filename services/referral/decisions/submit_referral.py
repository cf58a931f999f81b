"""Sending a referral: what came in, about whom. A worry is taken whatever is missing of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.referral.decisions.around import NOTHING_AROUND, Around, open_early_support, picture
from services.referral.decisions.form import SubmitReferral
from services.referral.decisions.lacking import lacking
from services.referral.decisions.receiving import Named, identified, named, received, started
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact, cite
from shared.protocol.linked import linked_with
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, asked, not_ahead, weigh

__all__ = ["SubmitReferral", "submit_referral"]


def submit_referral(
    state: Referral,
    known: Known,
    command: SubmitReferral,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """The referral received and its children identified, each with an id of its own. Raises Refused.

    state: of the stream that it opens; without an id it gets a fresh one. around: proposals for its children by
    their place in the form, the agency's entry, the early support review it names.
    """
    children = named(command, act)
    facts = _facts(known, command, act, around)
    weighed = weigh(protocol, "SubmitReferral", facts, act, urgent=command.worry) + _of_age(protocol, act, children)
    inputs = {name: facts[name] for name in _INPUTS if facts.get(name) is not None}
    if not command.worry:
        weighed.insist(inputs)
    referral_id, case_id = state.referral_id or act.new_id(), act.new_id()
    untyped = any(item.what == "request_kind" for item in weighed.incomplete)
    kind = "SAFEGUARDING_CONCERN" if untyped else command.request_kind
    event = received(referral_id, command, kind, protocol, act, around, children)
    clocks, clock_rules = started(protocol, event, act)
    taken = Fact(
        stream=f"referral/{referral_id}",
        event=event,
        case_id=case_id,
        child_ids=tuple(child.child_id for child in children),
        rules=cite(weighed.rules, clock_rules),
        clocks=clocks,
        incomplete=lacking(command, protocol, act, weighed, children),
        warnings=weighed.warnings,
        inputs=inputs,
    )
    return (taken, *(identified(child, case_id) for child in children))


_INPUTS = (
    "worry",
    "form_type",
    "request_kind",
    "immediate_risk",
    "risk_of_significant_harm",
    "s47_criteria",
    "referrer_leads_early_support",
    "early_support_review",
)
"""The structural facts that count, for the receipt."""


def _facts(known: Known, command: SubmitReferral, act: Act, around: Around) -> Mapping[str, Any]:
    facts = command.model_dump(exclude_none=True)
    agency = around.agency.agency if around.agency else command.referrer and command.referrer.agency
    if agency:
        facts["referrer"] = {**facts.get("referrer", {}), "agency": agency}
    matched = {match.other_case_id for match in around.matches}
    cases = {one for case in matched for one in linked_with(case, around.facts).case_ids}
    told = picture(known, (), around, cases).told
    led = [
        plan
        for plan in open_early_support(told, cases)
        if plan.lead_id == act.by.id or (agency is not None and plan.lead_agency == agency)
    ]
    family = {one for plan in led if plan.case_id for one in linked_with(plan.case_id, told).case_ids}
    review = next((fact for fact in told if fact.event_id == command.early_support_review_id), None)
    refers = (
        review is not None
        and review.title == "EarlySupportReviewed"
        and review.data.get("refer") is True
        and review.case_id in family
    )
    return {
        **facts,
        "worry": command.worry,
        "referrer_leads_early_support": bool(led),
        **({"early_support_review": "REFER"} if refers else {}),
    }


def _of_age(protocol: Protocol, act: Act, children: Sequence[Named]) -> Weighed:
    """A referral is about children, and about none who is born tomorrow."""
    weighed = Weighed()
    for child in children:
        field = f"/children/{child.place}/date_of_birth"
        weighed += asked(protocol, not child.age.adult, "SYS-REF-04", field)
        weighed += not_ahead(protocol, child.said.date_of_birth, act, field)
    return weighed
