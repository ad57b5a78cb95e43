"""ODS workbooks (OpenDocument), read as a stream.

OpenDocument stores a row or a cell once and says how often it is repeated, empty ones to the edge of the sheet. Only
repetition of something that is there is unfolded, and only so much of it. Values are taken as stored (a date as its ISO
form, a number as its value), texts from their paragraphs; comments and drawings in a cell are not its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.parsers import expat

from dalil.errors import HostileFile
from dalil.intake.readers.cell_texts import elapsed_text, number_text, truth_text
from dalil.intake.readers.headings import Merge
from dalil.intake.readers.limits import Limits, check_cell, check_height, check_width
from dalil.intake.readers.packages import (
    Package,
    misformed,
    password_protected,
    translated_xml,
    walk,
    xml_parser,
)
from dalil.intake.readers.sheets import CELL_ERRORS, ReaderOptions
from dalil.intake.readers.workbook_sheets import SheetName, choose_sheet

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
PARAGRAPHS = frozenset({"text:p", "text:h"})
NOT_TEXT = frozenset({"office:annotation", "text:note", "text:ruby-text"})
ROWS_SPANNED, COLUMNS_SPANNED = "table:number-rows-spanned", "table:number-columns-spanned"
COLUMNS_REPEATED = "table:number-columns-repeated"
# Blanks that the file spells out must outlive the collapsing of those it does not. Until then they are characters that
# no XML may hold, so that they cannot be in the text.
INLINE_TEXTS = {"text:s": "\1", "text:tab": "\2", "text:line-break": "\3"}
KEPT = {1: " ", 2: "\t", 3: "\n"}
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_BLANKS = re.compile(r"[ \t\r\n]+")

Record = tuple[int, list[str]]


class OdsSheet:
    """One sheet of an ODS workbook; `merges` holds the merged areas of the rows read so far."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path, self._limits = path, options.limits
        with Package(path, options.limits) as package:
            _check_not_encrypted(package, path)
            tables, self.n_merged = _survey(package, path)
        chosen, self.notes = choose_sheet(tables, options, path)
        self.name, self._place = chosen.name, tables.index(chosen)
        self.merges: tuple[Merge, ...] = ()

    def records(self) -> Iterator[Record]:
        """Yield each row that holds something: its number, and its cells up to the last that holds something."""
        walker = _TableWalker(self._place, self._limits, where=f"{self._path.name}, sheet {self.name!r}")
        parser = xml_parser(self._path, CONTENT)
        walker.attach(parser)
        with Package(self._path, self._limits) as package, translated_xml(self._path, CONTENT, walker.place):
            for piece in package.pieces(CONTENT):
                parser.Parse(piece, False)
                walker.check_unfinished_cell()
                self.merges = tuple(walker.merges)
                if walker.rows:
                    yield from walker.rows
                    walker.rows.clear()
            parser.Parse(b"", True)
            yield from walker.rows


def _check_not_encrypted(package: Package, path: Path) -> None:
    found: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == "encryption-data":
            found.append(name)

    if MANIFEST in package:
        walk(package, path, MANIFEST, start=start)
    if found:
        raise password_protected(path)


def _survey(package: Package, path: Path) -> tuple[list[SheetName], int]:
    """Walk the whole content once: it must be well-formed. Returns the sheets, and how many merged areas there are."""
    tables: list[SheetName] = []
    hidden: set[str] = set()
    style = ""
    n_merged = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal style, n_merged
        if name == "table:table-cell":
            n_merged += ROWS_SPANNED in attributes or COLUMNS_SPANNED in attributes
        elif name == "style:style":
            style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            hidden.add(style)
        elif _is_sheet(name, attributes):
            visible = attributes.get("table:style-name") not in hidden
            tables.append(SheetName(attributes.get("table:name") or str(len(tables) + 1), "", visible))

    parser = xml_parser(path, CONTENT)
    parser.StartElementHandler = start
    with translated_xml(path, CONTENT):
        for piece in package.pieces(CONTENT):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    if not tables:
        raise misformed(path, CONTENT, "no sheet")
    return tables, n_merged


def _is_sheet(name: str, attributes: dict[str, str]) -> bool:
    return name == "table:table" and attributes.get("table:is-sub-table") != "true"


class _TableWalker:
    """Collects the rows of one table from the events of the content's XML.

    Element names are compared with the prefixes that all producers use. The innermost loop of the reader: it trades
    shape for speed.
    """

    def __init__(self, wanted: int, limits: Limits, *, where: str) -> None:
        self.rows: list[Record] = []
        self.merges: list[Merge] = []
        self._wanted, self._limits, self._where = wanted, limits, where
        self._pieces: list[str] = []
        self._number = 1
        self._n_repeated = 0

    def place(self) -> str:
        """Where the walker is, for a message."""
        return f", row {self._number}"

    def check_unfinished_cell(self) -> None:
        """Refuse a cell that has outgrown the limit before its end was seen."""
        check_cell(sum(map(len, self._pieces)), where=self._where + self.place(), limits=self._limits)

    def attach(self, parser: expat.XMLParserType) -> None:
        """Listen to a parser: for the beginning of the wanted table, then for its rows, then for nothing."""
        place = -1

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal place
            if _is_sheet(name, attributes):
                place += 1
                if place == self._wanted:
                    self._listen(parser)

        parser.StartElementHandler = start

    def _listen(self, parser: expat.XMLParserType) -> None:
        pieces, limits = self._pieces, self._limits
        row: list[str] = []
        row_times, n_empty, n_chars = 1, 0, 0
        cell: dict[str, str] | None = None
        paragraphs: list[str] = []
        in_paragraph = False

        # What the parser reads lands in `pieces`; the beginning of a paragraph drops what came before it.
        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, row_times, n_empty, n_chars, cell, in_paragraph
            if name in CELLS:
                cell, n_chars = attributes, 0
                if ROWS_SPANNED in attributes or COLUMNS_SPANNED in attributes:
                    self._note_merge(attributes, left=len(row) + n_empty + 1)
            elif cell is None:
                if name == "table:table-row":
                    row, row_times, n_empty = [], _times(attributes, "table:number-rows-repeated"), 0
            elif in_paragraph:
                if name in INLINE_TEXTS:
                    times = _times(attributes, "text:c")
                    check_cell(times, where=self._where + self.place(), limits=limits)
                    pieces.append(INLINE_TEXTS[name] * times)
                elif name in NOT_TEXT or name.startswith("draw:"):
                    skip()
            elif name in PARAGRAPHS:
                pieces.clear()
                in_paragraph = True
            else:
                skip()

        def end(name: str) -> None:
            nonlocal row, n_empty, n_chars, cell, in_paragraph
            if name in PARAGRAPHS and in_paragraph:
                paragraphs.append(_collapsed("".join(pieces)))
                n_chars += len(paragraphs[-1]) + 1
                if n_chars > limits.cell_chars:
                    check_cell(n_chars, where=self._where + self.place(), limits=limits)
                pieces.clear()
                in_paragraph = False
            elif name in CELLS and cell is not None:
                attributes, cell = cell, None
                shown = "\n".join(paragraphs) if paragraphs else ""
                paragraphs.clear()
                text = _cell_text(attributes, shown) if attributes else shown
                times = int(attributes["table:number-columns-repeated"]) if COLUMNS_REPEATED in attributes else 1
                if not text:
                    n_empty += times
                elif times == 1 and not n_empty:
                    row.append(text)
                else:
                    width = len(row) + n_empty + times
                    check_width(width, where=self._where + self.place(), limits=limits)
                    row.extend([""] * n_empty)
                    row.extend([text] * times)
                    n_empty = 0
                    self._count_repeated(times - 1)
            elif name == "table:table-row":
                self._end_row(row, row_times)
            elif name == "table:table":
                parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None

        def skip() -> None:
            """Pass over an element that is not the text of the cell, and all it holds."""
            depth, n_kept = 1, len(pieces)

            def deeper(_name: str, _attributes: dict[str, str]) -> None:
                nonlocal depth
                depth += 1

            def back(_name: str) -> None:
                nonlocal depth
                depth -= 1
                del pieces[n_kept:]
                if not depth:
                    parser.StartElementHandler, parser.EndElementHandler = start, end

            parser.StartElementHandler, parser.EndElementHandler = deeper, back

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = pieces.append

    def _end_row(self, row: list[str], times: int) -> None:
        if row:
            check_width(len(row), where=self._where + self.place(), limits=self._limits)
            check_height(self._number + times - 1, where=self._where, limits=self._limits)
            self._count_repeated((times - 1) * len(row))
            self.rows.extend((self._number + i, row) for i in range(times))
        self._number += times

    def _note_merge(self, attributes: dict[str, str], *, left: int) -> None:
        n_rows, n_columns = _times(attributes, ROWS_SPANNED), _times(attributes, COLUMNS_SPANNED)
        bottom, right = self._number + n_rows - 1, left + n_columns - 1
        self.merges.append(Merge(top=self._number, left=left, bottom=bottom, right=right))

    def _count_repeated(self, n_cells: int) -> None:
        self._n_repeated += n_cells
        if self._n_repeated > self._limits.n_repeated_cells:
            raise HostileFile(
                "The sheet repeats its cells more often than any honest list does.",
                expected=f"at most {self._limits.n_repeated_cells} repeated cells",
                found="more",
                where=self._where + self.place(),
                todo="ask whoever sent it for a plain CSV file",
            )


def _times(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes[name])) if name in attributes else 1


def _collapsed(text: str) -> str:
    """Apply the rules of blanks (OpenDocument 1.3 part 3, 6.1.2): a run of them is one space, at the beginning none."""
    if "  " in text or "\n" in text or "\t" in text or text[:1] == " ":
        text = _BLANKS.sub(" ", text).removeprefix(" ")
    return text if text.isprintable() else text.translate(KEPT)


def _cell_text(attributes: dict[str, str], shown: str) -> str:
    """The text of a cell from its type and value; `shown` is what its paragraphs say."""
    kind = attributes.get("office:value-type")
    if kind == "string":
        return shown or attributes.get("office:string-value", "")
    if shown in CELL_ERRORS or attributes.get("calcext:value-type") == "error":
        return shown
    match kind:
        case "float" | "percentage" | "currency":
            return number_text(attributes.get("office:value", shown))
        case "date":
            return _moment(attributes.get("office:date-value", shown))
        case "time":
            return _clock(attributes.get("office:time-value", shown))
        case "boolean":
            return truth_text(true=attributes.get("office:boolean-value") == "true")
        case _:
            return shown


def _moment(stored: str) -> str:
    whole, point, fraction = stored.partition(".")
    fraction = fraction.rstrip("0")
    return whole + point + fraction if fraction else whole.removesuffix("T00:00:00")


def _clock(stored: str) -> str:
    """Write an ISO duration (PT13H05M09S) as hours, minutes and seconds; anything else stays."""
    found = _DURATION.fullmatch(stored)
    if found is None:
        return stored
    sign, days, hours, minutes, seconds = found.groups()
    whole = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))
    length = whole + timedelta(seconds=float((seconds or "0").replace(",", ".")))
    return elapsed_text(-length if sign else length)
