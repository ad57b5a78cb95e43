"""The queries that a block of code puts to the databases, counted: what a page costs on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the queries put to the archive and to the desk's own database; beginning a transaction is none."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from sqlalchemy import event

    from dalil.web.desk import archive

    asked: list[str] = []

    def note(_con: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    engine = archive().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        with CaptureQueriesContext(connection) as own:
            yield asked
        asked.extend(each["sql"] for each in own.captured_queries)
    finally:
        event.remove(engine, "before_cursor_execute", note)
