"""Lists on disk, CSV or Parquet, become a `RecordTable`: cells as text first, then dates, ages and sexes as values.

A cell that cannot be read as what its column holds counts as missing, and is counted; a column that most cells do not
fit is refused. Distinct texts are read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pacsv  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from dalil.errors import AmbiguousDate, ImpossibleDate, UnknownTerm, UnreadableDate, UnreadableFile, WrongMapping
from dalil.linkage.mapping import ListMapping
from dalil.linkage.record_table import RecordTable
from dalil.values.dates import DateHabit, parse_date
from dalil.vocabulary import load_vocabulary

_MOST_UNREAD: Final = 0.5
"""Share of a column's cells that may be unreadable before we believe that the mapping is wrong."""
_OLDEST: Final = 125
_SEXES: Final = {"male": "male", "female": "female"}
_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(slots=True)
class ListsRead:
    """Records, and what could not be read, by column: counts only."""

    records: RecordTable
    unread: dict[str, int] = field(default_factory=dict)


def read_lists(paths: Sequence[Path], mapping: ListMapping) -> ListsRead:
    """Read lists through a mapping.

    Raises
    ------
    UnreadableFile
        Neither CSV in UTF-8 nor Parquet.
    WrongMapping
        A file without the column of ids or names, a column that no file has, or one that holds something else.
    WrongLists
        Nothing to link, or ids that are not distinct.
    """
    tables = [_one_file(path, mapping) for path in sorted(paths, key=lambda path: (path.name, str(path)))]
    absent = [name for name in mapping.columns if not any(name in table.column_names for table in tables)]
    if absent:
        raise WrongMapping(
            "The mapping names a column that no file has.",
            expected="columns of the files",
            found=", ".join(absent)[:120],
            todo="Correct the mapping.",
        )
    wanted = [*mapping.columns, "\0list"]
    texts = pa.concat_tables(
        [pa.table({name: _column(table, name) for name in wanted}) for table in tables]
    ).combine_chunks()
    return _understood(texts, mapping)


def _one_file(path: Path, mapping: ListMapping) -> pa.Table:
    table = read_texts(path)
    for name in (mapping.id, mapping.name[0]):
        if name not in table.column_names:
            raise WrongMapping(
                "A file lacks a column that every list must have.",
                expected=f"a column {name!r}"[:80],
                found=f"{len(table.column_names)} other columns",
                where=path.name,
                todo="Correct the mapping, or the first line of the file.",
            )
    if mapping.list is not None and mapping.list in table.column_names:
        lists = pc.fill_null(table[mapping.list], path.stem)
    else:
        lists = pa.chunked_array([pa.array([path.stem] * table.num_rows, pa.string())])
    return table.append_column("\0list", lists)


def _column(table: pa.Table, name: str) -> Any:
    return table[name] if name in table.column_names else pa.nulls(table.num_rows, pa.string())


def read_texts(path: Path) -> pa.Table:
    """Read a CSV or Parquet file with every cell as text; blank cells are null."""
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path)
            table = pa.table({name: table[name].cast(pa.string()) for name in table.column_names})
        else:
            first = _first_line(path)
            delimiter = max(_DELIMITERS, key=lambda each: (first.count(each), -_DELIMITERS.index(each)))
            header = pacsv.open_csv(path, parse_options=_parse(delimiter)).schema.names
            table = pacsv.read_csv(
                path,
                read_options=pacsv.ReadOptions(use_threads=False),
                parse_options=_parse(delimiter),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            )
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "This file cannot be read as a list.",
            expected="CSV in UTF-8 with one line of headings, or Parquet",
            found=type(error).__name__,
            where=path.name,
            todo="Save it as CSV in UTF-8.",
        ) from error
    trimmed = {}
    for name in table.column_names:
        cleaned = pc.utf8_trim_whitespace(table[name])
        trimmed[name] = pc.if_else(pc.equal(cleaned, ""), pa.scalar(None, pa.string()), cleaned)
    return pa.table(trimmed)


def _parse(delimiter: str) -> pacsv.ParseOptions:
    return pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True)


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        return file.readline(1 << 16)


# --- texts become values ----------------------------------------------------------------------------------------------
def _understood(texts: pa.Table, mapping: ListMapping) -> ListsRead:
    unread: dict[str, int] = {}
    columns: dict[str, Any] = {"id": texts[mapping.id], "list": texts["\0list"]}
    columns["name"] = _joined([texts[name] for name in mapping.name])
    for key in ("father", "mother", "kunya"):
        name = getattr(mapping, key)
        if name:
            columns[key] = texts[name]
    if mapping.sex:
        columns["sex"], unread[mapping.sex] = _looked_up(texts[mapping.sex], _sexes(texts[mapping.sex]), pa.string())
    if mapping.age:
        columns["age"], unread[mapping.age] = _looked_up(texts[mapping.age], _ages(texts[mapping.age]), pa.float32())
    for key in ("birth", "event_date"):
        name = getattr(mapping, key)
        if name:
            bounds = _bounds(texts[name], mapping.habit)
            stem = key.partition("_")[0]
            for end in (0, 1):
                ends = {text: found[end] for text, found in bounds.items()}
                columns[f"{stem}_{('lo', 'hi')[end]}"], unread[name] = _looked_up(texts[name], ends, pa.int32())
    columns |= {f"place_{level}": texts[name] for level, name in enumerate(mapping.place)}
    columns |= {f"extra_{number}": texts[name] for number, name in enumerate(mapping.extras)}
    for name, count in unread.items():
        n_filled = len(texts) - texts[name].null_count
        if count > _MOST_UNREAD * n_filled:
            raise WrongMapping(
                "Most cells of a column are not what the mapping says they are.",
                expected="dates, ages or sexes, as the key of the mapping says",
                found=f"{count} of {n_filled} cells cannot be read as such",
                where=name[:80],
                todo="Correct the mapping; dates such as 07/04/2013 need dates: {order: dmy}.",
            )
    return ListsRead(RecordTable.of(columns), {name: count for name, count in unread.items() if count})


def _joined(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    columns = (part.to_pylist() for part in parts)
    names = (" ".join(part for part in row if part) or None for row in zip(*columns, strict=True))
    return pa.chunked_array([pa.array(names, pa.string())])


def _looked_up(column: Any, values: dict[str, Any], kind: pa.DataType) -> tuple[Any, int]:
    """Return the value of each cell, and how many cells that are not blank have none."""
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    table = pa.array([values.get(text) for text in encoded.dictionary.to_pylist()], kind)
    found = table.take(encoded.indices)
    return pa.chunked_array([found]), found.null_count - column.null_count


def _distinct(column: Any) -> list[str]:
    found: list[str] = pc.unique(column).drop_null().to_pylist()
    return found


def _sexes(column: Any) -> dict[str, str | None]:
    vocabulary = load_vocabulary(("core",))
    found: dict[str, str | None] = {}
    for text in _distinct(column):
        try:
            found[text] = _SEXES.get(vocabulary.resolve("sexes", text))
        except UnknownTerm:
            found[text] = None
    return found


def _ages(column: Any) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for text in _distinct(column):
        try:
            age = float(text)
        except ValueError:
            age = -1.0
        found[text] = float(np.floor(age)) if 0 <= age <= _OLDEST else None
    return found


def _bounds(column: Any, habit: DateHabit) -> dict[str, tuple[int | None, int | None]]:
    found: dict[str, tuple[int | None, int | None]] = {}
    for text in _distinct(column):
        try:
            date = parse_date(text, habit=habit)
        except (UnreadableDate, ImpossibleDate, AmbiguousDate):
            date = None
        found[text] = (None, None) if date is None or date.lo is None or date.hi is None else (date.lo, date.hi)
    return found
