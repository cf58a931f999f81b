"""The process map, arrow by arrow, from the rulebook and not from the pack: where each event leads from each state."""

import pytest

from shared.protocol.standing import draws, standings
from tests.packs.told import CHILD, facts, said, stands, wlv


def triaged(rag, outcome, **data):
    return said("referral.ReferralTriaged", triage_rag=rag, outcome=outcome, **data)


def held(outcome, by, **landing):
    child = {"child_id": CHILD, "outcome": outcome, **landing}
    return said("planning.StrategyDiscussionHeld", held_by=by, children=[child])


def assessed(outcome):
    return said("planning.AssessmentCompleted", team="CAT", children=[{"child_id": CHILD, "outcome": outcome}])


def level(to, by="CAT"):
    return said("planning.ThresholdChanged", to=to, decided_in=by)


def led(purpose):
    return said("allocation.LeadAllocated", purpose=purpose)


def concluded(outcome, enquiry="q1"):
    return said("planning.Section47EnquiryConcluded", enquiry_id=enquiry, outcome=outcome)


def opened(enquiry="q1"):
    return said("planning.Section47EnquiryOpened", enquiry_id=enquiry)


RECEIVED = said("referral.ReferralReceived")
ASKED = said("planning.StrategyDiscussionRequested")
WITHDRAWN = said("planning.LCPPConversationHeld", cp_triggered=False, request_withdrawn={"by": "x"})
CLOSED = said("planning.CaseClosed", reason_code="RC7")
CAT_STARTS = said("planning.AssessmentStarted", team="CAT")
PLAN = said("planning.InitialConferenceHeld", decision="PLAN")
NO_PLAN = said("planning.InitialConferenceHeld", decision="NO_PLAN")
END_PLAN = said("planning.ReviewConferenceHeld", decision="END_PLAN")
GO_ON = said("planning.ReviewConferenceHeld", decision="CONTINUE")
ESP_ENDS = said("planning.PlanEnded", type="EARLY_SUPPORT_PLAN", plan_id="esp")
LEAD_ENDS = said("allocation.LeadEnded", role="LEAD_PRACTITIONER")

EARLY = (RECEIVED, triaged("GREEN", "EARLY_SUPPORT_START"))
ENDED = (RECEIVED, triaged("GREEN", "NFA"))
WAITS_FOR_LEVEL = (RECEIVED, triaged("AMBER", "FAMILY_HELP"))
WITH_CAT = (RECEIVED, triaged("AMBER", "CAT_ASSESSMENT"))
WAITS_FOR_LEAD = (*WAITS_FOR_LEVEL, level("CHILD_IN_NEED"))
LEAD_BESIDE_CAT = (*WAITS_FOR_LEAD, ASKED, led("FAMILY_HELP"))
HELPED = (*WAITS_FOR_LEAD, led("FAMILY_HELP"))
AT_MASH = (RECEIVED, triaged("RED", "STRATEGY_DISCUSSION"))
AT_CAT = (*WITH_CAT, ASKED)
OVER_HELP = (*HELPED, ASKED)
ENQUIRY = (*AT_MASH, held("S47", "MASH"), opened())
ENQUIRY_OVER_HELP = (*OVER_HELP, held("S47", "FAMILY_HELP"), opened())
CP = (*ENQUIRY, PLAN)
CP_OVER_HELP = (*ENQUIRY_OVER_HELP, PLAN)

STARTS = {
    "RECEIVED": (RECEIVED,),
    "EARLY_SUPPORT": EARLY,
    "CLOSED": ENDED,
    "AWAITING_THRESHOLD": WAITS_FOR_LEVEL,
    "CAT_ASSESSMENT": WITH_CAT,
    "AWAITING_ALLOCATION": WAITS_FOR_LEAD,
    "FAMILY_HELP_ACTIVE": HELPED,
    "STRATEGY_MASH": AT_MASH,
    "STRATEGY_CAT": AT_CAT,
    "STRATEGY_OPEN": OVER_HELP,
    "S47_MACPT": ENQUIRY,
    "CP_PLAN": CP,
}


@pytest.mark.parametrize("state", STARTS)
def test_each_state_is_reached(state):
    assert stands(*STARTS[state]).state == state


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize("state", STARTS)
def test_a_closure_by_event_ends_every_state(state):
    after = stands(*STARTS[state], CLOSED)
    assert (after.state, after.protected, after.level) == ("CLOSED", False, None)


DECIDED = (
    "EARLY_SUPPORT",
    "AWAITING_THRESHOLD",
    "CAT_ASSESSMENT",
    "AWAITING_ALLOCATION",
    "FAMILY_HELP_ACTIVE",
    "CLOSED",
)
ARROWS = [
    # triage
    ((RECEIVED,), triaged("GREEN", "NFA"), "CLOSED"),
    ((RECEIVED,), triaged("GREEN", "SIGNPOSTED"), "CLOSED"),
    ((RECEIVED,), triaged("GREEN", "EARLY_SUPPORT_START"), "EARLY_SUPPORT"),
    ((RECEIVED,), triaged("GREEN", "EARLY_SUPPORT_CONTINUE"), "EARLY_SUPPORT"),
    ((RECEIVED,), triaged("AMBER", "FAMILY_HELP"), "AWAITING_THRESHOLD"),
    ((RECEIVED,), triaged("AMBER", "CAT_ASSESSMENT"), "CAT_ASSESSMENT"),
    ((RECEIVED,), triaged("RED", "STRATEGY_DISCUSSION"), "STRATEGY_MASH"),
    ((RECEIVED,), triaged(None, "STRATEGY_DISCUSSION"), "STRATEGY_MASH"),
    ((RECEIVED,), triaged("AMBER", "NFA"), "RECEIVED"),
    ((RECEIVED,), triaged("GREEN", "FAMILY_HELP"), "RECEIVED"),
    ((RECEIVED,), triaged("RED", "CAT_ASSESSMENT"), "RECEIVED"),
    # one more RED about a child already decided asks the MASH anew
    *((STARTS[state], triaged("RED", "STRATEGY_DISCUSSION"), "STRATEGY_MASH") for state in DECIDED),
    # the urgent acts
    ((RECEIVED,), ASKED, "STRATEGY_MASH"),
    (EARLY, ASKED, "STRATEGY_MASH"),
    (ENDED, ASKED, "STRATEGY_MASH"),
    ((RECEIVED,), held("S17", "MASH"), "CAT_ASSESSMENT"),
    (EARLY, held("S17", "MASH"), "CAT_ASSESSMENT"),
    (ENDED, held("S17", "MASH"), "CAT_ASSESSMENT"),
    ((RECEIVED,), held("S47", "MASH"), "S47_MACPT"),
    (EARLY, held("S47", "MASH"), "S47_MACPT"),
    (WAITS_FOR_LEVEL, ASKED, "STRATEGY_CAT"),
    (WITH_CAT, ASKED, "STRATEGY_CAT"),
    (WAITS_FOR_LEAD, ASKED, "STRATEGY_CAT"),
    (WAITS_FOR_LEVEL, held("S17", "CAT"), "AWAITING_ALLOCATION"),
    (WITH_CAT, held("NFA", "CAT"), "CLOSED"),
    (WITH_CAT, held("NFA", "CAT", landing_state="CLOSED"), "CLOSED"),
    (WAITS_FOR_LEVEL, held("NFA", "CAT", landing_state="CAT_ASSESSMENT"), "AWAITING_THRESHOLD"),
    (WAITS_FOR_LEAD, held("S47", "CAT"), "S47_MACPT"),
    (HELPED, ASKED, "STRATEGY_OPEN"),
    (HELPED, held("CONTINUE_FAMILY_HELP", "FAMILY_HELP"), "FAMILY_HELP_ACTIVE"),
    (HELPED, held("S47", "MACPT"), "S47_MACPT"),
    *((STARTS[state], opened(), "S47_MACPT") for state in STARTS if state != "CP_PLAN"),
    (CP, opened("q2"), "CP_PLAN"),
    # a plan protects a child also where nobody told of the enquiry that it came from
    *((STARTS[state], PLAN, "CP_PLAN") for state in STARTS),
    (HELPED, NO_PLAN, "FAMILY_HELP_ACTIVE"),
    ((*HELPED, PLAN), level("TARGETED_EARLY_HELP", by="REVIEW"), "CP_PLAN"),
    ((*HELPED, PLAN), END_PLAN, "FAMILY_HELP_ACTIVE"),
    # early support
    (EARLY, said("referral.EarlySupportReviewed", refer=True), "EARLY_SUPPORT"),
    (EARLY, ESP_ENDS, "CLOSED"),
    (EARLY, said("planning.PlanEnded", type="FAMILY_HELP_PLAN", plan_id="p"), "EARLY_SUPPORT"),
    (EARLY, led("EARLY_SUPPORT"), "EARLY_SUPPORT"),
    (EARLY, led("FAMILY_HELP"), "CLOSED"),
    # CAT
    (WAITS_FOR_LEVEL, level("CHILD_IN_NEED"), "AWAITING_ALLOCATION"),
    (WAITS_FOR_LEVEL, level("TARGETED_EARLY_HELP"), "AWAITING_ALLOCATION"),
    (WAITS_FOR_LEVEL, level("CHILD_IN_NEED", by="IMC"), "AWAITING_THRESHOLD"),
    (WAITS_FOR_LEVEL, level("UNIVERSAL"), "AWAITING_THRESHOLD"),
    (WAITS_FOR_LEAD, level("TARGETED_EARLY_HELP"), "AWAITING_ALLOCATION"),
    (WAITS_FOR_LEVEL, CAT_STARTS, "CAT_ASSESSMENT"),
    (WAITS_FOR_LEVEL, said("planning.AssessmentStarted", team="MASH"), "AWAITING_THRESHOLD"),
    (WAITS_FOR_LEAD, CAT_STARTS, "CAT_ASSESSMENT"),
    (WITH_CAT, CAT_STARTS, "CAT_ASSESSMENT"),
    (WITH_CAT, led("CAT_ASSESSMENT"), "CAT_ASSESSMENT"),
    (WITH_CAT, assessed("NFA"), "CLOSED"),
    (WITH_CAT, assessed("SIGNPOSTED"), "CLOSED"),
    (WITH_CAT, assessed("FAMILY_HELP"), "AWAITING_ALLOCATION"),
    (WITH_CAT, assessed("STRATEGY_DISCUSSION"), "STRATEGY_CAT"),
    # strategy discussions
    *((STARTS[state], held("S47", "MASH"), "S47_MACPT") for state in STARTS if state.startswith("STRATEGY")),
    (AT_MASH, held("S17", "MASH"), "CAT_ASSESSMENT"),
    (AT_MASH, held("NFA", "MASH"), "CAT_ASSESSMENT"),
    (AT_MASH, held(None, "MASH"), "CAT_ASSESSMENT"),
    (AT_CAT, held("NFA", "CAT"), "CLOSED"),
    (AT_CAT, held("S17", "CAT"), "AWAITING_ALLOCATION"),
    (AT_CAT, held("FAMILY_HELP_NOT_S17", "CAT"), "AWAITING_ALLOCATION"),
    (AT_CAT, held("NFA", "MASH"), "CAT_ASSESSMENT"),
    (AT_CAT, held("S17", "MASH"), "CAT_ASSESSMENT"),
    (AT_CAT, held("CONTINUE_FAMILY_HELP", "CAT"), "CAT_ASSESSMENT"),
    (OVER_HELP, held("CONTINUE_FAMILY_HELP", "MACPT"), "FAMILY_HELP_ACTIVE"),
    (OVER_HELP, held("NFA", "MASH"), "FAMILY_HELP_ACTIVE"),
    (LEAD_BESIDE_CAT, held("NFA", "CAT"), "FAMILY_HELP_ACTIVE"),
    # a request withdrawn
    ((RECEIVED, ASKED), WITHDRAWN, "RECEIVED"),
    (AT_CAT, WITHDRAWN, "CAT_ASSESSMENT"),
    (OVER_HELP, WITHDRAWN, "FAMILY_HELP_ACTIVE"),
    (AT_MASH, WITHDRAWN, "STRATEGY_MASH"),
    ((*AT_MASH, ASKED), WITHDRAWN, "STRATEGY_MASH"),
    ((*WITH_CAT, assessed("STRATEGY_DISCUSSION"), ASKED), WITHDRAWN, "STRATEGY_CAT"),
    (OVER_HELP, said("planning.LCPPConversationHeld", cp_triggered=True), "STRATEGY_OPEN"),
    # Family Help
    (WAITS_FOR_LEAD, led("FAMILY_HELP"), "FAMILY_HELP_ACTIVE"),
    (WAITS_FOR_LEAD, led("CAT_ASSESSMENT"), "AWAITING_ALLOCATION"),
    (HELPED, led("FAMILY_HELP"), "FAMILY_HELP_ACTIVE"),
    (HELPED, said("planning.PlanReviewed", family_present=True), "FAMILY_HELP_ACTIVE"),
    (HELPED, level("TARGETED_EARLY_HELP", by="REVIEW"), "FAMILY_HELP_ACTIVE"),
    (HELPED, level("CHILD_IN_NEED", by="IMC"), "FAMILY_HELP_ACTIVE"),
    (HELPED, level("UNIVERSAL", by="REVIEW"), "CLOSED"),
    (HELPED, level("EARLY_SUPPORT", by="REVIEW"), "EARLY_SUPPORT"),
    # enquiry, conference, plan
    (ENQUIRY, led("CP_ENQUIRY"), "S47_MACPT"),
    (ENQUIRY, PLAN, "CP_PLAN"),
    (ENQUIRY, concluded("CONFERENCE"), "S47_MACPT"),
    (ENQUIRY, concluded("NO_FURTHER_NEED"), "CLOSED"),
    (ENQUIRY, concluded("SUPPORT_CHILD_IN_NEED"), "CAT_ASSESSMENT"),
    (ENQUIRY, NO_PLAN, "CAT_ASSESSMENT"),
    ((*ENQUIRY, opened("q2")), concluded("NO_FURTHER_NEED"), "S47_MACPT"),
    (ENQUIRY_OVER_HELP, concluded("NO_FURTHER_NEED"), "FAMILY_HELP_ACTIVE"),
    (ENQUIRY_OVER_HELP, concluded("EARLY_HELP"), "FAMILY_HELP_ACTIVE"),
    (ENQUIRY_OVER_HELP, NO_PLAN, "FAMILY_HELP_ACTIVE"),
    ((*WITH_CAT, opened()), concluded("NO_FURTHER_NEED"), "CAT_ASSESSMENT"),
    ((*ENQUIRY, led("FAMILY_HELP")), concluded("NO_FURTHER_NEED"), "FAMILY_HELP_ACTIVE"),
    (ENQUIRY, ASKED, "S47_MACPT"),
    (ENQUIRY, held("NFA", "MACPT"), "S47_MACPT"),
    (ENQUIRY, triaged("RED", "STRATEGY_DISCUSSION"), "S47_MACPT"),
    (CP, ASKED, "CP_PLAN"),
    (CP, held("S47", "MACPT"), "CP_PLAN"),
    (CP, triaged("RED", "STRATEGY_DISCUSSION"), "CP_PLAN"),
    (CP, GO_ON, "CP_PLAN"),
    (CP, concluded("CONFERENCE"), "CP_PLAN"),
    (CP, END_PLAN, "AWAITING_ALLOCATION"),
    ((*CP, led("FAMILY_HELP")), END_PLAN, "FAMILY_HELP_ACTIVE"),
    (CP_OVER_HELP, END_PLAN, "FAMILY_HELP_ACTIVE"),
    ((*CP_OVER_HELP, LEAD_ENDS), END_PLAN, "AWAITING_ALLOCATION"),
    ((*CP_OVER_HELP, said("allocation.LeadEnded", role="CP_LEAD")), END_PLAN, "FAMILY_HELP_ACTIVE"),
    ((*CP, opened("q2")), END_PLAN, "S47_MACPT"),
    # what is not drawn does not happen
    (ENDED, triaged("AMBER", "FAMILY_HELP"), "CLOSED"),
    (ENDED, led("FAMILY_HELP"), "CLOSED"),
    ((RECEIVED,), led("FAMILY_HELP"), "RECEIVED"),
    (HELPED, said("planning.LookedAfterStarted"), "FAMILY_HELP_ACTIVE"),
]  # fmt: skip


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize(("before", "event", "state"), ARROWS)
def test_a_child_moves_where_the_map_draws_an_arrow(before, event, state):
    assert stands(*before, event).state == state


UNDERNEATH = [
    ((RECEIVED, ASKED, triaged("AMBER", "FAMILY_HELP")), "STRATEGY_MASH", "AWAITING_THRESHOLD"),
    ((RECEIVED, ASKED, triaged("GREEN", "NFA")), "STRATEGY_MASH", "CLOSED"),
    ((*WAITS_FOR_LEAD, ASKED, led("FAMILY_HELP")), "STRATEGY_CAT", "FAMILY_HELP_ACTIVE"),
    ((*ENQUIRY, led("FAMILY_HELP")), "S47_MACPT", "FAMILY_HELP_ACTIVE"),
    ((*CP, led("FAMILY_HELP")), "CP_PLAN", "FAMILY_HELP_ACTIVE"),
    ((*ENQUIRY, triaged("GREEN", "NFA")), "S47_MACPT", "CLOSED"),
    ((*OVER_HELP, ESP_ENDS), "STRATEGY_OPEN", "FAMILY_HELP_ACTIVE"),
    ((*EARLY, ASKED, ESP_ENDS), "STRATEGY_MASH", "CLOSED"),
    ((opened(), RECEIVED), "S47_MACPT", "RECEIVED"),
]


@pytest.mark.rule("NAT-REF-05")
@pytest.mark.parametrize(("events", "state", "beneath"), UNDERNEATH)
def test_a_protection_yields_to_nothing_but_its_own_ending(events, state, beneath):
    after = stands(*events)
    assert (after.state, after.beneath, after.protected) == (state, beneath, True)


@pytest.mark.rule("NAT-THR-06")
def test_a_second_conference_that_decides_on_a_plan_leaves_the_child_in_it_since_the_first():
    assert stands(*CP, PLAN).since == stands(*CP).since
    assert stands(*CP, PLAN).state == "CP_PLAN"


@pytest.mark.rule("NAT-REF-05")
@pytest.mark.parametrize(
    ("events", "runs"),
    [
        ((RECEIVED,), False),
        ((RECEIVED, ASKED), True),
        ((RECEIVED, ASKED, WITHDRAWN), False),
        (AT_MASH, True),
        ((*AT_MASH, held("S17", "MASH")), False),
        ((*AT_MASH, held("S47", "MASH")), True),
        (ENQUIRY, True),
        ((*ENQUIRY, concluded("CONFERENCE")), False),
        ((*ENQUIRY, concluded("CONFERENCE"), PLAN), False),
        ((*ENQUIRY, CLOSED), False),
        # The late triage of what an urgent act began only confirms it; one more RED asks anew.
        ((RECEIVED, ASKED, held("S17", "MASH"), triaged("RED", "STRATEGY_DISCUSSION")), False),
        ((*AT_MASH, held("S17", "MASH"), triaged("RED", "STRATEGY_DISCUSSION")), True),
        ((*WITH_CAT, assessed("STRATEGY_DISCUSSION")), True),
    ],
)
def test_a_discussion_or_an_enquiry_runs_until_it_has_ended(events, runs):
    assert stands(*events).protection_runs is runs


@pytest.mark.rule("WLV-REF-03")
def test_a_child_in_whose_case_nothing_was_received_moves_by_an_urgent_act_too():
    assert stands(ASKED).state == "STRATEGY_MASH"
    assert stands(opened()).state == "S47_MACPT"


def test_the_level_is_the_last_one_and_since_the_time_of_the_last_move():
    after = stands(*HELPED, level("TARGETED_EARLY_HELP", by="REVIEW"))
    assert after.level == "TARGETED_EARLY_HELP"
    assert after.since == stands(*HELPED).since


def test_triage_is_awaited_in_received_alone():
    moves = wlv().moves
    assert stands(RECEIVED).awaits_triage(moves)
    assert not any(stands(*events).awaits_triage(moves) for state, events in STARTS.items() if state != "RECEIVED")
    opened_now = {state for state, events in STARTS.items() if stands(*events).is_open(moves)}
    assert set(STARTS) - opened_now == {"RECEIVED", "EARLY_SUPPORT", "CLOSED"}


NOTHING_MOVES = [
    (EARLY, said("referral.EarlySupportReviewed", refer=False)),
    (EARLY, led("EARLY_SUPPORT")),
    (WITH_CAT, CAT_STARTS),
    (WITH_CAT, led("CAT_ASSESSMENT")),
    (WAITS_FOR_LEAD, level("TARGETED_EARLY_HELP")),
    (WAITS_FOR_LEAD, level("CHILD_IN_NEED")),
    (HELPED, led("FAMILY_HELP")),
    (HELPED, said("planning.PlanReviewed")),
    (HELPED, level("CHILD_IN_NEED", by="IMC")),
    (HELPED, level("TARGETED_EARLY_HELP", by="IMC")),
    (ENQUIRY, opened("q2")),
    (ENQUIRY, led("FAMILY_HELP")),
    (ENQUIRY, concluded("CONFERENCE")),
    (CP, opened("q2")),
    (CP, led("FAMILY_HELP")),
    # a late first triage confirms the urgent act, also when that has ended
    ((RECEIVED, held("S17", "MASH")), triaged("RED", "STRATEGY_DISCUSSION")),
    ((RECEIVED, ASKED, held("S17", "MASH"), CLOSED), triaged("RED", "STRATEGY_DISCUSSION")),
]
NOT_DRAWN = [
    ((RECEIVED,), led("FAMILY_HELP")),
    ((RECEIVED,), said("referral.EarlySupportReviewed", refer=False)),
    (EARLY, led("CAT_ASSESSMENT")),
    (WAITS_FOR_LEVEL, led("FAMILY_HELP")),
    (WITH_CAT, led("FAMILY_HELP")),
    (WITH_CAT, said("planning.AssessmentStarted", team="MASH")),
    (HELPED, led("CAT_ASSESSMENT")),
    (HELPED, level("CP_ENQUIRY")),
    (ENDED, triaged("AMBER", "FAMILY_HELP")),
    (ENQUIRY, said("planning.PlanReviewed")),
]


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize(("before", "event"), NOTHING_MOVES)
def test_some_arrows_lead_back_to_where_they_start(before, event):
    now = stands(*before)
    assert draws(now, *event, CHILD, wlv())
    after = stands(*before, event)
    assert (after.state, after.since) == (now.state, now.since) or after.state == "AWAITING_ALLOCATION"


@pytest.mark.rule("WLV-REF-26")
@pytest.mark.parametrize(("before", "event"), NOT_DRAWN)
def test_where_none_is_drawn_the_event_is_not_one_of_the_maps(before, event):
    assert not draws(stands(*before), *event, CHILD, wlv())


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize(
    "state",
    ["AWAITING_THRESHOLD", "CAT_ASSESSMENT", "AWAITING_ALLOCATION", "FAMILY_HELP_ACTIVE"],
)
def test_a_red_in_another_referral_of_an_open_child_moves_it_to_the_mash(state):
    red = triaged("RED", "STRATEGY_DISCUSSION", open_child_id=CHILD, open_case_id="case")
    told = (*facts(*STARTS[state]), *facts(RECEIVED, red, child="new", after=len(STARTS[state])))
    now = standings(told, wlv())
    assert (now[CHILD].state, now[CHILD].beneath) == ("STRATEGY_MASH", state)


@pytest.mark.parametrize("state", ["EARLY_SUPPORT", "CLOSED", "RECEIVED"])
def test_and_no_child_who_is_not_open(state):
    red = triaged("RED", "STRATEGY_DISCUSSION", open_child_id=CHILD)
    told = (*facts(*STARTS[state]), *facts(RECEIVED, red, child="new", after=len(STARTS[state])))
    assert standings(told, wlv())[CHILD].state == state
