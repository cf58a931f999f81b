"""A fact that a service records by itself because of another service's event."""

from dataclasses import dataclass

from shared.kernel.beliefs import Told
from shared.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class FollowUp(Fact):
    """A fact with its cause. cause: of all that it needed, the event that occurred last.

    Mostly that is the letter in hand. Where letters of two services overtake one another it is an earlier one, and
    the fact still takes the time and edition of its cause, so that an outage shifts no deadline.
    """

    cause: Told
