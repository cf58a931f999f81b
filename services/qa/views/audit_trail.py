"""The audit trail of a case: one row for every event, who did it, when, by which rule, and where it is proved."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.qa.views.papers import Papers, papers_of
from services.qa.views.people import who
from services.qa.views.words import instant, plain
from shared.kernel.letters import Letter

Row = dict[str, Any]


def audit_trail(
    case_id: str,
    letters: Iterable[Letter],
    *,
    as_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Row]:
    """Every event of the case and those linked with it, in house order; nothing in it is sealed.

    letters: of all cases ever linked with it, in any order. late_by: seconds from occurring to being recorded.
    marks: what later events did to this one, or why it is shown here although it stands in another case.
    """
    return trail_of(papers_of(case_id, letters, as_at=as_at, known_at=known_at))


def trail_of(papers: Papers) -> list[Row]:
    """The trail of papers that were ordered and cut already."""
    return [_row(papers, letter) for letter in papers.letters]


def _row(papers: Papers, letter: Letter) -> Row:
    return {
        "event_id": letter.event_id,
        "name": letter.name,
        "event_version": letter.version,
        "case_id": letter.case_id,
        "child_ids": list(letter.child_ids),
        "who": who(letter),
        "occurred_at": instant(letter.occurred_at),
        "recorded_at": instant(letter.recorded_at),
        "late_by": max(0, round((letter.recorded_at - letter.occurred_at).total_seconds())),
        "rules": list(letter.rules),
        "edition": letter.edition,
        "receipt": plain(letter.receipt),
        "clocks": [plain(clock) for clock in letter.clocks],
        "incomplete": [plain(item) for item in letter.incomplete],
        "warnings": [plain(warned) for warned in letter.warnings],
        "data": plain(letter.data),
        "correlation_id": letter.correlation_id,
        "causation_id": letter.causation_id,
        "stream": letter.stream,
        "stream_version": letter.stream_version,
        "source": letter.source,
        "incarnation": letter.incarnation,
        "partition": letter.partition,
        "sequence": letter.sequence,
        "log_index": letter.log_index,
        "leaf_hash": letter.leaf_hash,
        "marks": _marks(papers, letter),
    }


def _marks(papers: Papers, letter: Letter) -> Row:
    marks: Row = {}
    if (withdrawal := papers.withdrawn.get(letter.event_id)) is not None:
        marks["withdrawn"] = {"by": withdrawal.event_id, "reason_code": withdrawal.data.get("reason_code")}
    if (correction := papers.replaced.get(letter.event_id)) is not None:
        marks["replaced"] = {"by": correction.event_id}
    if letter.corrects:
        marks["corrects"] = letter.corrects
    if (unlink := papers.undone.get(letter.event_id)) is not None:
        marks["taken_back"] = {"by": unlink.event_id}
    if letter.case_id != papers.case_id:
        marks["of_case"] = letter.case_id
    if (link := papers.from_links.get(letter.event_id)) is not None:
        marks["while_linked"] = link.link_id
    return marks
