"""The goals, each a ratio to a ceiling of the same run, and whether a figure meets it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.bench.carrying import Carried
from tests.bench.deciding import Taken
from tests.bench.posting import Posted
from tests.bench.rebuilding import Rebuilt
from tests.bench.storing import Kept


@dataclass(frozen=True)
class Row:
    """One figure beside its goal. least: it should be as large as the goal, else at most as large."""

    what: str
    figure: float
    goal: float
    least: bool = True

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.figure >= self.goal if self.least else self.figure <= self.goal

    def within(self, times: float) -> bool:
        """Whether it is reached, or missed by no more than so many times."""
        return self.figure * times >= self.goal if self.least else self.figure <= self.goal * times


def of_posting(posted: Posted, connections: int = 16) -> list[Row]:
    """The goals of the command path."""
    middle = posted.middle("front door", connections)
    return [
        Row(f"POST a referral / one INSERT, {connections} connections", _naive(posted, connections), 1.0),
        Row(f"p99 / p50 at {connections} connections", middle.p99 / middle.p50, 2.5, least=False),
    ]


def _naive(posted: Posted, connections: int) -> float:
    return posted.ratio("front door", "insert", connections)


def of_rebuilding(rebuilt: Rebuilt) -> list[Row]:
    """The goal of a rebuild."""
    return [Row(f"rebuild of {rebuilt.events:,} events / \\copy", rebuilt.copy / rebuilt.rebuild, 0.45)]


def of_carrying(carried: Carried) -> list[Row]:
    """The goals of the bus."""
    return [
        Row("relay / bare produce", carried.relay / carried.produce, 0.9),
        Row("reader with its effects / bare consume", carried.intake / carried.consume, 0.5),
    ]


def of_storing(kept: Kept, post_seconds: float | None = None) -> list[Row]:
    """The goals of the store. post_seconds: the processor's time of one POST, for the share of sealing in it."""
    rows = [
        Row("load of 100 events / raw SELECT, times as long", kept.load, 2.0, least=False),
        Row("bare append / one INSERT per event", kept.append, 1.7),
    ]
    if post_seconds:
        share = kept.sealing / (post_seconds - kept.sealing)
        rows.append(Row("sealing added to a POST, share", share, 0.15, least=False))
    return rows


NOT_MEASURED = (
    "the stock library's endpoint, projection and append",
    "peers (Message DB, emmett, protean and others)",
    "a rebuild by two processes",
    "an inclusion proof at a million leaves",
    "load, decide and append beside SELECT and INSERT",
)
"""Goals that have no figure here."""


def show(console: Console, rows: Sequence[Row]) -> None:
    """The table of figures and goals."""
    table = Table(title="Goals")
    for column in ("what", "figure", "goal", ""):
        table.add_column(column, justify="left" if column in ("what", "") else "right")
    for row in rows:
        sign = ">=" if row.least else "<="
        table.add_row(row.what, f"{row.figure:.3g}", f"{sign} {row.goal:g}", "met" if row.met else "NOT MET")
    console.print(table)
    console.print(f"Not measured: {'; '.join(NOT_MEASURED)}.")


def show_deciding(console: Console, decided: Sequence[Taken]) -> None:
    """How many decisions of each kind one processor takes, beside what a referral's form costs."""
    table = Table(title="Decisions alone")
    for column in ("command", "us", "decisions/s", "times a referral's form"):
        table.add_column(column, justify="left" if column == "command" else "right")
    for taken in decided:
        rate = f"{1 / taken.seconds:,.0f}"
        table.add_row(taken.command, f"{taken.seconds * 1e6:,.0f}", rate, f"{taken.forms:.1f}")
    console.print(table)


def show_posting(console: Console, posted: Posted) -> None:
    """Rates and times of every target at every number of connections."""
    table = Table(title="POST of a referral")
    for column in ("connections", "target", "req/s", "p50 ms", "p99 ms", "server CPU us", "of the INSERT's rate"):
        table.add_column(column, justify="left" if column == "target" else "right")
    for target, connections in sorted(posted.rounds, key=lambda key: (key[1], key[0])):
        one = posted.middle(target, connections)
        ratio = posted.ratio(target, "insert", connections)
        figures = (f"{one.rate:,.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.cpu:,.0f}", f"{ratio:.2f}")
        table.add_row(str(connections), target, *figures)
    console.print(table)
    grown = (posted.after.resident - posted.before.resident) / 2**20
    console.print(
        f"Front door: {posted.after.resident / 2**20:,.0f} MiB resident, {grown:+,.0f} MiB in the run,"
        f" {posted.after.most / 2**20:,.0f} MiB at most."
    )
