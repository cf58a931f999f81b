"""Recording that the case of children who are looked after was reviewed."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.conferring import Meeting, came, corrected, fits, in_its_place
from services.planning.decisions.recording import of_child
from services.planning.decisions.stating import may_tell
from services.planning.events import LookedAfterReviewHeld
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed

NAME, HELD = "RecordLookedAfterReview", "planning.LookedAfterReviewHeld"


class RecordLookedAfterReview(Meeting):
    """A review about one child or several."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]


def record_looked_after_review(
    matter: Matter, known: Known, command: RecordLookedAfterReview, act: Act
) -> tuple[Fact, ...]:
    """One event for each child. Raises Refused for who may not record it."""
    children = tuple(dict.fromkeys(matter.linked.child(child_id) for child_id in command.child_ids))
    weighed = may_tell(matter, NAME, children, act)
    weighed += fits(matter, HELD, command, children, [""] * len(children))
    weighed.insist({"children": len(children)})
    return tuple(_held(matter, known, child, command, Weighed(rules=weighed.rules), act) for child in children)


def _held(matter: Matter, known: Known, child: str, command: RecordLookedAfterReview, cited: Weighed, act: Act) -> Fact:
    before = corrected(matter, HELD, command, child)
    asked, attendance, weighed = came(matter, known, command, act, child)
    at = act.occurred_at if before is None else before.occurred_at
    event = LookedAfterReviewHeld(held_at=at, invited=asked, attendance=attendance)
    return in_its_place(of_child(matter, child, event, weighed + cited, act, inputs={}), before)
