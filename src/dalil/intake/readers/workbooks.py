"""Workbooks of every kind as sheets: headings, numbering, and rows of even width.

In a workbook an absent cell is an empty one, so a short row is complete. What stands to the right of the last heading
is not: nobody said what it means, and that row is given back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from dalil.intake.readers.headings import Headings, Merge, name_columns, no_headings
from dalil.intake.readers.ods import OdsSheet
from dalil.intake.readers.old_workbook import OldSheet
from dalil.intake.readers.packages import digest_file
from dalil.intake.readers.sheets import ReaderOptions, Row, Sheet, Stamp
from dalil.intake.readers.xlsx import XlsxSheet


class WorkbookSheet(Protocol):
    """What the reader of each kind of workbook offers."""

    name: str
    notes: tuple[str, ...]
    merges: tuple[Merge, ...]

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that holds something: its number, and its cells up to the last that holds something."""
        ...


KINDS: dict[str, Callable[[Path, ReaderOptions], WorkbookSheet]] = {"xlsx": XlsxSheet, "ods": OdsSheet, "xls": OldSheet}


def open_workbook(path: Path, options: ReaderOptions, *, kind: str) -> Sheet:
    """Open one sheet of a workbook of kind xlsx, ods or xls."""
    options.refuse("encoding", "delimiter", because="a workbook knows its own")
    stamp = Stamp.of(path)
    digest = digest_file(path)
    sheet = KINDS[kind](path, options)
    table = _Table(path, sheet, options)
    return Sheet(
        path=path,
        format=kind,
        encoding=None,
        columns=table.headings.columns,
        digest=digest,
        n_bytes=stamp.n_bytes,
        n_rows=None,
        notes=(*sheet.notes, *table.headings.notes, *table.merged_note()),
        stamp=stamp,
        read=table.read,
    )


class _Table:
    """The rows of one sheet; `read` starts anew each time."""

    def __init__(self, path: Path, sheet: WorkbookSheet, options: ReaderOptions) -> None:
        self._where, self._sheet, self._options = f"{path.name}, sheet {sheet.name!r}", sheet, options
        self.headings = self._read_headings()

    def read(self, size: int) -> Iterator[list[Row]]:
        """Yield the rows below the headings in lists of at most `size`."""
        first, width = self.headings.first_data_row, len(self.headings.columns)
        new, chunk = tuple.__new__, list[Row]()
        for number, cells in self._sheet.records():
            if number < first:
                continue
            n_missing = width - len(cells)
            if n_missing > 0:
                chunk.append(new(Row, (number, (*cells, *[""] * n_missing), None)))
            elif n_missing == 0:
                chunk.append(new(Row, (number, tuple(cells), None)))
            else:
                place = next(i for i in range(width, len(cells)) if cells[i])
                chunk.append(Row(number, tuple(cells), f"column {place + 1} holds something but has no heading"))
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def merged_note(self) -> tuple[str, ...]:
        """A note if cells are merged below the headings: a spreadsheet program shows their value over all of them."""
        n_all = getattr(self._sheet, "n_merged", len(self._sheet.merges))
        n_below = n_all - sum(merge.top < self.headings.first_data_row for merge in self._sheet.merges)
        if not n_below:
            return ()
        return (f"merged areas below the headings: {n_below}; only the first cell of each holds its value",)

    def _read_headings(self) -> Headings:
        options, rows = self._options, list[list[str]]()
        first = 0
        for number, cells in self._sheet.records():
            if number <= options.skip_rows:
                continue
            first = first or number
            if number >= first + options.header_rows:
                break
            rows.extend([] for _ in range(number - first - len(rows)))
            rows.append(cells)
        if not first or (len(rows) < options.header_rows and number < first + options.header_rows):
            raise no_headings(self._where, options)
        rows.extend([] for _ in range(options.header_rows - len(rows)))
        merges = self._sheet.merges
        return name_columns(rows, first_row=first, merges=merges, where=self._where, limits=options.limits)
