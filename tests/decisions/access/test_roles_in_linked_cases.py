"""Of linked cases the kept one says who leads: a role that began in the other ends with what is said there."""

from typing import Any

import pytest

from shared.access.case_facts import roles_in
from tests.decisions.on_case import CaseStory, case

TEACHER, WORKER, ADVISER = "p-teacher", "p-sw", "p-ap"


def linked(purpose: str = "FAMILY_HELP", role: str = "LEAD_PRACTITIONER") -> CaseStory:
    """Somebody leads a child, whose case another then keeps."""
    lead = {"id": TEACHER, "role": role}
    story = case("allocation").told(
        "allocation.LeadAllocated", "c1", case="k1", purpose=purpose, lead=lead, advanced_practitioner_id=ADVISER
    )
    pairs = [{"kept": "c9", "joined": "c1"}]
    return story.told(
        "referral.CasesLinked", ("c9", "c1"), case="k0", link_id="l1", kept="k0", joined="k1", children=pairs
    )


def open_roles(story: CaseStory) -> set[tuple[str, str | None]]:
    return {(one.role, one.person_id) for one in roles_in(story.letters) if one.until is None}


@pytest.mark.parametrize(
    ("purpose", "role"),
    [("FAMILY_HELP", "LEAD_PRACTITIONER"), ("CAT_ASSESSMENT", "CAT_WORKER"), ("CP_ENQUIRY", "CP_LEAD")],
)
def test_a_role_that_began_before_the_link_ends_with_what_the_kept_case_says(purpose: str, role: str):
    story = linked(purpose, role)
    assert (role, TEACHER) in open_roles(story)
    ended: dict[str, Any] = {"role": role, "lead": {"id": TEACHER}}
    assert open_roles(story.told("allocation.LeadEnded", "c9", case="k0", **ended)) == set()
    other = {"purpose": purpose, "lead": {"id": WORKER, "role": role}, "previous_lead": {"id": TEACHER}}
    assert open_roles(story.told("allocation.LeadAllocated", "c9", case="k0", **other)) == {(role, WORKER)}
    # What is said of another family's case ends nothing here.
    assert (role, TEACHER) in open_roles(story.told("allocation.LeadEnded", "c7", case="k7", **ended))
