"""Levels of need in their order, and the change of one child's from what it was."""

from collections.abc import Mapping
from typing import Any, Literal

from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import ThresholdChanged
from shared.kernel.act import Act
from shared.kernel.events import Fact
from shared.kernel.people import Person
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, person_of

LEVELS = (
    "UNIVERSAL",
    "EARLY_SUPPORT",
    "TARGETED_EARLY_HELP",
    "CHILD_IN_NEED",
    "CP_ENQUIRY",
    "CHILD_PROTECTION_PLAN",
    "LOOKED_AFTER",
)
"""From the lowest need to the highest, the field's words in the order of the continuum."""

Direction = Literal["STEP_UP", "STEP_DOWN", "CLOSE"]


def direction(before: str | None, to: str) -> Direction | None:
    """Which way a change leads; None for a first level in a case, or one held already. To UNIVERSAL it closes."""
    if before in (None, to):
        return None
    if to == "UNIVERSAL":
        return "CLOSE"
    return "STEP_UP" if LEVELS.index(to) > LEVELS.index(before) else "STEP_DOWN"


def level_changed(
    matter: Matter,
    child_id: str,
    to: str,
    act: Act,
    *,
    decided_in: str,
    reason_code: str,
    weighed: Weighed,
    inputs: Mapping[str, Any],
    decision_ref: str | None = None,
    authorised_by: Person | None = None,
    **more: Any,
) -> Fact:
    """The event that makes a child's level another.

    authorised_by: who acts, if nobody else is said; more: further fields of the event.
    """
    before = standing_of(matter, child_id).level
    event = ThresholdChanged(
        from_=before,
        to=to,
        direction=direction(before, to),
        decided_in=decided_in,
        decision_ref=decision_ref,
        authorised_by=authorised_by or person_of(act.by),
        reason_code=reason_code,
        effective_at=act.occurred_at,
        **more,
    )
    return of_child(matter, child_id, event, weighed, act, inputs=inputs)
