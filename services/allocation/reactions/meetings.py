"""That the managers have to talk about a child, recorded when a letter shows it.

The letters of several services overtake one another: each that may show where the child stood, or who led, asks again
about what stands behind it. Nothing is recorded twice.
"""

from collections.abc import Sequence

import msgspec

from services.allocation.events import IMCTaskRaised
from services.allocation.reactions.following import States, due, follow_up, matter_in, streams
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.service import Reaction
from shared.protocol.facts import LINKED, TRIAGED
from shared.protocol.follows import Follows
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol


def raise_task(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """One task for each child and each event that asks for a conversation of the managers."""
    matter = matter_in(states, known, letter, protocol)
    told = matter.fact(letter.event_id)
    return tasks_for(matter, states, (told, *matter.after(told)) if told else ())


def tasks_for(matter: Matter, states: States, asked: Sequence[Told]) -> Sequence[FollowUp]:
    """The tasks that these facts ask for and that were not raised yet."""
    return [_task(matter, block, fact, child_id) for block, fact, child_id in due(IMCTaskRaised, matter, states, asked)]


def _task(matter: Matter, block: Follows, fact: Told, child_id: str) -> FollowUp:
    event = msgspec.convert({**block.words, "from_event": fact.event_id}, IMCTaskRaised)
    child = matter.linked.child(child_id)
    return follow_up(matter, (block.rule,), fact, (child,), event, reason_code=event.reason_code)


MEETINGS = tuple(
    Reaction(name, streams, raise_task)
    for name in (
        TRIAGED,
        LINKED,
        "referral.PathwayDecided",
        "planning.ChangeOfNeedReported",
        "planning.ThresholdChanged",
        "planning.PlanReviewed",
        "planning.UpdatedDiscussionCompleted",
        "planning.PrivateFosteringNotified",
    )
)
"""The letters that ask for a task, and those that may show where a child stood when one did."""
