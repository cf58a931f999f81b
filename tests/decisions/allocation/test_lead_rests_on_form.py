"""From the managers' form to the lead: a lead is named on a whole form, and on no form that lacks a head."""

from functools import partial
from typing import Any

import pytest

from services.allocation.decisions.imc_form import RecordIMC
from services.allocation.decisions.record_imc import record_imc
from services.allocation.events import IMCHeld, LeadAllocated
from shared.kernel.own_events import IncompleteResolved
from tests.decisions.allocation.managers import BOTH, person, whole
from tests.decisions.allocation.naming_leads import decide, waiting
from tests.decisions.allocation.naming_leads import form as lead
from tests.decisions.allocation.test_record_imc import filled_in
from tests.decisions.on_case import CHILD, CaseStory

TARGETED = [{"child_id": CHILD, "classification": "TARGETED_EARLY_HELP"}]
WEIGHED = {"cat_recommendation": {"follow": True, "reason_code": "FITS_THE_NEEDS"}, "esp_ref": "esp-1"}


def story() -> CaseStory:
    """A child who waits, whom CAT recommended somebody for and who had early support."""
    said = {"to": "TARGETED_EARLY_HELP", "decided_in": "CAT", "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}}
    plan = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "children": [{"child_id": CHILD}]}
    return waiting().told("planning.ThresholdChanged", **said).told("planning.PlanStarted", **plan)


def talked(**more: Any) -> RecordIMC:
    """The whole form but for what a test takes out."""
    said = {"child_decisions": TARGETED, "considered": WEIGHED, "lead_candidates": [person("p-sw")], **more}
    return whole(**said)


@pytest.mark.rule("WLV-ALLOC-01")
def test_a_lead_is_named_on_a_whole_form() -> None:
    held, _, imc_id = filled_in(story().when(record_imc, talked()))
    decide(held, lead(imc_id=imc_id)).then(LeadAllocated)


@pytest.mark.rule("WLV-ALLOC-06")
@pytest.mark.rule("WLV-ALLOC-08")
@pytest.mark.rule("WLV-ALLOC-09")
@pytest.mark.rule("WLV-ALLOC-10")
@pytest.mark.rule("WLV-ALLOC-11")
@pytest.mark.rule("WLV-ALLOC-12")
@pytest.mark.rule("WLV-ALLOC-14")
@pytest.mark.parametrize(
    "rule, left_out, more",
    [
        ("WLV-ALLOC-06", {"attendees": [BOTH[0]]}, {"attendees": BOTH}),
        ("WLV-ALLOC-08", {"considered": {"esp_ref": "esp-1"}}, {"considered": WEIGHED}),
        ("WLV-ALLOC-09", {"considered": {**WEIGHED, "esp_ref": None}}, {"considered": WEIGHED}),
        ("WLV-ALLOC-10", {"needs": None}, {"needs": ["Sleep"]}),
        ("WLV-ALLOC-11", {"co_allocations": None}, {"co_allocations": []}),
        ("WLV-ALLOC-12", {"lead_candidates": None}, {"lead_candidates": [person("p-sw")]}),
        ("WLV-ALLOC-14", {"child_decisions": None}, {"child_decisions": TARGETED}),
    ],
)
def test_none_is_named_until_a_head_is_filled_in(rule: str, left_out: dict[str, Any], more: dict[str, Any]) -> None:
    held, on_file, imc_id = filled_in(story().when(record_imc, talked(**left_out)))
    decide(held, lead(imc_id=imc_id)).refused(rule)
    correction = RecordIMC.model_validate({"corrects": imc_id, **more})
    filled = held.when(partial(record_imc, on_file=on_file), correction)
    assert {type(fact.event) for fact in filled.facts} == {IMCHeld, IncompleteResolved}
    # The record first cited is the one that was filled in.
    decide(filled.kept(), lead(imc_id=imc_id)).then(LeadAllocated)


@pytest.mark.rule("WLV-INFO-02")
def test_nor_on_a_note() -> None:
    note = RecordIMC(other_information="We talked about the family.")
    held, _, imc_id = filled_in(story().when(record_imc, note))
    outcome = decide(held, lead(imc_id=imc_id))
    assert outcome.refusal is not None
    assert {"WLV-INFO-02", "WLV-ALLOC-01"} <= set(outcome.refusal.rules)
