"""The ledger's tables, and how rows are written to them in bulk.

Nothing here that PostgreSQL could not do: big integers, byte strings, text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text

metadata: Final = MetaData()

# SQLite keeps a table in the order of a key declared INTEGER, and only of that; a key declared BIGINT costs every table
# a second tree. Both hold 64 bits there.
KEY: Final = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that is one number."""

entries: Final = Table(
    "entries",
    metadata,
    Column("position", KEY, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
)
NOT_BY_THE_THOUSAND: Final = "entries.kind NOT IN ('account', 'judgement')"
"""The condition of the index below, word for word: SQLite uses it only for queries that say the same."""
# Accounts and judgements come by the hundred thousand and are never listed by kind; the rest is.
Index(
    "entries_by_kind",
    entries.c.kind,
    entries.c.position,
    sqlite_where=entries.c.kind.not_in(["account", "judgement"]),
    postgresql_where=entries.c.kind.not_in(["account", "judgement"]),
)

tiles: Final = Table(
    "tiles",
    metadata,
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

batches: Final = Table(
    "batches",
    metadata,
    Column("size", KEY, primary_key=True, autoincrement=False),  # of the log after the batch
    Column("first", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

checkpoints: Final = Table(
    "checkpoints",
    metadata,
    Column("size", KEY, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)

keys: Final = Table(
    "keys",
    metadata,
    Column("position", KEY, primary_key=True, autoincrement=False),
    Column("key_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
)


# Python's SQLite driver takes 0.3 microseconds to bind a None and 0.03 to bind a number or a text, and derived rows are
# half empty. So writers on the hot path bind these instead, and the INSERT turns them into NULL.
NO_INT: Final = -(2**62)
NO_TEXT: Final = ""


def insert_sql(connection: Connection, table: Table) -> str:
    """Return the INSERT for whole rows of ``table``, with the driver's positional placeholders."""
    preparer = connection.dialect.identifier_preparer
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(preparer.format_column(column) for column in table.columns)
    marks = ", ".join(_placeholder(column, mark) for column in table.columns)
    return f"INSERT INTO {preparer.format_table(table)} ({columns}) VALUES ({marks})"


def _placeholder(column: Column[Any], mark: str) -> str:
    if not column.nullable or isinstance(column.type, LargeBinary | Boolean):
        return mark
    return f"NULLIF({mark}, {NO_INT})" if isinstance(column.type, BigInteger) else f"NULLIF({mark}, '')"


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows, in column order, past SQLAlchemy's per-parameter work, which costs more than the insert."""
    if rows:
        connection.exec_driver_sql(insert_sql(connection, table), list(rows))
