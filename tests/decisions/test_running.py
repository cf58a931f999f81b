"""Which deadlines of a child run, read from the facts that a service knows."""

import msgspec

from shared.protocol.running import running
from tests.packs.told import CHILD, facts, said, wlv

IDS = frozenset({CHILD})
RECEIVED = said("referral.ReferralReceived")
DEADLINE = "NAT-PLAN-01"


def runs(*events):
    return DEADLINE in running(facts(*events), wlv(), IDS)


def test_a_deadline_runs_from_its_start_to_its_stop():
    assert not runs()
    assert runs(RECEIVED)
    assert runs(RECEIVED, said("referral.ReferralTriaged", outcome="CAT_ASSESSMENT"))
    assert not runs(RECEIVED, said("planning.PlanCompleted", type="FAMILY_HELP_PLAN"))
    assert runs(RECEIVED, said("planning.PlanCompleted", type="CP"))


def test_what_takes_the_child_out_of_its_scope_ends_it():
    assert not runs(RECEIVED, said("referral.ReferralTriaged", outcome="NFA"))
    assert not runs(RECEIVED, said("planning.CaseClosed"))
    closed = said("planning.CaseClosed")
    again = said("planning.AssessmentStarted", basis="REASSESSMENT", children=[{"child_id": CHILD}])
    assert runs(RECEIVED, closed, again)


def test_only_what_a_start_began_is_ended_by_what_speaks_of_that_start():
    concluded = said("planning.Section47EnquiryConcluded", outcome="NO_FURTHER_NEED")
    held = said("planning.StrategyDiscussionHeld", children=[{"child_id": CHILD, "outcome": "S47"}])
    assert runs(RECEIVED, concluded)
    assert not runs(held, concluded)


def test_a_sibling_s_deadline_is_another():
    assert not running(facts(RECEIVED, child="ben"), wlv(), IDS)
    held = said("planning.AssessmentCompleted", children=[{"child_id": CHILD, "outcome": "FAMILY_HELP"}])
    assert runs(RECEIVED, held)


def test_each_of_several_stops_is_needed():
    acknowledged = said("referral.ReferralAcknowledged")
    triaged = said("referral.ReferralTriaged", outcome="CAT_ASSESSMENT")
    both = "NAT-REF-01"
    assert both in running(facts(RECEIVED, acknowledged), wlv(), IDS)
    assert both not in running(facts(RECEIVED, acknowledged, triaged), wlv(), IDS)


def test_another_referral_of_the_child_ends_nothing_of_this_one():
    one, other = facts(RECEIVED, said("referral.ReferralTriaged", outcome="NFA"))
    assert DEADLINE in running((one, msgspec.structs.replace(other, case_id="another")), wlv(), IDS)
