"""What protects a child: concerns, strategy discussions, section 47 enquiries."""

from services.planning.events.shapes import Invited
from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class ConcernRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is worried about one child. cp: about protecting it; concern: in their words."""

    significant: bool
    cp: bool | None = None
    source: str | None = None
    concern: Sealed[str] | None = None


class StrategyDiscussionRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A strategy discussion about one child is asked for. from_state: where it stood, None if not known here.

    against_lcpp_view: a conversation had found no need for it.
    """

    from_state: str | None = None
    invited: tuple[Invited, ...] = ()
    against_lcpp_view: bool | None = None
    reason_code: str | None = None
    reason_note: Sealed[str] | None = None


class Section47EnquiryOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An enquiry about one child is open.

    strategy_ref: the discussion that it rests on; lead: a social worker who holds it from now on.
    """

    enquiry_id: str
    strategy_ref: str | None = None
    lead: Person | None = None
