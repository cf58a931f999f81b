"""What a mask leaves of a case's body and of its audit trail: positive lists, and nothing that is in none."""

import json
from typing import Any

import pytest

from shared.access.masks import DOOR, REFERRER_STATUS, STRUCTURAL, WHOLE, Group, Mask
from shared.access.showing import masked
from shared.access.trail import group_of, masked_trail

BODY: dict[str, Any] = {
    "case_id": "case",
    "authority": "TST",
    "versions": {"referral": 3},
    "secret": "unlisted",
    "status": "DECIDED",
    "children": [
        {
            "child_id": "a",
            "who": {"name": "Alba Test"},
            "address": "1 Hidden Row",
            "age": 7,
            "state": "CAT",
            "x": 1,
        },
        {"child_id": "b", "who": {"name": "Bela Test"}, "address": "1 Hidden Row", "age": 9, "state": "CLOSED"},
    ],
    "referrals": [
        {
            "referral_id": "r",
            "received": "2026-11-02",
            "narrative": "was seen alone",
            "children": [{"child_id": "a"}, {"child_id": "b"}],
        }
    ],
    "links": [{"link_id": "l"}],
    "clocks": [{"rule": "R-1", "child_id": "a"}, {"rule": "R-2", "child_id": "b"}],
    "plans": [{"type": "assessment", "child_ids": ["a"]}],
    "incomplete": [{"what": "x", "event": "referral.ReferralReceived"}, {"what": "y", "event": "planning.PlanStarted"}],
    "trail": [
        {
            "event_id": "1",
            "name": "referral.ReferralReceived",
            "child_ids": ["a", "b"],
            "data": {},
            "sealed": {"what": "x"},
        },
        {"event_id": "2", "name": "planning.AssessmentStarted", "child_ids": ["a"], "data": {}, "sealed": {"why": "y"}},
        {"event_id": "3", "name": "planning.ThresholdChanged", "child_ids": ["a"], "data": {}, "odd": 1},
        {"event_id": "4", "name": "referral.ChildIdentified", "child_ids": ["b"], "data": {}, "sealed": {"name": "z"}},
        {"event_id": "5", "name": "qa.ClockBreached", "child_ids": [], "data": {}},
        {"event_id": "6", "name": "new.NobodyKnows", "child_ids": [], "data": {}},
    ],
}


def mask(groups: frozenset[Group], **more: Any) -> Mask:
    return Mask(groups=groups, **more)


def told_in(shown: dict[str, Any]) -> list[str]:
    return [entry["event_id"] for entry in shown.get("trail", [])]


def test_the_whole_is_all_that_is_listed() -> None:
    shown = masked(BODY, mask(WHOLE))
    assert set(BODY) - set(shown) == {"secret"}
    assert "x" not in shown["children"][0]
    assert shown["children"][0]["who"] == {"name": "Alba Test"}
    assert told_in(shown) == ["1", "2", "3", "4", "5", "6"]
    assert "odd" not in shown["trail"][2]


def test_the_door_sees_no_work() -> None:
    shown = masked(BODY, mask(DOOR))
    assert "plans" not in shown
    assert shown["referrals"][0]["narrative"] == "was seen alone"
    assert told_in(shown) == ["1", "3", "4", "5"]
    assert shown["trail"][0]["sealed"] == {"what": "x"}


def test_an_auditor_sees_what_was_done_and_to_nobody() -> None:
    shown = masked(BODY, mask(STRUCTURAL))
    text = json.dumps(shown)
    for word in ("Alba", "Hidden Row", "seen alone", "sealed"):
        assert word not in text
    assert shown["plans"]
    assert shown["children"][0] == {"child_id": "a", "age": 7, "state": "CAT"}
    assert told_in(shown) == ["1", "2", "3", "4", "5", "6"]


def test_a_referrer_sees_the_status() -> None:
    assert masked(BODY, mask(REFERRER_STATUS)) == {"status": "DECIDED"}


def test_a_hidden_address_is_in_nothing_shown() -> None:
    assert "Hidden Row" not in json.dumps(masked(BODY, mask(WHOLE - {Group.ADDRESS})))


def test_one_child_is_shown_without_the_other() -> None:
    one = Mask(groups=frozenset({Group.REFERENCE}), of_child={"a": WHOLE})
    shown = masked(BODY, one)
    text = json.dumps(shown)
    assert "Bela" not in text
    assert "seen alone" not in text
    assert shown["children"][0]["who"] == {"name": "Alba Test"}
    assert shown["children"][1] == {"child_id": "b"}
    assert shown["clocks"] == [{"rule": "R-1", "child_id": "a"}]
    assert shown["referrals"] == [{"referral_id": "r", "children": [{"child_id": "a"}, {"child_id": "b"}]}]
    assert told_in(shown) == ["2", "3"]


def test_the_body_itself_stays_as_it_is() -> None:
    before = json.dumps(BODY)
    masked(BODY, mask(DOOR))
    assert json.dumps(BODY) == before


@pytest.mark.parametrize("name", ["planning.PlanStarted", "allocation.IMCHeld", "qa.ComplaintReceived", "x.New", ""])
def test_what_no_list_knows_is_work(name: str) -> None:
    assert group_of(name) is Group.WORK


def test_who_may_not_see_who_did_what_sees_no_trail() -> None:
    assert masked_trail(BODY["trail"], mask(WHOLE - {Group.AUDIT})) == []
