"""What is still to be done about a child whose case is closed: a closed case is on no other desk."""

from typing import Any

import pytest

from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from shared.kernel.letters import Letter
from shared.protocol.load import protocol_of
from tests.views.letters import Post, clock, london

DOOR_MANAGERS = {"teams": ["FAMILIES_FRONT_DOOR"], "posts": ["SW_TEAM_MANAGER"]}


def closed(post: Post, at: str, child: str = "c1") -> None:
    post.send("planning.CaseClosed", london(at), case="k1", about=(child,), reason_code="RC7", from_state="RECEIVED")


def planned(post: Post, title: str, at: str, **data: Any) -> Letter:
    return post.send(f"planning.{title}", london(at), case="k1", about=("c1",), **data)


def items(post: Post) -> list[dict[str, Any]]:
    return case_file("k1", post.sent, protocol_of)["worklist"]


@pytest.mark.rule("WLV-REF-26", "WLV-ALLOC-47")
@pytest.mark.parametrize(
    ("rag", "outcome"),
    [
        ("AMBER", "FAMILY_HELP"),
        ("AMBER", "CAT_ASSESSMENT"),
        ("GREEN", "EARLY_SUPPORT_START"),
        ("GREEN", "EARLY_SUPPORT_CONTINUE"),
    ],
)
def test_a_triage_that_crossed_the_closure_is_put_before_the_managers_of_the_front_door(rag: str, outcome: str) -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1", "c2")
    closed(post, "2026-06-01 10:00")
    triage = post.triage(london("2026-06-01 10:05"), "k1", "c1", rag, outcome)
    post.triage(london("2026-06-01 10:05"), "k1", "c2", rag, outcome)
    (found,) = [item for item in items(post) if item["code"] == "DECIDED_AFTER_CLOSURE"]
    assert (found["for"], found["child_id"], found["of_event"]) == (DOOR_MANAGERS, "c1", triage.event_id)
    assert found["rules"] == ["WLV-REF-26"]


@pytest.mark.rule("WLV-REF-26")
def test_it_is_over_when_either_is_withdrawn_or_a_red_takes_the_child_up_again() -> None:
    for over in ("triage", "closure", "red"):
        post = Post()
        post.referral(london("2026-06-01 09:00"), "k1", "c1")
        closed(post, "2026-06-01 10:00")
        closure = post.sent[-1]
        triage = post.triage(london("2026-06-01 10:05"), "k1", "c1", "AMBER", "FAMILY_HELP")
        if over == "red":
            post.triage(london("2026-06-01 11:00"), "k1", "c1", "RED", "STRATEGY_DISCUSSION")
        else:
            post.withdraw(london("2026-06-01 11:00"), triage if over == "triage" else closure)
        assert "DECIDED_AFTER_CLOSURE" not in {item["code"] for item in items(post)}, over


@pytest.mark.rule("WLV-REF-26")
def test_a_triage_after_which_nothing_is_done_needs_nobody() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    closed(post, "2026-06-01 10:00")
    post.triage(london("2026-06-01 10:05"), "k1", "c1", "GREEN", "NFA")
    assert items(post) == []


@pytest.mark.rule("WLV-REF-26")
def test_a_closure_that_came_after_the_triage_needs_nobody() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.triage(london("2026-06-01 10:00"), "k1", "c1", "AMBER", "FAMILY_HELP")
    closed(post, "2026-06-01 10:05")
    assert items(post) == []


@pytest.mark.rule("NAT-PLAN-04")
def test_who_is_privately_fostered_is_visited_though_the_referral_ended_at_triage() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1", vulnerability_flags=["PRIVATELY_FOSTERED"])
    day = {"aware_from": "2026-06-01", "notified_on": "2026-06-01"}
    notified = post.send(
        "planning.PrivateFosteringNotified", london("2026-06-01 09:00"), case="k1", about=("c1",), **day
    )
    assert "VISIT_PRIVATELY_FOSTERED" not in {item["code"] for item in items(post)}
    post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "NFA")
    (found,) = items(post)
    assert (found["code"], found["for"]) == ("VISIT_PRIVATELY_FOSTERED", DOOR_MANAGERS)
    assert (found["of_event"], found["rules"]) == (notified.event_id, ["NAT-PLAN-04"])
    now = london("2026-06-03 10:00")
    assert clock(clocks_of("k1", post.sent, protocol_of, now), "NAT-PLAN-04")["status"] == "RUNNING"
    ends = (
        ("planning.VisitHeld", {"kind": "PRIVATE_FOSTERING"}),
        ("planning.PrivateFosteringEnded", {"reason_code": "X"}),
        ("planning.CaseClosed", {"reason_code": "RC1", "closed_by_event": "DIED"}),
    )
    for name, said in ends:
        other = Post()
        other.sent += post.sent
        other.sent.append(post.send(name, now, case="k1", about=("c1",), **said))
        assert items(other) == []
        post.sent.pop()
