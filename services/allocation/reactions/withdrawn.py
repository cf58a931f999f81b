"""What was recorded here because of an event that counts as not having been counts no longer either."""

from collections.abc import Sequence

from services.allocation.reactions.following import States, matter_in, streams
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.follow_up import FollowUp
from shared.kernel.letters import Letter
from shared.kernel.own_events import RecordWithdrawn
from shared.kernel.people import SYSTEM
from shared.kernel.service import Reaction
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.protocol import Protocol


def withdraw_with_it(states: States, known: Known, letter: Letter, protocol: Protocol, act: Act) -> Sequence[FollowUp]:
    """The withdrawal of each event that followed by itself, and of those that followed from these."""
    matter = matter_in(states, known, letter, protocol)
    told = next((fact for fact in matter.told if fact.event_id == letter.event_id), None)
    if told is None:
        return ()
    reason = str(first(told.data, "reason_code"))
    return [
        FollowUp(
            stream=f"case/{fact.case_id}",
            case_id=fact.case_id,
            child_ids=fact.child_ids,
            event=RecordWithdrawn(of_event=fact.event_id, reason_code=reason),  # type: ignore[arg-type]
            rules=fact.rules,
            inputs={"withdrawn": fact.name},
            cause=told,
        )
        for fact in _followed(matter, str(first(told.data, "of_event")))
    ]


def _followed(matter: Matter, event_id: str) -> list[Told]:
    """What this service recorded by itself because of an event, directly or not, and what stands of it."""
    gone = {first(fact.data, "of_event") for fact in matter.told if fact.title == "RecordWithdrawn"}
    causes, found = {event_id}, list[Told]()
    for fact in matter.told:
        own = fact.name.startswith("allocation.") and fact.actor.id == SYSTEM.id
        if own and fact.causation_id in causes and fact.title != "RecordWithdrawn":
            causes.add(fact.event_id)
            if fact.event_id not in gone:
                found.append(fact)
    return found


WITHDRAWN = tuple(
    Reaction(f"{service}.RecordWithdrawn", streams, withdraw_with_it) for service in ("referral", "planning")
)
"""The withdrawals of the services whose events allocation follows."""
