"""A child closed or in early support who comes again is where the new referral leads it, for all who look at qa."""

from typing import Any

import pytest

from services.qa.views.case_file import case_file
from services.qa.views.worklist import open_items
from shared.protocol.load import protocol_of
from tests.views.letters import Post, london


def came_again(first: tuple[str, str], second: tuple[str, str]) -> dict[str, Any]:
    """The file of a child referred twice, the second referral linked with the first case as it was triaged."""
    post = Post()
    for case, child, (rag, outcome), day in (("a", "c-a", first, "02"), ("b", "c-b", second, "20")):
        post.referral(london(f"2026-03-{day} 09:00"), case, child)
        named = {"open_child_id": "c-a"} if case == "b" else {}
        post.triage(london(f"2026-03-{day} 10:00"), case, child, rag, outcome, **named)
    post.link(london("2026-03-20 10:00"), "link-1", "a", "b", ("c-a", "c-b"), reason_code="SAME_CHILD")
    return case_file("b", post.sent, protocol_of)


@pytest.mark.rule("WLV-THR-29")
def test_a_strategy_discussion_about_a_child_closed_before_is_held_by_somebody() -> None:
    file = came_again(("GREEN", "NFA"), ("RED", "STRATEGY_DISCUSSION"))
    child = file["children"][0]
    assert (child["child_id"], child["state"]) == ("c-a", "STRATEGY_MASH")
    assert ["MASH"] in [holder["teams"] for holder in child["holders"]]
    assert "HOLD_STRATEGY_DISCUSSION" in [item["code"] for item in open_items(file)]


@pytest.mark.rule("WLV-REF-25")
def test_a_child_in_early_support_who_is_sent_to_assessment_is_held_by_both() -> None:
    file = came_again(("GREEN", "EARLY_SUPPORT_START"), ("AMBER", "CAT_ASSESSMENT"))
    child = file["children"][0]
    assert child["state"] == "CAT_ASSESSMENT"
    assert [holder["teams"] for holder in child["holders"]] == [["CAT"], ["FAMILIES_FRONT_DOOR"]]
    assert {"NAME_CAT_WORKER", "NAME_EARLY_SUPPORT_LEAD"} <= {item["code"] for item in open_items(file)}


@pytest.mark.rule("X-09")
def test_a_triage_is_undone_with_the_link_of_its_child_though_the_cases_stay_linked_by_a_sibling() -> None:
    post = Post()
    post.referral(london("2026-03-02 09:00"), "a", "c-a", "s-a")
    post.triage(london("2026-03-02 10:00"), "a", "c-a", "AMBER", "CAT_ASSESSMENT")
    post.triage(london("2026-03-02 10:00"), "a", "s-a", "AMBER", "CAT_ASSESSMENT")
    post.referral(london("2026-03-20 09:00"), "b", "c-b", "s-b")
    named = {"open_child_id": "c-a", "open_case_id": "a"}
    post.triage(london("2026-03-20 10:00"), "b", "c-b", "GREEN", "ADDED_TO_OPEN_CASE", **named)
    post.link(london("2026-03-20 10:00"), "link-1", "a", "b", ("c-a", "c-b"), reason_code="SAME_CHILD")
    post.link(london("2026-03-20 11:00"), "link-2", "a", "b", ("s-a", "s-b"), reason_code="SAME_CHILD")
    post.unlink(london("2026-03-23 09:00"), "link-1", "a", "b", ("c-a", "c-b"))
    items = open_items(case_file("b", post.sent, protocol_of))
    assert "TRIAGE_AGAIN" in [item["code"] for item in items if item["child_id"] == "c-b"]
