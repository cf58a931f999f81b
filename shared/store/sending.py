"""Sending a round to PostgreSQL: every statement at once, all rows of one insert as arrays, several inserts as one."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, ProgrammingError
from psycopg.types.numeric import Int8

from shared.store.program import Insert, Round, Row, Statement

TYPES = {"text": "text[]", "big": "bigint[]", "bytes": "bytea[]"}


async def asked(connection: AsyncConnection, todo: Round) -> list[AsyncCursor | None]:
    """Send the statements; a cursor for each that may give rows."""
    asked: list[AsyncCursor | None] = []
    for _, run in groupby(todo, key=lambda statement: isinstance(statement, Insert)):
        statements = list(run)
        inserts = [statement for statement in statements if isinstance(statement, Insert)]
        if inserts and len({insert.table for insert in inserts}) == len(inserts):
            cursor = connection.cursor(binary=True)
            await cursor.execute(*_inserting(inserts), prepare=True)
            asked += [cursor, *[None] * (len(inserts) - 1)]
        else:
            asked += [await _say(connection, statement) for statement in statements]
    return asked


async def _say(connection: AsyncConnection, statement: Statement) -> AsyncCursor:
    cursor = connection.cursor(binary=True)
    if isinstance(statement, Insert):
        await cursor.execute(*_inserting([statement]), prepare=True)
    elif statement.many:
        await cursor.executemany(statement.sql.encode(), statement.params)
    else:
        await cursor.execute(statement.sql.encode(), statement.params, prepare=True)
    return cursor


async def rows_of(cursor: AsyncCursor | None) -> list[Row]:
    """What a statement gave; nothing for one that gives no rows."""
    if cursor is None:
        return []
    try:
        return await cursor.fetchall()
    except ProgrammingError as wrong:
        # Only in asking does a cursor in a pipeline learn what its statement gave, and that it gave no rows.
        if wrong.sqlstate is None and cursor.statusmessage is not None:
            return []
        raise


def _inserting(inserts: Sequence[Insert]) -> tuple[bytes, list[list[Any]]]:
    """Rows of several tables in one statement; it gives the rows of the first."""
    first, *others = inserts
    others = [f"i{place} AS ({_insert(insert)})" for place, insert in enumerate(others)]
    sql = f"WITH {', '.join(others)} {_insert(first)}" if others else _insert(first)
    return sql.encode(), [column for insert in (*inserts[1:], first) for column in _columns(insert)]


def _insert(insert: Insert) -> str:
    """In the order of the rows: it is the order in which events get their numbers."""
    names = ", ".join(insert.columns)
    marks = ", ".join(f"%b::{TYPES[kind]}" for kind in insert.columns.values())
    rows = f"SELECT {names} FROM unnest({marks}) WITH ORDINALITY AS u({names}, place) ORDER BY place"
    return f"INSERT INTO {insert.table} ({names}) {rows} {insert.rest}"


def _columns(insert: Insert) -> Iterator[list[Any]]:
    for kind, values in zip(insert.columns.values(), zip(*insert.rows, strict=True), strict=True):
        if kind == "big":
            # By itself the driver takes the smallest type that holds them, and so makes a plan for each mixture.
            yield [None if value is None else Int8(value) for value in values]
        else:
            yield list(values)
