"""The process map of a protocol as data: its states, and the arrows between them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from shared.protocol.blocks import Block, Strict
from shared.protocol.patterns import Words

SAME, BACK, OPEN_CASE = "SAME", "BACK", "OPEN_CASE"
"""Ends of an arrow that are no state: nothing moves; the state underneath; the state of the open case joined."""


class Arrow(Strict, frozen=True, kw_only=True):
    """One arrow. from: states, or ANY (CLOSED too), ANY_OPEN (all but CLOSED); event, with: as in a pattern.

    to: a state, SAME, BACK or OPEN_CASE. as_from: the event is judged as if the child stood in that state.
    before: states underneath, or NONE. enquiry, lead: whether one is open, or active in the family, after the event.
    asked_by: the discussion was asked for by these alone (REQUEST, TRIAGE, ASSESSMENT).
    or_else: where BACK leads when nothing counts as a state before. underneath: the state that it puts beneath.
    linked: the event is a triage of another case of the child, joined to this one. asks: the triage asks for a
    discussion, and does not only confirm an urgent act that has ended. effect: words for the reader.
    """

    from_: tuple[str, ...] = msgspec.field(name="from")
    event: str
    with_: Words = msgspec.field(name="with", default_factory=dict)
    to: str = SAME
    as_from: str | None = None
    before: tuple[str, ...] = ()
    enquiry: Literal["OPEN", "NONE"] | None = None
    lead: Literal["ACTIVE", "NONE"] | None = None
    asked_by: tuple[str, ...] = ()
    or_else: str | None = None
    underneath: str | None = None
    linked: bool = False
    asks: bool = False
    effect: str = ""


class Moves(Block, frozen=True, kw_only=True, dict=True):
    """A process map. states: all of them; start: where a referral received puts a child; closed: the end.

    protects: states that yield only to their own ending or a closure by event. none_before: states that do not count
    as a state before. lead_purpose, lead_role: of the lead practitioner whom arrows speak of.
    """

    states: tuple[str, ...]
    start: str
    closed: str
    protects: tuple[str, ...]
    none_before: tuple[str, ...]
    lead_purpose: str
    lead_role: str
    arrows: tuple[Arrow, ...]

    def __post_init__(self) -> None:
        named = {self.start, self.closed, *self.protects, *self.none_before}
        for arrow in self.arrows:
            ends = {arrow.to, arrow.or_else, arrow.as_from, arrow.underneath} - {None, SAME, BACK, OPEN_CASE}
            named |= ends | set(arrow.from_) - {"ANY", "ANY_OPEN"} | set(arrow.before) - {"NONE"}
        unknown = sorted(str(state) for state in named - set(self.states))
        if unknown:
            raise ValueError(f"the map speaks of states it does not list: {', '.join(unknown)}")

    @cached_property
    def by_event(self) -> Mapping[str, tuple[Arrow, ...]]:
        """The arrows that an event of a full name may take, in their order."""
        names = dict.fromkeys(arrow.event for arrow in self.arrows)
        return {name: tuple(arrow for arrow in self.arrows if arrow.event == name) for name in names}

    def leaves(self, arrow: Arrow, state: str) -> bool:
        """Whether an arrow starts from a state."""
        return state in arrow.from_ or "ANY" in arrow.from_ or ("ANY_OPEN" in arrow.from_ and state != self.closed)
