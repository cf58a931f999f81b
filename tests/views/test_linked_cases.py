"""Two cases linked and unlinked again: aliases, what is shown where, and what goes back before a person (X-09)."""

from typing import Any

import pytest

from services.qa.views.audit_trail import audit_trail
from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from services.qa.views.links import cases_ever_linked
from services.qa.views.worklist import open_items
from shared.protocol.load import protocol_of
from tests.views.letters import Post, clock, london
from tests.views.stories import active, amber, discussion, joined


def file_of(post: Post, case: str) -> dict[str, Any]:
    return case_file(case, post.sent, protocol_of)


def codes(file: dict[str, Any], child: str | None = None) -> list[str]:
    return [item["code"] for item in open_items(file) if child in (None, item["child_id"])]


def two_cases() -> Post:
    """An open family, a second eMARF about its child that joined it, and a visit written down meanwhile."""
    post = Post()
    amber(post, "2026-04-02 16:00", "open", "c-open", "2026-04-07 09:30")
    active(post, "2026-04-08 10:00", "open", "c-open")
    joined(post, "2026-05-22 09:00", "new", "c-new", "open", "c-open", "link-1")
    post.send("planning.VisitHeld", london("2026-05-26 14:00"), case="open", about=("c-open",), kind="OTHER")
    post.send("planning.VisitHeld", london("2026-05-26 15:00"), case="open", about=("c-sister",), kind="OTHER")
    return post


@pytest.mark.rule("WLV-REF-25")
def test_a_joined_referral_shares_the_state_of_the_open_case() -> None:
    post = two_cases()
    for case, other in (("open", "new"), ("new", "open")):
        file = file_of(post, case)
        assert file["linked_ids"] == [other]
        assert file["kept_case_id"] == "open"
        child = next(child for child in file["children"] if child["child_id"] == "c-open")
        assert child["alias_ids"] == ["c-new"]
        assert child["state"] == "FAMILY_HELP_ACTIVE"
        assert [referral["status"] for referral in file["referrals"]] == ["DECIDED", "DECIDED"]
    # If-Match of allocation and planning is that of the kept case; of a referral, its own.
    assert file_of(post, "new")["versions"] | {"child": {}} == {
        "allocation": 2,
        "child": {},
        "family": 1,
        "planning": 3,
        "referral": 2,
    }


@pytest.mark.rule("X-09")
def test_after_the_unlink_the_child_is_back_on_the_triage_list_and_its_clocks_run_on() -> None:
    post = two_cases()
    linked = clocks_of("new", post.sent, protocol_of, london("2026-05-26 16:00"))
    decided = [row for row in linked if row["rule"] == "NAT-REF-01" and row["case_id"] == "new"]
    assert [row["status"] for row in decided] == ["MET"]

    post.unlink(london("2026-05-27 09:00"), "link-1", "open", "new", ("c-open", "c-new"))
    file = file_of(post, "new")
    assert file["linked_ids"] == []
    assert [(child["child_id"], child["state"]) for child in file["children"]] == [("c-new", "RECEIVED")]
    assert codes(file) == ["TRIAGE_AGAIN"]
    assert file["referrals"][0]["status"] == "RECEIVED"

    clocks = clocks_of("new", post.sent, protocol_of, london("2026-05-27 10:00"))
    front_door = clock(clocks, "NAT-REF-01")
    assert (front_door["due_at"], front_door["status"]) == ("2026-05-26T22:59:59Z", "MISSED")
    # Cancelled by the triage that joined it; as that counts no longer, the 45 days run on from the referral.
    assert clock(clocks, "NAT-PLAN-01")["status"] == "RUNNING"

    other = file_of(post, "open")
    assert (other["children"][0]["child_id"], other["children"][0]["state"]) == ("c-open", "FAMILY_HELP_ACTIVE")
    assert codes(other, "c-open") == ["UNLINKED"]


@pytest.mark.rule("X-09")
def test_what_was_recorded_while_linked_is_shown_in_both_and_marked() -> None:
    post = two_cases()
    visit = next(letter for letter in post.sent if letter.title == "VisitHeld")
    sisters = post.sent[-1]
    post.unlink(london("2026-05-27 09:00"), "link-1", "open", "new", ("c-open", "c-new"))
    post.send("planning.VisitHeld", london("2026-05-28 15:00"), case="open", about=("c-open",), kind="OTHER")
    here = {row["event_id"]: row["marks"] for row in audit_trail("new", post.sent)}
    there = {row["event_id"]: row["marks"] for row in audit_trail("open", post.sent)}
    assert here[visit.event_id] == {"of_case": "open", "while_linked": "link-1"}
    assert there[visit.event_id] == {"while_linked": "link-1"}
    # What was done with another child of the other family is not this family's to read.
    assert sisters.event_id not in here
    assert sisters.event_id in there
    assert post.sent[-1].event_id not in here


def test_a_duplicate_that_waits_is_not_hidden_by_the_case_it_is_linked_with() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.referral(london("2026-06-01 10:00"), "k2", "c2")
    post.link(london("2026-06-01 11:00"), "link-1", "k1", "k2", ("c1", "c2"))
    post.triage(london("2026-06-01 12:00"), "k1", "c1", "GREEN", "NFA")
    file = file_of(post, "k1")
    assert [(place["child_id"], place["state"]) for place in file["children"][0]["positions"]] == [
        ("c1", "CLOSED"),
        ("c2", "RECEIVED"),
    ]
    assert codes(file) == ["TRIAGE"]


def test_a_second_lead_that_a_link_brings_in_is_a_managers_to_sort_out() -> None:
    post = Post()
    for case, child, day in (("k1", "c1", "02"), ("k2", "c2", "03")):
        amber(post, f"2026-06-{day} 09:00", case, child, f"2026-06-{day} 10:00")
        active(post, f"2026-06-{day} 11:00", case, child)
    assert "SECOND_LEAD" not in codes(file_of(post, "k1"))
    post.link(london("2026-06-08 09:00"), "link-1", "k1", "k2", ("c1", "c2"))
    assert "SECOND_LEAD" in codes(file_of(post, "k1"))


def test_an_act_of_protection_on_the_joined_id_protects_the_one_child() -> None:
    post = two_cases()
    discussion(post, "2026-05-26 16:00", "open", "S47", "c-open", held_by="CAT")
    for case in ("open", "new"):
        states = {child["child_id"]: child["state"] for child in file_of(post, case)["children"]}
        assert states["c-open"] == "S47_MACPT"


def test_whose_letters_a_file_is_folded_from_does_not_forget_an_undone_link() -> None:
    post = two_cases()
    post.unlink(london("2026-05-27 09:00"), "link-1", "open", "new", ("c-open", "c-new"))
    assert cases_ever_linked("new", post.sent) == {"new", "open"}
    assert cases_ever_linked("elsewhere", post.sent) == {"elsewhere"}


def test_an_unlink_of_a_link_that_was_itself_withdrawn_leaves_each_file_readable() -> None:
    post = two_cases()
    post.unlink(london("2026-05-27 09:00"), "link-1", "open", "new", ("c-open", "c-new"))
    for letter in [one for one in post.sent if one.title == "CasesLinked"]:
        post.withdraw(london("2026-05-27 10:00"), letter)
    assert file_of(post, "open")["children"][0]["state"] == "FAMILY_HELP_ACTIVE"
    assert codes(file_of(post, "new")) == ["TRIAGE_AGAIN"]
