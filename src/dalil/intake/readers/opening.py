"""Opening a file whose name may say one thing and whose bytes another.

The bytes decide. Only where text is text (CSV or JSON lines) does the name help; and a file whose name promises a
workbook but which holds none is refused rather than read as a list of one column.
"""

from __future__ import annotations

from pathlib import Path

from dalil.errors import HostileFile, UnreadableFile
from dalil.intake.readers.delimited import open_delimited
from dalil.intake.readers.encodings import is_plainly_utf16, open_bytes
from dalil.intake.readers.json_lines import open_json_lines
from dalil.intake.readers.limits import MIB
from dalil.intake.readers.old_workbook import COMPOUND_FILE
from dalil.intake.readers.packages import Package
from dalil.intake.readers.sheets import ReaderOptions, Sheet, Stamp, unreadable
from dalil.intake.readers.workbooks import open_workbook

HEAD_BYTES = 4096
OTHER_OFFICE_PARTS = ("word/document.xml", "ppt/presentation.xml", "visio/document.xml")
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".ods", ".ots", ".xls", ".xlsb")
JSON_NAMES = (".jsonl", ".ndjson", ".json")
TABLE_NAMES = (".csv", ".tsv", ".tab")

BLANKS = b"\xef\xbb\xbf \t\r\n"

# The first bytes of files that are mistaken for lists, and what to call them.
FOREIGN = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1\x15", "a Parquet file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<style", b"<div")


def open_sheet(path: Path, options: ReaderOptions | None = None) -> Sheet:
    """Open a sheet: CSV, TSV, XLSX, ODS, XLS or JSON lines, told apart by content.

    Everything wrong with the file as a whole is raised here, before the first row, as far as it can be known without
    interpreting the rows: encodings, structure, size, headings.

    Parameters
    ----------
    path : Path
    options : ReaderOptions, optional
        What the mapping says about the file.

    Raises
    ------
    UnreadableFile
        Not there, not a table, not decodable, or without usable headings.
    TruncatedFile
        It ends before its own structure says it should.
    PasswordProtected
        It is encrypted.
    HostileFile
        It would expand or nest beyond what an honest file does.
    WrongMapping
        The options name a sheet that is not there, or say what has no meaning for this format.
    """
    options = options or ReaderOptions()
    head = _read_head(path, options)
    if head.startswith(ZIP):
        return open_workbook(path, options, kind=_zipped_kind(path, options))
    if head.startswith(COMPOUND_FILE):
        return open_workbook(path, options, kind="xls")
    _check_is_text(path, head)
    suffix = path.suffix.lower()
    if suffix in JSON_NAMES or (suffix not in TABLE_NAMES and head.lstrip(BLANKS).startswith(b'{"')):
        return open_json_lines(path, options)
    return open_delimited(path, options)


def _read_head(path: Path, options: ReaderOptions) -> bytes:
    n_bytes = Stamp.of(path).n_bytes
    if not path.is_file():
        raise _not_a_sheet(path, "a folder or a device", "give the path of a file")
    if n_bytes == 0:
        raise _not_a_sheet(path, "an empty file (0 bytes)", "check that it was copied whole, or export it again")
    if n_bytes > options.limits.file_bytes:
        raise HostileFile(
            "The file is larger than dalil takes in one piece.",
            expected=f"at most {options.limits.file_bytes // MIB} MiB",
            found=f"{n_bytes // MIB} MiB",
            where=path.name,
            todo="divide it into several files",
        )
    try:
        with open_bytes(path) as stream:
            return stream.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from None


def _zipped_kind(path: Path, options: ReaderOptions) -> str:
    with Package(path, options.limits) as package:
        if "mimetype" in package:
            if package.head("mimetype", HEAD_BYTES).startswith(ODS_TYPE):
                return "ods"
            raise _not_a_sheet(path, "another OpenDocument file, or an e-book", "give the .ods workbook")
        if "xl/workbook.bin" in package:
            raise _not_a_sheet(path, "a binary workbook (.xlsb)", "save it as .xlsx")
        if "[Content_Types].xml" in package and not any(part in package for part in OTHER_OFFICE_PARTS):
            return "xlsx"
        if "content.xml" in package and "META-INF/manifest.xml" in package:
            return "ods"
    raise _not_a_sheet(path, "a zip archive that is no workbook", "unpack it and give the file inside")


def _check_is_text(path: Path, head: bytes) -> None:
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise _not_a_sheet(path, name, "check that this is the right file")
    if head.lstrip(BLANKS).lower().startswith(MARKUP):
        todo = "open it in a spreadsheet program and save it as .xlsx or CSV"
        raise _not_a_sheet(path, "a web page or XML, as some systems export under the name of a workbook", todo)
    if path.suffix.lower() in WORKBOOK_NAMES:
        is_text = b"\0" not in head or any(is_plainly_utf16(head, name) for name in ("utf-16-le", "utf-16-be"))
        if is_text:
            raise _not_a_sheet(path, "text under the name of a workbook", "if it is CSV, rename it to .csv")
        raise _not_a_sheet(path, "no workbook", "check that it was copied whole, or ask for it again")


def _not_a_sheet(path: Path, found: str, todo: str) -> UnreadableFile:
    return UnreadableFile(
        "The file is not a sheet dalil can read.",
        expected="CSV, TSV, XLSX, ODS, XLS or JSON lines",
        found=found,
        where=path.name,
        todo=todo,
    )
