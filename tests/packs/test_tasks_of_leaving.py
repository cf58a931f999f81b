"""Somebody who held a child has gone: on whose desk it lies, and until when."""

from typing import Any

import pytest

from tests.packs.families import Family
from tests.packs.test_tasks_of_qa import item, items, with_cat
from tests.views.letters import london

CAT_MANAGER = {"teams": ["CAT"], "posts": ["SW_TEAM_MANAGER"]}
DUTY_DESK = {"teams": [], "posts": ["LCPP"]}


def missed(told: Family, at: str, role: str, reason: str = "LEFT") -> None:
    said = {"lead": {"id": "p-gone", "role": role}, "reason_code": reason, "from_event": "e"}
    told.post.send("allocation.LeadNonCompliant", london(at), case="k1", about=("c1",), **said)


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize(
    ("code", "role", "desk", "purposes", "other"),
    [
        ("REPLACE_CAT_WORKER", "CAT_WORKER", CAT_MANAGER, ["CAT_ASSESSMENT", "FAMILY_HELP"], "CP_ENQUIRY"),
        ("REPLACE_CP_LEAD", "CP_LEAD", DUTY_DESK, ["CP_ENQUIRY", "CP_PLAN"], "FAMILY_HELP"),
    ],
)
def test_the_stand_in_has_the_task_until_the_next_is_named(
    code: str, role: str, desk: dict[str, Any], purposes: list[str], other: str
) -> None:
    for purpose in purposes:
        told = with_cat()
        missed(told, "2026-06-02 09:00", role, "PRIVATE_FOSTERING")
        missed(told, "2026-06-02 09:10", "LEAD_PRACTITIONER")
        assert items(told, code) == []
        missed(told, "2026-06-02 10:00", role)
        assert (item(told, code)["for"], item(told, code)["rules"]) == (desk, ["WLV-ALLOC-47"])
        told.lead("2026-06-02 11:00", {"id": "p-x"}, "c1", purpose=other)
        told.lead("2026-06-02 11:30", {"id": "p-y"}, "c2", purpose=purpose)
        assert len(items(told, code)) == 1, "of the child alone"
        told.lead("2026-06-02 12:00", {"id": "p-next"}, "c1", purpose=purpose)
        assert items(told, code) == []


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize(("code", "role"), [("REPLACE_CAT_WORKER", "CAT_WORKER"), ("REPLACE_CP_LEAD", "CP_LEAD")])
def test_or_until_the_role_is_over(code: str, role: str) -> None:
    told = with_cat()
    missed(told, "2026-06-02 10:00", role)
    told.lead_ended("2026-06-02 11:00", {"id": "p-gone"}, "EARLY_SUPPORT_LEAD")
    assert len(items(told, code)) == 1
    told.lead_ended("2026-06-02 12:00", {"id": "p-gone"}, role)
    assert items(told, code) == []


@pytest.mark.rule("WLV-ALLOC-47")
def test_both_managers_stand_in_where_a_family_in_help_has_no_lead() -> None:
    told = Family()
    told.opened("2026-06-01", "c1")
    told.lead("2026-06-01 10:00", {"id": "p-lead"}, "c1")
    assert items(told, "NAME_LEAD_PRACTITIONER") == []
    told.lead_ended("2026-06-02 10:00", {"id": "p-lead"})
    desk = {"teams": ["FAMILY_HELP"], "posts": ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]}
    assert item(told, "NAME_LEAD_PRACTITIONER")["for"] == desk
