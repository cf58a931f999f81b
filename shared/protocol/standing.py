"""Where a child stands: a pure fold of the facts of all services through the arrows of the protocol's map.

A protection state yields only to its own ending or to a closure by event; whatever else happens meanwhile changes
what lies underneath (ADR 9). Nothing is asked but the facts and the edition given, so any reader gets the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from shared.kernel.beliefs import Told
from shared.protocol.facts import TRIAGED, Joined, aliases, concerned, counted, first, joins
from shared.protocol.moves import BACK, OPEN_CASE, SAME, Arrow, Moves
from shared.protocol.patterns import hold
from shared.protocol.protocol import Protocol

RECEIVED = "referral.ReferralReceived"


class Standing(msgspec.Struct, frozen=True):
    """One child's place on the map. None of it is known where the pack is silent on the map.

    state: on top; beneath: underneath a protection state, None where nothing was before; protected: the state yields
    only to its own ending. level: the threshold held; since: when the state was entered. asked: by what a strategy
    discussion is asked for and not yet held (REQUEST, TRIAGE, ASSESSMENT). enquiries: open ones, those that await
    their conference too; awaiting: those of them; discussed: a discussion was held, or an enquiry begun. triaged: its
    own referral was decided; added: into the case of a child already open; joined_to: the child that this one is, by
    a link.
    """

    state: str | None = None
    beneath: str | None = None
    protected: bool = False
    level: str | None = None
    since: datetime | None = None
    asked: frozenset[str] = frozenset()
    enquiries: frozenset[str] = frozenset()
    awaiting: frozenset[str] = frozenset()
    discussed: bool = False
    triaged: bool = False
    added: bool = False
    joined_to: str | None = None

    @property
    def protection_runs(self) -> bool:
        """Whether a strategy discussion or an enquiry about the child is known and not ended."""
        return bool(self.asked or self.enquiries - self.awaiting)

    def is_open(self, moves: Moves | None) -> bool:
        """Whether the child is open to a service: in a state that counts as one before."""
        return self.state is not None and moves is not None and self.state not in moves.none_before

    def awaits_triage(self, moves: Moves | None) -> bool:
        """Whether its own referral waits for a decision of the front door."""
        return moves is not None and self.state == moves.start and not self.added


UNKNOWN = Standing()


def standings(facts: Iterable[Told], protocol: Protocol) -> Mapping[str, Standing]:
    """Where each child stands of whom these facts tell, linked children with their common state.

    facts: of one case and of those linked to it, from any services, in the order of the house (`in_order`).
    """
    told = counted(tuple(facts), protocol)
    links = joins(told)
    read = _read(told, protocol.moves)
    children = dict.fromkeys(child for one in read for child in one.of)
    alone = {child: _folded(child, read, links, protocol)[-1] for child in children}
    return {child: _together(child, alone, links, protocol) for child in children}


def standings_along(facts: Sequence[Told], protocol: Protocol) -> Callable[[int], Mapping[str, Standing]]:
    """Where each child stood after the first so many of these facts, which all count: one reading for every place.

    What a link that was undone meant while it stood is not known to it: with such a link ask for each place anew.
    """
    links = joins(facts)
    read = _read(facts, protocol.moves)
    children = dict.fromkeys(child for one in read for child in one.of)
    along = {child: _folded(child, read, links, protocol) for child in children}

    def after(count: int) -> Mapping[str, Standing]:
        alone = {child: stood[count] for child, stood in along.items()}
        made = [link for link in links if link.at < count]
        return {child: _together(child, alone, made, protocol) for child in children}

    return after


def standing(facts: Iterable[Told], protocol: Protocol, child_id: str) -> Standing:
    """Where one child stands. A child of whom the facts do not tell stands nowhere."""
    return standings(facts, protocol).get(child_id, UNKNOWN)


def _together(
    child: str,
    alone: Mapping[str, Standing],
    links: Sequence[Joined],
    protocol: Protocol,
    seen: frozenset[str] = frozenset(),
) -> Standing:
    """A joined child shares the state of the child it is, unless it waits for triage or its own state weighs more."""
    moves = protocol.moves
    own = alone[child]
    link = next((link for link in links if link.joined == child and link.kept not in seen), None)
    if link is None or moves is None:
        return own
    own = replace(own, joined_to=link.kept)
    if link.kept not in alone or own.awaits_triage(moves):
        return own
    kept = _together(link.kept, alone, links, protocol, seen | {child})
    if kept.state is None or (not own.added and weight(own, moves) > weight(kept, moves)):
        return own
    return replace(kept, triaged=own.triaged, added=own.added, joined_to=link.kept)


def weight(standing: Standing, moves: Moves | None) -> int:
    """How much a place counts where a child has several: protection most, then being open to a service."""
    return 2 if standing.protected else int(standing.is_open(moves))


class _Read(NamedTuple):
    """A fact with what every child's fold asks of it. of: whom it concerns; joins: the open child that a triage names.

    lead: the family has the lead of whom arrows speak, after it.
    """

    fact: Told
    of: frozenset[str]
    joins: object
    lead: bool


def _read(told: Iterable[Told], moves: Moves | None) -> list[_Read]:
    """The facts, each read once for all children."""
    read: list[_Read] = []
    lead = False
    for fact in told:
        lead = _lead_after(lead, fact, moves)
        joins_to = first(fact.data, "open_child_id") if fact.name == TRIAGED else None
        read.append(_Read(fact, concerned(fact), joins_to, lead))
    return read


def _folded(child: str, read: Iterable[_Read], links: Sequence[Joined], protocol: Protocol) -> list[Standing]:
    """Where a child stands by itself, before all of the facts and after each."""
    now = UNKNOWN
    stood = [now]
    others = aliases(child, links) if links else {}
    for place, one in enumerate(read):
        if child in one.of:
            now = _after(now, one.fact, child, False, one.lead, protocol)
        elif one.joins == child:
            now = _after(now, one.fact, child, True, one.lead, protocol)
        # While a link stands, work recorded on another id of the child is work on it; a referral is only its own.
        elif others and not now.added and not one.fact.name.startswith("referral."):
            alias = next((other for other, at in others.items() if other in one.of and place > at), None)
            if alias is not None:
                now = _after(now, one.fact, alias, False, one.lead, protocol)
        stood.append(now)
    return stood


def _lead_after(lead: bool, fact: Told, moves: Moves | None) -> bool:
    """Whether the family has the lead of whom arrows speak, after one more fact."""
    if moves is None:
        return lead
    match fact.title:
        case "LeadAllocated" if first(fact.data, "purpose") == moves.lead_purpose:
            return True
        case "LeadEnded" if first(fact.data, "role") == moves.lead_role:
            return False
    return lead


def _after(now: Standing, fact: Told, child: str, linked: bool, lead: bool, protocol: Protocol) -> Standing:
    moves = protocol.moves
    if moves is not None and fact.name == RECEIVED:
        return _received(now, fact, moves)
    if moves is not None and linked and not now.is_open(moves):
        return now
    asks = _asks(now, linked, moves)
    if fact.name == TRIAGED and not linked:
        now = replace(now, triaged=True, added=first(fact.data, "open_case_id") is not None)
    now = _tracked(now, fact, child, asks, protocol)
    return now if moves is None else _moved(now, fact, child, linked, lead, moves)


def _received(now: Standing, fact: Told, moves: Moves) -> Standing:
    if now.protected:
        return replace(now, beneath=now.beneath or moves.start)
    return replace(now, state=moves.start, since=fact.occurred_at) if now.state is None else now


def _tracked(now: Standing, fact: Told, child: str, asks: bool, protocol: Protocol) -> Standing:
    """The level, the discussion asked for and the enquiries: what every protocol has, map or no map."""
    title = fact.title
    outcome = None
    if title in _COMES_TO_SOMETHING:
        outcome = first(fact.data, "children[].outcome", child) or first(fact.data, "outcome")
    match title:
        case "ThresholdChanged":
            return replace(now, level=first(fact.data, "to"))
        case "CaseClosed":
            none: frozenset[str] = frozenset()
            return replace(now, level=None, asked=none, enquiries=none, awaiting=none)
        case "StrategyDiscussionRequested":
            return replace(now, asked=now.asked | {"REQUEST"})
        case "ReferralTriaged" if asks and protocol.group_of(outcome) == "STRATEGY":
            return replace(now, asked=now.asked | {"TRIAGE"})
        case "AssessmentCompleted" if outcome == "STRATEGY_DISCUSSION":
            return replace(now, asked=now.asked | {"ASSESSMENT"})
        case "LCPPConversationHeld" if first(fact.data, "request_withdrawn"):
            return replace(now, asked=now.asked - {"REQUEST"}) if now.asked == {"REQUEST"} else now
        case "StrategyDiscussionHeld":
            opened = frozenset({_FROM_DISCUSSION}) if outcome == "S47" and not now.enquiries else frozenset()
            return replace(now, asked=frozenset(), enquiries=now.enquiries | opened, discussed=True)
        case "Section47EnquiryOpened":
            known = now.enquiries - {_FROM_DISCUSSION}
            opened = known | {str(first(fact.data, "enquiry_id") or fact.event_id)}
            return replace(now, enquiries=opened, discussed=True)
        case "Section47EnquiryConcluded":
            ended = {str(first(fact.data, "enquiry_id")), _FROM_DISCUSSION}
            if outcome == "CONFERENCE":
                return replace(now, awaiting=now.awaiting | (ended & now.enquiries))
            return replace(now, enquiries=now.enquiries - ended, awaiting=now.awaiting - ended)
        case "InitialConferenceHeld":
            over = now.awaiting or now.enquiries
            return replace(now, enquiries=now.enquiries - over, awaiting=frozenset())
    return now


_COMES_TO_SOMETHING = frozenset(
    {"ReferralTriaged", "AssessmentCompleted", "StrategyDiscussionHeld", "Section47EnquiryConcluded"}
)

_FROM_DISCUSSION = "of the strategy discussion"
"""An enquiry that a discussion has decided on and whose own event has not been read yet."""


def _asks(now: Standing, linked: bool, moves: Moves | None) -> bool:
    """Whether a triage to a strategy discussion asks for one. A late first one, after all has ended, only confirms."""
    return moves is None or linked or now.protected or not now.discussed or now.triaged


def _moved(now: Standing, fact: Told, child: str, linked: bool, lead: bool, moves: Moves) -> Standing:
    arrow = _arrow(now, fact.name, fact.data, child, linked, lead, moves)
    if arrow is None or (arrow.as_from is None and arrow.to == SAME):
        if not now.protected:
            return now
        return _beneath(now, arrow, fact, child, linked, lead, moves)
    if arrow.as_from is not None:
        stood = replace(now, state=arrow.as_from, beneath=now.state, protected=True)
        return _moved(stood, fact, child, linked, lead, moves)
    if arrow.to == OPEN_CASE:
        return now
    to = arrow.to
    if to == BACK:
        to = now.beneath or moves.start
        if to in moves.none_before and arrow.or_else is not None:
            to = arrow.or_else
    protected = to in moves.protects
    stood = arrow.underneath or (now.beneath if now.protected else now.state)
    beneath = stood if protected else None
    return replace(now, state=to, beneath=beneath, protected=protected, since=fact.occurred_at)


def _beneath(
    now: Standing, arrow: Arrow | None, fact: Told, child: str, linked: bool, lead: bool, moves: Moves
) -> Standing:
    """An event that does not end a protection state changes only what lies underneath."""
    if arrow is not None and arrow.underneath is not None:
        return replace(now, beneath=arrow.underneath)
    under = replace(now, state=now.beneath or moves.start, beneath=None, protected=False)
    crossed = _arrow(under, fact.name, fact.data, child, linked, lead, moves)
    if crossed is None or crossed.to in (SAME, BACK, OPEN_CASE, *moves.protects) or crossed.as_from is not None:
        return now
    return replace(now, beneath=crossed.to)


def _arrow(now: Standing, name: str, data: Any, child: str, linked: bool, lead: bool, moves: Moves) -> Arrow | None:
    """The first arrow that such an event takes from where the child stands."""
    for arrow in moves.by_event.get(name, ()):
        if (
            moves.leaves(arrow, now.state or moves.start)
            and (linked or not arrow.linked)
            and hold(arrow.with_, data, child)
            and _guarded(arrow, now, lead, moves)
        ):
            return arrow
    return None


def _guarded(arrow: Arrow, now: Standing, lead: bool, moves: Moves) -> bool:
    under = now.beneath if now.beneath not in (None, *moves.none_before) else "NONE"
    return (
        (not arrow.before or under in arrow.before)
        and (arrow.enquiry is None or (arrow.enquiry == "OPEN") == bool(now.enquiries))
        and (arrow.lead is None or (arrow.lead == "ACTIVE") == lead)
        and (not arrow.asked_by or now.asked <= set(arrow.asked_by))
        and (not arrow.asks or "TRIAGE" in now.asked)
    )


def draws(now: Standing, name: str, data: Any, child_id: str, protocol: Protocol) -> bool:
    """Whether the map draws an arrow for such an event from where a child stands, or is silent altogether."""
    moves = protocol.moves
    return moves is None or _arrow(now, name, data, child_id, False, False, moves) is not None


def leads_on(now: Standing, name: str, data: Any, child_id: str, protocol: Protocol) -> bool:
    """Whether such an event takes a child to another state than that in which it stands."""
    moves = protocol.moves
    arrow = None if moves is None else _arrow(now, name, data, child_id, False, False, moves)
    return arrow is not None and arrow.to not in (SAME, now.state)
