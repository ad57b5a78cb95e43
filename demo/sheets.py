"""Writes tables as files: the same bytes for the same rows, whatever the day.

XLSX and ODS are written as their XML, since the libraries that write them are slow and stamp the time into the file.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

Cell: TypeAlias = str | int
"""Text, or in a workbook a number; a date cell of a workbook is `DateCell`."""

_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_EXCEL_EPOCH: Final = 693_594  # ordinal of 1899-12-30, from which Excel counts days


class DateCell(int):
    """A day (ordinal) in a cell that the spreadsheet program shows as a date."""


def write_delimited(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: str, delimiter: str = ","
) -> None:
    """Write a delimited text file; UTF-16 begins with its byte order mark."""
    with path.open("w", encoding=encoding, newline="") as file:
        if encoding == "utf-16-le":
            file.write("\ufeff")
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_json_lines(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write one object a line, with null where a cell is empty."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(encode({name: cell or None for name, cell in zip(columns, row, strict=True)}) + "\n")


# --- XLSX -------------------------------------------------------------------------------------------------------------
_XLSX_PARTS: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/styles.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
        'Target="styles.xml"/>'
        '<Relationship Id="rId3" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_xlsx(
    path: Path, rows: Iterable[Sequence[Cell]], *, sheet: str, merged: Sequence[str], upper: Sequence[Sequence[Cell]]
) -> None:
    """Write a workbook of one sheet: the `upper` rows (title, headings) with their merged areas, then the rows."""
    strings: dict[str, int] = {}
    body = io.StringIO()
    body.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>')
    number = 0
    for number, row in enumerate((*upper, *rows), 1):
        body.write(f'<row r="{number}">')
        for letter, cell in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", row, strict=False):
            if isinstance(cell, DateCell):
                body.write(f'<c r="{letter}{number}" s="1"><v>{cell - _EXCEL_EPOCH}</v></c>')
            elif isinstance(cell, int):
                body.write(f'<c r="{letter}{number}"><v>{cell}</v></c>')
            elif cell:
                place = strings.setdefault(cell, len(strings))
                body.write(f'<c r="{letter}{number}" t="s"><v>{place}</v></c>')
        body.write("</row>")
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    body.write(f'</sheetData><mergeCells count="{len(merged)}">{areas}</mergeCells></worksheet>')
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    only_sheet = f'<sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{only_sheet}</workbook>'
    parts = {name: _XML + text for name, text in _XLSX_PARTS.items()}
    parts["xl/workbook.xml"] = _XML + book
    parts["xl/sharedStrings.xml"] = f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'
    parts["xl/worksheets/sheet1.xml"] = body.getvalue()
    _write_zip(path, parts)


# --- ODS --------------------------------------------------------------------------------------------------------------
_ODS_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST: Final = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ODS_HEAD: Final = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)


def write_ods(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str) -> None:
    """Write an OpenDocument spreadsheet of one sheet, all text."""
    body = io.StringIO()
    body.write(f'{_XML}{_ODS_HEAD}<table:table table:name="{escape(sheet)}">')
    body.write(f'<table:table-column table:number-columns-repeated="{len(columns)}"/>')
    for row in (columns, *rows):
        body.write("<table:table-row>")
        for cell in row:
            if cell:
                body.write(
                    f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
                )
            else:
                body.write("<table:table-cell/>")
        body.write("</table:table-row>")
    body.write("</table:table></office:spreadsheet></office:body></office:document-content>")
    parts = {"mimetype": _ODS_TYPE, "META-INF/manifest.xml": _XML + _ODS_MANIFEST, "content.xml": body.getvalue()}
    _write_zip(path, parts)


def _write_zip(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            # The type of an ODS must stand uncompressed at the start of the file.
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(info, text.encode("utf-8"), compresslevel=4)
