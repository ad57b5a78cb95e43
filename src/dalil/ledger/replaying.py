"""Making again, from the ledger, whatever is computed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sqlalchemy import Connection, Engine

from dalil.ledger.entries import Recorded
from dalil.ledger.log import scan, size_of
from dalil.ledger.store import writing

REPLAYED_ENTRIES: Final = 5_000
"""Entries replayed at a time: as many as keep their rows in memory without being felt."""


class Derived(Protocol):
    """Tables computed from entries."""

    def create(self, connection: Connection) -> None:
        """Make the tables."""

    def drop(self, connection: Connection) -> None:
        """Drop the tables."""

    def derive(self, connection: Connection, recorded: Sequence[Recorded]) -> None:
        """Write the rows of entries, in the order of the ledger."""


def replay(engine: Engine, everything: Sequence[Derived], progress: Callable[[int, int], None]) -> int:
    """Drop derived tables and make them again, in one transaction; return how many entries were replayed.

    A crash leaves the tables as they were.
    """
    with writing(engine) as connection:
        size = size_of(connection)
        for tables in everything:
            tables.drop(connection)
            tables.create(connection)
        for start in range(0, size, REPLAYED_ENTRIES):
            replayed = [
                Recorded(entry.position, entry.header.kind, entry.body, entry.header.recorded_at)
                for entry in scan(connection, start, min(start + REPLAYED_ENTRIES, size))
            ]
            for tables in everything:
                tables.derive(connection, replayed)
            progress(start + len(replayed), size)
    return size
