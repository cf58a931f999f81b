"""Every field of what qa shows of a case stands in exactly one group of the masks, or nobody would be shown it."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.qa.views.audit_trail import audit_trail
from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from shared.access.masks import STRUCTURAL, WHOLE, Group, Mask
from shared.access.showing import masked
from shared.access.trail import masked_trail
from shared.kernel.events import Warned
from shared.protocol.load import protocol_of
from tests.views.letters import Post, london
from tests.views.stories import active, amber, discussion, joined, red

NOW = london("2026-11-25 10:00")


def eventful() -> Post:
    """A family of whom something of every part of a case file is told."""
    post = Post()
    amber(post, "2026-11-02 09:00", "k", "c", "2026-11-02 12:00")
    active(post, "2026-11-03 09:00", "k", "c")
    warned = (Warned(rule="WLV-ALLOC-02", because="nobody was free", child_id="c"),)
    plan = post.send(
        "planning.PlanStarted",
        london("2026-11-04 09:00"),
        case="k",
        about=("c",),
        plan_id="p",
        type="FAMILY_HELP_PLAN",
        next_review_date="2026-12-04",
        warnings=warned,
    )
    red(post, "2026-11-05 09:00", "k2", "c2", "2026-11-05 10:00")
    discussion(post, "2026-11-05 11:00", "k2", "S17", "c2")
    joined(post, "2026-11-06 09:00", "k3", "c3", "k", "c", "link")
    post.referral(london("2026-11-07 09:00"), "k4", "c4", claimed_level=2, liaison_ref="l", s47_criteria=True)
    post.link(london("2026-11-08 09:00"), "two", "k", "k2")
    post.link(london("2026-11-08 10:00"), "four", "k", "k4")
    post.send(
        "referral.ReferralReturned",
        london("2026-11-07 10:00"),
        case="k4",
        about=("c4",),
        reason_code="INFORMATION_MISSING",
    )
    post.withdraw(london("2026-11-09 09:00"), plan)
    post.send(
        "planning.PlanStarted",
        london("2026-11-10 09:00"),
        case="k",
        about=("c",),
        plan_id="q",
        type="FAMILY_HELP_PLAN",
        next_review_date="2026-12-04",
        warnings=warned,
    )
    return post


def opened(file: dict[str, Any]) -> dict[str, Any]:
    """The file as a reader gets it: with what the owner opened, and what the answer says besides."""
    for child in file["children"]:
        child |= {"who": {"name": "Alba"}, "address": {"postcode": "ZZ99 9ZZ"}}
    for referral in file["referrals"]:
        referral |= {"referrer": {"name": "Reva"}, "narrative": {"concern": "seen alone"}}
    return file | {"mask": "whole", "read_id": "r", "missing_parts": [], "as_at": "x", "known_at": "y"}


# What lies below these is shown or left out as one.
WHOLES = (
    "versions",
    "links",
    *(f"children.{part}" for part in ("positions", "holders", "who", "age", "address")),
    *(f"referrals.{part}" for part in ("referrer", "narrative", "closed", "returned", "incomplete")),
    "referrals.children.triage",
    "referrals.children.taken_back",
)
ENTRIES = ("leads", "plans", "worklist", "incomplete", "warnings", "withdrawn", "next_dates", "clocks")


def fields(value: Any, at: str = "") -> Iterator[str]:
    """Every place in a body that a mask decides on, lists as one."""
    if at in WHOLES or at in ENTRIES:
        yield at
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, f"{at}.{name}".lstrip("."))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for one in value:
            yield from fields(one, at)
    else:
        yield at


def test_every_field_of_a_case_file_is_of_one_group_alone() -> None:
    file = opened(case_file("k", eventful().sent, protocol_of))
    for part in ("referrals", "children", *ENTRIES[:-1], "links"):
        assert file[part], f"the story tells of no {part}"
    shown = {group: set(fields(masked(file, Mask(groups=frozenset({group}))))) for group in Group}
    for field in sorted(set(fields(file))):
        groups = [group for group in Group if field in shown[group]]
        by_entry = field in ("incomplete", "warnings", "withdrawn", "next_dates")
        assert len(groups) == 1 or (by_entry and groups), (field, groups)
    assert masked(file, Mask(groups=WHOLE)) == file


@pytest.mark.parametrize("part", ["incomplete", "warnings", "withdrawn", "next_dates"])
def test_of_entries_of_many_kinds_each_is_of_one_group_alone(part: str) -> None:
    file = case_file("k", eventful().sent, protocol_of)
    for entry in file[part]:
        shows = [
            group for group in Group if masked({part: [entry]}, Mask(groups=frozenset({group}))).get(part) == [entry]
        ]
        assert len(shows) == 1, (entry, shows)


def test_every_field_of_the_clocks_is_of_the_clocks() -> None:
    body = {"clocks": clocks_of("k", eventful().sent, protocol_of, NOW)}
    assert body["clocks"]
    assert masked(body, Mask(groups=frozenset({Group.CLOCKS}))) == body
    assert masked(body, Mask(groups=WHOLE - {Group.CLOCKS})) == {}


def test_every_entry_of_the_trail_is_shown_whole_or_not_at_all() -> None:
    trail = audit_trail("k", eventful().sent)
    assert masked_trail(trail, Mask(groups=WHOLE)) == trail
    assert masked_trail(trail, Mask(groups=STRUCTURAL)) == trail
    for entry in trail:
        shows = [
            group
            for group in Group
            if group is not Group.AUDIT and masked_trail([entry], Mask(groups=frozenset({group, Group.AUDIT})))
        ]
        assert len(shows) == 1, entry["name"]


def test_of_one_child_nothing_of_the_other_is_shown() -> None:
    file = opened(case_file("k", eventful().sent, protocol_of))
    one = Mask(groups=frozenset({Group.REFERENCE}), of_child={"c": WHOLE, "c3": WHOLE})
    shown = masked(file, one)
    others = [child for child in shown["children"] if child["child_id"] != "c"]
    assert others
    assert all(set(child) == {"child_id"} for child in others)
    assert all("narrative" not in referral for referral in shown["referrals"])
    told = [child for referral in shown["referrals"] for child in referral["children"] if "triage" in child]
    assert {child["child_id"] for child in told} == {"c", "c3"}
