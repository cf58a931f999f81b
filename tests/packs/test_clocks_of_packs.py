"""Each clock of the packs in scope: what starts, stops and cancels it, how long, who is told, and how firmly."""

from datetime import datetime

import pytest

from tests.packs.clocks_of_conferences import CONFERENCE_CLOCKS
from tests.packs.told import CHILD, NOW, wlv

TRIAGED, RECEIVED = "referral.ReferralTriaged", "referral.ReferralReceived"
CLOSED = ("planning.CaseClosed", {})
HELD = "planning.StrategyDiscussionHeld"


def child(**data):
    return {"children": [{"child_id": CHILD, **data}]}


CLOCKS = {
    "NAT-REF-01": {
        "starts": [(RECEIVED, {"received_at": "2026-04-02T09:00:00+00:00"})],
        "stops": [
            [
                (RECEIVED, {"acknowledged_at": "2026-04-02T09:00:00+00:00"}),
                ("referral.ReferralAcknowledged", {"acknowledged_at": "2026-04-02T09:00:00+00:00"}),
            ],
            [(TRIAGED, {"outcome": "NFA"}), ("referral.ReferralClosed", {})],
        ],
        "cancels": [CLOSED],
        "others": [("referral.ReferralReturned", {}), (RECEIVED, {})],
        "limit": "1 working day",
        "force": "mandatory",
        "alerts": ("FRONT_DOOR_MANAGER",),
    },
    "NAT-PLAN-01": {
        "starts": [
            (RECEIVED, {}),
            ("planning.AssessmentStarted", {"basis": "STEP_IN"}),
            ("planning.AssessmentStarted", {"basis": "REASSESSMENT"}),
            (HELD, child(outcome="S47")),
            ("planning.ThresholdChanged", {"from": "TARGETED_EARLY_HELP", "to": "CHILD_IN_NEED"}),
        ],
        "stops": [
            [
                ("planning.AssessmentCompleted", child(outcome="NFA")),
                ("planning.AssessmentCompleted", child(outcome="SIGNPOSTED")),
                ("planning.AssessmentCompleted", child(outcome="STRATEGY_DISCUSSION")),
                ("planning.AssessmentApproved", {}),
                ("planning.PlanCompleted", {"type": "FAMILY_HELP_PLAN"}),
            ]
        ],
        "cancels": [
            CLOSED,
            *(
                (TRIAGED, {"outcome": outcome})
                for outcome in (
                    "NFA",
                    "SIGNPOSTED",
                    "EARLY_SUPPORT_START",
                    "EARLY_SUPPORT_CONTINUE",
                    "ADDED_TO_OPEN_CASE",
                )
            ),
            (HELD, child(outcome="NFA", landing_state="CLOSED")),
            *(
                ("planning.Section47EnquiryConcluded", {"outcome": outcome})
                for outcome in ("SUPPORT_CHILD_IN_NEED", "EARLY_HELP", "NO_FURTHER_NEED")
            ),
            *(
                ("planning.ThresholdChanged", {"to": to})
                for to in ("TARGETED_EARLY_HELP", "EARLY_SUPPORT", "UNIVERSAL")
            ),
        ],
        "others": [
            ("planning.AssessmentCompleted", child(outcome="FAMILY_HELP")),
            ("planning.AssessmentStarted", {"basis": "REFERRAL"}),
            ("planning.PlanCompleted", {"type": "CP"}),
            (HELD, child(outcome="NFA")),
            (HELD, child(outcome="S17", landing_state="CLOSED")),
            (TRIAGED, {"outcome": "FAMILY_HELP"}),
            (TRIAGED, {"outcome": "CAT_ASSESSMENT"}),
            (TRIAGED, {"outcome": "STRATEGY_DISCUSSION"}),
            ("planning.Section47EnquiryConcluded", {"outcome": "CONFERENCE"}),
            ("planning.ThresholdChanged", {"from": "TARGETED_EARLY_HELP", "to": "CP_ENQUIRY"}),
        ],
        "limit": "45 working days",
        "force": "mandatory",
        "alerts": ("LEAD_PRACTITIONER", "SW_TEAM_MANAGER"),
    },
    "NAT-PLAN-04": {
        "starts": [("planning.PrivateFosteringNotified", {})],
        "stops": [[("planning.VisitHeld", {"kind": "PRIVATE_FOSTERING"})]],
        "cancels": [CLOSED, ("planning.PrivateFosteringEnded", {})],
        "others": [("planning.VisitHeld", {"kind": "CIN"})],
        "limit": "7 working days",
        "force": "mandatory",
        "alerts": ("SOCIAL_WORKER",),
    },
    "WLV-REF-08": {
        "starts": [(TRIAGED, {"outcome": "CAT_ASSESSMENT"})],
        "stops": [
            [
                ("planning.PlanCompleted", {"type": "FAMILY_HELP_PLAN"}),
                *(
                    ("planning.AssessmentCompleted", {"team": "CAT", **child(outcome=outcome)})
                    for outcome in ("NFA", "SIGNPOSTED", "STRATEGY_DISCUSSION")
                ),
            ]
        ],
        "cancels": [CLOSED, ("planning.Section47EnquiryOpened", {})],
        "others": [
            (TRIAGED, {"outcome": "FAMILY_HELP"}),
            ("planning.AssessmentCompleted", {"team": "CAT", **child(outcome="FAMILY_HELP")}),
            ("planning.AssessmentCompleted", {"team": "MASH", **child(outcome="NFA")}),
            ("planning.PlanCompleted", {"type": "CP"}),
            (HELD, {"held_by": "MASH", **child(outcome="S17")}),
        ],
        "limit": "10 working days",
        "force": "mandatory",
        "alerts": ("CAT_WORKER", "CAT_MANAGER"),
    },
    "WLV-ALLOC-05": {
        "starts": [("allocation.AllocationRequested", {"team": "FAMILY_HELP"})],
        "stops": [[("allocation.LeadAllocated", {"purpose": "FAMILY_HELP"})]],
        "cancels": [
            CLOSED,
            ("planning.AssessmentStarted", {"team": "CAT"}),
            ("planning.Section47EnquiryOpened", {}),
        ],
        "others": [
            ("allocation.AllocationRequested", {"team": "CAT"}),
            ("allocation.LeadAllocated", {"purpose": "CAT_ASSESSMENT"}),
            ("planning.AssessmentStarted", {"team": "FAMILY_HELP"}),
        ],
        "limit": "1 working day",
        "force": "mandatory",
        "alerts": ("DELIVERY_MANAGER", "SW_TEAM_MANAGER"),
    },
    "WLV-THR-29": {
        "starts": [
            (TRIAGED, {"outcome": "STRATEGY_DISCUSSION"}),
            ("planning.StrategyDiscussionRequested", {}),
            ("planning.AssessmentCompleted", child(outcome="STRATEGY_DISCUSSION")),
        ],
        "stops": [[(HELD, child(outcome="S17"))]],
        "cancels": [
            CLOSED,
            ("planning.Section47EnquiryOpened", {}),
            ("planning.LCPPConversationHeld", {"request_withdrawn": {"by": "x"}}),
        ],
        "others": [
            (TRIAGED, {"outcome": "NFA"}),
            ("planning.LCPPConversationHeld", {"cp_triggered": False}),
            ("planning.AssessmentCompleted", child(outcome="NFA")),
        ],
        "limit": "1 working day",
        "force": "advisory",
        "alerts": ("LCPP",),
    },
}
CLOCKS |= CONFERENCE_CLOCKS
EACH = [pytest.param(rule, CLOCKS[rule], marks=pytest.mark.rule(rule), id=rule) for rule in CLOCKS]


def test_these_are_all_the_clocks_there_are():
    """Those that rest on facts of several services, and the one that they yield to, are tried on whole histories."""
    elsewhere = {clock.rule for clock in wlv().clocks if clock.computed_by == "qa"} | {"WLV-PLAN-09"}
    assert {clock.rule for clock in wlv().clocks} == set(CLOCKS) | elsewhere


@pytest.mark.rule("NAT-PLAN-04")
@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(("rule", "expected"), EACH)
def test_its_words(rule, expected):
    clock = wlv().clock(rule)
    assert clock.limit is not None
    assert clock.limit.describe() == expected["limit"]
    assert clock.force == expected["force"]
    assert clock.alerts == expected["alerts"]
    assert clock.about == "child"
    assert clock.calendar == expected.get("calendar", "working days")


@pytest.mark.rule("NAT-PLAN-04")
@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.parametrize(("rule", "expected"), EACH)
def test_each_event_starts_stops_or_cancels_it_and_no_other_does(rule, expected):
    clock = wlv().clock(rule)

    def starts(event):
        return clock.start_of(*event, CHILD) is not None

    def stops(event, group):
        return any(pattern.matches(*event, CHILD) for pattern in group)

    def cancels(event):
        return any(pattern.matches(*event, CHILD) for pattern in clock.cancels)

    assert all(starts(event) for event in expected["starts"])
    assert len(clock.stops) == len(expected["stops"])
    for group, events in zip(clock.stops, expected["stops"], strict=True):
        assert all(stops(event, group) for event in events)
    assert all(cancels(event) for event in expected["cancels"])
    for event in expected["others"]:
        assert not starts(event) or event in expected["starts"] or event == (RECEIVED, {})
        assert not any(stops(event, group) for group in clock.stops)
        assert not cancels(event)


@pytest.mark.rule("WLV-REF-08")
@pytest.mark.parametrize("state", ["AWAITING_THRESHOLD", "AWAITING_ALLOCATION", "CAT_ASSESSMENT"])
def test_an_assessment_that_cat_begins_starts_the_ten_days_where_none_ran(state):
    started = ("planning.AssessmentStarted", {"team": "CAT"}, NOW, CHILD, state)
    rules = [clock.rule for clock in wlv().clocks_started_by(*started).clocks]
    assert rules == ([] if state == "CAT_ASSESSMENT" else ["WLV-REF-08"])
    assert wlv().clocks_started_by(*started, ran_before=("WLV-REF-08",)).clocks == ()
    other = ("planning.AssessmentStarted", {"team": "MASH"}, NOW, CHILD, "AWAITING_THRESHOLD")
    assert wlv().clocks_started_by(*other).clocks == ()


@pytest.mark.rule("NAT-PLAN-01")
def test_what_needs_facts_of_two_services_is_left_to_qa():
    held = wlv().clocks_started_by(HELD, child(outcome="S47"), NOW, CHILD)
    assert "NAT-PLAN-01" not in {clock.rule for clock in held.clocks}
    again = wlv().clocks_started_by(
        "planning.ThresholdChanged", {"from": "TARGETED_EARLY_HELP", "to": "CHILD_IN_NEED"}, NOW, CHILD
    )
    assert again.clocks == ()
    (ended,) = [one for one in wlv().clock("NAT-PLAN-01").cancels if one.started_by is not None]
    assert (ended.event, ended.started_by) == ("planning.Section47EnquiryConcluded", HELD)


@pytest.mark.rule("NAT-REF-01")
@pytest.mark.rule("NAT-PLAN-01")
def test_a_start_counts_from_the_field_that_the_rule_names():
    data = {
        "received_at": "2026-04-02T09:00:00+00:00",
        "local_authority_received_at": "2026-04-01T09:00:00+00:00",
    }
    due = {clock.rule: clock.due_at for clock in wlv().clocks_started_by(RECEIVED, data, NOW, CHILD).clocks}
    assert due == {
        "NAT-REF-01": datetime.fromisoformat("2026-04-07T22:59:59+00:00"),
        "NAT-PLAN-01": datetime.fromisoformat("2026-06-09T22:59:59+00:00"),
    }
    without = {"received_at": data["received_at"]}
    due = {clock.rule: clock.due_at for clock in wlv().clocks_started_by(RECEIVED, without, NOW, CHILD).clocks}
    assert due["NAT-PLAN-01"] == datetime.fromisoformat("2026-06-10T22:59:59+00:00")
    said = "2026-04-02T16:00:00+00:00"
    (first, answered) = wlv().clock("NAT-REF-01").stops[0]
    assert first.instant({"acknowledged_at": said}, NOW) == datetime.fromisoformat(said)
    assert answered.instant({"acknowledged_at": said}, NOW) == datetime.fromisoformat(said)


@pytest.mark.rule("WLV-ALLOC-05")
@pytest.mark.rule("WLV-THR-29")
def test_a_further_start_changes_nothing_where_the_rule_says_so():
    again = {rule for rule in CLOCKS if wlv().clock(rule).first_start_counts}
    assert again == {"WLV-ALLOC-05", "WLV-THR-29", "NAT-PLAN-01", "NAT-THR-02", "NAT-THR-03", "NAT-THR-04"}


@pytest.mark.rule("NAT-PLAN-04")
def test_a_visit_is_due_seven_working_days_after_the_notification():
    at = datetime.fromisoformat("2026-12-17T12:00:00+00:00")
    (clock,) = wlv().clocks_started_by("planning.PrivateFosteringNotified", {}, at, CHILD).clocks
    assert clock.due_at == datetime.fromisoformat("2026-12-30T23:59:59+00:00")


@pytest.mark.rule("WLV-ALLOC-05")
def test_a_lead_is_due_the_working_day_after_the_request():
    at = datetime.fromisoformat("2026-12-24T12:00:00+00:00")
    (clock,) = wlv().clocks_started_by("allocation.AllocationRequested", {"team": "FAMILY_HELP"}, at, CHILD).clocks
    assert clock.due_at == datetime.fromisoformat("2026-12-29T23:59:59+00:00")
