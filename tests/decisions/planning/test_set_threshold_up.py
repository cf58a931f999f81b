"""A child rises to be in need: both managers agree it and one of them records it; in an emergency a manager does so."""

from typing import Any

import pytest

from services.planning.decisions.set_threshold import set_threshold
from services.planning.events import ThresholdChanged
from shared.kernel.events import Incomplete
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.households import (
    ADVISER,
    BOTH,
    CAT_MANAGER,
    DELIVERY,
    FHLP,
    PARTNER,
    TEAM_MANAGER,
    conferred,
    led,
    staffed,
    waiting,
)
from tests.decisions.planning.levelling import to
from tests.given import CAT

HIGHER, UP = "CHILD_IN_NEED", "CHANGE_IN_NEED_UP"
NAMED = to(HIGHER, imc_id="imc-1")


def agreed(story: CaseStory | None = None, **said: Any) -> CaseStory:
    """The managers agreed that the child is in need; the Delivery Manager acts."""
    return conferred(story or led(), HIGHER, UP, **said).by(DELIVERY)


@pytest.mark.rule("WLV-THR-10", "WLV-THR-11", "WLV-THR-20")
@pytest.mark.parametrize("manager", [DELIVERY, TEAM_MANAGER])
def test_both_managers_agree_and_one_of_them_records_it(manager: Actor):
    done = agreed().by(manager).when(set_threshold, NAMED).then(ThresholdChanged).warned()
    event = done.event
    assert (event.from_, event.to, event.direction) == ("TARGETED_EARLY_HELP", HIGHER, "STEP_UP")
    assert (event.decided_in, event.decision_ref, event.emergency) == ("IMC", "imc-1", None)
    done.cites("WLV-THR-10", "WLV-THR-20").complete("WLV-THR-20").complete("WLV-ALLOC-44")
    after = done.kept().standing()
    assert (after.state, after.level) == ("FAMILY_HELP_ACTIVE", HIGHER)


@pytest.mark.rule("WLV-THR-10", "WLV-THR-20")
def test_nothing_less_will_do():
    led().by(DELIVERY).when(set_threshold, to(HIGHER)).refused("WLV-THR-10", "WLV-THR-20")
    agreed(agreed=False).when(set_threshold, NAMED).refused("WLV-THR-10", "WLV-THR-20")
    agreed(attendees=BOTH[:1]).when(set_threshold, NAMED).refused("WLV-THR-20")
    agreed(attendees=BOTH[1:]).when(set_threshold, NAMED).refused("WLV-THR-20")
    agreed().by(FHLP).when(set_threshold, NAMED).refused("WLV-THR-20")
    agreed().when(set_threshold, to(HIGHER, imc_id="another")).refused("SYS-REF-07", "WLV-THR-10", "WLV-THR-20")
    other_child = [{"child_id": SIBLING, "classification": HIGHER, "agreed": True}]
    agreed(child_decisions=other_child).when(set_threshold, NAMED).refused("WLV-THR-10", "WLV-THR-20")


@pytest.mark.rule("WLV-THR-11")
def test_the_form_may_be_named_by_its_event_and_the_corrected_one_counts():
    story = conferred(led(), None, UP, event_id="held-1").by(DELIVERY)
    story.when(set_threshold, to(HIGHER, imc_id="held-1")).refused("WLV-THR-10", "WLV-THR-20")
    mended = conferred(story, HIGHER, UP, corrects="held-1", form_id="imc-2")
    done = mended.when(set_threshold, to(HIGHER, imc_id="held-1")).then(ThresholdChanged)
    assert done.event.decision_ref == "imc-2"


@pytest.mark.rule("WLV-THR-11", "WLV-THR-19", "WLV-INFO-02")
@pytest.mark.parametrize("rule", ["WLV-THR-11", "WLV-THR-19", "WLV-INFO-02"])
def test_a_form_with_a_gap_carries_nothing_until_it_is_filled(rule: str):
    at = led().moment
    gap = Incomplete(what="something", rule=rule, since=at, owner="DELIVERY_MANAGER")
    story = agreed(incomplete=(gap,), event_id="held-1")
    story.when(set_threshold, NAMED).refused(rule)
    filled = story.told("allocation.IncompleteResolved", of_event="held-1", what="something", rule=rule)
    filled.when(set_threshold, NAMED).then(ThresholdChanged)
    siblings = Incomplete(what="something", rule=rule, since=at, owner="DELIVERY_MANAGER", child_id=SIBLING)
    agreed(incomplete=(siblings,)).when(set_threshold, NAMED).then(ThresholdChanged)


@pytest.mark.rule("WLV-THR-22", "WLV-PLAN-12")
@pytest.mark.parametrize("rule", ["WLV-THR-22", "WLV-PLAN-12"])
def test_who_was_not_there_is_said(rule: str):
    gap = Incomplete(what="attendees", rule=rule, since=led().moment, owner="DELIVERY_MANAGER")
    agreed(incomplete=(gap,)).when(set_threshold, NAMED).then(ThresholdChanged).warned(rule)


@pytest.mark.rule("WLV-ALLOC-44")
def test_a_step_up_does_not_wait_for_the_family_to_be_told():
    done = agreed().when(set_threshold, to(HIGHER, imc_id="imc-1", family_informed=None)).warned("WLV-ALLOC-44")
    done.lacking(("WLV-ALLOC-44", "family_informed.date|family_informed.risk_exemption"))
    half = {"date": "2026-04-01", "rationale": "Said."}
    agreed().when(set_threshold, to(HIGHER, imc_id="imc-1", family_informed=half)).warned("WLV-ALLOC-44")
    half = {"child_included": True, "rationale": "Said."}
    agreed().when(set_threshold, to(HIGHER, imc_id="imc-1", family_informed=half)).warned("WLV-ALLOC-44")
    half = {"date": "2026-04-01", "child_included": True}
    agreed().when(set_threshold, to(HIGHER, imc_id="imc-1", family_informed=half)).warned("WLV-ALLOC-44")
    exempt = {"risk_exemption": "RISK_OF_HARM", "reason_not": "UNSAFE", "rationale": "Said."}
    agreed().when(set_threshold, to(HIGHER, imc_id="imc-1", family_informed=exempt)).warned().complete("WLV-ALLOC-44")


SOON = to(HIGHER, emergency=True, reason_code="EMERGENCY")


@pytest.mark.rule("WLV-THR-20", "WLV-THR-10")
@pytest.mark.parametrize("manager", [TEAM_MANAGER, DELIVERY, CAT_MANAGER])
def test_in_an_emergency_a_manager_of_the_authority_does_not_wait(manager: Actor):
    done = led().by(manager).when(set_threshold, SOON).then(ThresholdChanged)
    event = done.warned().lacking(("WLV-THR-20", "imc"), ("WLV-THR-10", "imc")).event
    # It lacks the conversation, and nothing else: it is theirs to decide.
    lacks = {item.what for item in done.facts[0].incomplete if item.rule == "WLV-THR-20"}
    assert lacks == {"imc", "imc_roles", "imc_social_workers"}
    assert (event.emergency, event.decided_in, event.reason_code) == (True, "ASSESSMENT", "EMERGENCY")
    assert done.kept().standing().level == HIGHER
    unsaid = led().by(manager).when(set_threshold, to(HIGHER, emergency=True, family_informed=None))
    unsaid.lacking(("WLV-THR-20", "reason_code")).warned("WLV-ALLOC-44")
    assert unsaid.event.reason_code == "EMERGENCY"


@pytest.mark.rule("WLV-THR-20")
def test_in_an_emergency_nobody_else_does():
    partner = Actor(id="p-partner-boss", role="DELIVERY_MANAGER", team="FAMILY_HELP")
    for somebody in (FHLP, CAT, PARTNER, partner, ADVISER):
        refused = led().by(somebody).when(set_threshold, SOON).refusal
        assert refused is not None
        assert ("WLV-THR-20", "/by") in {(one.rule, one.field) for one in refused.refusals}
        assert refused.inputs == {}


@pytest.mark.rule("WLV-THR-20")
def test_an_emergency_is_a_step_up_and_nothing_else():
    story = led(level=HIGHER).by(TEAM_MANAGER)
    lower = to("TARGETED_EARLY_HELP", emergency=True, reason_code="EMERGENCY")
    refused = story.when(set_threshold, lower).refusal
    assert refused is not None
    assert {"WLV-THR-20", "WLV-THR-12"} <= set(refused.rules)
    for level in ("UNIVERSAL", "EARLY_SUPPORT", "TARGETED_EARLY_HELP", "CP_ENQUIRY", "CHILD_PROTECTION_PLAN"):
        # Of a child without a level any other is a first one: that alone is no rise, least of all a closing.
        for child in (waiting(), led(level=HIGHER), staffed().told("referral.ReferralReceived")):
            refused = child.by(TEAM_MANAGER).when(set_threshold, to(level, emergency=True)).refusal
            assert refused is not None
            assert "WLV-THR-20" in refused.rules
    calm = to(HIGHER, emergency=False)
    led().by(TEAM_MANAGER).when(set_threshold, calm).refused("WLV-THR-10", "WLV-THR-20")


@pytest.mark.rule("WLV-THR-20", "WLV-REF-15", "WLV-REF-03")
def test_an_emergency_waits_in_no_state():
    waiting().by(TEAM_MANAGER).when(set_threshold, SOON).then(ThresholdChanged).lacking(("WLV-REF-15", "team"))
    received = staffed().told("referral.ReferralReceived").by(TEAM_MANAGER)
    done = received.when(set_threshold, SOON).then(ThresholdChanged).lacking(("WLV-REF-03", "state"))
    assert done.kept().standing().state == "RECEIVED"
    asked = led().told("planning.StrategyDiscussionRequested").by(TEAM_MANAGER)
    asked.when(set_threshold, SOON).then(ThresholdChanged)
    # CAT's own manager determines, emergency or not.
    named = to(HIGHER, emergency=True, reason_code="EMERGENCY", fhlp_recommendation={"qualification": "SOCIAL_WORKER"})
    assert waiting().by(CAT_MANAGER).when(set_threshold, named).event.decided_in == "CAT"


ASKED = {
    "WLV-ALLOC-18": "line_manager_agreement",
    "WLV-ALLOC-19": "lead_rationale",
    "NAT-ALLOC-02": "lead_agreed_at",
    "NAT-ALLOC-04": "lead_overseen_by",
}


@pytest.mark.rule("WLV-THR-20", "WLV-ALLOC-18", "WLV-ALLOC-19", "NAT-ALLOC-02", "NAT-ALLOC-04")
@pytest.mark.parametrize(
    ("social_worker", "kind", "rules"),
    [
        (True, "AUTHORITY", []),
        (False, "AUTHORITY", ["WLV-ALLOC-19", "NAT-ALLOC-02", "NAT-ALLOC-04"]),
        (True, "PARTNER", ["WLV-ALLOC-18", "WLV-ALLOC-19", "NAT-ALLOC-02"]),
        (False, "PARTNER", ["WLV-ALLOC-18", "WLV-ALLOC-19", "NAT-ALLOC-02", "NAT-ALLOC-04"]),
    ],
)
def test_what_the_choice_of_the_lead_did_not_ask_then_is_asked_now(social_worker: bool, kind: str, rules: list[str]):
    lead = {"id": "p-fhlp", "social_worker": social_worker, "employer_kind": kind}
    done = agreed(led(lead=lead)).when(set_threshold, NAMED).then(ThresholdChanged)
    done.lacking(*((rule, ASKED[rule]) for rule in rules))
    for rule in ASKED.keys() - set(rules):
        done.complete(rule)
    answered: dict[str, Any] = {
        "line_manager_agreement": {"person": {"id": "p-partner-boss"}, "date": "2026-03-01"},
        "lead_agreed_at": "2026-03-01T10:00:00+00:00",
        "overseen_by": {"id": "p-tm", "social_worker": True},
    }
    whole = agreed(led(lead=lead, **answered)).when(set_threshold, NAMED)
    for rule in ASKED.keys() - {"WLV-ALLOC-19"}:
        whole.complete(rule)
    half = agreed(led(lead=lead, supervisor={"id": "p-x", "social_worker": False})).when(set_threshold, NAMED)
    assert ("NAT-ALLOC-04" in rules) == any(one.rule == "NAT-ALLOC-04" for one in half.facts[0].incomplete)


@pytest.mark.rule("WLV-ALLOC-19")
def test_a_lead_chosen_for_a_sibling_in_need_was_weighed_then():
    lead = {"id": "p-fhlp", "social_worker": False, "employer_kind": "AUTHORITY"}
    named = {"purpose": "FAMILY_HELP", "team": "FAMILY_HELP", "lead": lead}
    story = waiting(CHILD, SIBLING).told("planning.ThresholdChanged", SIBLING, to=HIGHER, decided_in="CAT")
    story = story.told("planning.ThresholdChanged", CHILD, to="TARGETED_EARLY_HELP", decided_in="CAT")
    story = story.told("allocation.LeadAllocated", (CHILD, SIBLING), **named)
    agreed(story).when(set_threshold, NAMED).then(ThresholdChanged).complete("WLV-ALLOC-19")


@pytest.mark.rule("WLV-THR-20")
@pytest.mark.parametrize(
    "wrong",
    [
        {"reason_code": "NO_SUCH_CODE"},
        {"reason_code": "OTHER"},
        {"imc_id": "imc-nobody-knows"},
        {"authorised_by": "p-nobody"},
        {"family_informed": {"risk_exemption": "NO_SUCH_CODE"}},
        {"partner_manager_view": "NO_SUCH_CODE"},
        {"fhlp_recommendation": {"lead_id": "p-nobody"}},
        {"early_support": {"esp_lead": {"person": "p-nobody"}}},
    ],
)
def test_what_is_wrong_with_its_form_holds_up_no_emergency(wrong: dict[str, Any]):
    urgent = to(HIGHER, **({"emergency": True, "reason_code": "EMERGENCY"} | wrong))
    done = led().by(TEAM_MANAGER).when(set_threshold, urgent).then(ThresholdChanged)
    assert {"SYS-REF-03", "SYS-REF-07"} & {item.rule for item in done.facts[0].incomplete}
    assert done.kept().standing().level == HIGHER
    calm = to(HIGHER, **({"reason_code": "EMERGENCY"} | wrong))
    assert led().by(TEAM_MANAGER).when(set_threshold, calm).refusal is not None


@pytest.mark.rule("WLV-THR-20")
def test_an_emergency_raises_who_is_lower_whatever_is_known_of_the_others():
    opened = led(CHILD, SIBLING).told("planning.Section47EnquiryOpened", SIBLING, enquiry_id="e-1")
    rise = {"from": "TARGETED_EARLY_HELP", "to": "CP_ENQUIRY", "direction": "STEP_UP", "decided_in": "STRATEGY"}
    story = opened.told("planning.ThresholdChanged", SIBLING, **rise).by(TEAM_MANAGER)
    both = to(HIGHER, CHILD, SIBLING, emergency=True, reason_code="EMERGENCY")
    after = story.when(set_threshold, both).then(ThresholdChanged).kept()
    assert (after.standing().level, after.standing(SIBLING).level) == (HIGHER, "CP_ENQUIRY")
    # An ordinary step does not pass over the protected one, nor does anybody else's.
    calm = to(HIGHER, CHILD, SIBLING, imc_id="imc-1")
    assert "WLV-THR-12" in str(conferred(story, HIGHER, UP).when(set_threshold, calm).refusal)
    assert "WLV-THR-20" in str(story.by(FHLP).when(set_threshold, both).refusal)


@pytest.mark.rule("WLV-THR-20")
def test_an_emergency_waits_for_no_entry_in_the_register():
    new = Actor(id="p-new", role="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
    story = led().appointed("p-new", "SW_TEAM_MANAGER", "FAMILY_HELP").by(new)
    story.when(set_threshold, SOON).then(ThresholdChanged).lacking(("WLV-THR-17", "employed"))
    assert "WLV-THR-17" in str(conferred(story, HIGHER, UP).when(set_threshold, to(HIGHER, imc_id="imc-1")).refusal)


@pytest.mark.rule("WLV-REF-15", "WLV-THR-20")
def test_what_an_emergency_set_cat_still_determines():
    raised = waiting().by(TEAM_MANAGER).when(set_threshold, SOON).kept()
    assert (raised.standing().state, raised.standing().level) == ("AWAITING_THRESHOLD", HIGHER)
    named = to(HIGHER, fhlp_recommendation={"qualification": "SOCIAL_WORKER"})
    event = raised.by(CAT).when(set_threshold, named).then(ThresholdChanged).event
    assert (event.from_, event.to, event.direction, event.decided_in) == (HIGHER, HIGHER, None, "CAT")
    determined_ = raised.by(CAT).when(set_threshold, named).kept()
    assert determined_.standing().state == "AWAITING_ALLOCATION"
    assert determined_.when(set_threshold, named).then()


@pytest.mark.rule("WLV-THR-20", "WLV-REF-03", "WLV-ALLOC-47")
@pytest.mark.parametrize(("outcome", "state"), [("NFA", "CLOSED"), ("EARLY_SUPPORT_START", "EARLY_SUPPORT")])
def test_whom_an_emergency_raises_is_not_left_without_cat(outcome: str, state: str):
    story = (
        staffed()
        .told("referral.ReferralReceived")
        .told("referral.ReferralTriaged", triage_rag="GREEN", outcome=outcome)
    )
    assert story.standing().state == state
    done = story.by(TEAM_MANAGER).when(set_threshold, SOON).then(ThresholdChanged)
    # A first level is a rise as well: nothing of the row of emergencies is missing.
    assert {item.what for item in done.facts[0].incomplete if item.rule == "WLV-THR-20"} <= {"imc"}
    after = done.lacking(("WLV-REF-03", "new_referral")).kept().standing()
    assert (after.state, after.level) == ("CAT_ASSESSMENT", HIGHER)
    led().by(TEAM_MANAGER).when(set_threshold, SOON).complete("WLV-REF-03")
    # Any other change of level moves nobody out of there.
    calm = story.told("planning.ThresholdChanged", to=HIGHER, decided_in="ASSESSMENT")
    assert calm.standing().state == state
