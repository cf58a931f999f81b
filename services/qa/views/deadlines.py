"""When the tick next has something to tell about the clocks of a case: reminders, breaches, breaches taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from services.qa.clock import BREACH, Clock, Notice, notices_of, stream_of
from services.qa.views.cases import linked_by, of_a_case, on_the_case, sortable
from services.qa.views.clocks import clocks_in
from services.qa.views.matching import ProtocolFor
from services.qa.views.papers import Papers, papers_of
from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering
from shared.protocol.load import protocol_of

BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
JUST_AFTER = timedelta(microseconds=1)


def told_in(papers: Papers) -> dict[str, Notice]:
    """What letters say that was told about the clocks of a case and those linked with it now, by stream."""
    told = (letter for letter in papers.letters if letter.stream.startswith("clock/"))
    return of_the_case(papers, notices_of(told))


def of_the_case(papers: Papers, notices: Mapping[str, Notice]) -> dict[str, Notice]:
    """Those of the notices that are about this case. Of an undone link the other side looks after its own."""
    return {stream: notice for stream, notice in notices.items() if notice.case_id in papers.case_ids}


def streams_of(clocks: Iterable[Clock], notices: Iterable[str]) -> list[str]:
    """Every stream on which something may have been told about these clocks."""
    steps = ((clock, step) for clock in clocks for step in _steps(clock))
    return sorted({*notices, *(stream_of(clock, step) for clock, step in steps)})


def _steps(clock: Clock) -> list[str]:
    return [BREACH, *(alert.step for alert in (*clock.passed_alerts, *clock.next_alerts))]


def next_report(papers: Papers, protocol_for: ProtocolFor, told: Mapping[str, Notice]) -> datetime | None:
    """The earliest instant at which something is to be told, whatever the time is now; None for nothing ever.

    told: what was told already. A breach that was none is to be taken back at once.
    """
    return next_of(clocks_in(papers, protocol_for, BEFORE_ALL), told)


def next_of(clocks: Iterable[Clock], told: Mapping[str, Notice]) -> datetime | None:
    """The same of clocks that were judged as if no time had passed (`BEFORE_ALL`)."""
    instants: list[datetime] = []
    missed: set[str] = set()
    for clock in clocks:
        # Judged from before them all, what still runs is what nothing will have ended in time.
        if clock.status != "RUNNING":
            continue
        breach = stream_of(clock, BREACH)
        missed.add(breach)
        if breach in told and not told[breach].withdrawn:
            continue
        instants.append(clock.due_at + JUST_AFTER)
        instants.extend(alert.at for alert in clock.next_alerts if stream_of(clock, alert.step) not in told)
    for stream, notice in told.items():
        if notice.step == BREACH and not notice.withdrawn and stream not in missed:
            instants.append(BEFORE_ALL)
    return min(instants, default=None)


def _fold(case_id: str, letters: Sequence[Letter]) -> Body | None:
    papers = papers_of(case_id, on_the_case(letters))
    if not papers.letters:
        return None
    at = next_report(papers, protocol_of, told_in(papers))
    return {"authority": papers.letters[-1].authority, "next_at": None if at is None else sortable(at)}


DEADLINES = Gathering(
    name="deadlines",
    keys=of_a_case,
    related=linked_by,
    fold=_fold,
    columns=("next_at",),
    search=lambda body: {"next_at": body["next_at"]},
)
