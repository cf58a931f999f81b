"""The first level of a child: CAT determines it, and recommends who should lead."""

from typing import Any

import pytest

from services.planning.decisions.set_threshold import SetThreshold, set_threshold
from services.planning.events import ThresholdChanged
from shared.kernel.people import Actor
from shared.protocol.load import protocol_of
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.households import (
    ADVISER,
    DELIVERY,
    FHLP,
    PARTNER,
    TEAM_MANAGER,
    determined,
    led,
    staffed,
    waiting,
    with_cat,
)
from tests.decisions.planning.levelling import to
from tests.given import CAT

NAMED: dict[str, Any] = {"fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}}


@pytest.mark.rule("WLV-REF-15", "WLV-THR-09", "WLV-REF-26", "SYS-REF-02")
@pytest.mark.parametrize("level", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_cat_determines_it(level: str):
    done = waiting().when(set_threshold, to(level, **NAMED)).then(ThresholdChanged).warned()
    event = done.event
    assert (event.from_, event.to, event.direction) == (None, level, None)
    assert (event.decided_in, event.reason_code, event.authorised_by.id) == ("CAT", "CAT_DETERMINATION", CAT.id)
    assert event.fhlp_recommendation.qualification == "AQ_ACCEPTABLE"
    done.cites("WLV-REF-15", "WLV-THR-09", "WLV-REF-26", "SYS-REF-02")
    after = done.kept().standing()
    assert (after.state, after.level) == ("AWAITING_ALLOCATION", level)


@pytest.mark.rule("WLV-REF-15")
@pytest.mark.parametrize("level", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_cat_may_correct_it(level: str):
    other = "CHILD_IN_NEED" if level == "TARGETED_EARLY_HELP" else "TARGETED_EARLY_HELP"
    done = determined(level=other).when(set_threshold, to(level, reason_code="OTHER", reason_note="We saw more."))
    event = done.then(ThresholdChanged).warned().event
    assert (event.from_, event.reason_code, event.reason_note.clear) == (other, "OTHER", "We saw more.")
    assert done.kept().standing().state == "AWAITING_ALLOCATION"


@pytest.mark.rule("WLV-REF-15")
@pytest.mark.parametrize(
    "state", ["AWAITING_THRESHOLD", "AWAITING_ALLOCATION", "CAT_ASSESSMENT", "EARLY_SUPPORT", "STRATEGY_CAT"]
)
@pytest.mark.parametrize("level", ["CHILD_IN_NEED", "TARGETED_EARLY_HELP"])
def test_nobody_else_does(state: str, level: str):
    story = in_state(state, level)
    assert story.standing().state == state
    story.by(TEAM_MANAGER).when(set_threshold, to(level)).refused("WLV-REF-15")


def in_state(state: str, wanted: str = "CHILD_IN_NEED") -> CaseStory:
    """A child before Family Help."""
    match state:
        case "AWAITING_THRESHOLD":
            return waiting()
        case "AWAITING_ALLOCATION":
            return determined(level="CHILD_IN_NEED" if wanted == "TARGETED_EARLY_HELP" else "TARGETED_EARLY_HELP")
        case "CAT_ASSESSMENT":
            return with_cat()
        case "STRATEGY_CAT":
            return with_cat().told("planning.StrategyDiscussionRequested")
        case _:
            received = staffed().told("referral.ReferralReceived")
            return received.told("referral.ReferralTriaged", triage_rag="GREEN", outcome="EARLY_SUPPORT_START")


@pytest.mark.rule("WLV-REF-26")
def test_in_its_own_assessment_cat_determines_by_completing_it():
    with_cat().when(set_threshold, to("CHILD_IN_NEED")).refused("WLV-REF-26")
    in_state("EARLY_SUPPORT").when(set_threshold, to("CHILD_IN_NEED")).refused("WLV-REF-26")
    waiting().when(set_threshold, to("UNIVERSAL")).refused("WLV-REF-26")
    waiting().when(set_threshold, to("LOOKED_AFTER")).refused("WLV-REF-26")
    led().by(TEAM_MANAGER).when(set_threshold, to("CP_ENQUIRY")).refused("WLV-REF-26")


@pytest.mark.rule("WLV-REF-03")
def test_no_level_comes_before_triage():
    staffed().told("referral.ReferralReceived").when(set_threshold, to("CHILD_IN_NEED")).refused("WLV-REF-03")


@pytest.mark.rule("WLV-REF-15")
def test_a_level_that_the_child_holds_is_not_set_again():
    assert determined().when(set_threshold, to("TARGETED_EARLY_HELP")).then().facts == ()
    both = determined(CHILD).told("referral.ReferralReceived", SIBLING)
    both = both.told("referral.ReferralTriaged", SIBLING, triage_rag="AMBER", outcome="FAMILY_HELP")
    done = both.when(set_threshold, to("TARGETED_EARLY_HELP", CHILD, SIBLING, **NAMED)).then(ThresholdChanged)
    assert done.facts[0].child_ids == (SIBLING,)


@pytest.mark.rule("WLV-REF-16")
def test_who_should_lead_is_asked_for_on_the_direct_way():
    waiting().when(set_threshold, to("CHILD_IN_NEED")).then(ThresholdChanged).warned("WLV-REF-16")
    determined().when(set_threshold, to("CHILD_IN_NEED")).then(ThresholdChanged).warned()


@pytest.mark.rule("WLV-THR-17", "WLV-TRAIN-06", "SYS-REF-02")
def test_only_the_authority_sets_a_level():
    partner_in_cat = Actor(id="p-partner-boss", role="SOCIAL_WORKER", team="CAT")
    waiting().by(partner_in_cat).when(set_threshold, to("CHILD_IN_NEED", **NAMED)).refused("WLV-THR-17")
    for_them = to("CHILD_IN_NEED", authorised_by="p-cat-boss", **NAMED)
    waiting().by(partner_in_cat).when(set_threshold, for_them).refused("WLV-THR-17")
    nobody = Actor(id="p-unknown", role="SOCIAL_WORKER", team="CAT")
    waiting().by(nobody).when(set_threshold, to("CHILD_IN_NEED", **NAMED)).refused("WLV-THR-17")
    waiting().when(set_threshold, to("CHILD_IN_NEED", authorised_by="p-partner-boss", **NAMED)).refused("WLV-THR-17")
    adviser = Actor(id=ADVISER.id, role=ADVISER.role, team="CAT", social_worker=True)
    waiting().by(adviser).when(set_threshold, to("CHILD_IN_NEED", **NAMED)).refused("WLV-TRAIN-06")
    other = Actor(id=FHLP.id, role="SOCIAL_WORKER", team="MASH")
    refused = waiting().by(other).when(set_threshold, to("CHILD_IN_NEED", **NAMED)).refusal
    assert refused is not None
    assert "SYS-REF-02" in refused.rules


@pytest.mark.rule("SYS-REF-02")
def test_managers_and_the_lead_may_and_are_judged_by_the_rows():
    line = Actor(id=TEAM_MANAGER.id, role="LINE_MANAGER", team=None, social_worker=True)
    for somebody in (TEAM_MANAGER, DELIVERY, line, FHLP, PARTNER):
        refused = led().by(somebody).when(set_threshold, to("UNIVERSAL")).refusal
        assert refused is not None
        assert "SYS-REF-02" not in refused.rules


@pytest.mark.rule("SYS-REF-07")
def test_what_it_names_is_known_here():
    waiting().when(set_threshold, to("CHILD_IN_NEED", "nobody", **NAMED)).refused("SYS-REF-07", "WLV-REF-26")
    for field in ("imc_id", "authorised_by"):
        refused = waiting().when(set_threshold, to("CHILD_IN_NEED", **NAMED, **{field: "nothing"})).refusal
        assert refused is not None
        assert "SYS-REF-07" in refused.rules
    unknown = {"fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE", "lead_id": "p-nobody"}}
    waiting().when(set_threshold, to("CHILD_IN_NEED", **unknown)).refused("SYS-REF-07")
    known = {"fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE", "lead_id": "p-esl"}}
    assert waiting().when(set_threshold, to("CHILD_IN_NEED", **known)).event.fhlp_recommendation.lead_id == "p-esl"


@pytest.mark.rule("NAT-REF-04")
def test_a_homeless_child_of_sixteen_may_have_to_be_accommodated():
    homeless = waiting().told("referral.PathwayDecided", pathway="HOMELESS_16_17")
    homeless.when(set_threshold, to("CHILD_IN_NEED", **NAMED)).refused("NAT-REF-04")
    done = homeless.when(set_threshold, to("CHILD_IN_NEED", section20_considered=True, **NAMED)).then(ThresholdChanged)
    assert done.event.section20_considered is True
    done.kept().when(set_threshold, to("TARGETED_EARLY_HELP", **NAMED)).then(ThresholdChanged)
    elsewhere = waiting().told("referral.PathwayDecided", pathway="PRIVATE_FOSTERING")
    elsewhere.when(set_threshold, to("CHILD_IN_NEED", **NAMED)).then(ThresholdChanged)


@pytest.mark.rule("NAT-THR-06")
def test_the_level_of_a_child_protection_plan_comes_with_the_plan():
    led().by(TEAM_MANAGER).when(set_threshold, to("CHILD_PROTECTION_PLAN")).refused("NAT-THR-06")
    planned = led().told("planning.PlanStarted", plan_id="cp-1", type="CP")
    planned.by(TEAM_MANAGER).when(set_threshold, to("CHILD_PROTECTION_PLAN")).refused("WLV-REF-26")


@pytest.mark.rule("WLV-QA-07")
def test_high_risk_is_said_with_a_reason():
    done = waiting().when(set_threshold, to("CHILD_IN_NEED", risk_profile=["HIGH", "COMPLEX"], **NAMED))
    assert done.warned("WLV-QA-07").event.risk_profile == ("HIGH", "COMPLEX")
    reasoned = to("CHILD_IN_NEED", risk_profile=["DYNAMIC"], reason_code="CAT_DETERMINATION", **NAMED)
    waiting().when(set_threshold, reasoned).warned()


def test_the_codes_of_levels():
    protocol = protocol_of("WLV", waiting().moment)
    assert protocol.codes("SetThreshold.reason_code") == (
        "EARLY_SUPPORT_AT_TRIAGE",
        "OTHER",
        "CAT_DETERMINATION",
        "AGREED_AT_IMC",
        "AGREED_AT_REVIEW",
        "EMERGENCY",
    )
    assert protocol.codes("SetThreshold.partner_manager_view") == ("AGREES", "DISAGREES", "NOT_REACHED", "OTHER")
    assert protocol.codes("SetThreshold.risk_exemption") == ("RISK_OF_HARM", "OTHER")
    assert protocol.codes("SetThreshold.reason_not") == ("TOO_YOUNG", "UNBORN", "UNSAFE", "DECLINED", "OTHER")


@pytest.mark.rule("SYS-REF-03")
def test_a_code_is_one_of_the_list():
    waiting().when(set_threshold, to("CHILD_IN_NEED", reason_code="BORED", **NAMED)).refused("SYS-REF-03")
    told = {"risk_exemption": "NO_TIME", "reason_not": "NO_WISH", "rationale": "Said."}
    refused = waiting().when(set_threshold, to("CHILD_IN_NEED", family_informed=told, **NAMED)).refused("SYS-REF-03")
    assert refused.refusal is not None
    assert {one.field for one in refused.refusal.refusals} == {
        "/family_informed/risk_exemption",
        "/family_informed/reason_not",
    }


@pytest.mark.rule("WLV-THR-09")
def test_no_record_of_a_level_is_without_one():
    (kept,) = [block for block in waiting().protocol.records("SetThreshold") if block.rule == "WLV-THR-09"]
    # The contract asks for it before any rule does: what is left to see is that the rule asks for the same.
    assert kept.needs == ("to",)
    assert SetThreshold.model_fields["to"].is_required()
