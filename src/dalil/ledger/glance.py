"""A glance at a ledger's length and root, by the standard library alone.

Counting a figure needs these three numbers and nothing else of the ledger; the database toolkit that writes it takes a
quarter of a second to import, which is a quarter of the time a figure may take. Whoever needs more opens the ledger.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from dalil.ledger.kinds import WITHOUT_ROWS
from dalil.ledger.troubles import BUSY_SECONDS, translate


def ledger_size(database: Path) -> int:
    """Return how many entries the log has."""
    last = _ask(database, "SELECT max(position) FROM entries")
    return 0 if last is None else int(last) + 1


def derived_size(database: Path) -> int:
    """Return the size of the log up to its last entry that derived rows may come from (see ``log.derived_size``)."""
    marks = ", ".join("?" * len(WITHOUT_ROWS))
    query = f"SELECT position FROM entries WHERE kind NOT IN ({marks}) ORDER BY position DESC LIMIT 1"
    last = _ask(database, query, *WITHOUT_ROWS)
    return 0 if last is None else int(last) + 1


def signed_root(database: Path, size: int) -> bytes | None:
    """Return the root signed at a size; None where no batch ended there, and the tree must be asked."""
    found = _ask(database, "SELECT root FROM batches WHERE size = ?", size)
    return None if found is None else bytes(found)


def has_refusals(database: Path, purpose: str) -> bool:
    """Tell whether anybody ever refused a use; an archive in which nobody answered has no table of answers."""
    if not _ask(database, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'consents'"):
        return False
    return _ask(database, "SELECT 1 FROM consents WHERE purpose = ? AND answer <> 'yes' LIMIT 1", purpose) is not None


def _ask(database: Path, query: str, *values: Any) -> Any:
    # Opened for reading and writing, since a reader of a write-ahead log may have to make its shared index; no
    # statement here writes.
    try:
        with closing(
            sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
        ) as connection:
            row = connection.execute(query, values).fetchone()
    except sqlite3.Error as error:
        raise translate(error) from error
    return None if row is None else row[0]
