"""CSV and TSV: text with a delimiter, quotes where a cell holds the delimiter, a quote or a line end.

The standard library's parser does the work, in its strict mode, so that a quote where none may be is noticed. One line
with quotes that do not follow the rules spoils its own row only, as long as its quotes are even in number; anything
that puts in doubt where the *next* row begins refuses the file.
"""

from __future__ import annotations

import csv
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dalil.errors import BadInput, TruncatedFile, UnreadableFile
from dalil.intake.readers.encodings import TextSurvey, survey_text
from dalil.intake.readers.headings import Headings, name_columns, no_headings
from dalil.intake.readers.limits import check_cell, check_width
from dalil.intake.readers.lines import bounded_lines
from dalil.intake.readers.sheets import ReaderOptions, Row, Sheet, Stamp

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_LINES = 200

# The parser's limit on one cell is a setting of the whole process; it is ours only while a chunk is being parsed.
_CELL_LIMIT = threading.Lock()


def open_delimited(path: Path, options: ReaderOptions) -> Sheet:
    """Open a CSV or TSV file: find encoding and delimiter, name the columns, and parse it once to the end.

    Raises
    ------
    UnreadableFile
        Bytes that do not decode, no delimiter to be told, no headings, or quotes that leave the rows in doubt.
    TruncatedFile
        A quote opened and never closed.
    HostileFile
        A line or a cell longer than the limits allow.
    """
    options.refuse("sheet", because="a text file has no sheets")
    stamp = Stamp.of(path)
    survey = survey_text(path, given=options.encoding)
    delimiter = options.delimiter or find_delimiter(path, survey, options)
    table = _Table(path, survey, delimiter, options)
    parted = [] if options.delimiter else [f"cells parted by {DELIMITER_NAMES[delimiter]}, as found in the first rows"]
    return Sheet(
        path=path,
        format="tsv" if delimiter == "\t" else "csv",
        encoding=survey.encoding,
        columns=table.headings.columns,
        digest=survey.digest,
        n_bytes=survey.n_bytes,
        n_rows=sum(map(len, table.read(10_000))),
        notes=(*survey.notes, *parted, *table.headings.notes),
        stamp=stamp,
        read=table.read,
    )


def find_delimiter(path: Path, survey: TextSurvey, options: ReaderOptions) -> str:
    """Tell the delimiter from the headings and the first rows.

    A candidate fits when it parts the headings; the better one parts more of the sampled rows into as many cells as the
    headings, and then into more cells. If two fit equally well the file is refused rather than guessed at. A file in
    which none parts the headings has one column.
    """
    with survey.open(path) as stream:
        lines = list(itertools.islice(bounded_lines(stream, path, options.limits), options.skip_rows + SAMPLE_LINES))
    fits = {d: _fit(lines, d, options) for d in DELIMITERS}
    best = max(fits.values())
    fitting = [d for d in DELIMITERS if fits[d] == best]
    if best == (0.0, 0):
        return ","
    if len(fitting) == 1:
        return fitting[0]
    if "\t" in fitting and path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    raise UnreadableFile(
        "The delimiter of the file cannot be told.",
        expected="one character that parts the headings and the rows",
        found=" and ".join(DELIMITER_NAMES[d] for d in fitting) + f" fit equally well ({best[1]} columns)",
        where=f"{path.name}, row {options.skip_rows + 1}",
        todo="name it in the mapping (reader: delimiter)",
    )


def _fit(lines: list[str], delimiter: str, options: ReaderOptions) -> tuple[float, int]:
    with _cell_limit(options):
        try:
            below = itertools.islice(csv.reader(lines, delimiter=delimiter), options.skip_rows, None)
            rows = [row for row in below if any(row)]
        except csv.Error:
            return (0.0, 0)
    if not rows or len(rows[0]) < 2:
        return (0.0, 0)
    # The last row sampled may be cut in the middle of a quoted cell.
    sampled = rows[:-1] if len(lines) == options.skip_rows + SAMPLE_LINES and len(rows) > 1 else rows
    return (sum(len(row) == len(rows[0]) for row in sampled) / len(sampled), len(rows[0]))


@contextmanager
def _cell_limit(options: ReaderOptions) -> Iterator[None]:
    with _CELL_LIMIT:
        before = csv.field_size_limit(options.limits.cell_chars)
        try:
            yield
        finally:
            csv.field_size_limit(before)


class _Reader(Protocol):
    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class _Parse:
    """One pass of the parser over the file: where it is, and the line it read last."""

    reader: _Reader
    last_line: list[str]
    number: int = 0
    n_lines_before: int = 0

    def next(self) -> list[str]:
        """Parse the next row, counting it whether it parses or not."""
        self.n_lines_before = self.reader.line_num
        self.number += 1
        return next(self.reader)


class _Table:
    """The rows of one file under one delimiter; `read` starts anew each time."""

    def __init__(self, path: Path, survey: TextSurvey, delimiter: str, options: ReaderOptions) -> None:
        self._path, self._survey, self._delimiter, self._options = path, survey, delimiter, options
        with self._parse() as parse:
            self.headings, self._width = self._read_headings(parse)

    def read(self, size: int) -> Iterator[list[Row]]:
        """Yield the rows below the headings in lists of at most `size`."""
        with self._parse() as parse:
            self._read_headings(parse)
            while chunk := self._chunk(parse, size):
                yield chunk

    def _chunk(self, parse: _Parse, size: int) -> list[Row]:
        width, kept = self._width, len(self.headings.columns)
        new, chunk = tuple.__new__, list[Row]()
        add, reader, number = chunk.append, parse.reader, parse.number
        n_lines = reader.line_num
        with _cell_limit(self._options):
            while True:
                try:
                    for cells in reader:
                        number += 1
                        n_lines = reader.line_num
                        if len(cells) == kept == width:
                            if any(cells):
                                add(new(Row, (number, tuple(cells), None)))
                        elif any(cells):
                            add(self._uneven(number, cells))
                        if len(chunk) >= size:
                            break
                    parse.number = number
                    return chunk
                except csv.Error as error:
                    parse.number = number = number + 1
                    parse.n_lines_before = n_lines
                    add(self._misquoted(error, parse))
                    n_lines = reader.line_num

    @contextmanager
    def _parse(self) -> Iterator[_Parse]:
        with self._survey.open(self._path) as stream:
            last_line = [""]
            lines = bounded_lines(stream, self._path, self._options.limits, last=last_line)
            yield _Parse(csv.reader(lines, delimiter=self._delimiter, strict=True), last_line)

    def _read_headings(self, parse: _Parse) -> tuple[Headings, int]:
        rows: list[list[str]] = []
        with _cell_limit(self._options):
            try:
                for _ in range(self._options.skip_rows):
                    parse.next()
                while len(rows) < self._options.header_rows:
                    cells = parse.next()
                    if rows or any(cells):
                        rows.append(cells)
            except StopIteration:
                parse.number -= 1
            except csv.Error as error:
                raise self._refusal(error, parse) from None
        if len(rows) < self._options.header_rows:
            raise no_headings(self._path.name, self._options)
        first = parse.number - len(rows) + 1
        headings = name_columns(rows, first_row=first, merges=None, where=self._path.name, limits=self._options.limits)
        return headings, max(map(len, rows))

    def _uneven(self, number: int, cells: list[str]) -> Row:
        kept = len(self.headings.columns)
        check_width(len(cells), where=f"{self._path.name}, row {number}", limits=self._options.limits)
        if len(cells) == self._width and not any(cells[kept:]):
            return Row(number, tuple(cells[:kept]))
        if len(cells) == self._width:
            place = next(i for i in range(kept, len(cells)) if cells[i])
            return Row(number, tuple(cells), f"column {place + 1} holds something but has no heading")
        kind = "too few cells" if len(cells) < self._width else "too many cells"
        return Row(number, tuple(cells), f"{kind}: {len(cells)} where the headings have {self._width}")

    def _misquoted(self, error: csv.Error, parse: _Parse) -> Row:
        """Give back a row whose quotes break the rules, or refuse the file if the next row's beginning is in doubt."""
        line = parse.last_line[0]
        in_one_line = parse.reader.line_num == parse.n_lines_before + 1 and line.count('"') % 2 == 0
        if not in_one_line or "expected after" not in str(error):
            raise self._refusal(error, parse) from None
        cells = next(csv.reader([line], delimiter=self._delimiter), [])
        return Row(
            parse.number,
            tuple(cells),
            "a quoted cell goes on after its closing quote; quotes inside it must be doubled",
        )

    def _refusal(self, error: csv.Error, parse: _Parse) -> BadInput:
        what, first, last = str(error), parse.n_lines_before + 1, parse.reader.line_num
        with self._survey.open(self._path) as stream:
            lines = bounded_lines(stream, self._path, self._options.limits)
            open_from = unclosed_quote(lines, delimiter=self._delimiter)
        if open_from is not None and ("unexpected end" in what or "field limit" in what):
            return TruncatedFile(
                "A quote is opened and never closed, so the file has no end.",
                expected='a closing quote (")',
                found="the end of the file",
                where=f"{self._path.name}, line {open_from}",
                todo="look at that line; if the file was cut short, export it again",
            )
        if "field limit" in what:
            place = f"{self._path.name}, row {parse.number}, lines {first} to {last}"
            check_cell(self._options.limits.cell_chars + 1, where=place, limits=self._options.limits)
        return UnreadableFile(
            "The quotes of a row leave it in doubt where the next row begins.",
            expected="a quoted cell followed by the delimiter or the end of the line, quotes inside it doubled",
            found="a closing quote followed by something else",
            where=f"{self._path.name}, lines {first} to {last}",
            todo="correct the quotes in these lines",
        )


def unclosed_quote(lines: Iterator[str], *, delimiter: str) -> int | None:
    """Find the line, counted from 1, in which a quote opens that no later line closes."""
    opened: int | None = None
    for number, line in enumerate(lines, 1):
        place = 0
        while 0 <= place < len(line):
            if opened is not None:
                quote = line.find('"', place)
                if quote < 0:
                    break
                if line[quote + 1 : quote + 2] == '"':
                    place = quote + 2
                    continue
                opened, place = None, quote
            elif line[place] == '"':
                opened, place = number, place + 1
                continue
            # To the beginning of the next cell of this line; 0 past the last.
            place = line.find(delimiter, place) + 1 or len(line)
    return opened
