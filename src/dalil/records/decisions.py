"""Decisions as rows: grades, preferred values, marks, steps of review, and what undoing one restores.

A decision is about one subject, one source, or many subjects at once. Of grades, preferred values and most marks the
last one stands: deciding anew closes the row before. Undoing a decision closes its rows that still stand, and writes
again those which it had closed, unless something has been decided there since. No row is ever edited, so what was
known before stays known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, select, update

from dalil.ledger.tables import insert_rows
from dalil.records.marks import SINGLE, STATE, decide_mark
from dalil.records.tables import grades, marks, preferences
from dalil.values.ids import parse_subject, subject_id

CHUNK: Final = 400
MAX_SUBJECTS: Final = 4_000
"""Subjects of one decision; the rows of an entry are numbered below 4,096."""
UNDOABLE: Final = frozenset({"grade", "prefer", "mark", "unmark", "step"})
"""Decisions that can be undone. Rejecting a statement and withdrawing a load cannot."""


def decide(connection: Connection, position: int, body: Mapping[str, Any]) -> None:
    """Write and close the rows of a decision on subjects or a source."""
    match body["decision"]:
        case "grade":
            _grade(connection, position, body)
        case "prefer":
            _prefer(connection, position, body)
        case "mark" | "unmark":
            decide_mark(connection, position, body, subjects_of(body))
        case "step":
            decide_mark(connection, position, {**body, "mark": STATE, "value": body["state"]}, subjects_of(body))
        case "undo":
            undo(connection, position, body["undoes"])
        case _:
            pass


def subjects_of(body: Mapping[str, Any]) -> list[int]:
    """Return the subjects a decision is about; none if it is about a source."""
    named = body.get("subjects", [body["subject"]] if "subject" in body else [])
    return [parse_subject(each) for each in named]


def _grade(connection: Connection, position: int, body: Mapping[str, Any]) -> None:
    about = subjects_of(body)
    if not about:
        same = (grades.c.source == body["source"]) & grades.c.until.is_(None)
        connection.execute(update(grades).where(same).values(until=position))
    for chunk in chunks(about):
        same = grades.c.subject.in_(chunk) & grades.c.until.is_(None)
        connection.execute(update(grades).where(same).values(until=position))
    rows = [
        (subject_id(position, n), subject, body.get("source"), body["grade"], body.get("flag"), position, None)
        for n, subject in enumerate(about or [None])
    ]
    insert_rows(connection, grades, rows)


def _prefer(connection: Connection, position: int, body: Mapping[str, Any]) -> None:
    subject, predicate = parse_subject(body["subject"]), body["predicate"]
    same = (preferences.c.subject == subject) & (preferences.c.predicate == predicate)
    connection.execute(update(preferences).where(same, preferences.c.until.is_(None)).values(until=position))
    chosen = parse_subject(body["statement"])
    row = (subject_id(position, 0), subject, predicate, chosen, body.get("reason"), position, None)
    insert_rows(connection, preferences, [row])


def chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    """Return ids in portions that one query may hold."""
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


# --- undoing ------------------------------------------------------------------------------------------------------
def undo(connection: Connection, position: int, undone: Sequence[int]) -> None:
    """Close what decisions wrote and still stands; write again what they had closed and nothing has replaced since."""
    order = 0
    for table, key in _KEYS.items():
        made = table.c.since.in_(undone) & table.c.until.is_(None)
        connection.execute(update(table).where(made).values(until=position))
        before = connection.execute(select(table).where(table.c.until.in_(undone)).order_by(table.c.id)).all()
        latest = {key(row): row for row in before}
        standing = _standing(connection, table, list(latest.values()), key)
        again = []
        for found in (row for each, row in latest.items() if each not in standing):
            values = {**found._mapping, "id": subject_id(position, order), "since": position, "until": None}
            again.append(tuple(values[column.name] for column in table.columns))
            order += 1
        insert_rows(connection, table, again)


def _standing(
    connection: Connection, table: Table, rows: Sequence[Any], key: Callable[[Any], tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    """Return the keys of what stands now on the subjects and sources of some rows."""
    found: set[tuple[Any, ...]] = set()

    def look(where: ColumnElement[bool]) -> None:
        found.update(key(row) for row in connection.execute(select(table).where(where, table.c.until.is_(None))))

    for chunk in chunks(sorted({row.subject for row in rows if row.subject is not None})):
        look(table.c.subject.in_(chunk))
    if table is not preferences and (of_sources := {row.source for row in rows if row.source is not None}):
        look(table.c.source.in_(sorted(of_sources)))
    return found


def _key_of_mark(row: Any) -> tuple[Any, ...]:
    return (row.subject, row.source, row.mark, None if row.mark in SINGLE else row.value)


_KEYS: Final[Mapping[Table, Callable[[Any], tuple[Any, ...]]]] = {
    grades: lambda row: (row.subject, row.source),
    preferences: lambda row: (row.subject, row.predicate),
    marks: _key_of_mark,
}
"""The tables of decisions, and by what one of their rows replaces another."""


def touched(connection: Connection, positions: Collection[int]) -> tuple[int, int]:
    """Return how many rows some decisions wrote or closed, and how many of those it wrote still stand."""
    written = standing = 0
    for table in _KEYS:
        where = table.c.since.in_(positions) | table.c.until.in_(positions)
        rows = connection.execute(select(table.c.since, table.c.until).where(where)).all()
        written += len(rows)
        standing += sum(row.since in positions and row.until is None for row in rows)
    return written, standing
