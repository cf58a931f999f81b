"""Holding a decision against the map: a child moves only where an arrow is drawn."""

from typing import Any

from shared.kernel.refusal import Refusal
from shared.protocol.linked import Matter
from shared.protocol.standing import draws
from shared.protocol.weighing import Weighed


def on_the_map(matter: Matter, child_id: str, name: str, data: Any, field: str | None = None) -> Weighed:
    """Refuses, naming the state, where the map draws no arrow for such an event from where the child stands.

    name, data: of the event as it would be recorded. For decisions that no other row refuses; never for an act of
    protection or a record of what happened.
    """
    protocol = matter.protocol
    if protocol.moves is None:
        return Weighed()
    moves, child = protocol.moves, matter.linked.child(child_id)
    now = matter.standing(child_id)
    if draws(now, name, data, child, protocol):
        return Weighed(rules=(moves.rule,))
    because = f"{moves.says} From {now.state or 'a child not known here'} none leads there."
    return Weighed(refusals=(Refusal(moves.rule, because, moves.remedy, field),), rules=(moves.rule,))
