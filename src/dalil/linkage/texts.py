"""A file, CSV or Parquet, becomes a table whose every cell is text, as it was written; what cannot is refused.

Nothing is left out in silence: a heading that two columns have, a row with other cells than the headings, a quotation
mark that is never closed are refused with their line.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pacsv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from dalil.errors import UnreadableFile

_DELIMITERS: Final = (",", ";", "\t", "|")
_WHOLE: Final = 2**53
"""Whole numbers below it are the same as floats and as text."""


def read_texts(path: Path, *, wanted: Collection[str] | None = None, as_written: Collection[str] = ()) -> pa.Table:
    """Read a CSV or Parquet file with every cell as text, without blanks around it; blank cells are null.

    Parameters
    ----------
    wanted : collection of str, optional
        Columns to read; others are not looked at. All, unless given.
    as_written : collection of str
        Columns whose cells keep the blanks around them, such as ids.

    Raises
    ------
    UnreadableFile
        Neither CSV in UTF-8 nor Parquet, or not of one form throughout.
    """
    try:
        table = _parquet(path, wanted) if path.suffix.lower() == ".parquet" else _csv(path, wanted)
        return pa.table({name: _cleaned(table[name], name in as_written) for name in table.column_names})
    except UnicodeDecodeError as error:
        raise _unreadable(path, "bytes that are not UTF-8") from error
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(
            path, error.strerror if isinstance(error, OSError) and error.strerror else "neither"
        ) from error


def _unreadable(path: Path, found: str, *, todo: str = "Save it as CSV in UTF-8.", line: int | None = None) -> Any:
    return UnreadableFile(
        "This file cannot be read as a list.",
        expected="CSV in UTF-8 with one line of headings, or Parquet",
        found=found,
        where=path.name if line is None else f"{path.name}, line {line}",
        todo=todo,
    )


def _cleaned(column: Any, as_written: bool) -> Any:
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), column if as_written else trimmed)


def _check_headings(path: Path, headings: list[str], wanted: Collection[str] | None) -> list[str]:
    """Return the headings to read, each of which must be there once."""
    chosen = [name for name in headings if wanted is None or name in wanted]
    twice = sorted({name for name in chosen if chosen.count(name) > 1})
    if twice:
        raise _unreadable(
            path,
            f"a heading that {chosen.count(twice[0])} columns have: {twice[0]!r}"[:120],
            todo="Give each column a heading of its own.",
        )
    return chosen


# --- Parquet ----------------------------------------------------------------------------------------------------------
def _parquet(path: Path, wanted: Collection[str] | None) -> pa.Table:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        chosen = _check_headings(path, schema.names, wanted)
        for name in chosen:
            kind = schema.field(name).type
            if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
                raise _unreadable(
                    path, f"a column of {kind}, {name!r}"[:120], todo="Save the column as text, one value in a cell."
                )
        table = file.read(columns=chosen)
    return pa.table({name: _as_text(table[name]) for name in chosen})


def _as_text(column: Any) -> Any:
    """Return a typed column as text: days without their hours, whole numbers without the point that gaps brought."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%d")
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        there = column.drop_null()
        if pc.all(pc.and_(pc.equal(pc.floor(there), there), pc.less(pc.abs(there), _WHOLE))).as_py():
            column = column.cast(pa.int64())
    return column.cast(pa.string())


# --- CSV --------------------------------------------------------------------------------------------------------------
def _csv(path: Path, wanted: Collection[str] | None) -> pa.Table:
    first = _first_line(path)
    if not first.strip():
        raise _unreadable(path, "no headings", todo="Put the headings into the first line.")
    delimiter = max(_DELIMITERS, key=lambda each: (first.count(each), -_DELIMITERS.index(each)))
    _check_quotes(path, delimiter)
    try:
        headings = pacsv.open_csv(path, parse_options=_parse(delimiter)).schema.names
        chosen = _check_headings(path, headings, wanted)
        return _columns(path, delimiter, chosen) if chosen else pa.table({})
    except pa.ArrowInvalid:
        _check_rows(path, delimiter)
        raise


def _columns(path: Path, delimiter: str, chosen: list[str]) -> pa.Table:
    return pacsv.read_csv(
        path,
        read_options=pacsv.ReadOptions(use_threads=False),
        parse_options=_parse(delimiter),
        convert_options=pacsv.ConvertOptions(
            include_columns=chosen,
            column_types=dict.fromkeys(chosen, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _parse(delimiter: str) -> pacsv.ParseOptions:
    return pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True)


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        return file.readline(1 << 16)


def _check_quotes(path: Path, delimiter: str) -> None:
    """Refuse a quotation mark that opens a cell and is not closed where the cell ends: it would swallow rows."""
    with path.open("rb") as file:
        if not any(b'"' in chunk for chunk in iter(lambda: file.read(1 << 20), b"")):
            return
    for _ in _rows(path, delimiter):
        pass


def _check_rows(path: Path, delimiter: str) -> None:
    """Refuse the first row that has more or fewer cells than there are headings, by its line."""
    n_columns = 0
    for line, cells in _rows(path, delimiter):
        n_columns = n_columns or len(cells)
        if cells and len(cells) != n_columns:
            raise _unreadable(
                path,
                f"a row of {len(cells)} cells under {n_columns} headings",
                todo="Correct the row: a cell that holds the separator needs quotation marks around it.",
                line=line,
            )


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row ends, and its cells.

    Raises
    ------
    UnreadableFile
        A row that cannot be told from the next.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        begins = 1
        try:
            for cells in rows:
                yield rows.line_num, cells
                begins = rows.line_num + 1
        except csv.Error as error:
            raise _unreadable(
                path,
                "a quotation mark that is not closed where its cell ends, or a cell without end",
                todo="Close it, or write it twice if it is part of the cell.",
                line=begins,
            ) from error
