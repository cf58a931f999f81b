"""The circumstances of a decision: when, by whom, and the fresh identifiers it may use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.kernel.people import Actor


@dataclass(frozen=True)
class Act:
    """Time, identity and chance come in here, so that deciding again gives the same answer.

    occurred_at: when it was true; recorded_at: now (both UTC); by: the caller, or SYSTEM;
    new_id: gives a fresh identifier at each call; client: True for an agency's system, which is no person.
    causation_id: the letter or event that made it happen, if one did.
    """

    occurred_at: datetime
    recorded_at: datetime
    by: Actor
    new_id: Callable[[], str]
    client: bool = False
    causation_id: str | None = None
