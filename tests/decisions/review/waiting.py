"""The front door's list as its view makes it from a story, without a store."""

from typing import Any

from services.referral.views.front_door import FRONT_DOOR
from tests.given import Story


def row_of(story: Story, which: int = -1) -> dict[str, Any]:
    """The row of a referral, with `waits` as the list is searched by."""
    case, row = story.case(which), None
    for event in story.past:
        if event.title in FRONT_DOOR.reads and case in FRONT_DOOR.keys(event):
            row = FRONT_DOOR.project(row, event, case)
    assert row is not None
    return {**row, **FRONT_DOOR.search(row)}


def event_id(story: Story, title: str) -> str:
    """The id of the last event of this title."""
    return next(event.event_id for event in reversed(story.past) if event.title == title)
