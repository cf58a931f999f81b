"""Words that describe an event: the `{event, with}` of a pack, and how they are held against a real one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from keyword import iskeyword
from typing import Any

import msgspec

from shared.kernel.calendar import start_of_day

Word = str | bool | int
Words = dict[str, tuple[Word, ...]]

ABSENT, PRESENT = "ABSENT", "PRESENT"
"""Words of `with` and `when` about the field itself: it is not there, or it is, whatever it says."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event a pack speaks of. event: "<service>.<title>"; with: field -> words of which one must be there.

    A field is a path: `outcome`, `lead.social_worker`, `children[].outcome` (that child's own entry).
    at: fields that hold the instant, or the day, the first present counts; none: the time it occurred.
    states: of the child before it; first: only where the clock never ran for the child (both: starts of a clock).
    around: of the child before it, as the service that records it knows them (starts of a clock that it computes).
    started_by: only a clock that this event started (cancels of a clock). computed_by: who counts this start.
    cancelled_by: only where the child's last clock was cancelled by this event (starts of a clock).
    filled: rules by which nothing may be missing in the event any more, whenever it was filled in. same: a field of
    which one value must be that by which the condition of the clock is told apart (both: stops of a clock).
    other_level: a field that says another level than the child holds.
    """

    event: str
    with_: Words = msgspec.field(name="with", default_factory=dict)
    at: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    first: bool = False
    around: Words = msgspec.field(default_factory=dict)
    started_by: str | None = None
    computed_by: str | None = None
    cancelled_by: "Pattern | None" = None
    filled: tuple[str, ...] = ()
    same: str | None = None
    other_level: str | None = None

    def matches(self, name: str, data: Any, child_id: str | None = None) -> bool:
        """Whether an event of this name and payload is meant, for one child where its lists name several."""
        return name == self.event and hold(self.with_, data, child_id)

    def instant(self, data: Any, occurred_at: datetime) -> datetime:
        """The instant that counts: the first of the fields of `at` that is there, else the time it occurred."""
        for path in self.at:
            for found in values(data, path):
                moment = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
                return moment if moment.tzinfo else start_of_day(moment.date())
        return occurred_at


def by_event(patterns: Iterable[Pattern]) -> Mapping[str, tuple[Pattern, ...]]:
    """The patterns by the event that each speaks of, in their order."""
    found: dict[str, tuple[Pattern, ...]] = {}
    for pattern in patterns:
        found[pattern.event] = (*found.get(pattern.event, ()), pattern)
    return found


def matches(pattern: Pattern, name: str, data: Any, child_id: str | None = None) -> bool:
    """Whether an event of this name and payload is the one a pattern speaks of."""
    return pattern.matches(name, data, child_id)


def hold(words: Mapping[str, tuple[Word, ...]], data: Any, child_id: str | None = None) -> bool:
    """Whether each field has one of its words in a payload or a mapping of facts."""
    # Asked of every block for every decision: a generator each time would cost more than what it asks.
    for path, allowed in words.items():
        if not has(data, path, allowed, child_id):
            break
    else:
        return True
    return False


def has(data: Any, path: str, allowed: tuple[Word, ...], child_id: str | None = None) -> bool:
    """Whether the field at a path has one of the words; ABSENT and PRESENT speak of the field itself."""
    found = values(data, path, child_id)
    if not found:
        return ABSENT in allowed
    if PRESENT in allowed:
        return True
    for value in found:
        for word in allowed:
            # bool before int: in Python True equals 1, in a pack it does not.
            if word == value and isinstance(word, bool) == isinstance(value, bool):
                return True
    return False


def values(data: Any, path: str, child_id: str | None = None) -> Sequence[Any]:
    """What stands at a path of a payload (dict or event), each value of a list on its own; nothing for absent."""
    steps = _steps(path)
    if len(steps) == 1 and type(data) is dict and not steps[0][1]:
        # Almost every path is one field that holds one word.
        said = data.get(path)
        if said is None:
            return ()
        if type(said) is str or type(said) is bool:
            return (said,)
    entries: Sequence[Any] = (data,)
    for name, listed in steps:
        below: list[Any] = []
        for entry in entries:
            found = entry.get(name) if type(entry) is dict else _get(entry, name)
            if found is None:
                continue
            if listed and child_id is not None:
                below += [one for one in found if (_get(one, "child_id") or child_id) == child_id]
            elif listed or isinstance(found, (list, tuple, frozenset, set)):
                below += found
            else:
                below.append(found)
        if not below:
            return ()
        entries = below
    return [entry for entry in entries if entry is not None] if None in entries else entries


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """Each name on a path, and whether it is said to be a list. Paths are words of packs and of code: there are few."""
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in path.split("."))


def _get(data: Any, name: str) -> Any:
    if isinstance(data, dict):
        return data.get(name)
    if isinstance(data, msgspec.Struct):
        # `from` is a word of payloads that Python keeps for itself.
        return getattr(data, f"{name}_" if iskeyword(name) else name, None)
    return data.get(name) if isinstance(data, Mapping) else None
