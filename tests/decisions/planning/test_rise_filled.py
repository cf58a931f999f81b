"""What a rise to Child in Need lacked of its lead is asked for until it is there, or another leads."""

from typing import Any

import pytest

from services.planning.events import ThresholdChanged
from services.planning.service import SERVICE
from shared.kernel.events import Fact, Incomplete
from shared.kernel.people import Person
from tests.decisions.planning.reacting import Desk
from tests.views.letters import Post, london

NOON, LATER = london("2026-03-02 12:00"), london("2026-03-03 09:00")
LACKS = [
    ("WLV-ALLOC-18", "line_manager_agreement", {"line_manager_agreement": {"person": {"id": "p-head"}}}),
    ("WLV-ALLOC-19", "lead_rationale", None),
    ("NAT-ALLOC-02", "lead_agreed_at", {"lead_agreed_at": "2026-03-03T09:00:00Z"}),
    ("NAT-ALLOC-04", "lead_overseen_by", {"overseen_by": {"id": "p-boss", "social_worker": True}}),
    ("NAT-ALLOC-04", "lead_overseen_by", {"supervisor": {"id": "p-boss", "social_worker": True}}),
]
ANOTHER = {"previous_lead": {"id": "p-before"}}


def filled(rule: str, what: str, **data: Any) -> list[tuple[str, str, str]]:
    """What an allocation closes of a rise that lacked this: (rule, what, how)."""
    desk, post = Desk(SERVICE), Post()
    desk.take(post.referral(NOON, "k1", "c1"))
    rise = ThresholdChanged(
        from_="TARGETED_EARLY_HELP",
        to="CHILD_IN_NEED",
        decided_in="IMC",
        authorised_by=Person(id="p-dm"),
        reason_code="AGREED_AT_IMC",
        effective_at=NOON,
    )
    lack = Incomplete(what=what, rule=rule, since=NOON, owner="LINE_MANAGER", child_id="c1")
    fact = Fact(stream="case/k1", case_id="k1", child_ids=("c1",), event=rise, incomplete=(lack,))
    recorded = desk.keep(fact, NOON)
    said = {"purpose": "FAMILY_HELP", "lead": {"id": "p-lead"}, **data}
    letter = post.send("allocation.LeadAllocated", LATER, case="k1", about=("c1",), **said)
    done = [one for one in desk.take(letter, letter) if one.title == "IncompleteResolved"]
    assert all((one.data.of_event, one.data.value_ref) == (recorded.event_id, letter.event_id) for one in done)
    return [(one.data.rule, one.data.what, one.data.resolved_as) for one in done]


@pytest.mark.rule("WLV-THR-20")
@pytest.mark.parametrize("rule, what, there", LACKS)
def test_it_is_closed_when_it_is_there_or_another_leads(rule: str, what: str, there: dict[str, Any] | None) -> None:
    assert filled(rule, what, **ANOTHER) == [(rule, what, "FILLED")]
    if there is not None:
        assert filled(rule, what, **there) == [(rule, what, "FILLED")]


@pytest.mark.rule("WLV-THR-20")
@pytest.mark.parametrize("rule, what, there", LACKS)
def test_another_role_or_the_same_lead_without_it_leaves_it_open(
    rule: str, what: str, there: dict[str, Any] | None
) -> None:
    assert filled(rule, what, supervisor={"id": "p-x", "social_worker": False}) == []
    assert filled(rule, what, **{**(there or {}), **ANOTHER, "purpose": "CP_ENQUIRY"}) == []
    assert filled(rule, "something_else", **ANOTHER) == []
