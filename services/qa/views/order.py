"""The one order of the house for letters of several services (DESIGN 5), and each letter once."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from shared.kernel.letters import Letter


def each_once(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """The letters without repeats of an event: of one sent again after a restore, the first incarnation stays."""
    kept: dict[str, Letter] = {}
    for letter in letters:
        known = kept.get(letter.event_id)
        if known is None or _arrival(letter) < _arrival(known):
            kept[letter.event_id] = letter
    return tuple(kept.values())


def in_one_order(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Letters by when they occurred, then source, then sequence; each directly behind what it cites or came from.

    A letter that names an event after itself waits for that event only, and then stands where its own time puts
    it: the answer depends on the set of letters alone, never on how they arrived.
    """
    by_id = {letter.event_id: letter for letter in each_once(letters)}
    waits_for: dict[str, int] = {}
    followers: dict[str, list[str]] = {}
    ready: list[tuple[tuple[object, ...], str]] = []
    for letter in by_id.values():
        before = {named for named in _cited(letter) if named in by_id and named != letter.event_id}
        waits_for[letter.event_id] = len(before)
        for named in before:
            followers.setdefault(named, []).append(letter.event_id)
        if not before:
            ready.append((_place(letter), letter.event_id))
    heapify(ready)
    placed: list[Letter] = []
    while ready:
        _, event_id = heappop(ready)
        placed.append(by_id[event_id])
        for follower in followers.get(event_id, ()):
            waits_for[follower] -= 1
            if not waits_for[follower]:
                heappush(ready, (_place(by_id[follower]), follower))
    # Events that cite each other in a ring cannot happen by the store's rules; if they do, time alone orders them.
    ring = [letter for event_id, letter in by_id.items() if waits_for[event_id] > 0]
    return (*placed, *sorted(ring, key=_place))


def cited_by(letter: Letter) -> tuple[str, ...]:
    """The events that a correction or a follow-up names in its payload."""
    named = (letter.data.get("of_event"), letter.data.get("from_event"), letter.corrects)
    return tuple(event_id for event_id in named if isinstance(event_id, str))


def _cited(letter: Letter) -> tuple[str, ...]:
    cause = (letter.causation_id,) if letter.causation_id else ()
    return (*cause, *cited_by(letter))


def _place(letter: Letter) -> tuple[object, ...]:
    return (letter.occurred_at, letter.source, letter.sequence, letter.event_id)


def _arrival(letter: Letter) -> tuple[object, ...]:
    return (letter.recorded_at, letter.source, letter.sequence, letter.incarnation)
