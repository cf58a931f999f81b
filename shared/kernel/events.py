"""An event is something that has happened: a past-tense fact in an envelope that says when, who and by which rule."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from shared.kernel.people import Actor

Word = str | int | bool | None


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The payload of one fact. Subclasses add its fields; their class name is its name in the catalogue.

    Fields typed Sealed stay in the service that records them; all others travel in its letter.
    version: of the payload's schema; it rises only with a change that an old reader could not take.
    """

    version: ClassVar[int] = 1

    @classmethod
    def title(cls) -> str:
        """The event's name in the catalogue, without its service."""
        return cls.__name__


class ClockStart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deadline that an event starts. due_at: the last instant that still counts as met (UTC)."""

    rule: str
    due_at: datetime
    child_id: str | None = None


class Incomplete(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that a rule asks of a record and that is not there: the record stands, the lack is followed up.

    what: the field or fact; owner: the post or team that can supply it; child_id: where it is one child's.
    """

    what: str
    rule: str
    since: datetime
    owner: str
    child_id: str | None = None


class Warned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that was not followed and does not refuse: returned to the caller and kept."""

    rule: str
    because: str
    child_id: str | None = None


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """A belief a decision rested on: the highest letter (source store, its sequence) that it was folded from.

    letters: how many it was folded from, None where an earlier version did not say. Fewer than the source had told
    by then: some were parked.
    """

    source: str
    about: str
    sequence: int
    letters: int | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a decision was allowed: structural facts only, so that it can be read by any auditor for ever."""

    command: str
    edition: str
    rules: tuple[str, ...]
    inputs: dict[str, Any] = {}
    beliefs: tuple[Used, ...] = ()
    note: str | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event in its envelope, as it is stored and (without its sealed fields) as it is sent.

    name: "<service>.<title>"; occurred_at: when it was true; recorded_at: when we knew. Both UTC.
    """

    event_id: str
    name: str
    version: int
    authority: str
    stream: str
    stream_version: int
    case_id: str | None
    child_ids: tuple[str, ...] = ()
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    edition: str
    rules: tuple[str, ...] = ()
    clocks: tuple[ClockStart, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    warnings: tuple[Warned, ...] = ()
    correlation_id: str
    causation_id: str | None = None
    corrects: str | None = None
    receipt: Receipt | None = None
    data: Any

    @property
    def title(self) -> str:
        """The event's name without its service."""
        return self.name.split(".", 1)[1]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An event that a decision gives, before it is recorded.

    stream: where it is recorded, as "<kind>/<id>"; inputs: the structural facts that counted.
    child_ids: whom it concerns; case_id: whose case, None for a fact of no case. event_id: where another fact of the
    same decision cites it; else it gets one when it is recorded. occurred_at: where it is not that of the act, as of a
    correction, which stands at the time of what it corrects. because_of: the fact of the same decision that brings it.
    """

    stream: str
    event: Event
    case_id: str | None = None
    child_ids: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    clocks: tuple[ClockStart, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    warnings: tuple[Warned, ...] = ()
    corrects: str | None = None
    event_id: str | None = None
    occurred_at: datetime | None = None
    because_of: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


def cite(*rules: str | Iterable[str]) -> tuple[str, ...]:
    """The rule IDs given, flattened, each once, in order."""
    flat = (rule for given in rules for rule in ((given,) if isinstance(given, str) else given))
    return tuple(dict.fromkeys(flat))


def bringing(fact: Fact, others: Iterable[Fact], new_id: Callable[[], str]) -> tuple[Fact, ...]:
    """A fact with those that are recorded in one write because of it: each names it, or that which brings it closer."""
    beside = tuple(others)
    if not beside:
        return (fact,)
    event_id = fact.event_id or new_id()
    return (
        replace(fact, event_id=event_id),
        *(replace(one, because_of=one.because_of or event_id) for one in beside),
    )
