"""Making a store's tables: a step of its own, before any service starts, safe for several at once."""

import os
import sqlite3
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from psycopg.conninfo import conninfo_to_dict

from shared.kernel.service import Gathering, View
from shared.store.tables import added, statements

# Any number, the same for every process that migrates.
MIGRATION_LOCK = 7_0101_2024


class UnsafeSetting(Exception):
    """A setting that would lose events is on; the store does not start with it."""


def refuse_unsafe_settings() -> None:
    """Raises UnsafeSetting where the library's faster insert, which skips the table lock, is switched on."""
    if os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS", "").lower() in ("1", "y", "yes", "t", "true", "on"):
        raise UnsafeSetting("POSTGRES_ENABLE_DB_FUNCTIONS makes a reader of the log miss events: unset it")


def migrate_postgres(url: str, views: Sequence[View | Gathering]) -> None:
    """Make or complete the tables of a PostgreSQL store. Raises UnsafeSetting, psycopg.Error."""
    refuse_unsafe_settings()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        if connection.execute("SELECT to_regclass('events')").fetchone() == (None,):
            _library_tables(url)
        for sql in statements("postgres", views):
            connection.execute(sql.encode())
        for sql in added("postgres", lambda table, column: _postgres_has(connection, table, column)):
            connection.execute(sql.encode())
        connection.execute(
            "INSERT INTO settings (name, value) VALUES ('incarnation', %s) ON CONFLICT DO NOTHING", (str(uuid.uuid4()),)
        )


def _library_tables(url: str) -> None:
    parts = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=str(parts["dbname"]),
        host=str(parts.get("host", "127.0.0.1")),
        port=str(parts.get("port", "5432")),
        user=str(parts.get("user", "")),
        password=str(parts.get("password", "")),
        originator_id_type="text",
    )
    try:
        PostgresApplicationRecorder(datastore, events_table_name="events").create_table()
    finally:
        datastore.close()


def migrate_sqlite(path: Path, views: Sequence[View | Gathering]) -> None:
    """Make or complete the tables of a SQLite store. Raises sqlite3.Error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    datastore = SQLiteDatastore(db_name=str(path))
    try:
        SQLiteApplicationRecorder(datastore, events_table_name="events").create_table()
    finally:
        datastore.close()
    connection = sqlite3.connect(path)
    try:
        with connection:
            for sql in statements("sqlite", views):
                connection.execute(sql)
            for sql in added("sqlite", lambda table, column: _sqlite_has(connection, table, column)):
                connection.execute(sql)
            connection.execute(
                "INSERT INTO settings (name, value) VALUES ('incarnation', ?) ON CONFLICT DO NOTHING",
                (str(uuid.uuid4()),),
            )
    finally:
        connection.close()


def _postgres_has(connection: psycopg.Connection[Any], table: str, column: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped",
        (table, column),
    )
    return found.fetchone() is not None


def _sqlite_has(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return any(row[1] == column for row in connection.execute(f"PRAGMA table_info({table})"))
