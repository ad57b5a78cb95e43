"""Mappings of a few columns, and what their rows become."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from dalil.intake.checking import check_account
from dalil.intake.mapping import parse_mapping
from dalil.intake.rows import AcceptedRow, RefusedRow, RowCompiler, compile_rows
from dalil.vocabulary import Vocabulary, load_vocabulary

VOCABULARY: Vocabulary = load_vocabulary()

SOURCE = {"key": "list", "kind": "synthetic", "synthetic": True, "form": "list", "title": "قائمة", "language": "ar"}
ARREST = {"subject": "d1", "predicate": "episode_event", "group": "arrest"}
RELEASE = {"subject": "d1", "predicate": "episode_event", "group": "release"}
NAME = {"subject": "p1", "predicate": "name", "part": "text"}


def compiled(columns: MappingOf[str, object], *, sheet: list[str] | None = None, **top: Any) -> RowCompiler:
    """Compile a mapping with these columns for a sheet that has them in this order, or in that of ``sheet``."""
    data = {"format": "dalil-mapping/1", "source": SOURCE, "subjects": {"p1": "person"}, "columns": columns, **top}
    return compile_rows(parse_mapping(data, VOCABULARY), sheet or list(columns), VOCABULARY)


def accepted(rows: RowCompiler, *cells: str) -> AcceptedRow:
    row = rows.account(2, cells)
    assert isinstance(row, AcceptedRow), row
    body = {"source": 0, "language": "ar", "subjects": row.subjects, "statements": row.statements}
    check_account(body, VOCABULARY)
    assert len(row.columns) == len(row.statements)
    return row


def refused(rows: RowCompiler, *cells: str) -> RefusedRow:
    row = rows.account(2, cells)
    assert isinstance(row, RefusedRow), row
    return row


def one(columns: object, *cells: str, **top: Any) -> Any:
    """Return the only statement of a row whose sheet has one column, ``x``, or those given."""
    many = columns if len(cells) > 1 else {"x": columns}
    assert isinstance(many, dict)
    statements = accepted(compiled(many, **top), *cells).statements
    assert len(statements) == 1, statements
    return statements[0]
