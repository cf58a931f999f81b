"""Which clocks the events of a case started: those that letters carry, and those that qa alone computes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.qa.clock import Check
from services.qa.views.matching import Matching
from shared.kernel.events import ClockStart
from shared.kernel.letters import Letter
from shared.protocol.clocks import Clock as Block
from shared.protocol.patterns import Pattern
from shared.protocol.protocol import Protocol


@dataclass(frozen=True)
class Start:
    """One start of one clock. letter: the event; block: the pack's wording, None for a rule it does not know.

    started_at: the instant it counts from; due_at: the last that still counts as met; at: its place in house order.
    after: the event that must have cancelled the child's last clock, or this starts nothing.
    """

    letter: Letter
    at: int
    rule: str
    child_id: str | None
    block: Block | None
    started_at: datetime
    due_at: datetime
    computed_by: str
    check: Check
    expected: datetime | None = None
    after: Pattern | None = None


def starts_of(matching: Matching) -> list[Start]:
    """Every start by an event in the case and those linked with it, withdrawn ones too, in house order."""
    papers = matching.papers
    cases = papers.case_ids
    found: list[Start] = []
    for at, letter in enumerate(papers.letters):
        if letter.case_id in cases and letter.event_id not in papers.undone:
            protocol = matching.protocol_of(letter)
            found.extend(_carried(letter, at, start, protocol) for start in letter.clocks)
            found.extend(_computed(matching, letter, at, protocol))
    return found


def block_of(protocol: Protocol, rule: str) -> Block | None:
    """The clock of a rule, None where this protocol has none."""
    try:
        return protocol.clock(rule)
    except KeyError:
        return None


def _carried(letter: Letter, at: int, start: ClockStart, protocol: Protocol) -> Start:
    block = block_of(protocol, start.rule)
    started_at, check, expected = letter.occurred_at, "unknown", None
    if block is not None:
        started_at, check, expected = _checked(letter, start, block)
    return Start(
        letter=letter,
        at=at,
        rule=start.rule,
        child_id=start.child_id,
        block=block,
        started_at=started_at,
        due_at=start.due_at,
        computed_by=letter.service,
        check=check,
        expected=expected,
    )


def _checked(letter: Letter, start: ClockStart, block: Block) -> tuple[datetime, Check, datetime | None]:
    named = block.started_by.get(letter.name, ())
    patterns = [pattern for pattern in named if pattern.matches(letter.name, letter.data, start.child_id)]
    if not patterns:
        return letter.occurred_at, "differs", None
    if block.direction == "BACKWARDS":
        return letter.occurred_at, "not_checked", None
    dues = [(pattern.instant(letter.data, letter.occurred_at), pattern) for pattern in patterns]
    for started_at, _ in dues:
        if block.due(started_at, letter.data) == start.due_at:
            return started_at, "agrees", None
    return dues[0][0], "differs", block.due(dues[0][0], letter.data)


def _computed(matching: Matching, letter: Letter, at: int, protocol: Protocol) -> Iterator[Start]:
    for block, own in protocol.clocks_of_qa.get(letter.name, ()):
        children: tuple[str | None, ...] = letter.child_ids if block.about == "child" else (None,)
        for child_id in children:
            pattern = matching.first(own, letter, at, child_id)
            if pattern is not None:
                started_at = pattern.instant(letter.data, letter.occurred_at)
                yield Start(
                    letter=letter,
                    at=at,
                    rule=block.rule,
                    child_id=child_id,
                    block=block,
                    started_at=started_at,
                    due_at=block.due(started_at, letter.data),
                    computed_by="qa",
                    check="not_checked",
                    after=pattern.cancelled_by,
                )
