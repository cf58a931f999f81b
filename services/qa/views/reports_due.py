"""What there is to tell about the clocks of a case at this moment: reminders, breaches, breaches taken back."""

from collections.abc import Mapping, Sequence

from services.qa.clock import BREACH, Clock, Notice, stream_of
from services.qa.decisions import alert_due_clock, report_missed_clock, withdraw_breach
from shared.kernel.events import Fact


def reports_due(clocks: Sequence[Clock], already: Mapping[str, Notice]) -> list[Fact]:
    """What the tick records, in a fixed order; empty if the facts have changed or everything was told.

    clocks: of one case, judged now (`clocks_in`). already: what was told about that case's clocks (`notices_of`).
    """
    facts: list[Fact] = []
    for clock in clocks:
        facts.extend(alert_due_clock.decide(clock, already))
        facts.extend(report_missed_clock.decide(clock, already))
    facts.extend(breaches_to_withdraw(clocks, already))
    return facts


def breaches_to_withdraw(clocks: Sequence[Clock], already: Mapping[str, Notice]) -> list[Fact]:
    """What the transaction that takes a letter records besides it: breaches that its fact shows were none."""
    notices = sorted(already.values(), key=lambda notice: notice.stream)
    missed = {stream_of(clock, BREACH) for clock in clocks if clock.status == "MISSED"}
    return [fact for notice in notices for fact in withdraw_breach.decide(notice, missed)]
