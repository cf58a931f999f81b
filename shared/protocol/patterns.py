"""Words that describe an event: the `{event, with}` of a pack, and how they are held against a real one."""

from collections.abc import Iterator, Mapping
from datetime import datetime
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


def matches(pattern: Pattern, name: str, data: Any, child_id: str | None = None) -> bool:
    """Whether an event of this name and payload is the one a pattern speaks of."""
    return pattern.matches(name, data, child_id)


def hold(words: Mapping[str, tuple[Word, ...]], data: Any, child_id: str | None = None) -> bool:
    """Whether each field has one of its words in a payload or a mapping of facts."""
    return all(has(data, path, allowed, child_id) for path, allowed in words.items())


def has(data: Any, path: str, allowed: tuple[Word, ...], child_id: str | None = None) -> bool:
    """Whether the field at a path has one of the words; ABSENT and PRESENT speak of the field itself."""
    found = tuple(values(data, path, child_id))
    if not found:
        return ABSENT in allowed
    # bool before int: in Python True equals 1, in a pack it does not.
    return PRESENT in allowed or any(
        word == value and isinstance(word, bool) == isinstance(value, bool) for word in allowed for value in found
    )


def values(data: Any, path: str, child_id: str | None = None) -> Iterator[Any]:
    """What stands at a path of a payload (dict or event), each value of a list on its own; nothing for absent."""
    head, _, rest = path.partition(".")
    listed = head.endswith("[]")
    found = _get(data, head.removesuffix("[]"))
    if found is None:
        return
    entries = found if listed or isinstance(found, (list, tuple, frozenset, set)) else (found,)
    for entry in entries:
        if listed and child_id is not None and (_get(entry, "child_id") or child_id) != child_id:
            continue
        if rest:
            yield from values(entry, rest, child_id)
        elif entry is not None:
            yield entry


def _get(data: Any, name: str) -> Any:
    if isinstance(data, Mapping):
        return data.get(name)
    if not isinstance(data, msgspec.Struct):
        return None
    # `from` is a word of payloads that Python keeps for itself.
    return getattr(data, f"{name}_" if iskeyword(name) else name, None)
