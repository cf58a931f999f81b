"""What ends a clock: the stop that meets it, the event that takes its subject out of scope, whichever was first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.qa.views.clock_starts import Start
from services.qa.views.matching import Matching
from services.qa.views.papers import Papers
from shared.kernel.letters import Letter
from shared.protocol.patterns import Pattern


@dataclass(frozen=True)
class End:
    """What the facts say of one clock, before anyone asks for the time.

    stop or cancel: the first of them, with its instant, which may lie after the due one: then it was missed all the
    same. withdrawn: the start itself was taken back.
    """

    stop: Letter | None = None
    stopped_at: datetime | None = None
    cancel: Letter | None = None
    cancelled_at: datetime | None = None

    withdrawn: bool = False

    @property
    def letter(self) -> Letter | None:
        """The event that ended it, if one did."""
        return self.stop or self.cancel

    @property
    def instant(self) -> datetime | None:
        """When that was."""
        return self.stopped_at or self.cancelled_at


@dataclass(frozen=True)
class _Found:
    letter: Letter
    at: int
    instant: datetime


def end_of(matching: Matching, start: Start) -> End:
    """How a clock that an event started ended.

    A withdrawn start never was: its clock is cancelled whatever the time (X-02). Else the first of stop and cancel
    counts, by when they occurred; whether that was in time is for the due instant to say (CAL-13, CAL-14).
    """
    papers, facts = matching.papers, matching.facts
    correction = _corrected(papers, start)
    if correction is not None:
        return End(cancel=correction, cancelled_at=correction.occurred_at, withdrawn=True)
    if start.block is None:
        return End()
    since = _in_scope_since(facts, start)
    later = [
        (at, letter)
        for at, letter in facts
        if letter.name in start.block.ended_by
        and at != start.at
        and (at > start.at or letter.occurred_at > since)
        and _concerns(papers, start, letter)
    ]
    stop = _stopped(matching, start, since, later)
    cancel = _first_match(matching, start, since, start.block.cancelled_by, later)
    if cancel is not None and (stop is None or (cancel.instant, cancel.at) < (stop.instant, stop.at)):
        return End(cancel=cancel.letter, cancelled_at=cancel.instant)
    if stop is not None:
        return End(stop=stop.letter, stopped_at=stop.instant)
    return End()


def _stopped(matching: Matching, start: Start, since: datetime, later: Sequence[tuple[int, Letter]]) -> _Found | None:
    block = start.block
    assert block is not None
    # Where each stop starts the next clock, the event that started this one does not stop it.
    itself = [] if block.repeats else [(at, letter) for at, letter in matching.facts if at == start.at]
    found = [_first_match(matching, start, since, group, [*itself, *later]) for group in block.stopped_by]
    if not found or any(each is None for each in found):
        return None
    return max((each for each in found if each is not None), key=lambda each: (each.instant, each.at))


def _first_match(
    matching: Matching,
    start: Start,
    since: datetime,
    patterns: Mapping[str, Iterable[Pattern]],
    facts: Iterable[tuple[int, Letter]],
) -> _Found | None:
    first: _Found | None = None
    for at, letter in facts:
        for pattern in patterns.get(letter.name, ()):
            if not _of_this_start(pattern, start):
                continue
            children = _children(matching.papers, start, letter)
            if any(matching.means(pattern, letter, at, child) for child in children):
                found = _Found(letter, at, pattern.instant(letter.data, letter.occurred_at))
                # A meeting held before and written down afterwards answers nothing that came after it was held.
                if pattern.at and found.instant < since and not letter.stream.startswith("referral/"):
                    continue
                if first is None or (found.instant, found.at) < (first.instant, first.at):
                    first = found
    return first


def _of_this_start(pattern: Pattern, start: Start) -> bool:
    return pattern.started_by in (None, start.letter.name)


def _children(papers: Papers, start: Start, letter: Letter) -> list[str | None]:
    # Under whichever of its ids the letter names the child: that entry of the letter's lists is read, no sibling's.
    if start.child_id is None:
        return [None]
    named = papers.links.children(start.child_id).intersection(letter.child_ids)
    return [*sorted(named)] or [start.child_id]


def _concerns(papers: Papers, start: Start, letter: Letter) -> bool:
    # A referral keeps its own case for life: what is decided on another referral of the child ends nothing of this.
    if letter.stream.startswith("referral/") and letter.case_id != start.letter.case_id:
        return False
    if start.child_id is None or not letter.child_ids:
        return True
    return not papers.links.children(start.child_id).isdisjoint(letter.child_ids)


def _in_scope_since(facts: Sequence[tuple[int, Letter]], start: Start) -> datetime:
    # A decision on a referral that comes late asks for nothing that was done since the referral came in: a strategy
    # discussion held meanwhile has met its clock, an enquiry opened meanwhile has cancelled it (CAL-14).
    if start.letter.stream.startswith("referral/"):
        for _, letter in facts:
            if letter.stream == start.letter.stream:
                return min(letter.occurred_at, start.started_at)
    return start.started_at


def _corrected(papers: Papers, start: Start) -> Letter | None:
    withdrawal = papers.withdrawn.get(start.letter.event_id)
    if withdrawal is not None:
        return withdrawal
    correction = papers.replaced.get(start.letter.event_id)
    # A correction that carries the clock again takes its place; one that says nothing of it leaves it running.
    if correction is not None and any(clock.rule == start.rule for clock in correction.clocks):
        return correction
    return None
