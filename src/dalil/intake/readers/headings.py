"""From one to three rows of headings to one name for each column.

Merged cells are filled, rows are joined "upper / lower", empty headings are named by their place, and two columns of
one name are refused, since a mapping could not tell them apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dalil.errors import UnreadableFile
from dalil.intake.readers.limits import Limits, check_width
from dalil.intake.readers.sheets import ReaderOptions

JOINT = " / "


class Merge(NamedTuple):
    """A merged area: places counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """The columns, how many rows above the first row of data there are, and what was noticed."""

    columns: tuple[str, ...]
    first_data_row: int
    notes: tuple[str, ...]


def name_columns(
    rows: Sequence[Sequence[str]],
    *,
    first_row: int,
    merges: Sequence[Merge] | None,
    where: str,
    limits: Limits,
) -> Headings:
    """Name the columns of a sheet.

    Parameters
    ----------
    rows : sequence of sequences of str
        The rows of headings, the uppermost first; they may differ in length.
    first_row : int
        Number of the uppermost in the file, counted from 1.
    merges : sequence of Merge, or None
        The merged areas of the sheet. None where the format has lost them (text files): an empty upper heading is then
        taken to continue the one before it.
    where : str
        The file and sheet, for messages.

    Raises
    ------
    UnreadableFile
        No heading at all, or two columns with one name.
    HostileFile
        More columns than `limits` allow.
    """
    last_row = first_row + len(rows) - 1
    place = f"{where}, row {first_row}" if len(rows) == 1 else f"{where}, rows {first_row} to {last_row}"
    # One row of headings with a merged one: the columns it covers are named by their place, for a name must be unique.
    covered = max((m.right for m in merges or () if len(rows) == 1 and m.top <= first_row <= m.bottom), default=0)
    width = max(covered, *map(len, rows))
    check_width(width, where=place, limits=limits)
    grid = [[*map(_tidy, row), *[""] * (width - len(row))] for row in rows]
    if len(rows) > 1:
        if merges is None:
            _fill_right(grid[:-1])
        else:
            _fill_merges(grid, first_row, merges)
    joined = [_join([row[i] for row in grid]) for i in range(width)]
    while len(joined) > covered and not joined[-1]:
        joined.pop()
    if not any(joined):
        raise UnreadableFile(
            "The sheet has no headings.",
            expected="a name for each column",
            found="only empty cells",
            where=place,
            todo="give the row of headings in the mapping (reader: skip_rows), or add one to the file",
        )
    notes = [f"headings of rows {first_row} to {last_row} joined as upper{JOINT}lower"] if len(rows) > 1 else []
    columns = []
    for number, name in enumerate(joined, 1):
        columns.append(name or f"column {number} (no heading)")
        if not name:
            notes.append(f"column {number} has no heading; the mapping can name it {columns[-1]!r}")
    _check_unique(columns, where=place)
    return Headings(columns=tuple(columns), first_data_row=last_row + 1, notes=tuple(notes))


def no_headings(where: str, options: ReaderOptions) -> UnreadableFile:
    """Say that the file ends before the headings do."""
    rows = "a row of headings" if options.header_rows == 1 else f"{options.header_rows} rows of headings"
    return UnreadableFile(
        "The file ends before its headings do.",
        expected=f"{rows} after {options.skip_rows} skipped" if options.skip_rows else rows,
        found="the end of the file",
        where=where,
        todo="check that this is the right file and that it was copied whole",
    )


def _tidy(text: str) -> str:
    """A heading as a person would retype it in a mapping: line breaks inside it are layout."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _fill_merges(grid: list[list[str]], first_row: int, merges: Sequence[Merge]) -> None:
    for merge in merges:
        top, bottom = merge.top - first_row, min(merge.bottom - first_row, len(grid) - 1)
        if top < 0 or top >= len(grid) or merge.left > len(grid[0]):
            continue
        text = grid[top][merge.left - 1]
        right = min(merge.right, len(grid[0]))
        for row in range(top, bottom + 1):
            grid[row][merge.left - 1 : right] = [text] * (right - merge.left + 1)


def _fill_right(upper: list[list[str]]) -> None:
    for row in upper:
        last = ""
        for place, text in enumerate(row):
            last = text or last
            row[place] = last


def _join(parts: Sequence[str]) -> str:
    """Join a column's headings downwards; a heading merged downwards is said once."""
    kept: list[str] = []
    for part in parts:
        if part and (not kept or part != kept[-1]):
            kept.append(part)
    return JOINT.join(kept)


def _check_unique(columns: Sequence[str], *, where: str) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(columns, 1):
        if name in seen:
            raise UnreadableFile(
                f"Two columns have the same heading {name!r}.",
                expected="headings that tell the columns apart",
                found=f"columns {seen[name]} and {number}",
                where=where,
                todo="rename one of them in the file; if headings take two rows, say so in the mapping "
                "(reader: header_rows)",
            )
        seen[name] = number
