"""A database program: a generator that yields rounds of queries and is sent their rows.

The same program runs on both databases; what differs between them is a Dialect, never the program.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from shared.store.bell import Bell

Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Query:
    """One statement. many: run once for each of `params`, giving no rows."""

    sql: str
    params: Sequence[Any] = ()
    many: bool = False


@dataclass(frozen=True)
class Insert:
    """Rows to put into a table at once. columns: each with its kind (text, big or bytes); rest: what follows the rows.

    No two of the rows may stand for the same row of the table.
    """

    table: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    rest: str = ""


Statement = Query | Insert


class Last(list[Statement]):
    """The last round of a program that writes: COMMIT is sent with it."""


Round = Sequence[Statement]
Program = Generator[Round, list[list[Row]], T]


class Dialect(Protocol):
    """What the two databases say differently. numbers_events: it has to be told the sequences of new events."""

    name: str
    numbers_events: bool

    def among(self, column: str) -> str:
        """A condition that holds where `column` is one of a list given as one parameter."""
        ...

    def listed(self, values: Sequence[Any]) -> Any:
        """That parameter."""
        ...

    def lock_log(self) -> Round:
        """Queries that keep every other writer of the log out until the transaction ends."""
        ...

    def insert_events(self, rows: Sequence[tuple[str, int, str, bytes]], head: int) -> Statement:
        """Appends (stream, version, topic, state) in order, giving (stream, version, sequence).

        head: the highest sequence so far, for a database with a single writer.
        """
        ...

    def wake(self) -> Round:
        """Queries that tell waiting readers, once the transaction has ended."""
        ...


class DatabaseGone(Exception):
    """The connection was lost. unknown: COMMIT had been sent, so it may have succeeded."""

    def __init__(self, *, unknown: bool):
        super().__init__("the database connection was lost")
        self.unknown = unknown


class StoreUnavailable(Exception):
    """The store cannot take the write now (gone, full or not keeping up): nothing was stored, try again later."""


class Backend(Protocol):
    """A database that runs programs."""

    dialect: Dialect
    bell: Bell
    """Rings when somebody appended to the log."""

    async def start(self) -> None:
        """Open connections. Raises StoreUnavailable."""
        ...

    async def stop(self) -> None:
        """Close them."""
        ...

    async def read(self, program: Callable[[], Program[T]]) -> T:
        """Run a program that only reads; it may be begun twice. Raises StoreUnavailable."""
        ...

    async def write(self, program: Callable[[], Program[T]]) -> T:
        """Run a program in one transaction, one at a time. Raises DatabaseGone, or what the database refused."""
        ...

    def lead(self, work: str) -> AbstractAsyncContextManager[None]:
        """Hold the lead for some work: entered by one process at a time. Raises StoreUnavailable when it is lost."""
        ...
