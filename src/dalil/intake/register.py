"""The register of what came in: sources, loads of sheets, and the account each row became.

Derived from the ledger like everything else; intake reads it to know which rows it has already taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, MetaData, Table, Text, select, update

from dalil.ledger.entries import Recorded
from dalil.ledger.kinds import Kind
from dalil.ledger.tables import KEY, NO_INT, NO_TEXT, insert_rows
from dalil.values.canonical import canonical_bytes
from dalil.values.dates import parse_edtf

metadata: Final = MetaData()

sources: Final = Table(
    "sources",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", Text),
    Column("publisher", Text),
    Column("published_lo", BigInteger),
    Column("published_hi", BigInteger),
    Column("synthetic", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
)
Index("sources_by_key", sources.c.key)

loads: Final = Table(
    "loads",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    Column("load", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("source", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
)
Index("loads_by_load", loads.c.load)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    Column("source", BigInteger, nullable=False),
    Column("load", Text),
    Column("row_key", Text),
    Column("row_digest", Text),
    Column("row_number", BigInteger),
    Column("language", Text),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
)
Index("accounts_by_key", accounts.c.source, accounts.c.row_key)


def derive(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Write the register's rows of newly recorded entries."""
    account_rows: list[tuple[Any, ...]] = []
    for entry in recorded:
        body, position = entry.body, entry.position
        if entry.kind is Kind.ACCOUNT and body is not None:
            row = body.get("row") or {}
            account_rows.append(
                (
                    position,
                    body["source"],
                    row.get("load", NO_TEXT),
                    row.get("key", NO_TEXT),
                    row.get("digest", NO_TEXT),
                    row.get("number", NO_INT),
                    body.get("language", NO_TEXT),
                    position,
                    NO_INT,
                )
            )
        elif entry.kind is Kind.SOURCE and body is not None:
            insert_rows(connection, sources, [_source_row(position, body)])
        elif entry.kind is Kind.CUSTODY and body is not None and "load" in body:
            row_ = (
                position,
                body["load"],
                body["event"],
                body["source"],
                canonical_bytes(body).decode(),
                position,
                None,
            )
            insert_rows(connection, loads, [row_])
        elif entry.kind is Kind.DECISION and body is not None and body["decision"] == "withdraw" and "load" in body:
            # Rows of this very batch must be there to be closed.
            insert_rows(connection, accounts, account_rows)
            account_rows.clear()
            for table in (accounts, loads):
                closed = (table.c.load == body["load"]) & table.c.until.is_(None)
                connection.execute(update(table).where(closed).values(until=position))
        elif entry.kind is Kind.ERASURE and body is not None:
            for table in (accounts, sources, loads):
                connection.execute(table.delete().where(table.c.id.in_(body["entries"])))
    insert_rows(connection, accounts, account_rows)


def _source_row(position: int, body: Any) -> tuple[Any, ...]:
    published = parse_edtf(body["published"]) if body.get("published") else None
    return (
        position,
        body["key"],
        body["kind"],
        body["title"],
        body.get("language"),
        body.get("publisher"),
        published.lo if published else None,
        published.hi if published else None,
        bool(body.get("synthetic", False)),
        canonical_bytes(body).decode(),
        position,
        None,
    )


def entries_of_load(connection: Connection, load: str) -> list[tuple[int, int]]:
    """Return the entries of a load as ranges ``[first, last]`` of positions, in order."""
    ranges: list[tuple[int, int]] = []
    query = select(accounts.c.id).where(accounts.c.load == load).order_by(accounts.c.id)
    for (position,) in connection.execute(query):
        if ranges and ranges[-1][1] == position - 1:
            ranges[-1] = (ranges[-1][0], position)
        else:
            ranges.append((position, position))
    return ranges
