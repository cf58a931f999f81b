"""What a page of letters comes to: beliefs folded, reactions decided, letters kept. Reads the store, writes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from shared.bus.parking import WAITS, park
from shared.bus.wire import ENCODER
from shared.kernel.act import Act
from shared.kernel.beliefs import Belief, Known, folded
from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM
from shared.kernel.service import Reaction, Service
from shared.kernel.stamp import Decided, stamp
from shared.store.append import Kept, StoredRow
from shared.store.keyring import NewKey
from shared.store.program import Statement
from shared.store.store import Store, versions

log = structlog.get_logger("intake")


UNDERSTOOD = 1
"""The highest version of any letter's payload: so far all are of their first."""


class UnknownVersion(Exception):
    """A letter that is acted on says it in a way that nobody here can read: it is parked until somebody can."""


@dataclass
class PagePlan:
    """The parts of the one write that a page of letters comes to. asked: what beliefs were read about."""

    events: list[StoredRow] = field(default_factory=list)
    expects: dict[str, int] = field(default_factory=dict)
    read: dict[tuple[str, str], int] = field(default_factory=dict)
    keys: list[NewKey] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    also: list[Statement] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    @staticmethod
    def kept_only(store: Store, letters: Sequence[Letter], also: Sequence[Statement]) -> "PagePlan":
        """The letters as an inbox keeps them, and nothing that follows from them."""
        mine = [letter for letter in letters if store.keeps(letter.authority)]
        return PagePlan(kept=_kept(store.service, mine), also=[*also])


async def plan_page(
    store: Store,
    letters: Sequence[Letter],
    waiting: frozenset[str],
    protocol_for: Callable[[str, datetime], Any],
    now: datetime,
    new_id: Callable[[], str],
) -> PagePlan:
    """Everything that follows from these letters, in order.

    waiting: what letters are about of which an earlier one of the same source is parked: these wait behind it, but
    for those that tell of an immediate act of safeguarding.
    Raises whatever a fold or reaction raises; the caller finds the guilty letter.
    """
    service = store.service
    # Another store's authority: read past, so that nothing of it is kept here.
    letters = [letter for letter in letters if store.keeps(letter.authority)]
    plan = PagePlan(kept=_kept(service, letters))
    listed = []
    for letter in letters:
        if letter.name not in service.beliefs and not _reactions(service, letter):
            continue
        if letter.key in waiting and not service.is_urgent(letter, protocol_for(letter.authority, letter.occurred_at)):
            plan.also.append(park(letter, WAITS, now))
        elif letter.version > UNDERSTOOD:
            raise UnknownVersion(letter.name)
        else:
            listed.append(letter)
    beliefs: dict[tuple[str, str], Belief] = {}
    await _read_beliefs(store, _abouts(service, listed), beliefs, plan)
    loaded: dict[str, list[Recorded]] = {}
    changed: set[tuple[str, str]] = set()
    recorded: list[Recorded] = []
    for letter in listed:
        for about in service.beliefs.get(letter.name, _nobody)(letter):
            row = (letter.source, about)
            before = beliefs.get(row, Belief(source=letter.source, about=about, sequence=0))
            plan.read.setdefault(row, 0)
            beliefs[row] = folded(before, letter)
            changed.add(row)
        for reaction in _reactions(service, letter):
            recorded += await _react(store, reaction, letter, beliefs, loaded, plan, protocol_for, now, new_id)
    plan.events, plan.keys = store.rows(recorded)
    if changed:
        plan.also.append(store.believe([beliefs[row] for row in sorted(changed)]))
    return plan


def _reactions(service: Service, letter: Letter) -> list[Reaction]:
    return [reaction for reaction in service.reactions if reaction.name == letter.name]


def _nobody(letter: Letter) -> Sequence[str]:
    return ()


def _abouts(service: Service, letters: Sequence[Letter]) -> set[str]:
    abouts = {about for letter in letters for about in service.beliefs.get(letter.name, _nobody)(letter)}
    return abouts | {letter.case_id for letter in letters if letter.case_id and _reactions(service, letter)}


async def _read_beliefs(store: Store, abouts: set[str], beliefs: dict[tuple[str, str], Belief], plan: PagePlan) -> None:
    plan.asked |= abouts
    for belief in await store.beliefs(sorted(abouts)):
        beliefs[(belief.source, belief.about)] = belief
        plan.read[(belief.source, belief.about)] = belief.revision


async def _streams(
    store: Store,
    reaction: Reaction,
    letter: Letter,
    beliefs: dict[tuple[str, str], Belief],
    plan: PagePlan,
) -> list[str]:
    """The streams that a reaction reads. What is known of their cases may name others: asked until none is new."""
    while True:
        streams = [*reaction.streams(letter, Known(beliefs.values()))]
        unread = {_id(stream) for stream in streams} - plan.asked
        if not unread:
            return streams
        await _read_beliefs(store, unread, beliefs, plan)


def _id(stream: str) -> str:
    return stream.partition("/")[2]


async def _react(
    store: Store,
    reaction: Reaction,
    letter: Letter,
    beliefs: dict[tuple[str, str], Belief],
    loaded: dict[str, list[Recorded]],
    plan: PagePlan,
    protocol_for: Callable[[str, datetime], Any],
    now: datetime,
    new_id: Callable[[], str],
) -> list[Recorded]:
    streams = await _streams(store, reaction, letter, beliefs, plan)
    fresh = [stream for stream in streams if stream not in loaded]
    if fresh:
        loaded.update(await store.load(*fresh))
        plan.expects.update(versions({stream: loaded[stream] for stream in fresh}))
    states = {stream: store.service.fold(stream, loaded[stream]) for stream in streams}
    act = Act(
        occurred_at=letter.occurred_at,
        recorded_at=now,
        by=SYSTEM,
        new_id=new_id,
        causation_id=letter.event_id,
    )
    about = {letter.case_id, *map(_id, streams), *store.service.beliefs.get(letter.name, _nobody)(letter)}
    known = Known(belief for belief in beliefs.values() if belief.about in about)
    facts = reaction.decide(states, known, letter, protocol_for(letter.authority, letter.occurred_at), act)
    recorded = stamp(
        Decided(letter.title, facts, known.used()),
        service=store.service.name,
        authority=letter.authority,
        edition=letter.edition,
        act=act,
        versions=versions(loaded),
        correlation_id=letter.correlation_id,
    )
    for event in recorded:
        if event.stream not in loaded:
            loaded[event.stream] = []
            plan.expects[event.stream] = 0
        loaded[event.stream].append(event)
    return recorded


def _kept(service: Service, letters: Sequence[Letter]) -> list[Kept]:
    if not service.keeps_all:
        return []
    return [
        Kept(
            letter.source,
            letter.incarnation,
            letter.sequence,
            letter.partition,
            letter.event_id,
            letter.key,
            letter.name,
            letter.occurred_at.isoformat(),
            ENCODER.encode(letter),
        )
        for letter in letters
    ]
