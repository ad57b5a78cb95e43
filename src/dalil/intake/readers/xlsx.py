"""XLSX workbooks (Office Open XML), read as a stream: memory does not grow with the number of rows.

The sheet's XML is walked by `expat`, cell by cell. The ready-made readers were tried and left: calamine turns cells in
error into empty ones, spreads a sheet out in memory from its first cell to its last (one stray cell in the far corner
is enough to exhaust a machine), and openpyxl refuses workbooks over details of their styling that nobody asked for.
The tests hold this reader and calamine against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from dalil.errors import HostileFile
from dalil.intake.readers.cell_texts import Shown, number_text, serial_text, shown_as, shown_by_number, truth_text
from dalil.intake.readers.headings import Merge
from dalil.intake.readers.limits import Limits, check_cell, check_height, check_width
from dalil.intake.readers.packages import Package, attribute, misformed, translated_xml, walk, xml_parser
from dalil.intake.readers.shared_texts import SharedTexts
from dalil.intake.readers.sheets import ReaderOptions
from dalil.intake.readers.workbook_sheets import SheetName, choose_sheet

RELATION = "/relationships/"
# Excel writes a character that XML cannot hold as _x000D_; a literal "_x000D_" as _x005F_x000D_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Record = tuple[int, list[str]]


@dataclass(slots=True)
class _Book:
    """What the workbook part says: its sheets and the part each is in, and which calendar it counts in."""

    sheets: list[SheetName] = field(default_factory=list)
    since_1904: bool = False


class XlsxSheet:
    """One sheet of an XLSX workbook: merged areas at once, rows as often as asked."""

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self._path, self._limits = path, options.limits
        self._texts = SharedTexts()
        with Package(path, options.limits) as package:
            book_part = _target(package, path, "", "officeDocument") or "xl/workbook.xml"
            book = _read_book(package, path, book_part)
            chosen, self.notes = choose_sheet(book.sheets, options, path)
            self.name, self._part, self._since_1904 = chosen.name, chosen.part, book.since_1904
            styles, texts = (
                _target(package, path, book_part, "styles"),
                _target(package, path, book_part, "sharedStrings"),
            )
            self._shown = _read_styles(package, path, styles) if styles and styles in package else []
            if texts and texts in package:
                self._read_texts(package, texts)
            self.merges = self._survey(package)

    def records(self) -> Iterator[Record]:
        """Yield each row that holds something: its number, and its cells up to the last that holds something."""
        walker = _RowWalker(self._shown, self._texts, self._limits, where=f"{self._path.name}, sheet {self.name!r}")
        parser = xml_parser(self._path, self._part)
        walker.attach(parser, since_1904=self._since_1904)
        with Package(self._path, self._limits) as package, translated_xml(self._path, self._part, walker.place):
            for piece in package.pieces(self._part):
                parser.Parse(piece, False)
                walker.check_unfinished_cell()
                if walker.rows:
                    yield from walker.rows
                    walker.rows.clear()
            parser.Parse(b"", True)
            yield from walker.rows

    def _survey(self, package: Package) -> tuple[Merge, ...]:
        """Walk the sheet once without looking at its cells: it must be well-formed; merged areas come last in it."""
        parser = xml_parser(self._path, self._part)
        merges: list[Merge] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name.rpartition(":")[2] == "mergeCell":
                merges.append(_area(attributes["ref"]))

        tail, mark = b"", b"mergeCells"
        with translated_xml(self._path, self._part):
            for piece in package.pieces(self._part):
                # Calling back for every cell would cost more than all the rest. In UTF-16 the mark would not be seen.
                if mark in tail + piece or (not tail and piece[:2] in (b"\xff\xfe", b"\xfe\xff")):
                    parser.StartElementHandler = start
                tail = piece[-len(mark) :]
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        return tuple(merges)

    def _read_texts(self, package: Package, part: str) -> None:
        if package.size(part) > self._limits.text_table_bytes:
            raise HostileFile(
                "The workbook's table of texts is larger than any honest list needs.",
                expected=f"at most {self._limits.text_table_bytes} bytes",
                found=f"{package.size(part)}",
                where=self._path.name,
                todo="save the sheet as CSV and bring that in",
            )
        self._texts.read(package, self._path, part, limits=self._limits, unescape=unescape)


class _RowWalker:
    """Collects rows from the events of a sheet's XML. The innermost loop of the reader: it trades shape for speed."""

    def __init__(self, shown: list[Shown], texts: SharedTexts, limits: Limits, *, where: str) -> None:
        self.rows: list[Record] = []
        self.pieces: list[str] = []
        self._shown, self._texts, self._limits, self._where = shown, texts, limits, where
        self._number = 0

    def place(self) -> str:
        """Where the walker is, for a message."""
        return f", row {self._number}"

    def check_unfinished_cell(self) -> None:
        """Refuse a cell that has outgrown the limit before its end was seen."""
        n_chars = sum(map(len, self.pieces))
        check_cell(n_chars, where=f"{self._where}{self.place()}", limits=self._limits)

    def attach(self, parser: expat.XMLParserType, *, since_1904: bool) -> None:
        """Listen to a parser: first for the prefix that the producer's elements have, if any; then for the rows."""

        def first(name: str, _attributes: dict[str, str]) -> None:
            self._listen(parser, name[: name.find(":") + 1], since_1904=since_1904)

        parser.StartElementHandler = first

    def _listen(self, parser: expat.XMLParserType, prefix: str, *, since_1904: bool) -> None:
        row_tag, cell_tag, value_tag, text_tag, phonetic_tag = (prefix + tag for tag in ("row", "c", "v", "t", "rPh"))
        rows, pieces, shown, limits, where = self.rows, self.pieces, self._shown, self._limits, self._where
        texts, frequent = self._texts, self._texts.separate
        n_frequent, longest = len(frequent), limits.cell_chars
        columns: dict[str, int] = {}
        row: list[str] = []
        column = n_kept = 0
        kind: str | None = None
        style: str | None = None
        phonetic = False

        # What is read lands in `pieces`. Only what stands in a value or text element is kept: its beginning drops
        # what came before (formulas, blanks between elements, readings of a text), its end moves `n_kept`.
        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, kind, style, n_kept, phonetic
            if name == value_tag or name == text_tag:  # noqa: SIM109 - faster than a tuple, millions of times
                del pieces[n_kept:]
            elif name == cell_tag:
                place = attributes.get("r")
                if place is None:
                    column += 1
                    check_width(column, where=where, limits=limits)
                else:
                    letters = place.rstrip("0123456789")
                    column = columns.get(letters, 0)
                    if not column:
                        column = columns[letters] = column_number(letters)
                        check_width(column, where=where, limits=limits)
                kind, style = attributes.get("t"), attributes.get("s")
                pieces.clear()
                n_kept = 0
            elif name == row_tag:
                row, column = [], 0
                place = attributes.get("r")
                self._number = self._number + 1 if place is None else int(place)
                check_height(self._number, where=where, limits=limits)
            elif name == phonetic_tag:
                phonetic = True

        def end(name: str) -> None:
            nonlocal n_kept, phonetic
            if name == value_tag or name == text_tag:  # noqa: SIM109
                if not phonetic:
                    n_kept = len(pieces)
            elif name == cell_tag:
                if not n_kept:
                    return
                value = pieces[0] if n_kept == 1 else "".join(pieces[:n_kept])
                if kind == "s":
                    place = int(value)
                    text = frequent[place] if 0 <= place < n_frequent else texts[place]
                elif kind is None or kind == "n":
                    how = shown[int(style)] if style is not None and shown else Shown.NUMBER
                    text = number_text(value) if how is Shown.NUMBER else serial_text(value, how, since_1904)
                else:
                    text = _other(kind, value)
                    if len(text) > longest:
                        check_cell(len(text), where=f"{where}{self.place()}, column {column}", limits=limits)
                n_missing = column - 1 - len(row)
                if not text:
                    return
                if n_missing:
                    row.extend([""] * (n_missing + 1))
                    row[column - 1] = text
                else:
                    row.append(text)
            elif name == row_tag:
                if row:
                    rows.append((self._number, row))
            elif name == phonetic_tag:
                phonetic = False

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = pieces.append


def _other(kind: str, value: str) -> str:
    match kind:
        case "str" | "inlineStr":
            return unescape(value)
        case "b":
            return truth_text(true=value.strip() in ("1", "true"))
        case "e":
            return value
        case "d":
            return value.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00")
        case _:
            raise ValueError(kind)


def unescape(text: str) -> str:
    """Undo Excel's escapes for characters that XML cannot hold; an escape for none of those stands for itself."""
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code == 0 or 0xD800 <= code < 0xE000 else chr(code)


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    if not 1 <= len(letters) <= 4:
        raise ValueError(letters)
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - 64
    return number


def _area(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    (left, top), (right, bottom) = _cell(first), _cell(last or first)
    return Merge(top=top, left=left, bottom=bottom, right=right)


def _cell(place: str) -> tuple[int, int]:
    letters = place.rstrip("0123456789")
    return column_number(letters), int(place[len(letters) :])


def _target(package: Package, path: Path, source: str, kind: str) -> str | None:
    """Where the relation of this kind leads from a part of the package."""
    return next(iter(_targets(package, path, source, kind).values()), None)


def _targets(package: Package, path: Path, source: str, kind: str | None = None) -> dict[str, str]:
    folder, _, name = source.rpartition("/")
    part = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        wanted = kind is None or attributes.get("Type", "").endswith(RELATION + kind)
        if name == "Relationship" and wanted and attributes.get("TargetMode") != "External":
            target = attributes["Target"].replace("\\", "/")
            found[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else _joined(folder, target)

    if part in package:
        walk(package, path, part, start=start)
    return found


def _joined(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def _read_book(package: Package, path: Path, part: str) -> _Book:
    book = _Book()
    targets = _targets(package, path, part)
    kinds = {**_targets(package, path, part, "worksheet")}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = attribute(attributes, "id") or ""
            if relation in kinds:  # charts and dialogs are sheets too, without cells
                visible = attributes.get("state", "visible") == "visible"
                book.sheets.append(SheetName(attributes["name"], targets[relation], visible))
        elif name == "workbookPr":
            book.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")

    walk(package, path, part, start=start)
    if not book.sheets:
        raise misformed(path, part, "no worksheet")
    return book


def _read_styles(package: Package, path: Path, part: str) -> list[Shown]:
    codes: dict[int, Shown] = {}
    numbers: list[int] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and "numFmtId" in attributes:
            codes[int(attributes["numFmtId"])] = shown_as(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            numbers.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    walk(package, path, part, start=start, end=end)
    return [codes[number] if number in codes else shown_by_number(number) for number in numbers]
