"""X-09: whichever case a link keeps, undoing it puts a child that was only added to the other before a person again."""

import pytest

from services.referral.decisions.link_cases import LinkCases, link_cases
from services.referral.decisions.triage_referral import triage_referral
from services.referral.decisions.unlink_cases import UnlinkCases, unlink_cases
from tests.decisions.referral.forms import triage
from tests.decisions.referral.tales import again, in_family_help, received
from tests.decisions.review.waiting import row_of
from tests.given import DOOR_MANAGER, Story


def linked(story: Story, kept: tuple[str, str], joined: tuple[str, str]) -> Story:
    """Two cases linked by one child of each: (case, child)."""
    pair = [{"kept": kept[1], "joined": joined[1]}]
    said = {"kept": kept[0], "joined": joined[0], "children": pair, "reason_code": "SAME_CHILD"}
    return story.when(link_cases, LinkCases.model_validate(said), stream=f"family/{kept[0]}").kept()


def unlinked(story: Story, which: int = -1) -> Story:
    """The link undone by the front door's manager."""
    links = [event for event in story.past if event.title == "CasesLinked"]
    command = UnlinkCases(link_id=links[which].data.link_id, reason_code="NOT_THE_SAME_CHILD")
    return story.by(DOOR_MANAGER).when(unlink_cases, command, stream=f"family/{links[which].data.kept}").kept()


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize("open_case_is", ["kept", "joined"])
def test_a_child_that_joined_an_open_case_waits_again_after_the_unlink(open_case_is: str) -> None:
    story = in_family_help()
    open_end = (story.case(), story.children()[0])
    story = again(story)
    new_end = (story.case(), story.children()[0])
    ends = (open_end, new_end) if open_case_is == "kept" else (new_end, open_end)
    story = linked(story, *ends)
    story = story.when(triage_referral, triage(new_end[1], "AMBER", "ADDED_TO_OPEN_CASE")).kept()
    assert row_of(story)["waits"] == "done"
    story = unlinked(story)
    assert story.standing(new_end[1]).awaits_triage(story.protocol.moves)
    assert story.standing(open_end[1]).state == "FAMILY_HELP_ACTIVE"
    row = row_of(story)
    assert (row["status"], row["waits"], row["triaged"]) == ("RECEIVED", "waits", {})


@pytest.mark.rule("SYS-REF-13")
def test_a_link_cannot_be_made_again_the_other_way_round() -> None:
    story = again(received())
    first, second = ((story.case(which), story.children(which)[0]) for which in (0, 1))
    story = linked(story, first, second)
    pair = [{"kept": second[1], "joined": first[1]}]
    said = {"kept": second[0], "joined": first[0], "children": pair, "reason_code": "SAME_CHILD"}
    command = LinkCases.model_validate(said)
    story.when(link_cases, command, stream=f"family/{second[0]}").refused("SYS-REF-13")
