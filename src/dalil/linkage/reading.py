"""Lists on disk, CSV or Parquet, become a `RecordTable`: cells as text first, then dates, ages and sexes as values.

A cell that cannot be read as what its column holds counts as missing, and is counted; a column that most cells do not
fit is refused. Distinct texts are read once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]

from dalil.errors import AmbiguousDate, ImpossibleDate, UnknownTerm, UnreadableDate, WrongMapping
from dalil.linkage.mapping import ListMapping
from dalil.linkage.record_table import RecordTable
from dalil.linkage.texts import read_texts
from dalil.values.dates import DateHabit, parse_date
from dalil.vocabulary import load_vocabulary

_MOST_UNREAD: Final = 0.5
"""Share of a column's cells that may be unreadable before we believe that the mapping is wrong."""
_OLDEST: Final = 125
_WIDEST: Final = 4
"""Years that an age may span: its middle is then wrong by two at most, as ages on lists often are."""
_IN_A_YEAR: Final = {
    unit: number
    for number, units in {
        1: "y yo yr yrs year years ans سنة سنه سنوات عام عاما عاماً أعوام",
        12: "month months mois شهر شهرا شهراً شهور أشهر اشهر",
        52: "week weeks أسبوع أسابيع",
        365: "day days jour jours يوم يوما يوماً أيام ايام",
    }.items()
    for unit in units.split()
}
_AGE: Final = re.compile(
    r"~?\s*(?P<low>\d{1,3}(?:\.\d+)?)(?:\s*(?:-|–|—|/|to|إلى|الى)\s*(?P<high>\d{1,3}(?:\.\d+)?))?"
    r"\s*(?P<unit>[^\W\d]*)\.?(?:\s+old)?"
)
"""An age as lists have it, in digits of any script, with its unit, and a second one if it is not known to the year."""
_BASIC: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_SEXES: Final = {"male": "male", "female": "female"}


@dataclass(slots=True)
class ListsRead:
    """Records; what could not be read, by column: counts only; and columns of the mapping that no file has."""

    records: RecordTable
    unread: dict[str, int] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


def read_lists(paths: Sequence[Path], mapping: ListMapping) -> ListsRead:
    """Read lists through a mapping.

    Raises
    ------
    UnreadableFile
        Neither CSV in UTF-8 nor Parquet, or not of one form throughout.
    WrongMapping
        A file without the column of ids or any of names, a column that no file has, or one that holds something else.
    WrongLists
        Nothing to link, or ids that are not distinct.
    """
    read = read_more_lists(paths, mapping)
    if read.absent:
        raise WrongMapping(
            "The mapping names a column that no file has.",
            expected="columns of the files",
            found=", ".join(read.absent)[:120],
            todo="Correct the mapping.",
        )
    return read


def read_more_lists(paths: Sequence[Path], mapping: ListMapping) -> ListsRead:
    """Read lists through the mapping of others, which may have columns that none of these has.

    Raises
    ------
    UnreadableFile, WrongMapping, WrongLists
        As for `read_lists`, but for columns that no file has.
    """
    tables = [_one_file(path, mapping) for path in sorted(paths, key=lambda path: (path.name, str(path)))]
    absent = tuple(name for name in mapping.columns if not any(name in table.column_names for table in tables))
    wanted = [*mapping.columns, "\0list"]
    texts = pa.concat_tables(
        [pa.table({name: _column(table, name) for name in wanted}) for table in tables]
    ).combine_chunks()
    return replace(_understood(texts, mapping), absent=absent)


def _one_file(path: Path, mapping: ListMapping) -> pa.Table:
    table = read_texts(path, wanted=mapping.columns, as_written=(mapping.id,))
    for names in ((mapping.id,), mapping.name):
        if not set(names) & set(table.column_names):
            raise WrongMapping(
                "A file lacks a column that every list must have.",
                expected=f"a column {' or '.join(map(repr, names))}"[:120],
                found=", ".join(table.column_names)[:120] or "no column that the mapping names",
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
            raise _not_as_mapped(name, mapping, found=f"{count} of {n_filled} cells cannot be read as such")
    return ListsRead(RecordTable.of(columns), {name: count for name, count in unread.items() if count})


def _not_as_mapped(name: str, mapping: ListMapping, *, found: str) -> WrongMapping:
    if name == mapping.sex:
        expected, todo = "m and f, male and female, or the words of another language for these", ""
    elif name == mapping.age:
        expected, todo = "ages in years, such as 34 or 30-35", ""
    else:
        expected, todo = "dates", " dates such as 07/04/2013 need dates: {order: dmy};"
    return WrongMapping(
        "Most cells of a column are not what the mapping says they are.",
        expected=expected,
        found=found,
        where=name[:80],
        todo=f"Correct the mapping:{todo} leave the key out if the lists have nothing of the kind.",
    )


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
    return {text: _age(text) for text in _distinct(column)}


def _age(text: str) -> float | None:
    """Return whole years, of a span of a few years the middle; None for what tells no age, or too wide a one."""
    told = _AGE.fullmatch(text.lower())
    in_a_year = _IN_A_YEAR.get(told["unit"] or "y") if told else None
    if told is None or in_a_year is None:
        return None
    low, high = (float(told[end] or told["low"]) / in_a_year for end in ("low", "high"))
    if not low <= high <= _OLDEST or high - low > _WIDEST:
        return None
    return float((low + high) // 2)


def _bounds(column: Any, habit: DateHabit) -> dict[str, tuple[int | None, int | None]]:
    found: dict[str, tuple[int | None, int | None]] = {}
    for text in _distinct(column):
        try:
            whole = _BASIC.fullmatch(text)  # as databases keep days in a number
            date = parse_date("-".join(whole.groups()) if whole else text, habit=habit)
        except (UnreadableDate, ImpossibleDate, AmbiguousDate):
            date = None
        found[text] = (None, None) if date is None or date.lo is None or date.hi is None else (date.lo, date.hi)
    return found
