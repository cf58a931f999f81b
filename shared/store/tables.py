"""The tables of a store besides the library's own: keys, commands, places, beliefs, letters kept, leaves, views."""

from collections.abc import Callable, Sequence

from shared.kernel.service import Gathering, View

# {bytes} and {big} differ between the databases; everything else is said alike.
PLAIN = (
    "CREATE TABLE IF NOT EXISTS settings (name text PRIMARY KEY, value text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS keys (key_id text PRIMARY KEY, subject text NOT NULL, epoch {big} NOT NULL,"
    " wrapped {bytes})",
    "CREATE INDEX IF NOT EXISTS keys_subject ON keys (subject)",
    "CREATE TABLE IF NOT EXISTS commands (caller text, key text, request {bytes} NOT NULL, outcome {bytes} NOT NULL,"
    " PRIMARY KEY (caller, key))",
    "CREATE TABLE IF NOT EXISTS places (reader text, source text, part {big}, incarnation text NOT NULL,"
    " sequence {big} NOT NULL, PRIMARY KEY (reader, source, part))",
    "CREATE TABLE IF NOT EXISTS beliefs (source text, about text, sequence {big} NOT NULL, facts {bytes} NOT NULL,"
    " revision {big} NOT NULL DEFAULT 0, PRIMARY KEY (about, source))",
    "CREATE TABLE IF NOT EXISTS inbox (source text, incarnation text, sequence {big}, part {big} NOT NULL,"
    " event_id text NOT NULL, about text NOT NULL, name text NOT NULL, occurred_at text NOT NULL,"
    " letter {bytes} NOT NULL, arrived {big} NOT NULL, PRIMARY KEY (source, incarnation, sequence))",
    "CREATE INDEX IF NOT EXISTS inbox_about ON inbox (about)",
    "CREATE INDEX IF NOT EXISTS inbox_event ON inbox (event_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS inbox_arrived ON inbox (arrived)",
    "CREATE TABLE IF NOT EXISTS parked (source text, sequence {big}, part {big} NOT NULL, event_id text NOT NULL,"
    " about text NOT NULL, name text NOT NULL, error text NOT NULL, since text NOT NULL, letter {bytes} NOT NULL,"
    " PRIMARY KEY (source, sequence))",
    "CREATE INDEX IF NOT EXISTS parked_about ON parked (about)",
    "CREATE TABLE IF NOT EXISTS leaves (idx {big} PRIMARY KEY, sequence {big} NOT NULL UNIQUE, part {big} NOT NULL,"
    " previous {big} NOT NULL, hash {bytes} NOT NULL)",
    "CREATE INDEX IF NOT EXISTS leaves_part ON leaves (part, sequence)",
    "CREATE TABLE IF NOT EXISTS nodes (level {big}, idx {big}, hash {bytes} NOT NULL, PRIMARY KEY (level, idx))",
)
ADDED = (("beliefs", "revision", "{big} NOT NULL DEFAULT 0"),)
"""Columns that a table made by an earlier version lacks: (table, column, definition)."""

INSERT_ONLY = ("events", "leaves", "nodes", "inbox")
TYPES = {"postgres": {"bytes": "bytea", "big": "bigint"}, "sqlite": {"bytes": "BLOB", "big": "INTEGER"}}


def statements(dialect: str, views: Sequence[View | Gathering]) -> list[str]:
    """The statements that make a store's tables, each harmless when repeated. dialect: postgres or sqlite."""
    made = [sql.format(**TYPES[dialect]) for sql in PLAIN]
    for view in views:
        made += view_statements(dialect, view)
    for table in INSERT_ONLY:
        made += _insert_only(dialect, table)
    return made


def added(dialect: str, has: Callable[[str, str], bool]) -> list[str]:
    """The statements that complete tables of an earlier version. has: whether a table has a column."""
    return [
        f"ALTER TABLE {table} ADD COLUMN {column} {definition.format(**TYPES[dialect])}"
        for table, column, definition in ADDED
        if not has(table, column)
    ]


def view_statements(dialect: str, view: View | Gathering) -> list[str]:
    """The statements that make one view's table and the indexes it is searched by."""
    columns = "".join(f", {column} text" for column in view.columns)
    blob = TYPES[dialect]["bytes"]
    made = [f"CREATE TABLE IF NOT EXISTS view_{view.name} (key text PRIMARY KEY, body {blob} NOT NULL{columns})"]
    made += [
        f"CREATE INDEX IF NOT EXISTS view_{view.name}_{column} ON view_{view.name} ({column})"
        for column in view.columns
    ]
    return made


def _insert_only(dialect: str, table: str) -> list[str]:
    """What is written stays: no later statement changes or removes a row of the record."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION insert_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $f$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $f$",
        f"DROP TRIGGER IF EXISTS {table}_insert_only ON {table}",
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION insert_only()",
    ]
