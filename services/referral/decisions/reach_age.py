"""Telling the other services that a child has reached an age from which something follows."""

from services.referral.child import Child
from services.referral.decisions.ages import age_on
from services.referral.events import ChildReachedAge
from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Fact
from shared.protocol.protocol import Protocol


def reach_age(state: Child, protocol: Protocol, act: Act) -> tuple[Fact, ...]:
    """Each age that a pack names, that the child has by now and that was not told yet. Asked by the tick.

    state: with its date of birth open; without one nobody knows.
    """
    if state.date_of_birth is None:
        return ()
    years = age_on(local_date(act.occurred_at), state.date_of_birth).years
    return tuple(
        Fact(
            stream=f"child/{state.child_id}",
            event=ChildReachedAge(child_id=state.child_id, age=age),
            case_id=state.case_id,
            child_ids=(state.child_id,),
        )
        for age in protocol.ages
        if years is not None and years >= age and age not in state.reached
    )
