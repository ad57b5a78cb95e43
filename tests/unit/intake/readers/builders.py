"""Files as other programs write them, built here byte by byte or through an independent library."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl  # type: ignore[import-untyped]

Cell = tuple[str, str]  # the attributes of a cell element, and the XML inside it

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>{{extra}}</manifest:manifest>'
)
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write a zip file of these members, in this order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(path: Path) -> dict[str, bytes]:
    """Read the members of a zip file, to write them again with one changed."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx_with_openpyxl(path: Path, rows: Iterable[Sequence[object]], merges: Sequence[str] = ()) -> Path:
    """Write a workbook with openpyxl: one sheet, these cells, these areas merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    book.save(path)
    return path


def xlsx_parts(
    sheet_data: str,
    *,
    texts: Sequence[str] = (),
    formats: Sequence[str] = (),
    after: str = "",
    book: str = "",
    before: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> dict[str, str]:
    """The parts of a workbook with one sheet, `sheet_data` its rows; style n (from 1) has the n-th of `formats`."""
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(c)}/>' for n, c in enumerate(formats))
    uses = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"))
        )
    )
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'<Relationships {space}><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>'
        '<sheet name="List" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {space}>{relations}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{uses}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(texts)}</sst>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData>{after}'
        "</worksheet>",
    }


def xlsx_row(number: int, *cells: str) -> str:
    """A row whose cells hold text in place."""
    inside = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def ods_content(*tables: str, styles: str = "") -> str:
    """The content part of an OpenDocument spreadsheet with these tables."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style", "draw", "calcext")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )


def ods_table(*rows: str, name: str = "List", attributes: str = "") -> str:
    """A table of rows given as XML."""
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def ods_row(*cells: str | Cell, times: int = 1) -> str:
    """A row; a cell is its text, or its attributes and the XML inside."""
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: str | Cell) -> str:
    attributes, inside = cell if isinstance(cell, tuple) else ('office:value-type="string"', ods_paragraphs(cell))
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def ods_paragraphs(text: str) -> str:
    """Text as LibreOffice writes it: a paragraph a line, blanks that would be lost spelled out."""
    spelled = {" ": "<text:s/>", "\t": "<text:tab/>"}
    lines = ("".join(spelled.get(c) or escape(c) for c in line) for line in text.split("\n"))
    return "".join(f"<text:p>{line}</text:p>" for line in lines) if text else ""


def ods(path: Path, *tables: str, styles: str = "", manifest: str = "") -> Path:
    """Write an OpenDocument spreadsheet."""
    return zipped(
        path,
        {
            "mimetype": ODS_TYPE,
            "content.xml": ods_content(*tables, styles=styles),
            "META-INF/manifest.xml": MANIFEST.format(extra=manifest),
        },
    )


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB], version 3): one sector of table, one directory, streams of 4,096 bytes or more."""
    end, free, in_table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors, chain = io.BytesIO(), list[int]()

    def put(content: bytes) -> int:
        first, n_sectors = len(chain), -(-len(content) // 512)
        sectors.write(content.ljust(n_sectors * 512, b"\0"))
        chain.extend([*range(first + 1, first + n_sectors), end])
        return first

    places = {name: put(content.ljust(4096, b"\0")) for name, content in streams.items()}

    def entry(name: str, kind: int, child: int, sibling: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, free, sibling, child)
        return head + bytes(36) + struct.pack("<IQ", first, size)

    entries = [entry("Root Entry", 5, 1, free, end, 0)]
    for number, (name, content) in enumerate(streams.items(), 1):
        sibling = number + 1 if number < len(streams) else free
        entries.append(entry(name, 2, free, sibling, places[name], max(4096, len(content))))
    directory = put(b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0"))
    table = len(chain)
    chain.append(in_table)
    assert len(chain) <= 128, "one sector of table holds 128 places"
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", table, *[free] * 108)
    return header + sectors.getvalue() + struct.pack("<128I", *chain, *[free] * (128 - len(chain)))


def xls(rows: Sequence[Sequence[str | float | bool]], *, merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An Excel 97 workbook (BIFF8) with one sheet; numbers from 40,000 to 50,000 are shown as dates."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def string(text: str, count: str) -> bytes:
        return struct.pack(count, len(text)) + b"\1" + text.encode("utf-16-le")

    def cell(row: int, column: int, value: str | float | bool) -> bytes:
        if isinstance(value, bool):
            return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, 0))
        if isinstance(value, str):
            return record(0x0204, struct.pack("<HHH", row, column, 0) + string(value, "<H"))
        style = 1 if 40_000 <= value <= 50_000 else 0
        return record(0x0203, struct.pack("<HHHd", row, column, style, value))

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 6))

    areas = b"".join(struct.pack("<HHHH", *area) for area in merges)
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value != "")
    sheet = begin(0x0010) + cells + record(0x00E5, struct.pack("<H", len(merges)) + areas) + record(0x000A, b"")
    styles = b"".join(record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14))
    # The sheet's name is counted in one byte, and its place is known once everything before it is.
    name = string("List", "<B")
    length = len(begin(5)) + len(styles) + 4 + 6 + len(name) + 4
    globals_ = begin(0x0005) + styles + record(0x0085, struct.pack("<IH", length, 0) + name) + record(0x000A, b"")
    return compound_file({"Workbook": globals_ + sheet})
