"""The database under an archive: how it is opened, and what a transaction on it means.

SQLite in WAL mode with full synchronisation: a batch is on the disk before anyone is told that it was recorded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from dalil.ledger.troubles import BUSY_SECONDS, translate

CACHE_KIB: Final = 65_536
PAGE_BYTES: Final = 8_192
WAL_PAGES: Final = 16_384
"""Pages (128 MiB) after which the write-ahead log is copied back; fewer copies make a long load a quarter faster."""


def open_engine(path: Path) -> Engine:
    """Return an engine on the SQLite file at ``path``; made on first use."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        # SQLAlchemy begins transactions itself (below); the driver's own habit of beginning late would let two
        # writers read the same size of the log.
        connection.isolation_level = None
        for pragma in (
            f"page_size={PAGE_BYTES}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",  # erased bodies are overwritten, not only unlinked
            f"cache_size=-{CACHE_KIB}",
            f"wal_autocheckpoint={WAL_PAGES}",
            "temp_store=MEMORY",  # nothing is ever written to a plain temporary file
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("dalil_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction that may write; all of it happens or none of it does.

    Raises
    ------
    LedgerBusy
        Another process holds the archive.
    StoreFull
        The disk is full; nothing of this transaction was kept.
    """
    with translated(), engine.connect().execution_options(dalil_writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the archive from beginning to end."""
    with translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database driver's errors into dalil's."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error.orig) from error
    except sqlite3.Error as error:
        raise translate(error) from error
