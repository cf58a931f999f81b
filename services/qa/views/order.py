"""The one order of the house for letters of several services (ADR 6), and each letter once."""

from collections.abc import Iterable

from shared.kernel.beliefs import in_order
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
    """Letters as `in_order` puts their facts: the answer depends on the set of letters alone."""
    return in_order(each_once(letters))


def _arrival(letter: Letter) -> tuple[object, ...]:
    return (letter.recorded_at, letter.source, letter.sequence, letter.incarnation)
