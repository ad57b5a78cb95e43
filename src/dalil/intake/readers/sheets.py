"""What every reader hands to intake: a sheet of named columns and numbered rows, all of it text.

A sheet is opened once and may be read many times (a dry run, then the load). Whatever is wrong with the file as a
whole is raised when it is opened; what is wrong with one row only travels with that row, so that intake can refuse
just that one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dalil.errors import UnreadableFile, WrongMapping
from dalil.intake.readers.limits import Limits

CELL_ERRORS = frozenset(
    {
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#N/A",
        "#NUM!",
        "#NULL!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
    }
)
"""What a spreadsheet program shows in a cell whose formula failed; handed on as text for intake to refuse."""

ROWS_IN_A_CHUNK = 2_000
MOST_HEADER_ROWS = 3


class Row(NamedTuple):
    """One row of a sheet.

    `number` counts from 1 at the first row of the file, headings included, as a spreadsheet program shows it (in JSON
    lines: the line). `cells` are as many as the sheet has columns, exactly as decoded. `problem` says why this row
    cannot be read as a row of this sheet; its `cells` are then whatever could be told apart, in any number.
    """

    number: int
    cells: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """What a mapping may say about the file instead of leaving it to be found out.

    Parameters
    ----------
    sheet : str or int, optional
        Name of the sheet in a workbook, or its place counted from 1; otherwise the first visible one.
    header_rows : int
        Rows of headings, 1 to 3; with more than one, headings are joined "upper / lower".
    skip_rows : int
        Rows above the headings (a title, a logo, a blank line).
    encoding : str, optional
        Of a text file; otherwise found from its bytes.
    delimiter : str, optional
        One character; otherwise found among comma, semicolon, tab and bar.
    """

    sheet: str | int | None = None
    header_rows: int = 1
    skip_rows: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 1 <= self.header_rows <= MOST_HEADER_ROWS:
            raise _wrong_option("header_rows", "1, 2 or 3", str(self.header_rows))
        if self.skip_rows < 0:
            raise _wrong_option("skip_rows", "0 or more", str(self.skip_rows))
        if isinstance(self.sheet, int) and self.sheet < 1:
            raise _wrong_option("sheet", "a name, or a number counted from 1", str(self.sheet))
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n\0'):
            raise _wrong_option("delimiter", "one character, not a quote or a line end", ascii(self.delimiter))

    def refuse(self, *names: str, because: str) -> None:
        """Raise WrongMapping when an option is set that has no meaning for the format found."""
        for name in names:
            if getattr(self, name) not in (None, 0) and (name, getattr(self, name)) != ("header_rows", 1):
                raise _wrong_option(name, f"no such option: {because}", ascii(getattr(self, name)))


def _wrong_option(name: str, expected: str, found: str) -> WrongMapping:
    return WrongMapping(
        f"The reader option {name!r} cannot be used.",
        expected=expected,
        found=found,
        where=f"reader: {name}",
        todo="correct or remove this line of the mapping",
    )


class Stamp(NamedTuple):
    """How a file looked when it was opened: enough to notice that somebody saved it again meanwhile."""

    n_bytes: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Look at the file on disk; one that cannot be looked at is unreadable."""
        try:
            found = os.stat(path)  # noqa: PTH116 - Path.stat would do the same; os.stat keeps the errors in one place
        except OSError as error:
            raise unreadable(path, error) from None
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


def unreadable(path: Path, error: OSError) -> UnreadableFile:
    """Translate what the operating system says of a file."""
    return UnreadableFile(
        "The file cannot be read.",
        expected="a file that exists and may be opened",
        found=error.strerror or type(error).__name__,
        where=path.name,
        todo="check the path and the permissions",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table in a file: `columns`, then rows, any number of times.

    Attributes
    ----------
    columns : tuple of str
        The headings, NFC, runs of white space made one space; unique and never empty.
    digest : str
        SHA-256 of the bytes of the file, in hexadecimal.
    format : str
        csv, tsv, xlsx, ods, xls or jsonl: what the file is, whatever its name says.
    encoding : str or None
        Of a text file; a workbook states its own.
    n_rows : int or None
        Rows below the headings, where counting them cost nothing more; otherwise None.
    notes : tuple of str
        What the reader decided or noticed, for the receipt: no content of any row.
    """

    path: Path
    format: str
    encoding: str | None
    columns: tuple[str, ...]
    digest: str
    n_bytes: int
    n_rows: int | None
    notes: tuple[str, ...]
    stamp: Stamp
    read: Callable[[int], Iterator[list[Row]]]

    def chunks(self, size: int = ROWS_IN_A_CHUNK) -> Iterator[list[Row]]:
        """Yield the rows in lists of at most `size`; wholly empty rows are left out, but count in the numbering."""
        self._check_unchanged()
        yield from self.read(size)
        self._check_unchanged()

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one."""
        for chunk in self.chunks():
            yield from chunk

    def _check_unchanged(self) -> None:
        if Stamp.of(self.path) != self.stamp:
            raise UnreadableFile(
                "The file changed while it was being read.",
                expected=f"{self.n_bytes} bytes with digest {self.digest[:16]}…",
                found="another size or time of change",
                where=self.path.name,
                todo="close it in other programs, then start again",
            )
