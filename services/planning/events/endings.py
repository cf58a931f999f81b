"""How a case ends."""

from datetime import date

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class CaseClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One child is open to nobody any more. reason_code: of the census; from_state: where it stood.

    closed_by_event: what ended it, where no decision did; handed_over_to: the authority that goes on; acceptance_ref:
    where it says that it does; higher_need_view: of a family that withdraws, whether more help was needed;
    decision_ref: the event that it rests on.
    """

    reason_code: str
    reason_note: Sealed[str] | None = None
    closed_by_event: str | None = None
    closed_on: date
    decided_by: Person
    handed_over_to: str | None = None
    acceptance_ref: str | None = None
    higher_need_view: str | None = None
    decision_ref: str | None = None
    from_state: str | None = None
